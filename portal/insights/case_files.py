"""Histories from case files: what was recorded by an instant, merged cases joined. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from portal.insights.history import CaseHistory, Pause, Step, Turn, in_turn

Row = Mapping[str, str]
UNHAPPY, DETRACTOR = 2, 6


@dataclass(frozen=True)
class Files:
    """The rows of the CSV files that the figures read."""

    accounts: Sequence[Row]
    cases: Sequence[Row]
    events: Sequence[Row]
    surveys: Sequence[Row]


def histories(files: Files, as_of: int) -> list[CaseHistory]:
    """The history of every case of kind normal that was recorded by then and was not merged away (C2, C4)."""
    known = {row["case_id"]: row for row in files.cases if instant(row["recorded_at"]) <= as_of}
    events = [
        row
        for row in files.events
        if instant(row["recorded_at"]) <= as_of and row["case_id"] in known
    ]
    into = {
        row["case_id"]: row["value"]
        for row in events
        if row["type"] == "merged" and row["value"] in known
    }
    own, said = defaultdict[str, list[Row]](list), defaultdict[str, list[Row]](list)
    for row in events:
        own[row["case_id"]].append(row)
        if row["type"] == "message":
            said[_survivor(row["case_id"], into)].append(row)
    first = _first_openings(known, into)
    unhappy = _complaints(files.surveys, as_of)
    return [
        _history(row, first[name], own[name], said[name], unhappy)
        for name, row in known.items()
        if row["kind"] == "normal" and name not in into
    ]


@cache
def instant(text: str) -> int:
    """`YYYY-MM-DDTHH:MM:SSZ` as seconds."""
    return int(datetime.fromisoformat(text).timestamp())


def _survivor(name: str, into: Mapping[str, str]) -> str:
    """Where a case ended up; chains lead to the last."""
    seen = set[str]()
    while name in into and name not in seen:
        seen.add(name)
        name = into[name]
    return name


def _first_openings(known: Mapping[str, Row], into: Mapping[str, str]) -> dict[str, int]:
    first: dict[str, int] = {}
    for name, row in known.items():
        survivor, at = _survivor(name, into), instant(row["opened_at"])
        first[survivor] = min(at, first.get(survivor, at))
    return first


def _complaints(surveys: Sequence[Row], as_of: int) -> frozenset[str]:
    """Cases with a CSAT of 2 or less, or a detractor's comment linked to them (F16)."""
    return frozenset(
        row["case_id"]
        for row in surveys
        if row["case_id"]
        and row["answered_at"]
        and instant(row["answered_at"]) <= as_of
        and _is_complaint(row)
    )


def _is_complaint(row: Row) -> bool:
    score = int(row["score"] or 99)
    return (
        score <= UNHAPPY if row["kind"] == "csat" else score <= DETRACTOR and row["comment"] == "1"
    )


def _history(
    row: Row, opened_at: int, events: Sequence[Row], said: Sequence[Row], unhappy: frozenset[str]
) -> CaseHistory:
    public = sorted((instant(m["occurred_at"]), m["side"]) for m in said if m["public"] == "1")
    return CaseHistory(
        ref=row["case_id"],
        account=row["account_id"],
        opened_at=opened_at,
        origin=row["origin"],
        category=row["category"],
        priority=row["priority"],
        complaint=row["complaint"] == "1" or row["case_id"] in unhappy,
        steps=tuple(in_turn(_steps(events))),
        pauses=tuple(_pauses(events)),
        responses=tuple(at for at, side in public if side == "staff"),
        inbound=tuple(at for at, side in public if side == "client"),
        priorities=tuple(
            (instant(e["occurred_at"]), e["value"]) for e in events if e["type"] == "priority"
        ),
        transfers=tuple(
            (instant(e["occurred_at"]), e["value"]) for e in events if e["type"] == "transfer"
        ),
    )


def _steps(events: Sequence[Row]) -> Iterator[Step]:
    turns = {turn.value: turn for turn in Turn}
    for event in events:
        if event["type"] in turns:
            yield Step(instant(event["occurred_at"]), turns[event["type"]])


def _pauses(events: Sequence[Row]) -> Iterator[Pause]:
    begun: tuple[int, str] | None = None
    for event in events:
        at = instant(event["occurred_at"])
        if event["type"] == "pause_start" and begun is None:
            begun = at, event["value"]
        elif event["type"] == "pause_end" and begun is not None:
            yield Pause(begun[0], at, begun[1])
            begun = None
    if begun is not None:
        yield Pause(begun[0], None, begun[1])
