"""Reviews that come by themselves: planned while their period runs, drafted some working days after it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal import clock
from portal.accounts.models import Account, AccountStatus
from portal.actor import SYSTEM, Actor
from portal.db import db, opened
from portal.events import publish
from portal.reviews import operations, stages
from portal.reviews.cadence import Cadence
from portal.reviews.events import ReviewScheduleChanged
from portal.reviews.models import Review, ReviewSchedule, Stage
from portal.reviews.periods import Period
from portal.sla.agreements import clock_called, timeline_of
from portal.sla.calendars import ALWAYS_OPEN, Clock
from portal.sla.walls import midnight, opening

WHY = "reviews that come by themselves"
MORNING = time(8)
FRIDAY = 4
ONE_DAY = timedelta(days=1)
FURTHEST = 60
"""A calendar that is closed for longer than this many days puts nothing off any more."""


def due_at(period: Period, working_days: int, timezone: str, hours: Clock) -> datetime:
    """Eight in the morning, local time, of so many working days after the period.

    A working day is one from Monday to Friday on which the calendar is open at all.
    """
    zone, day, left = ZoneInfo(timezone), period.ends_on, working_days
    for _day in range(FURTHEST):
        if _works(day, zone, hours):
            left -= 1
            if left <= 0:
                break
        day += ONE_DAY
    return datetime.fromtimestamp(opening(datetime.combine(day, MORNING), zone), UTC)


def _works(day: date, zone: ZoneInfo, hours: Clock) -> bool:
    if day.weekday() > FRIDAY:
        return False
    return hours.seconds(midnight(day, zone), midnight(day + ONE_DAY, zone)) > 0


def periods_since(first: date, today: date, months: int) -> Iterator[Period]:
    """Periods that end after a day, up to the one that runs today, in order."""
    period = Period.containing(first, months)
    while period.starts_on <= today:
        yield period
        period = Period.containing(period.ends_on, months)


def running() -> Sequence[int]:
    """The schedules to look after, by key: of active accounts, the oldest first."""
    statement = (
        select(ReviewSchedule.id)
        .join(Account, Account.id == ReviewSchedule.account_id)
        .where(ReviewSchedule.active, Account.status == AccountStatus.ACTIVE)
        .order_by(ReviewSchedule.id)
    )
    return db.session.scalars(opened(statement, ReviewSchedule, Account, why=WHY)).all()


def keep_up(schedule_id: int) -> int:
    """Plan what runs and draft what is due by one schedule; how many drafts were ordered.

    Safe to run twice and by two at once: an account has one review a period, whoever is first. What nobody
    looked after for a while is caught up.
    """
    statement = (
        select(ReviewSchedule, Account)
        .join(Account, Account.id == ReviewSchedule.account_id)
        .where(ReviewSchedule.id == schedule_id, ReviewSchedule.active)
    )
    found = db.session.execute(opened(statement, ReviewSchedule, Account, why=WHY)).one_or_none()
    return _keep_up(*found) if found is not None else 0


def _keep_up(schedule: ReviewSchedule, account: Account) -> int:
    today, drafted = clock.today(account.timezone), 0
    known = _known(account, schedule.months)
    hours = _hours(account)
    for period in periods_since(schedule.begins_on, today, schedule.months):
        review = known.get(period.code) or operations.plan_review(account, period)
        if review.stage != Stage.PLANNED or period.ends_on > today:
            continue
        if clock.now() >= due_at(period, schedule.working_days, account.timezone, hours):
            drafted += _drafted(review, account)
    return drafted


def _drafted(review: Review, account: Account) -> bool:
    """Whether it was this one that had it drafted, and nobody else meanwhile."""
    stages.hold(review)
    if review.stage != Stage.PLANNED:
        return False
    operations.begin_planned(review, account, by=SYSTEM)
    return True


def _known(account: Account, months: int) -> dict[str, Review]:
    statement = Review.unscoped(WHY).where(
        Review.account_id == account.id, Review.children.is_(False)
    )
    return {row.period: row for row in db.session.scalars(statement)}


def _hours(account: Account) -> Clock:
    """The hours agreed with the account now; without any, every day is as good as another."""
    agreed = timeline_of(account.id).at(clock.now())
    return clock_called(agreed.calendar_id or agreed.default_id) if agreed else ALWAYS_OPEN


def schedules_of(account: Account) -> Sequence[ReviewSchedule]:
    """The account's schedules, the shortest period first."""
    statement = ReviewSchedule.unscoped(WHY).where(ReviewSchedule.account_id == account.id)
    return db.session.scalars(statement.order_by(ReviewSchedule.months)).all()


def set_schedule(account: Account, cadence: Cadence, *, by: Actor) -> None:
    """Have reviews over so many months come by themselves from the running period on, or no longer.

    Publishes: ReviewScheduleChanged if anything changed.
    """
    found = {row.months: row for row in schedules_of(account)}
    row = found.get(cadence.months)
    if row is None and not cadence.active:
        return
    wanted = {
        name: getattr(cadence, name) for name in ("active", "working_days", "approval", "mail_pdf")
    }
    if row is not None and all(getattr(row, name) == value for name, value in wanted.items()):
        return
    today = clock.today(account.timezone)
    if row is None:
        row = ReviewSchedule(
            account_id=account.id,
            months=cadence.months,
            begins_on=today,
            created_at=clock.now(),
            created_by_id=by.user_id,
        )
        db.session.add(row)
    elif cadence.active and not row.active:
        row.begins_on = today
    for name, value in wanted.items():
        setattr(row, name, value)
    db.session.flush()
    event = ReviewScheduleChanged(
        account.id, schedule_id=row.id, months=row.months, active=row.active
    )
    publish(event, by=by)
