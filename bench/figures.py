#!/usr/bin/env python3
"""Whether all figures of one account and quarter grow with the account's cases alone, not with the database.

figures.py S L                  the databases that `pages.py --load S L` has made

For each number of cases, an account of either size whose quarter comes nearest to it; both are counted in turn by a
process of their own. CPU is that of the process and of its backend. A ratio of 1 means that the other 95 % of the
larger database cost nothing.
"""

import argparse
import os
import statistics
import subprocess
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from time import clock_gettime, process_time
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "bench"))
QUARTER = date(2026, 4, 1), date(2026, 7, 1)
NUMBERS = (30, 100, 300)


def work(size: str) -> None:
    """Answer lines on standard input: `near N` names an account and its cases, `count ID` the CPU of its figures."""
    import pages

    os.environ |= pages.settings(size)
    from portal.app import create_app

    with create_app().app_context():
        print("ready", flush=True)
        for line in sys.stdin:
            word, number = line.split()
            print(near(int(number)) if word == "near" else counted(int(number)), flush=True)


def near(wanted: int) -> str:
    """The account whose cases opened in the quarter come nearest to a number, and how many they are."""
    from sqlalchemy import func, select

    from portal.cases.models import Case
    from portal.db import db, opened

    number, (begin, end) = func.count(), (datetime.combine(day, time.min, UTC) for day in QUARTER)
    statement = (
        select(Case.account_id, number)
        .where(Case.opened_at >= begin, Case.opened_at < end)
        .group_by(Case.account_id)
        .order_by(func.abs(number - wanted), Case.account_id)
        .limit(1)
    )
    account, cases = db.session.execute(opened(statement, Case, why="a benchmark")).one()
    db.session.rollback()
    return f"{account} {cases}"


def counted(account_id: int) -> str:
    """CPU seconds of all figures of an account."""
    from portal.accounts.models import Account
    from portal.actor import SYSTEM
    from portal.db import db
    from portal.insights.queries import figures_for

    account = db.session.scalars(
        Account.unscoped("a benchmark").where(Account.id == account_id)
    ).one()
    backend = db.session.connection().connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
    begin = process_time(), clock_gettime(~backend << 3 | 2)
    figures_for(SYSTEM, account, QUARTER)
    spent = process_time() - begin[0] + clock_gettime(~backend << 3 | 2) - begin[1]
    db.session.rollback()
    return f"{spent:.6f}"


def told(worker: Any, line: str) -> str:
    """What a worker answers to a line."""
    worker.stdin.write(f"{line}\n")
    worker.stdin.flush()
    return str(worker.stdout.readline()).strip()


def measure(sizes: list[str], rounds: int) -> None:
    """Print for each number of cases the CPU in both databases and the median of the ratios within the rounds."""
    workers = [
        subprocess.Popen(
            [sys.executable, __file__, "--work", size],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for size in sizes
    ]
    for worker in workers:
        assert worker.stdout
        assert worker.stdout.readline().strip() == "ready"
    for number in NUMBERS:
        places = [told(worker, f"near {number}").split() for worker in workers]
        ratios, costs = [], []
        for turn in range(rounds + 1):
            both = [
                float(told(worker, f"count {place[0]}"))
                for worker, place in zip(workers, places, strict=True)
            ]
            if turn:
                ratios.append(both[1] / both[0])
                costs.append(both)
        shown = ", ".join(
            f"{size}: {cases} cases {1000 * statistics.median(cost):.0f} ms"
            for size, (_, cases), cost in zip(sizes, places, zip(*costs, strict=True), strict=True)
        )
        print(f"{shown}; ratio {statistics.median(ratios):.2f}", flush=True)
    for worker in workers:
        assert worker.stdin
        worker.stdin.close()
        worker.wait()


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", nargs="*", default=["S", "L"])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--work", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.work:
        work(chosen.work)
    else:
        measure(chosen.sizes, chosen.rounds)


if __name__ == "__main__":
    main()
