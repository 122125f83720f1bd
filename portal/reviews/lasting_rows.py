"""Reads what F13 and F14 need besides the rows of the cases: confirmed repeats, and who was settled at once."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal.cases.models import Origin
from portal.db import db
from portal.db.instants import Epoch
from portal.events import Event
from portal.insights import further
from portal.insights.attainment import written
from portal.insights.gathering import Gathered
from portal.insights.history import CaseHistory, Report
from portal.insights.reading import Span, answers_before, cases_by_id, seconds
from portal.insights.speed import resolutions
from portal.reviews.lasting import Lasting, Row, lasting


def lasting_of(
    span: Span, zone: ZoneInfo, gathered: Gathered, name: Callable[[str], str]
) -> Lasting:
    """F13 and F14 of the span with their rows, in which each case has the name that a review gives it."""
    report = Report(seconds(span.begin), seconds(span.end), seconds(span.as_of), zone)
    cases = gathered.histories
    found = lasting(report, cases, list(_repeats(span)), list(_once(span, report, gathered)))
    return replace(
        found,
        repeats=tuple(sorted((name(row[0]), *row[1:]) for row in found.repeats)),
        once=tuple(sorted(map(name, found.once))),
    )


def _repeats(span: Span) -> Iterator[Row]:
    """Each case opened in the span that is said to repeat another one of the accounts."""
    said = further.links(span)
    if not said:
        return
    earlier = {of for found in said.values() for of, _sure in found}
    rows = cases_by_id(span, said.keys() | earlier)
    known, solved = {row.id: span.parted.as_then(row) for row in rows}, _solved(span, earlier)
    for case, found in said.items():
        for of, sure in found:
            if case in known and of in known and case != of:
                yield _row(known[case], known[of], sure, solved.get(of, ()))


def _solved(span: Span, ids: set[int]) -> dict[int, list[int]]:
    """When these cases were resolved, as recorded by then."""
    statement = select(Event.case_id, Epoch(Event.occurred_at)).where(
        Event.kind == "CaseResolved", Event.recorded_at <= span.as_of, Event.case_id.in_(ids)
    )
    found = dict[int, list[int]]()
    for case_id, at in db.session.execute(span.of(statement, Event)):
        found.setdefault(case_id, []).append(at)
    return found


def _row(case: Any, earlier: Any, sure: bool, solved: Sequence[int]) -> Row:
    last = max((at for at in solved if at <= case.opened_at), default=None)
    same = case.opened_by_id is not None and case.opened_by_id == earlier.opened_by_id
    when = "" if last is None else written(last)
    return case.ref, "1" if sure else "", when, "1" if same else ""


def _once(span: Span, report: Report, gathered: Gathered) -> Iterator[str]:
    """The cases first resolved in the span after exactly one human response."""
    first = dict(_first(report, gathered))
    heard = Counter[int]()
    for case_id, at in answers_before(span, seconds(span.end), first.keys()):
        heard[case_id] += case_id in first and at <= first[case_id][1]
    for case_id, (case, _end) in first.items():
        if heard[case_id] + (case.origin == Origin.ON_BEHALF) == 1:
            yield case.ref


def _first(report: Report, gathered: Gathered) -> Iterator[tuple[int, tuple[CaseHistory, int]]]:
    for case, one in resolutions(report, gathered.histories):
        if one.number == 1:
            yield gathered.ids[case.ref], (case, one.end)
