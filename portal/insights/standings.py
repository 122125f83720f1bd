"""The figures of many accounts side by side, from kept sums: as many statements for four hundred accounts as for one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from portal import clock
from portal.accounts.doors import carrying
from portal.accounts.models import AccountStatus
from portal.cases.models import Case, Kind
from portal.db import db, through
from portal.db.instants import Epoch
from portal.events import Event
from portal.insights import satisfaction, sums
from portal.insights.around import surveys
from portal.insights.asked import Asked
from portal.insights.backlog import DAY
from portal.insights.book import Survey
from portal.insights.further import ESCALATED
from portal.insights.health_kept import Day
from portal.insights.history import Report
from portal.insights.loyalty import accounts_in
from portal.insights.models import HealthDay
from portal.insights.open_work import NAMES, OpenWork, open_by_account
from portal.insights.ranks import share
from portal.insights.reading import Span, instant, seconds
from portal.insights.scope import Scope
from portal.insights.sum import ATTAINED, Sum, added
from portal.sla.walls import midnight

NO_TIME = Report(0, 0, 0, ZoneInfo("UTC"))
NOTHING_OPEN = OpenWork(0, (0,) * len(NAMES), None)


@dataclass(frozen=True)
class Standing:
    """One account in a period of whole months: sums, what was open at its end, voices, escalated cases, health."""

    account: Any
    report: Report
    now: Sum
    before: Sum
    work: OpenWork
    voices: Mapping[str, Any]
    escalated: int
    health: Day | None

    @cached_property
    def figures(self) -> dict[str, dict[str, Any]]:
        """F1 to F15, F18 and F20 in the shape of `portal figures`."""
        return {**counted(self.now, self.work, self.report), **self.voices}

    @property
    def is_alive(self) -> bool:
        """Whether it is a client, or something happened in the period or was open at its end."""
        active = self.account.status == AccountStatus.ACTIVE
        return active or bool(self.now.counts) or bool(self.work.total)


def counted(one: Sum, work: OpenWork, report: Report) -> dict[str, dict[str, Any]]:
    """The figures of cases and promises, with the backlog and its identity, in the shape of `portal figures`."""
    counts = one.counts
    flows = {name: counts[name] for name in ("opened", "reopened", "resolved", "cancelled")}
    still = {"transferred_in": 0, "transferred_out": 0}
    oldest = None if work.oldest is None else (report.end - seconds(work.oldest)) // DAY
    return {
        **sums.figures(one, report.as_of),
        "F4": {"value": work.total},
        "F5": {"start": work.total - one.net, **flows, **still, "end": work.total},
        "F15": {"buckets": dict(zip(NAMES, work.ages, strict=True)), "oldest": oldest},
    }


def together(several: Sequence[Standing]) -> dict[str, dict[str, Any]]:
    """The figures of several accounts as one."""
    reports = [one.report for one in several]
    last = max(reports, key=lambda one: one.end, default=NO_TIME)
    works = [one.work for one in several]
    oldest = min((work.oldest for work in works if work.oldest), default=None)
    ages = tuple(map(sum, zip(*(work.ages for work in works), strict=True))) or NOTHING_OPEN.ages
    work = OpenWork(sum(work.total for work in works), ages, oldest)
    csat = [one.voices["F18"] for one in several]
    return {
        **counted(added(one.now for one in several), work, last),
        "F18": share(*(sum(one[name] for one in csat) for name in ("numerator", "denominator"))),
        "F20": satisfaction.together([one.voices["F20"] for one in several]),
    }


def promises(one: Sum) -> tuple[int, int]:
    """How many promises of all three kinds were kept, and how many were decided."""
    decided = [one.decided(figure) for figure in ATTAINED]
    kept = sum(met for met, _ in decided)
    return kept, kept + sum(missed for _, missed in decided)


def standings(scope: Scope, asked: Asked) -> list[Standing]:
    """Every account of the scope by name, as of now; each in its own time zone."""
    accounts = accounts_in(scope)
    reports = reports_of(accounts, asked)
    period, before = sums.by_account(scope, asked)
    work, span = open_by_account(scope, asked.end), span_over(scope, reports)
    voices, escalated = voices_of(span, reports), _escalated(span, reports)
    health = health_until(scope, [one.id for one in accounts], asked.end, clock.now())
    return [
        Standing(
            one,
            reports[one.id],
            period.get(one.id) or Sum(),
            before.get(one.id) or Sum(),
            work.get(one.id, NOTHING_OPEN),
            voices[one.id],
            escalated.get(one.id, 0),
            health.get(one.id),
        )
        for one in accounts
    ]


def reports_of(
    accounts: Iterable[Any], asked: Asked, as_of: datetime | None = None
) -> dict[int, Report]:
    """The period of each account by its own clock, by its id; as of an instant, or of now."""
    known_at, found = seconds(as_of or clock.now()), {}
    for one in accounts:
        zone = ZoneInfo(one.timezone)
        begin, end = midnight(asked.begin, zone), midnight(asked.end, zone)
        found[one.id] = Report(begin, end, known_at, zone, frozenset({one.id}))
    return found


def span_over(scope: Scope, reports: Mapping[int, Report]) -> Span:
    """What is read for all of them at once: from the first beginning to the last end."""
    now = clock.now()
    begin = min((one.begin for one in reports.values()), default=seconds(now))
    end = max((one.end for one in reports.values()), default=seconds(now))
    return Span(scope.actor, list(reports), instant(begin), instant(end), now)


def voices_of(span: Span, reports: Mapping[int, Report]) -> dict[int, dict[str, Any]]:
    """F18 and F20 of each account."""
    said: dict[int, list[Survey]] = defaultdict(list)
    for one in surveys(span, lambda account_id: reports[account_id].zone):
        said[one.account].append(one)  # type: ignore[index]
    return {
        account_id: {
            "F18": satisfaction.csat(report, said[account_id]).data,
            "F20": satisfaction.nps(report, said[account_id]).data,
        }
        for account_id, report in reports.items()
    }


def _escalated(span: Span, reports: Mapping[int, Report]) -> dict[int, int]:
    """How many cases of each account were escalated in the period: the numerator of F24."""
    statement = select(Event.account_id, Event.case_id, Epoch(Event.occurred_at))
    statement = statement.where(Event.kind == ESCALATED, span.during(Event.occurred_at))
    normal = through(select(Case.id).where(Case.kind == Kind.NORMAL), Case, span.actor)
    rows = span.of(statement.where(Event.case_id.in_(normal)), Event)
    found: dict[int, set[int]] = defaultdict(set)
    for account_id, case_id, at in db.session.execute(carrying(rows, normal)):
        if reports[account_id].covers(at):
            found[account_id].add(case_id)
    return {account_id: len(cases) for account_id, cases in found.items()}


def health_until(scope: Scope, ids: Sequence[int], end: date, as_of: datetime) -> dict[int, Day]:
    """What was kept by an instant of each account's health on the last day up to the end of the period."""
    newest = select(HealthDay.account_id, func.max(HealthDay.day).label("day"))
    newest = newest.where(
        HealthDay.account_id.in_(ids), HealthDay.day <= end, HealthDay.recorded_at <= as_of
    )
    last = through(newest.group_by(HealthDay.account_id), HealthDay, scope.actor).subquery()
    columns = (HealthDay.day, HealthDay.tenths, HealthDay.parts)
    before = (HealthDay.before_on, HealthDay.before_tenths)
    statement = select(HealthDay.account_id, *columns, *before).join(
        last, (last.c.account_id == HealthDay.account_id) & (last.c.day == HealthDay.day)
    )
    rows: Iterator[Any] = iter(db.session.execute(through(statement, HealthDay, scope.actor)))
    return {account_id: Day(*day) for account_id, *day in rows}
