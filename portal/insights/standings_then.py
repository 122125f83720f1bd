"""The figures of many accounts side by side as they were known at an instant (C2): from what happened, not from kept sums."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal.cases.models import Case
from portal.db import db
from portal.events import Event
from portal.insights import further, past
from portal.insights.asked import Asked
from portal.insights.backlog import DAY, bucket
from portal.insights.day_sources import Days, count_stretch
from portal.insights.gathering import Gathered, gather
from portal.insights.history import CaseHistory, Report
from portal.insights.loyalty import accounts_in
from portal.insights.open_work import NAMES, OpenWork
from portal.insights.parted import parted_at
from portal.insights.reading import Span, instant, seconds, standing_then
from portal.insights.scope import Scope
from portal.insights.standings import Standing, health_until, reports_of, voices_of
from portal.insights.stretch_rows import row_of
from portal.insights.stretches import stretches
from portal.insights.sum import Sum
from portal.insights.tally import Tally
from portal.insights.workload import NOBODY, Work
from portal.sla.promises import overdue
from portal.sla.walls import midnight


class Missed(NamedTuple):
    """A promise that was missed, as `reading.misses` tells of it."""

    case_id: int
    target: str
    number: int
    at: int
    cause: str
    account_id: int


@dataclass(frozen=True)
class Known:
    """What was known at an instant: how each account stood, what was missed in the period, what lay on which desk."""

    span: Span
    standings: list[Standing]
    misses: list[Missed]
    open: dict[int, Work]


@dataclass(frozen=True)
class _Account:
    """One account's cases, and how to look at them; `owners` are those of the instant, by reference."""

    row: Any
    report: Report
    cases: Sequence[CaseHistory]
    decided: Sequence[Any]
    owners: Mapping[str, int]

    def total(self, begin: date, end: date, by_ref: Mapping[str, CaseHistory]) -> Sum:
        """What is kept of some days, counted by the same rules."""
        zone, tally = self.row.timezone, Tally()
        days = Days(self.row.id, zone, begin, end)
        for case in self.cases:
            about = {
                "category": case.category,
                "confidential": False,
                "owner_id": self.owners[case.ref],
            }
            for one in stretches(self.report, case, by_ref):
                lasted = {"begin": one.begin, "ended": one.end, "back": one.back}
                row = SimpleNamespace(**row_of(one, zone), **lasted, **about)
                count_stretch(days, row, lambda _day, _confidential: tally)
        first, last = (midnight(day, ZoneInfo(zone)) for day in (begin, end))
        for one in self.decided:
            if first <= one.at < last:
                tally.counts[f"{'met' if one.met else 'missed'}:{one.target}"] += 1
        kept = tally.sort()
        return Sum(kept.counts, Counter(), {name: [found] for name, found in kept.lists.items()})

    @property
    def work(self) -> OpenWork:
        """What was open at the end of the period."""
        end = self.report.end
        since = [case.opened_at for case in self.cases if case.is_open_before(end)]
        ages = Counter(bucket((end - at) // DAY) for at in since)
        oldest = instant(min(since)) if since else None
        return OpenWork(len(since), tuple(ages[name] for name in NAMES), oldest)

    @property
    def escalated(self) -> int:
        """How many cases were escalated in the period."""
        return sum(any(self.report.covers(at) for at, _ in case.escalations) for case in self.cases)


def known_at(scope: Scope, asked: Asked, as_of: datetime) -> Known:
    """Every account of the scope by name with what was recorded by an instant; each in its own time zone.

    Name, manager, zone and whether it is a client are read as they are now.
    """
    accounts = [one for one in accounts_in(scope) if one.created_at <= as_of]
    reports = reports_of(accounts, asked, as_of)
    span = _span(scope, asked, reports, as_of)
    found = gather(span, further.read(span))
    owners = _owners(span, found)
    each = {one.row.id: one for one in _each(accounts, reports, found, owners)}
    return Known(
        span,
        list(_standings(scope, asked, span, each, found)),
        list(_misses(found, each)),
        _open(span, found, owners),
    )


def _span(scope: Scope, asked: Asked, reports: Mapping[int, Report], as_of: datetime) -> Span:
    """From the beginning of the period before up to the instant, so that what was open then is found too."""
    assert asked.before is not None
    begin = min(
        (midnight(asked.before[0], one.zone) for one in reports.values()), default=seconds(as_of)
    )
    end = max([seconds(as_of), *(one.end for one in reports.values())])
    parted = parted_at(scope.actor, list(reports), as_of)
    return Span(
        scope.actor, list(reports), instant(begin), instant(end), as_of, past=True, parted=parted
    )


def _each(
    accounts: Iterable[Any],
    reports: Mapping[int, Report],
    found: Gathered,
    owners: Mapping[str, int],
) -> Iterator[_Account]:
    cases, decided = defaultdict[Any, list[CaseHistory]](list), defaultdict[Any, list[Any]](list)
    home = {}
    for case in found.histories:
        cases[case.account].append(case)
        home[case.ref] = case.account
    for one in found.decisions:
        decided[home[one.case]].append(one)
    for row in accounts:
        yield _Account(row, reports[row.id], cases[row.id], decided[row.id], owners)


def _standings(
    scope: Scope, asked: Asked, span: Span, each: Mapping[int, _Account], found: Gathered
) -> Iterator[Standing]:
    assert asked.before is not None
    by_ref = {case.ref: case for case in found.histories}
    voices = voices_of(span, {account_id: one.report for account_id, one in each.items()})
    health = health_until(scope, list(each), asked.end, span.as_of)
    for account_id, one in each.items():
        yield Standing(
            one.row,
            one.report,
            one.total(asked.begin, asked.end, by_ref),
            one.total(*asked.before, by_ref),
            one.work,
            voices[account_id],
            one.escalated,
            health.get(account_id),
        )


def _misses(found: Gathered, each: Mapping[int, _Account]) -> Iterator[Missed]:
    for account_id, account in each.items():
        for one in account.decided:
            if not one.met and account.report.covers(one.at):
                case_id = found.ids[one.case]
                yield Missed(case_id, one.target, one.number, one.at, one.cause, account_id)


def _owners(span: Span, found: Gathered) -> dict[str, int]:
    """Who had each case at the instant: what the first change recorded since says was before, else who has it now."""
    statement = standing_then(span, select(Case.id, Case.owner_id))
    owners = dict(map(tuple, db.session.execute(statement)))
    old = Event.payload["old_id"].as_integer()
    later = select(Event.case_id, old).where(
        Event.kind == "OwnerChanged", Event.recorded_at > span.as_of
    )
    for case_id, owner_id in db.session.execute(span.of(later, Event).order_by(Event.id.desc())):
        owners[case_id] = owner_id
    return {ref: owners.get(case_id) or NOBODY for ref, case_id in found.ids.items()}


def _open(span: Span, found: Gathered, owners: Mapping[str, int]) -> dict[int, Work]:
    """What lay open on each desk at the instant, and what of it was over its time."""
    still = {found.ids[case.ref]: case for case in found.histories if case.is_open}
    desks = defaultdict[int, Work](Work)
    for case in still.values():
        desks[owners[case.ref]].open += 1
    now = seconds(span.as_of)
    for _case_id, since, case in past.promised(span, still):
        late = overdue(case.course(), case.terms or {}, now, since)
        desks[owners[case.ref]].overdue += late
    return desks
