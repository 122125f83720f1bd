"""What a portfolio review of many invented accounts costs the rendering process, with and without its way with garbage.

python -m bench.portfolio [--accounts 400] [--rounds 3]
Both ways are visited in turn within one process; printed are seconds of computing time, the median and the ratio.
"""

import argparse
import gc
import json
import statistics
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import Babel

from portal.app import assets_folder
from portal.reviews.content import Brand
from portal.reviews.portfolio.document import sheet
from portal.reviews.press import GARBAGE, Printer
from tests.reviews import portfolios

USUAL = (700, 10, 10)
ROOT = Path(__file__).parents[1]


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--accounts", type=int, default=400)
    asked.add_argument("--rounds", type=int, default=3)
    given = asked.parse_args()
    printer = Printer(assets_folder() / "static")
    printer.printed(_message(3))
    message, found = _message(given.accounts), dict[str, list[float]](usual=[], ours=[])
    for _round in range(given.rounds):
        for name, often in (("usual", USUAL), ("ours", GARBAGE)):
            gc.collect()
            gc.set_threshold(*often)
            begin = time.process_time()
            printer.printed(message)
            found[name].append(round(time.process_time() - begin, 2))
    usual, ours = (statistics.median(values) for values in found.values())
    print(json.dumps({**found, "ratio": round(ours / usual, 2)}))


def _message(accounts: int) -> dict[str, Any]:
    app = Flask("portal", template_folder=str(assets_folder() / "templates"))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "portal" / "translations")
    Babel(app)
    with app.app_context():
        made = sheet(portfolios.portfolio(accounts), "en", Brand("Norte Peças"))
    message: dict[str, Any] = json.loads(json.dumps(asdict(made)))
    message["limits"]["cpu_seconds"] = 600
    return message


if __name__ == "__main__":
    main()
