#!/usr/bin/env python3
"""What a service review costs: the whole job against WeasyPrint's plain rendering of the same HTML.

Makes the review of the account with the most cases in the portal's own database (PORTAL_DATABASE_URL,
PORTAL_INSTANCE), again and again, as the worker does: figures and lists from the database, HTML, the tagged PDF
in the rendering process, the corrections. In turn with it the same HTML is rendered plainly, without tags,
attachment and corrections, by the same warm process. Nothing is stored.

review.py                       CPU seconds and their ratio (goal 1.2), pages, peak memory
review.py --period 2025 --account AC00002 --rounds 9
review.py --workers             two worker processes against one (goal 1.8); wants two idle cores
review.py --night 100           orders that many accounts' reviews in the portal's own database and has `portal worker`
                                make them, with one process and with two in turn: what a quarter's end costs, and the
                                memory it takes. It leaves drafts behind; use a copy

CPU is that of this process, the rendering process and, with PostgreSQL on this machine, the connection's backend.
"""

import argparse
import importlib
import io
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def cpu_of(pid: int) -> float:
    """CPU seconds of a running process so far (Linux: the clock of another process)."""
    return time.clock_gettime(~pid << 3 | 2)


def peak_of(pid: int) -> float:
    """The most memory a running process has held, in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


@dataclass
class Subject:
    """What is made again and again."""

    app: Any
    account: Any
    period: Any
    language: str

    def made(self) -> tuple[Any, bytes]:
        """The whole job; the sheet is handed back too, for plain rendering."""
        operations = importlib.import_module("portal.reviews.operations")
        document = importlib.import_module("portal.reviews.document")
        clock = importlib.import_module("portal.clock")
        actor = importlib.import_module("portal.actor").SYSTEM
        content = operations.content_for(
            actor, self.account, self.period, self.language, clock.now()
        )
        sheet = document.sheet(content)
        return sheet, self.press.print(sheet)

    @property
    def press(self) -> Any:
        """The rendering process of this one."""
        branding = importlib.import_module("portal.reviews.branding")
        return importlib.import_module("portal.reviews.pdf").press(branding.static_folder())

    def processes(self) -> list[int]:
        """The rendering process and, on a database server of this machine, the backend of our connection."""
        database = importlib.import_module("portal.db").db
        found = [self.press._process.pid]
        if database.engine.dialect.name == "postgresql":
            backend = database.session.connection().connection.driver_connection.info.backend_pid
            if Path(f"/proc/{backend}/status").exists():
                found.append(backend)
        return found


def subject(ref: str, code: str, language: str) -> Subject:
    """The account (the one with the most cases if none is named) and the period."""
    app = importlib.import_module("portal.app").create_app()
    app.app_context().push()
    finding = importlib.import_module("portal.accounts.finding")
    if not ref:
        listed = subprocess.run(
            [Path(sys.executable).parent / "portal", "accounts"],
            capture_output=True,
            text=True,
            check=True,
        )
        ref, cases = listed.stdout.split(maxsplit=2)[:2]
        print(f"account {ref}, {cases} cases, {code}")
    period = importlib.import_module("portal.reviews.periods").Period.parse(code)
    return Subject(app, finding.account_called(ref), period, language)


def measure(what: Subject, rounds: int) -> None:
    """Print CPU of the whole job and of plain rendering, in turn, and the median of the ratios."""
    sheet, _pdf = what.made()
    what.press.print(replace(sheet, plain=True))
    ratios, before, inside, plain = [], [], [], []
    pdf = b""
    for _round in range(rounds):
        here, there = time.process_time(), [cpu_of(pid) for pid in what.processes()]
        sheet, pdf = what.made()
        inside.append(cpu_of(what.processes()[0]) - there[0])
        spent = [cpu_of(pid) - old for pid, old in zip(what.processes(), there, strict=True)]
        before.append(time.process_time() - here + sum(spent[1:]))
        mark = cpu_of(what.processes()[0])
        what.press.print(replace(sheet, plain=True))
        plain.append(cpu_of(what.processes()[0]) - mark)
        ratios.append((before[-1] + inside[-1]) / plain[-1])
    report(what, ratios, (before, inside, plain), pdf)


def report(
    what: Subject,
    ratios: list[float],
    parts: tuple[list[float], list[float], list[float]],
    pdf: bytes,
) -> None:
    """Medians, one line each."""
    pages = len(importlib.import_module("pypdf").PdfReader(io.BytesIO(pdf)).pages)
    for name, values in zip(
        ("figures, lists, HTML", "tagged PDF, corrections", "plain rendering"), parts, strict=True
    ):
        print(f"{name:25}{statistics.median(values):.3f} s CPU, at least {min(values):.3f}")
    least = [min(values) for values in parts]
    print(
        f"ratio                    {statistics.median(ratios):.2f}, median of {len(ratios)} rounds"
    )
    print(
        f"ratio of the least       {(least[0] + least[1]) / least[2]:.2f}, for a machine with others on it"
    )
    print(f"pages                    {pages}, {len(pdf) / 1024:.0f} KiB")
    print(f"peak memory, rendering   {peak_of(what.processes()[0]):.0f} MiB")


def work(what: Subject) -> None:
    """A worker of the second measurement: warm up, wait for a number, make as many, say so; until the end."""
    what.made()
    print("ready", flush=True)
    for line in sys.stdin:
        for _one in range(int(line)):
            what.made()
        print("done", flush=True)


def workers(arguments: list[str], rounds: int, jobs: int) -> None:
    """Print how many reviews two workers make in the time of one."""
    command = [sys.executable, __file__, "--work", *arguments]
    pair = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _one in range(2)
    ]
    for worker in pair:
        assert worker.stdout
        while worker.stdout.readline().strip() != "ready":
            pass
    gains, machine = [], []
    for _round in range(rounds):
        one, two = timed(pair[:1], jobs), timed(pair, jobs)
        gains.append(2 * one / two)
        machine.append(2 * counted(1) / counted(2))
    for worker in pair:
        assert worker.stdin
        worker.stdin.close()
        worker.wait()
    print(f"two workers against one  {statistics.median(gains):.2f}  (goal 1.8)")
    print(
        f"two that only count      {statistics.median(machine):.2f}  (what the machine gives just now)"
    )


def night(code: str, reviews: int) -> None:
    """Print how many reviews a second one process and two make of the same orders, and the memory of all of them."""
    rates, peaks = {}, {}
    for processes in (1, 2, 1, 2):
        ordered(code, reviews)
        rate, peak = made_by(processes, reviews)
        rates.setdefault(processes, []).append(rate)
        peaks[processes] = max(peak, peaks.get(processes, 0.0))
        print(
            f"{processes} process(es)            {rate:.2f} reviews/s, {peak:.0f} MiB", flush=True
        )
    gain = max(rates[2]) / max(rates[1])
    print(f"two against one          {gain:.2f}  (goal 1.8)")
    print(
        f"two that only count      {2 * counted(1) / counted(2):.2f}  (what the machine gives just now)"
    )


def ordered(code: str, reviews: int) -> None:
    """Order the period's review of accounts spread evenly over their keys, anew where there is one."""
    app = importlib.import_module("portal.app").create_app()
    operations = importlib.import_module("portal.reviews.operations")
    accounts = importlib.import_module("portal.accounts.models").Account
    database = importlib.import_module("portal.db")
    period = importlib.import_module("portal.reviews.periods").Period.parse(code)
    system = importlib.import_module("portal.actor").SYSTEM
    with app.app_context(), database.transaction():
        every = database.db.session.scalars(accounts.unscoped("bench").order_by(accounts.id)).all()
        for account in every[:: max(1, len(every) // reviews)][:reviews]:
            operations.order_review(account, period, account.language, by=system, anew=True)


def made_by(processes: int, reviews: int) -> tuple[float, float]:
    """Reviews a second until all are made, and the most memory (MiB) that all processes held at once."""
    making = importlib.import_module("portal.reviews.making")
    app = importlib.import_module("portal.app").create_app()
    system = importlib.import_module("portal.actor").SYSTEM
    command = [sys.executable, "-m", "portal", "worker", "--processes", str(processes)]
    database = importlib.import_module("portal.db").db
    worker, begin, left, peak = subprocess.Popen(command, cwd=ROOT), 0.0, reviews, 0.0
    with app.app_context():
        while left:
            time.sleep(0.2)
            database.session.rollback()
            now = making.making(system)
            left = now.waiting + now.building
            if not begin and left < reviews:
                begin, reviews = time.perf_counter(), left
            peak = max(peak, sum(map(held_by, [worker.pid, *below(worker.pid)])))
    seconds = time.perf_counter() - begin
    worker.terminate()
    worker.wait()
    return reviews / seconds, peak


def below(pid: int) -> list[int]:
    """All descendants of a process."""
    found = []
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for one in tasks for child in (one / "children").read_text().split()]
    except OSError:
        return []
    for child in children:
        found += [child, *below(child)]
    return found


def held_by(pid: int) -> float:
    """The proportional memory of a process, in MiB; nothing of one that has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def counted(processes: int) -> float:
    """Seconds in which so many processes count to the same number."""
    begin = time.perf_counter()
    some = [
        subprocess.Popen([sys.executable, "-c", "for n in range(30_000_000): pass"])
        for _one in range(processes)
    ]
    for one in some:
        one.wait()
    return time.perf_counter() - begin


def timed(some: list[Any], jobs: int) -> float:
    """Seconds until each of the workers has made so many reviews."""
    begin = time.perf_counter()
    for worker in some:
        worker.stdin.write(f"{jobs}\n")
        worker.stdin.flush()
    for worker in some:
        assert worker.stdout.readline().strip() == "done"
    return time.perf_counter() - begin


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--account", default="", help="reference; the account with the most cases")
    parser.add_argument("--period", default="2026-Q2")
    parser.add_argument("--lang", default="en")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--jobs", type=int, default=3, help="reviews a worker makes in a round")
    parser.add_argument("--workers", action="store_true")
    parser.add_argument("--night", type=int, default=0, metavar="REVIEWS")
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    passed = ["--account", chosen.account, "--period", chosen.period, "--lang", chosen.lang]
    if chosen.night:
        night(chosen.period, chosen.night)
        return
    if chosen.workers:
        workers(passed, chosen.rounds, chosen.jobs)
        return
    what = subject(chosen.account, chosen.period, chosen.lang)
    if chosen.work:
        work(what)
    else:
        measure(what, chosen.rounds)


if __name__ == "__main__":
    main()
