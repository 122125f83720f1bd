"""From kept stretches, the ledger and messages to the sums of each day of one account."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from portal import clock
from portal.actor import SYSTEM
from portal.cases.models import Case, Kind
from portal.db import db, opened
from portal.db.instants import Epoch
from portal.insights import reading
from portal.insights.busy_hours import QUARTER
from portal.insights.history import Turn
from portal.insights.models import CaseStretch
from portal.insights.quality import MATURES_AFTER
from portal.insights.reading import Span, instant
from portal.insights.tally import Tally
from portal.sla.walls import midnight

WHY = "sums by account and day"
BEGINNING, FOREVER = instant(0), datetime(9999, 1, 1, tzinfo=instant(0).tzinfo)
Day = tuple[date, bool]
"""A local day, and whether the confidential cases or the others."""


@dataclass(frozen=True)
class Days:
    """Some consecutive days of an account's calendar, or all of them."""

    account_id: int
    zone: str
    first: date | None = None
    end: date | None = None

    def has(self, day: date | None) -> bool:
        """Whether a day is one of them."""
        if day is None:
            return False
        return (self.first is None or self.first <= day) and (self.end is None or day < self.end)

    @property
    def span(self) -> Span:
        """The same for reading."""
        whole = everything(self.account_id)
        zone = ZoneInfo(self.zone)
        if self.first is None or self.end is None:
            return whole
        begin, end = (instant(midnight(day, zone)) for day in (self.first, self.end))
        return replace(whole, begin=begin, end=end)


def everything(account_id: int) -> Span:
    """All that was recorded about an account by now."""
    return Span(SYSTEM, [account_id], BEGINNING, FOREVER, clock.now())


def tallies(days: Days) -> dict[Day, Tally]:
    """The sums of each day on which something happened: four statements."""
    found: dict[Day, Tally] = {}

    def at(day: date, confidential: bool) -> Tally:
        return found.setdefault((day, confidential), Tally())

    for row in _stretches(days):
        count_stretch(days, row, at)
    apart = _apart(days.account_id)
    for case_id, target, _, moment, met, _ in reading.decisions(days.span):
        if apart.get(case_id, Kind.NORMAL) == Kind.NORMAL:
            day = place(moment, days.zone)[0]
            name = f"{'met' if met else 'missed'}:{target}"
            at(day, case_id in apart).counts[name] += 1
    for case_id, moment in reading.client_words(days.span):
        if apart.get(case_id, Kind.NORMAL) == Kind.NORMAL:
            day, slot = place(moment, days.zone)
            at(day, case_id in apart).counts[f"hour:{slot}"] += 1
    return {key: one.sort() for key, one in found.items()}


def _stretches(days: Days) -> Iterator[Any]:
    s = CaseStretch
    columns = (
        *(s.number, s.begun_on, s.ended_on, s.answered_on, s.ending, s.clock, s.counted),
        *(s.waited, s.at_once, s.answer_clock, s.answered_by_id, s.complaint, s.repeats),
        *(Epoch(s.begins_at).label("begin"), Epoch(s.ends_at).label("ended")),
        *(Epoch(s.back_at).label("back"), Case.category, Case.owner_id, Case.confidential),
    )
    statement = select(*columns).join(Case, Case.id == s.case_id)
    statement = statement.where(s.account_id == days.account_id)
    if days.first is not None:
        dates = (s.begun_on, s.ended_on, s.answered_on)
        statement = statement.where(or_(*(d.between(days.first, days.end) for d in dates)))
    yield from db.session.execute(opened(statement, s, Case, why=WHY))


def count_stretch(days: Days, row: Any, at: Callable[[date, bool], Tally]) -> None:
    """Count the opening, first answer and ending of a stretch that lie on one of the days."""
    _count_opening(days, row, at)
    _count_answer(days, row, at)
    _count_ending(days, row, at)


def _count_opening(days: Days, row: Any, at: Any) -> None:
    if not days.has(row.begun_on):
        return
    counts = at(row.begun_on, row.confidential).counts
    if row.number > 1:
        counts["reopened"] += 1
        return
    counts["opened"] += 1
    counts[f"category:{row.category}"] += 1
    if row.complaint:
        counts["complaints"] += 1
        counts[f"complaint:{row.category}"] += 1
    if row.repeats:
        counts[f"repeat:{row.repeats}"] += 1


def _count_answer(days: Days, row: Any, at: Any) -> None:
    if row.answer_clock is None or not days.has(row.answered_on):
        return
    one = at(row.answered_on, row.confidential)
    one.lists["first"].append(row.answer_clock)
    one.counts[f"first:{row.answered_by_id or row.owner_id or 0}"] += 1


def _count_ending(days: Days, row: Any, at: Any) -> None:
    if not days.has(row.ended_on):
        return
    one = at(row.ended_on, row.confidential)
    if row.ending != Turn.RESOLVED:
        one.counts["cancelled"] += 1
        return
    came_back = row.back is not None and row.back <= row.ended + MATURES_AFTER
    one.lists["clock"].append(row.clock)
    one.lists["lived"].append(row.ended - row.begin)
    one.counts.update(resolved=1, counted=row.counted, waited=row.waited)
    one.counts[f"done:{row.owner_id or 0}"] += 1
    for name, holds in (
        ("resolved", True),
        ("back", came_back),
        ("once", row.number == 1),
        ("settled", row.at_once and not came_back),
    ):
        if holds:
            one.lists[name].append(row.ended)
            one.counts[f"ends:{name}"] += 1


def _apart(account_id: int) -> Mapping[int, str]:
    """Kinds of the cases that figures do not count or that are confidential: few of many."""
    wanted = select(Case.id, Case.kind).where(
        Case.account_id == account_id, or_(Case.kind != Kind.NORMAL, Case.confidential)
    )
    rows = db.session.execute(opened(wanted, Case, why=WHY))
    return {row.id: row.kind for row in rows}


def place(at: int, zone: str) -> tuple[date, int]:
    """The local day and hour of the week in which an instant lies."""
    return _local(at // QUARTER, zone)


@lru_cache(maxsize=100_000)
def _local(quarter: int, zone: str) -> tuple[date, int]:
    local = datetime.fromtimestamp(quarter * QUARTER, ZoneInfo(zone))
    return local.date(), local.weekday() * 24 + local.hour
