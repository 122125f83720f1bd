#!/usr/bin/env python3
"""What our pages cost, in floors: pages visited in turn with the floor, ratios inside each round.

pages.py --load S L        import the data sets into databases of their own
pages.py --size L          measure (on the databases loaded before)
"""

import argparse
import http.client
import importlib
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
BIN = Path(sys.executable).parent
BENCH = Path(os.environ.get("BENCH", ""))
PGPORT = os.environ.get("PGPORT", "5455")
REPLIES = 1500
PASSWORD = "only for measuring speed"
QUARTER, YEAR = "from=2026-04-01&to=2026-06-30", "from=2025-07-01&to=2026-06-30"
"""The last ones that the data sets fill."""

PORTS = {"floor": 8151, "portal": 8152}
FLOOR = f"http://127.0.0.1:{PORTS['floor']}/accounts/1/cases"


def address(path: str) -> str:
    """Where the portal under test has a page."""
    return f"http://127.0.0.1:{PORTS['portal']}{path}"


def database(size: str) -> str:
    """The address of the database of a size."""
    return f"postgresql://bench@127.0.0.1:{PGPORT}/portal_{size.lower()}"


def settings(size: str) -> dict[str, str]:
    """The environment of the portal under test."""
    return {
        **os.environ,
        "PORTAL_DATABASE_URL": database(size),
        "PORTAL_INSTANCE": str(BENCH / f"instance-{size}"),
        "PORTAL_PORT": str(PORTS["portal"]),
    }


def load(size: str) -> None:
    """Make the database of a size anew by `portal import`."""
    name = f"portal_{size.lower()}"
    psql = ["psql", "-h", "127.0.0.1", "-p", PGPORT, "-U", "bench", "-d", "postgres", "-qc"]
    subprocess.run([*psql, f"drop database if exists {name}"], check=True)
    subprocess.run([*psql, f"create database {name}"], check=True)
    subprocess.run([BIN / "portal", "init"], env=settings(size), check=True)
    begin = time.time()
    subprocess.run(
        [BIN / "portal", "import", str(BENCH / "data" / size)], env=settings(size), check=True
    )
    print(f"{size}: imported in {time.time() - begin:.1f} s")
    subprocess.run([*psql[:-3], "-d", name, "-qc", "vacuum analyze"], check=True)


def visitors(size: str) -> dict[str, Any]:
    """Cookies of an agent who sees everything, a manager and a client's person of the largest account."""
    os.environ.update(settings(size))
    app = importlib.import_module("portal.app").create_app()
    reviewed = importlib.import_module("reviewed")
    cast: dict[str, Any] = importlib.import_module("cast").make(app, PASSWORD)
    return cast | {
        "review": reviewed.stored(app),
        "orders": partial(reviewed.orders, app, "manager@bench.example", REPLIES),
    }


def pages(cast: dict[str, Any]) -> dict[str, tuple[str, str, float, dict[str, Any]]]:
    """Name → (path, who, goal in F, further arguments of the loader)."""
    fragment = {"HX-Request": "true", "HX-Request-Type": "partial"}
    reply = posted(f"/cases/{cast['quiet_case']}/messages", replies)
    order = posted("/reviews", cast["orders"])
    return {
        "queue of all, 25 rows": ("/cases", "agent", 2.0, {}),
        "queue of one account": (f"/cases?account={cast['account']}", "agent", 2.0, {}),
        "client's list (largest account)": ("/cases", "contact", 2.0, {}),
        "case page, 20 messages": (f"/cases/{cast['case']}", "agent", 3.0, {}),
        "search, two words": ("/search?q=warehouse+pallet", "agent", 3.0, {}),
        "account page": (f"/accounts/{cast['account']}", "agent", 3.5, {}),
        "portfolio": ("/accounts", "manager", 4.0, {}),
        "insights, everything, a quarter": (f"/insights?{QUARTER}", "agent", 10.0, {}),
        "insights, everything, a year": (f"/insights?{YEAR}", "agent", 10.0, {}),
        "insights, largest account": (
            f"/insights?account={cast['account']}&{QUARTER}",
            "agent",
            10.0,
            {},
        ),
        "insights of a manager's accounts": (f"/insights?{QUARTER}", "manager", 10.0, {}),
        **{
            f"insights, everything, {view}": (f"/insights?view={view}&{QUARTER}", "agent", 10.0, {})
            for view in ("opinion", "workload", "loyalty", "coverage")
        },
        "insights, largest account by channel": (
            f"/insights?account={cast['account']}&view=breakdown&half=quality&{QUARTER}",
            "agent",
            10.0,
            {},
        ),
        "cases behind a number": (f"/cases?figure=F12&{QUARTER}", "agent", 10.0, {}),
        "stored review as PDF": (f"/reviews/{cast['review']}.pdf", "agent", 1.5, {}),
        "stored review as a page": (f"/reviews/{cast['review']}.html", "agent", 3.0, {}),
        "where a review stands": (f"/reviews/{cast['review']}", "agent", 3.5, {}),
        "order a review": ("/reviews", "manager", 3.0, order),
        "queue as fragment": ("/cases", "agent", 1.3, {"headers": fragment}),
        "post a reply": (f"/cases/{cast['quiet_case']}/messages", "agent", 3.0, reply),
    }


def posted(path: str, bodies: Callable[[], list[str]]) -> dict[str, Any]:
    """What the loader needs to send a form over and over, each time with another body."""
    own = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    return {"method": "POST", "bodies": bodies, "paths": [path] * REPLIES, "headers": own}


def replies() -> list[str]:
    """Bodies that were never sent before, as many as the loader's command line takes."""
    begun = time.time_ns()
    return [f"mode=reply&body=Thank+you.&submission=bench{begun + n}" for n in range(REPLIES)]


def serve(size: str, tools: Path) -> list[subprocess.Popen[bytes]]:
    """Start the floor and the portal, two workers each."""
    floor_env = {
        **os.environ,
        "FLOOR_DATA": "cols",
        "FLOOR_URL": f"postgresql+psycopg://bench@127.0.0.1:{PGPORT}/floor_{size.lower()}",
    }
    floor = [
        str(BIN / "gunicorn"),
        "-b",
        f"127.0.0.1:{PORTS['floor']}",
        "-w",
        "2",
        "--log-level",
        "error",
        "app:app",
    ]
    return [
        subprocess.Popen(floor, cwd=tools / "floor", env=floor_env),
        subprocess.Popen([BIN / "portal", "serve"], env=settings(size)),
    ]


def floor_cookie() -> str:
    """A log-in at the floor."""
    answer = subprocess.run(
        ["curl", "-si", f"http://127.0.0.1:{PORTS['floor']}/login/3"],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"Set-Cookie: ([^;]+)", answer.stdout)
    assert found, answer.stdout
    return found.group(1)


def measure(size: str, tools: Path, rounds: int, seconds: int, only: str | None = None) -> None:
    """Print the table of one size."""
    sys.path.insert(0, str(tools))
    sys.path.insert(0, str(HERE))
    loader = importlib.import_module("load")
    cast = visitors(size)
    servers = serve(size, tools)
    try:
        for port in PORTS.values():
            loader.wait_http(f"http://127.0.0.1:{port}/healthz")
        table(loader, cast, servers, size, rounds, seconds, only or "")
    finally:
        for server in servers:
            loader.stop(server)


def require_page(url: str, headers: dict[str, str], options: dict[str, Any]) -> None:
    """Stop when a page is not what shall be measured: a redirect to the log-in costs next to nothing."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    body = options["bodies"][-1] if "bodies" in options else None
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    connection.request(options.get("method", "GET"), path, body, headers)
    status = connection.getresponse().status
    if status != (303 if body else 200):
        raise SystemExit(f"{path} answered {status}")


def table(
    loader: Any,
    cast: dict[str, Any],
    servers: list[subprocess.Popen[bytes]],
    size: str,
    rounds: int,
    seconds: int,
    only: str,
) -> None:
    """Visit the floor and every page in turn; print medians of the ratios within each round."""
    cookie = floor_cookie()
    wanted = {name: page for name, page in pages(cast).items() if only in name}
    ratios: dict[str, list[float]] = {name: [] for name in wanted}
    last: dict[str, Any] = {}
    for turn in range(rounds):
        floor = loader.measure(
            FLOOR,
            [servers[0].pid],
            1,
            seconds,
            {"Cookie": cookie},
            db=f"floor_{size.lower()}",
            warm=1 if turn == 0 else 0,
        )
        base = floor["app_cpu_ms"] + floor["db_cpu_ms"]
        for name, (path, who, _, more) in wanted.items():
            options = {key: value() if callable(value) else value for key, value in more.items()}
            headers = {"Cookie": cast[who], **options.pop("headers", {})}
            url = address(path)
            if turn == 0:
                require_page(url, headers, options)
            got = loader.measure(
                url,
                [servers[1].pid],
                1,
                seconds,
                headers,
                db=f"portal_{size.lower()}",
                warm=1 if turn == 0 else 0,
                **options,
            )
            ratios[name].append((got["app_cpu_ms"] + got["db_cpu_ms"]) / base)
            last[name] = got
    print(f"\n{size}: CPU in floors, median of {rounds} rounds (floor {base:.2f} ms)\n")
    print("| page | F | goal | SQL | KiB | errors |\n| --- | --- | --- | --- | --- | --- |")
    for name, (_, _, goal, _) in wanted.items():
        got = last[name]
        print(
            f"| {name} | {statistics.median(ratios[name]):.2f} | {goal} | {got['sql']:.1f} | {got['bytes'] / 1024:.1f} | {got.get('errors', '')} |"
        )


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--load", nargs="*", default=[])
    parser.add_argument("--size")
    parser.add_argument("--only", help="pages with this in their name")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--secs", type=int, default=2)
    parser.add_argument("--tools", type=Path, default=ROOT.parent / "shared" / "bench")
    arguments = parser.parse_args()
    for size in arguments.load:
        load(size)
    if arguments.size:
        measure(arguments.size, arguments.tools, arguments.rounds, arguments.secs, arguments.only)


if __name__ == "__main__":
    main()
