"""The program of the process that examines a file: it takes one on standard input and answers with what it found.

It meets files of strangers, so it has limits, no network, no setting and no secret of ours, and ends after one file.
Run as `python -m portal.reviews.checker TEMPLATES TRANSLATIONS`; `verifying.py` starts and watches it.
"""

import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from portal.reviews.press import close_the_doors, limit, receive

CPU_SECONDS = 30
ADDRESS_SPACE = 1200 * 1024 * 1024


def main(templates: str, translations: str) -> None:
    """Examine one file."""
    limit(resource.RLIMIT_CPU, CPU_SECONDS)
    limit(resource.RLIMIT_AS, ADDRESS_SPACE)
    asked = json.loads(receive(sys.stdin.buffer) or b"{}")
    data = receive(sys.stdin.buffer) or b""
    try:
        found = _examined(data, asked, templates, translations)
    except MemoryError:
        found = [{"check": "file", "holds": False, "code": "large", "values": {}}]
    sys.stdout.write(json.dumps(found))


def _examined(
    data: bytes, asked: dict[str, Any], templates: str, translations: str
) -> list[dict[str, Any]]:
    import logging

    from portal.reviews.examining import examined

    logging.disable(logging.CRITICAL)
    app = _paper(templates, translations)
    close_the_doors()
    with app.app_context():
        return [asdict(finding) for finding in examined(data, asked.get("trusted", []))]


def _paper(templates: str, translations: str) -> Any:
    """Templates and words alone."""
    from flask import Flask

    from portal.web.words import PortalBabel

    app = Flask("portal", template_folder=templates)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config.update(BABEL_TRANSLATION_DIRECTORIES=translations, BABEL_DEFAULT_LOCALE="en")
    PortalBabel(app)
    return app


if __name__ == "__main__":
    main(str(Path(sys.argv[1])), str(Path(sys.argv[2])))
