#!/usr/bin/env python3
"""What eight visitors at once get from our pages and from the floor, in turn; and whether memory stays flat.

crowd.py --size L                 requests a second and the time of 95 in 100, as parts of the floor's
crowd.py --size L --requests 20000    the list over and over: memory of both workers before and after
"""

import argparse
import importlib
import statistics
import sys
from pathlib import Path
from typing import Any

import pages

AT_ONCE = 8
SHOWN = ("queue of all, 25 rows", "client's list (largest account)", "case page, 20 messages")


def compared(loader: Any, cast: dict[str, Any], pids: list[int], size: str, rounds: int) -> None:
    """Print the table."""
    cookie = {"Cookie": pages.floor_cookie()}
    wanted = {name: pages.pages(cast)[name] for name in SHOWN}
    ratios: dict[str, list[tuple[float, float, float]]] = {name: [] for name in SHOWN}
    for turn in range(rounds):
        warm = 2 if turn == 0 else 0
        more = {"conns": AT_ONCE, "secs": 3, "warm": warm}
        floor = loader.measure(pages.FLOOR, [pids[0]], headers=cookie, **more)
        for name, (path, who, _goal, _more) in wanted.items():
            headers = {"Cookie": cast[who]}
            got = loader.measure(pages.address(path), [pids[1]], headers=headers, **more)
            ratios[name].append(tuple(got[of] / floor[of] for of in ("rps", "p95", "pss_mb")))  # type: ignore[arg-type]
    print(f"\n{size}, {AT_ONCE} at once: parts of the floor's, median of {rounds} rounds\n")
    print("| page | requests/s | 95 in 100 | memory |\n| --- | --- | --- | --- |")
    for name, found in ratios.items():
        rate, late, memory = (statistics.median(column) for column in zip(*found, strict=True))
        print(f"| {name} | {rate:.2f} | {late:.2f} | {memory:.2f} |")


def steady(loader: Any, cast: dict[str, Any], pids: list[int], requests: int) -> None:
    """Print what both workers hold, every quarter of the way."""
    headers = {"Cookie": cast["agent"]}
    done = 0
    while done < requests:
        got = loader.measure(
            pages.address("/cases"), [pids[1]], AT_ONCE, requests // 800, headers, warm=0
        )
        done += got["n"]
        print(f"{done} requests: {got['pss_mb']} MiB")


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", default="L")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=0)
    parser.add_argument("--tools", type=Path, default=pages.ROOT.parent / "shared" / "bench")
    given = parser.parse_args()
    sys.path[:0] = [str(given.tools), str(pages.HERE)]
    loader = importlib.import_module("load")
    cast = pages.visitors(given.size)
    servers = pages.serve(given.size, given.tools)
    try:
        for port in pages.PORTS.values():
            loader.wait_http(f"http://127.0.0.1:{port}/healthz")
        pids = [server.pid for server in servers]
        if given.requests:
            steady(loader, cast, pids, given.requests)
        else:
            compared(loader, cast, pids, given.size, given.rounds)
    finally:
        for server in servers:
            loader.stop(server)


if __name__ == "__main__":
    main()
