"""The health of accounts (F30) from the database: measured once a day, kept, and told against a month before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from portal import clock
from portal.accounts.models import Account, AccountStatus
from portal.actor import SYSTEM
from portal.db import db, opened
from portal.insights import around, further, reading
from portal.insights.book import Book
from portal.insights.figure import Figure
from portal.insights.figures import FIGURES, FROM_BOOK, promised
from portal.insights.gathering import Gathered, gather
from portal.insights.health_parts import DEFAULT_WEIGHTS, Measure, Renewal, measures, weighed
from portal.insights.history import Report
from portal.insights.models import HealthDay, HealthWeights
from portal.insights.reading import Span, seconds
from portal.jobs.queue import insert_for
from portal.sla.walls import midnight

WHY = "the health of an account, once a day"
WINDOW = timedelta(days=90)
BEFORE, LEEWAY = timedelta(days=30), timedelta(days=7)
CASES = ("F1", "F12", "F15", "F16")
KEPT = ("score", "numerator", "denominator")
AROUND = ("F13", "F18", "F20", "F24", "F26", "F27")


def health_figure(
    figures: Mapping[str, Figure], renewal_on: date | None, day: date, as_of: datetime | None = None
) -> Figure:
    """F30 of an account from the other figures of a period that ends before a day."""
    data = {name: figure.data for name, figure in figures.items()}
    found = measures(data, Renewal(renewal_on, day))
    return Figure(weighed(found, weights_at(as_of or clock.now())))


def weights_at(instant: datetime) -> dict[str, int]:
    """What each part counted at an instant."""
    begun = select(HealthWeights.weights).where(HealthWeights.begins_at <= instant)
    newest = begun.order_by(HealthWeights.begins_at.desc(), HealthWeights.id.desc()).limit(1)
    return {**DEFAULT_WEIGHTS, **(db.session.scalar(newest) or {})}


@dataclass(frozen=True)
class Subject:
    """An account as far as its health asks."""

    id: int
    timezone: str
    renewal_on: date | None

    @property
    def today(self) -> date:
        """The present day of its own calendar."""
        return clock.today(self.timezone)


def unmeasured() -> list[Subject]:
    """The accounts that are clients now and whose health on their present day is not kept yet, by id."""
    last = select(func.max(HealthDay.day)).where(HealthDay.account_id == Account.id)
    columns: tuple[Any, ...] = (Account.id, Account.timezone, Account.contract_renewal)
    clients = (
        select(*columns, last.scalar_subquery())
        .where(Account.status == AccountStatus.ACTIVE)
        .order_by(Account.id)
    )
    rows = db.session.execute(opened(clients, Account, HealthDay, why=WHY))
    found = [(Subject(*row[:3]), row[3]) for row in rows]
    return [one for one, kept_on in found if kept_on is None or kept_on < one.today]


@dataclass(frozen=True)
class Measured:
    """The parts of an account's health on a day of its own calendar, as of an instant."""

    account_id: int
    day: date
    parts: tuple[Measure, ...]
    as_of: datetime


def measured(account: Subject, days: Sequence[date]) -> Iterator[Measured]:
    """An account's health on some local days, each from the 90 days before it; one reading for all of them.

    The present day is seen as of now, an earlier one as of its end.
    """
    zone = ZoneInfo(account.timezone)
    now = clock.now()
    span = Span(
        actor=SYSTEM,
        account_ids=[account.id],
        begin=reading.instant(midnight(min(days) - WINDOW, zone)),
        end=reading.instant(midnight(max(days), zone)),
        as_of=now,
    )
    found = gather(span, further.read(span))
    book = around.book(span, zone, found.histories)
    for day in days:
        as_of = min(now, reading.instant(midnight(day + timedelta(days=1), zone)))
        begin, end = midnight(day - WINDOW, zone), midnight(day, zone)
        figures = _figures(Report(begin, end, seconds(as_of), zone), found, book)
        parts = measures(figures, Renewal(account.renewal_on, day))
        yield Measured(account.id, day, parts, as_of)


def _figures(report: Report, found: Gathered, book: Book) -> dict[str, Any]:
    """The data of the figures that health is made of."""
    known = {
        **{name: FIGURES[name](report, found.histories) for name in CASES},
        **promised([one for one in found.decisions if report.covers(one.at)]),
        **{name: FROM_BOOK[name](report, book) for name in AROUND},
    }
    return {name: figure.data for name, figure in known.items()}


def keep(found: Measured) -> bool:
    """Write down an account's health on a day, told against a month before; False if that had been done.

    Part of the caller's transaction.
    """
    weights = weights_at(found.as_of)
    before = _a_month_before(found)
    value = weighed(found.parts, weights)["value"]
    row = {
        "account_id": found.account_id,
        "day": found.day,
        "tenths": None if value is None else round(10 * value),
        "known": sum(one.score is not None for one in found.parts),
        "parts": [_told(one, weights, before) for one in found.parts],
        "before_on": before.day if before else None,
        "before_tenths": before.tenths if before else None,
        "recorded_at": clock.now(),
    }
    insert = insert_for(db.session.get_bind().dialect.name)(HealthDay).values(**row)
    insert = insert.on_conflict_do_nothing(index_elements=["account_id", "day"])
    written = db.session.execute(opened(insert.returning(HealthDay.day), HealthDay, why=WHY))
    return written.first() is not None


def _a_month_before(found: Measured) -> HealthDay | None:
    """What was kept 30 days earlier, or up to a week before that."""
    latest = found.day - BEFORE
    earlier = HealthDay.unscoped(WHY).where(
        HealthDay.account_id == found.account_id,
        HealthDay.day.between(latest - LEEWAY, latest),
    )
    return db.session.scalar(earlier.order_by(HealthDay.day.desc()).limit(1))


def _told(one: Measure, weights: Mapping[str, int], before: HealthDay | None) -> dict[str, Any]:
    """A part as it is kept: what it counts, and what it was a month before."""
    then = before.part(one.name) if before else None
    was = {name: then[name] for name in (*KEPT, "weight")} if then else None
    told = {name: getattr(one, name) for name in ("name", *KEPT, "lack")}
    return {**told, "weight": weights[one.name], "was": was}
