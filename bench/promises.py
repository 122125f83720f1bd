#!/usr/bin/env python3
"""What the ledger of promises adds to a reply: an account with a service plan and one without, in turn in one process.

promises.py                     SQLite in a folder of its own
promises.py --rounds 200 --database postgresql://…   an empty database; the backend's CPU is counted too

Each round posts, by HTTP as the signed-in agent, a reply to a case of either account; then closes both. Prints the
median of the ratios of CPU within the rounds. Goal: at most 1.2.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
OURS = {"Sec-Fetch-Site": "same-origin"}
TARGETS = dict.fromkeys(("urgent", "high", "normal", "low"), (3600, 7200, 86400, None))


def portal(database: str) -> Any:
    """An app over an empty, migrated database."""
    folder = tempfile.mkdtemp(prefix="promises-")
    os.environ |= {"PORTAL_INSTANCE": folder, "PORTAL_SECRET_KEY": "only for measuring speed" * 2}
    os.environ.pop("PORTAL_DATABASE_URL", None)
    if database:
        os.environ["PORTAL_DATABASE_URL"] = database
    subprocess.run([sys.executable, "-m", "portal", "init"], cwd=ROOT, check=True)
    from portal.app import create_app

    return create_app()


def cases(cast: Any, rounds: int) -> dict[str, list[str]]:
    """References of open cases in which the client asked something, of the account with a plan and of the other."""
    from portal.cases import operations
    from portal.cases.operations import NewCase
    from portal.db import db
    from portal.identity.actors import actor_for
    from tests import factories

    calendar = factories.make_calendar("office hours", weekly=[[[0, 1440]]] * 7)
    factories.make_contract(cast.acme.account, factories.make_plan("gold", calendar, TARGETS))
    found: dict[str, list[str]] = {"with": [], "without": []}
    for _round in range(rounds + 3):
        for name, company in (("with", cast.acme), ("without", cast.globex)):
            wanted = NewCase(subject="Pallets are late", body="Where are they?")
            by, opener = actor_for(company.contact), company.contact_person
            case = operations.open_case(company.account, wanted, by=by, opener=opener)
            found[name].append(case.ref)
    db.session.commit()
    return found


def spent(pids: list[int]) -> float:
    """CPU seconds of this process and of the backend so far."""
    return time.process_time() + sum(time.clock_gettime(~pid << 3 | 2) for pid in pids)


def cost(client: Any, ref: str, mode: str, pids: list[int]) -> float:
    """What a reply costs, or one that resolves the case."""
    then = "resolved" if mode == "resolve" else ""
    form = {"mode": "reply", "body": "Thank you.", "then": then, "submission": f"{ref}-{mode}"}
    begin = spent(pids)
    answer = FlaskClient.open(
        client, f"/cases/{ref}/messages", method="POST", data=form, headers=OURS
    )
    assert answer.status_code == 303, answer.text
    return spent(pids) - begin


def measure(app: Any, rounds: int) -> None:
    """Post to both accounts in turn, the order changing, and print the ratios."""
    from portal.db import db
    from tests import factories
    from tests.web import HouseClient

    with app.app_context():
        cast = factories.make_cast()
        refs = cases(cast, rounds)
        who = {"with": cast.acme.agent.email, "without": cast.globex.agent.email}
        pids = []
        if db.engine.dialect.name == "postgresql":
            pids = [db.session.connection().connection.driver_connection.info.backend_pid]
        db.session.rollback()
    app.test_client_class = HouseClient
    clients = {name: app.test_client() for name in who}
    for name, email in who.items():
        clients[name].sign_in(email)
    ratios: dict[str, list[float]] = {"reply": [], "resolve": []}
    for turn in range(rounds + 3):
        for mode, got in ratios.items():
            cpu = {
                name: cost(clients[name], refs[name][turn], mode, pids)
                for name in (list(who) if turn % 2 else list(who)[::-1])
            }
            if turn >= 3:
                got.append(cpu["with"] / cpu["without"])
    require_promises(app, refs)
    for mode, got in ratios.items():
        print(f"{mode:8} with promises against without: {statistics.median(got):.2f}")


def require_promises(app: Any, refs: dict[str, list[str]]) -> None:
    """Stop when the one account's cases have no ledger, or the other's have one."""
    from sqlalchemy import func, select

    from portal.cases.models import Case
    from portal.db import db, opened
    from portal.sla.models import PromiseRow

    with app.app_context():
        for name, some in refs.items():
            owed = select(func.count(PromiseRow.id)).join(Case, Case.id == PromiseRow.case_id)
            owed = owed.where(Case.ref.in_(some))
            rows = db.session.scalar(opened(owed, PromiseRow, Case, why="a benchmark")) or 0
            if (rows > 0) is not (name == "with"):
                raise SystemExit(f"{rows} promises in the cases {name} a plan")


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=150)
    parser.add_argument("--database", default="")
    chosen = parser.parse_args()
    measure(portal(chosen.database), chosen.rounds)


if __name__ == "__main__":
    main()
