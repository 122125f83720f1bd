"""Histories from case files: what was recorded by an instant, merged cases joined. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from portal.insights.case_tables import Files, Row
from portal.insights.history import CaseHistory, Link, Step, Turn, Word, in_turn
from portal.sla.case_files import instant
from portal.sla.clocks import Pause
from portal.sla.course import Act, Mark

UNHAPPY, DETRACTOR = 2, 6
TURNS = {turn.value: turn for turn in Turn}


def histories(files: Files, as_of: int) -> list[CaseHistory]:
    """The history of every case of kind normal that was recorded by then and was not merged away (C2, C4).

    A case merged away leaves its opening and its messages to the survivor and is gone with all else.
    """
    known = {row["case_id"]: row for row in recorded(files.cases, as_of)}
    events = sorted(recorded(files.events, as_of), key=_turn_of)
    into = {row["case_id"]: row["value"] for row in events if _merges(row, known)}
    told = _told(events, known, into)
    first = _first_openings(known, into)
    links = _links(files.links, as_of)
    unhappy = _complaints(files.surveys, as_of)
    return [
        _history(row, first[name], told[name], links[name], name in unhappy)
        for name, row in known.items()
        if row["kind"] == "normal" and name not in into
    ]


def recorded(rows: Iterable[Row], as_of: int) -> Iterator[Row]:
    """The rows that were recorded by an instant (C2)."""
    return (row for row in rows if instant(row["recorded_at"]) <= as_of)


def numbered(text: str) -> tuple[int, str]:
    """What sorts ids as numbers where they are numbers."""
    return (int(text), "") if text.isdecimal() else (0, text)


def _turn_of(event: Row) -> tuple[int, tuple[int, str]]:
    return instant(event["occurred_at"]), numbered(event["event_id"])


def _merges(event: Row, known: Mapping[str, Row]) -> bool:
    return event["type"] == "merged" and event["case_id"] in known and event["value"] in known


def _told(
    events: Iterable[Row], known: Mapping[str, Row], into: Mapping[str, str]
) -> Mapping[str, list[Row]]:
    """The events of each case in order, its messages those of the cases merged into it too."""
    told = defaultdict[str, list[Row]](list)
    for row in events:
        name = row["case_id"]
        if name in known:
            told[_survivor(name, into) if row["type"] == "message" else name].append(row)
    return told


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


def _links(links: Iterable[Row], as_of: int) -> Mapping[str, list[Link]]:
    found = defaultdict[str, list[Link]](list)
    for row in recorded(links, as_of):
        found[row["case_id"]].append(Link(row["of_case_id"], row["confirmed"] == "1"))
    return found


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
    row: Row, opened_at: int, events: Sequence[Row], links: Sequence[Link], unhappy: bool
) -> CaseHistory:
    words = tuple(_words(events))
    return CaseHistory(
        ref=row["case_id"],
        account=row["account_id"],
        opened_at=opened_at,
        origin=row["origin"],
        category=row["category"],
        priority=row["priority"],
        complaint=row["complaint"] == "1" or unhappy,
        steps=tuple(in_turn(_steps(events))),
        pauses=tuple(_pauses(events)),
        responses=tuple(word.at for word in words if word.by_staff),
        inbound=tuple(word.at for word in words if not word.by_staff),
        priorities=tuple(_values(events, "priority")),
        transfers=tuple(_values(events, "transfer")),
        opened_by=row.get("opened_by") or None,
        marks=tuple(_marks(events)),
        words=words,
        links=tuple(links),
        escalations=tuple(_values(events, "escalated")),
    )


def _words(events: Iterable[Row]) -> Iterator[Word]:
    """Public messages of people; a machine is neither side (C5)."""
    for event in events:
        if _is_public(event):
            person = event.get("person_id") or None
            yield Word(instant(event["occurred_at"]), event["side"] == Act.STAFF, person)


def _marks(events: Iterable[Row]) -> Iterator[Mark]:
    for event in events:
        if event["type"] in TURNS:
            yield Mark(instant(event["occurred_at"]), Act(event["type"]))
        elif _is_public(event):
            yield Mark(instant(event["occurred_at"]), Act(event["side"]))


def _is_public(event: Row) -> bool:
    return (
        event["type"] == "message"
        and event["public"] == "1"
        and event["side"] in (Act.CLIENT, Act.STAFF)
    )


def _steps(events: Iterable[Row]) -> Iterator[Step]:
    for event in events:
        if event["type"] in TURNS:
            yield Step(instant(event["occurred_at"]), TURNS[event["type"]])


def _values(events: Iterable[Row], kind: str) -> Iterator[tuple[int, str]]:
    for event in events:
        if event["type"] == kind:
            yield instant(event["occurred_at"]), event["value"]


def _pauses(events: Iterable[Row]) -> Iterator[Pause]:
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
