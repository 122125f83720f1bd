"""Reviews that come by themselves: on working days, once, and nothing is skipped."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from portal.accounts.models import Account
from portal.actor import SYSTEM
from portal.db import db, opened
from portal.events import Event
from portal.identity.actors import actor_for
from portal.jobs.models import Job
from portal.reviews import operations, reactions, schedules
from portal.reviews.cadence import Cadence
from portal.reviews.models import Review, ReviewState, Stage
from portal.reviews.periods import Period
from portal.sla.calendars import ALWAYS_OPEN, Calendar, Version, zone_called
from tests import factories

WEEK = (*tuple(((540, 1080),) for _day in range(5)), (), ())


def hours(*holidays):
    zone = zone_called("Europe/Lisbon")
    return Calendar(zone, [Version(None, WEEK, frozenset(holidays), {})])


@pytest.mark.proves("X10")
@pytest.mark.parametrize(
    ("period", "days", "holidays", "due"),
    [
        ("2026-03", 1, (), "2026-04-01T07:00"),
        ("2026-Q1", 3, (date(2026, 4, 3),), "2026-04-06T07:00"),
        ("2026-01", 1, (), "2026-02-02T08:00"),
        ("2025", 2, (date(2026, 1, 1),), "2026-01-05T08:00"),
    ],
)
def test_due_in_the_morning_of_a_working_day(period, days, holidays, due):
    found = schedules.due_at(Period.parse(period), days, "Europe/Lisbon", hours(*holidays))
    assert found == datetime.fromisoformat(due).replace(tzinfo=UTC)


@given(
    st.sampled_from(["Pacific/Auckland", "America/Sao_Paulo", "Europe/Rome", "Asia/Kathmandu"]),
    st.integers(2015, 2035),
    st.integers(1, 12),
    st.integers(1, 20),
)
@pytest.mark.proves("X10")
def test_due_is_eight_local_on_a_weekday_after_the_period(zone, year, month, days):
    period = Period.parse(f"{year}-{month:02d}")
    local = schedules.due_at(period, days, zone, ALWAYS_OPEN).astimezone(zone_called(zone))
    assert (local.hour, local.minute) == (8, 0)
    assert local.weekday() < 5
    assert local.date() >= period.ends_on
    weekdays = [
        day
        for step in range((local.date() - period.ends_on).days + 1)
        if (day := period.ends_on + timedelta(days=step)).weekday() < 5
    ]
    assert len(weekdays) == days


def test_a_calendar_that_never_opens_puts_nothing_off_for_ever():
    closed = Calendar(zone_called("UTC"), [Version(None, ((),) * 7, frozenset(), {})])
    assert schedules.due_at(Period.parse("2026-01"), 3, "UTC", closed).year == 2026


@pytest.fixture
def acme(session):
    return factories.make_company("acme")


def stages():
    rows = db.session.scalars(Review.unscoped("test").order_by(Review.starts_on))
    return [(row.period, row.stage, row.state) for row in rows]


def keep_up():
    """Look after every schedule that runs; how many drafts were ordered."""
    return sum(schedules.keep_up(schedule) for schedule in schedules.running())


def ordered():
    return len(db.session.scalars(select(Job).where(Job.kind == "review")).all())


def test_the_running_period_is_planned_and_drafted_when_it_is_due(acme, now):
    """The clock stands on 2 March 2026; the quarter ends on the 31st and Friday is the third working day."""
    cadence = Cadence(3, active=True, working_days=3, approval=True)
    schedules.set_schedule(acme.account, cadence, by=actor_for(acme.manager))
    assert keep_up() == 0
    assert stages() == [("2026-Q1", Stage.PLANNED, ReviewState.QUEUED)]
    now.move_to(datetime(2026, 4, 3, 6, 59, tzinfo=UTC))
    assert (keep_up(), ordered()) == (0, 0)
    now.move_to(datetime(2026, 4, 3, 7, 0, tzinfo=UTC))
    assert (keep_up(), ordered()) == (1, 1)
    assert stages()[0] == ("2026-Q1", Stage.DRAFT, ReviewState.QUEUED)
    assert db.session.scalars(Review.unscoped("test")).first().approval
    assert (keep_up(), ordered()) == (0, 1)


@pytest.mark.proves("P6", "X3", "X10")
def test_what_nobody_looked_after_is_caught_up_once_each(acme, now):
    """Half a year asleep, then two schedulers and a clock that jumps back: five months, once each."""
    schedules.set_schedule(acme.account, Cadence(1, active=True), by=SYSTEM)
    db.session.commit()
    now.move_to(datetime(2026, 8, 20, 12, 0, tzinfo=UTC))
    reactions.keep_up({})
    reactions.keep_up({})
    now.move_to(datetime(2026, 6, 1, 12, 0, tzinfo=UTC))
    reactions.keep_up({})
    now.move_to(datetime(2026, 8, 20, 13, 0, tzinfo=UTC))
    reactions.keep_up({})
    drafts = [period for period, stage, _state in stages() if stage == Stage.DRAFT]
    assert drafts == ["2026-03", "2026-04", "2026-05", "2026-06", "2026-07"]
    assert stages()[-1][:2] == ("2026-08", Stage.PLANNED)
    assert ordered() == 5


def test_one_account_that_fails_keeps_no_other_back(acme, now, monkeypatch):
    """Each account has a transaction of its own; the job says that it is not through and is tried again."""
    globex = factories.make_company("globex")
    for company in (acme, globex):
        schedules.set_schedule(company.account, Cadence(1, active=True), by=SYSTEM)
    db.session.commit()
    broken = acme.account.id
    now.move_to(datetime(2026, 4, 10, 12, 0, tzinfo=UTC))

    def failing(account, *arguments, **named):
        if account.id == broken:
            raise RuntimeError("no period")
        return plan(account, *arguments, **named)

    plan = operations.plan_review
    monkeypatch.setattr(operations, "plan_review", failing)
    with pytest.raises(reactions.NotAllKept, match="1 of 2"):
        reactions.keep_up({})
    assert ordered() == 1
    monkeypatch.setattr(operations, "plan_review", plan)
    reactions.keep_up({})
    assert ordered() == 2


def test_a_review_somebody_ordered_is_left_alone(acme, now):
    schedules.set_schedule(acme.account, Cadence(1, active=True), by=SYSTEM)
    now.move_to(datetime(2026, 4, 1, 5, 0, tzinfo=UTC))
    operations.order_review(acme.account, Period.parse("2026-03"), "en", by=actor_for(acme.manager))
    now.move_to(datetime(2026, 4, 20, 5, 0, tzinfo=UTC))
    assert (keep_up(), ordered()) == (0, 1)


def test_a_planned_one_can_be_ordered_before_it_is_due(acme, now):
    schedules.set_schedule(acme.account, Cadence(1, active=True, working_days=20), by=SYSTEM)
    keep_up()
    now.move_to(datetime(2026, 4, 1, 5, 0, tzinfo=UTC))
    review = operations.order_review(
        acme.account, Period.parse("2026-03"), "en", by=actor_for(acme.manager)
    )
    assert (review.stage, ordered()) == (Stage.DRAFT, 1)


def test_what_was_planned_is_drafted_as_the_account_is_looked_after_now(acme, now):
    """A second person who was asked for since, a new manager and another zone hold for the review that runs too."""
    schedules.set_schedule(acme.account, Cadence(3, active=True), by=SYSTEM)
    keep_up()
    schedules.set_schedule(acme.account, Cadence(3, active=True, approval=True), by=SYSTEM)
    acme.account.manager_id, acme.account.timezone = acme.agent.id, "Europe/Rome"
    now.shift(timedelta(days=120))
    keep_up()
    review = db.session.scalars(Review.unscoped("test").where(Review.stage == Stage.DRAFT)).first()
    assert (review.approval, review.owner_id, review.timezone) == (
        True,
        acme.agent.id,
        "Europe/Rome",
    )


@pytest.mark.parametrize(
    ("active", "status", "says"),
    [
        (True, "active", "drafted by itself after"),
        (False, "active", "comes by itself any more"),
        (True, "churned", "comes by itself any more"),
    ],
)
def test_a_planned_review_says_whether_it_comes(app, client, cast, active, status, says):
    with app.app_context():
        by = actor_for(cast.acme.manager)
        schedules.set_schedule(cast.acme.account, Cadence(3, active=True), by=by)
        (schedule,) = schedules.schedules_of(cast.acme.account)
        schedules.keep_up(schedule.id)
        schedules.set_schedule(cast.acme.account, Cadence(3, active=active), by=by)
        ended = update(Account).where(Account.id == cast.acme.account.id).values(status=status)
        db.session.execute(opened(ended, Account, why="a test"))
        (review,) = db.session.scalars(Review.unscoped("test"))
        ref = review.ref
        db.session.commit()
    assert says in client.as_("manager").get(f"/reviews/{ref}").get_data(as_text=True)


def test_a_rhythm_changes_and_stops(acme, now):
    manager = actor_for(acme.manager)
    schedules.set_schedule(acme.account, Cadence(3), by=manager)
    assert schedules.schedules_of(acme.account) == []
    schedules.set_schedule(acme.account, Cadence(3, active=True), by=manager)
    schedules.set_schedule(acme.account, Cadence(3, active=True), by=manager)
    schedules.set_schedule(acme.account, Cadence(3, active=False), by=manager)
    statement = Event.unscoped("test").where(Event.kind == "ReviewScheduleChanged")
    assert [event.payload["active"] for event in db.session.scalars(statement)] == [True, False]
    assert keep_up() == 0
    assert stages() == []


def test_former_clients_get_no_reviews(acme):
    schedules.set_schedule(acme.account, Cadence(1, active=True), by=SYSTEM)
    acme.account.status = "churned"
    keep_up()
    assert stages() == []


def test_the_rhythm_is_chosen_in_the_browser(client, cast, app):
    path = "/reviews/schedules/ACME"
    data = {f"{name}-working_days": "3" for name in ("monthly", "quarterly", "yearly")}
    data["quarterly-active"] = "y"
    manager = client.as_("manager")
    assert manager.get(path).status_code == 200
    assert manager.post(path, data=data).status_code == 303
    assert manager.post(path, data=data | {"monthly-working_days": "0"}).status_code == 422
    for who, status in (("agent", 403), ("sponsor", 403), ("stranger", 404)):
        assert client.as_(who).post(path, data=data).status_code == status
    with app.app_context():
        rows = schedules.schedules_of(cast.acme.account)
        assert [(row.months, row.active) for row in rows] == [(3, True)]


def test_a_meeting_stands_in_the_accounts_time_and_in_a_calendar(client, cast, app):
    with app.app_context():
        factories.make_review(cast.acme.account, ref="R-1", stage=Stage.DRAFT)
        db.session.commit()
    manager = client.as_("manager")
    data = {"at": "2026-07-08T10:30", "place": "Porto"}
    assert manager.post("/reviews/R-1/meeting", data=data).status_code == 303
    calendar = manager.get("/reviews/R-1/meeting.ics").get_data(as_text=True)
    assert "DTSTART:20260708T093000Z" in calendar
    assert "LOCATION:Porto" in calendar
    assert 'value="2026-07-08T10:30"' in manager.get("/reviews/R-1").get_data(as_text=True)
    assert manager.post("/reviews/R-1/meeting", data={"at": "soon"}).status_code == 422
    assert manager.post("/reviews/R-1/meeting", data={"at": "", "place": ""}).status_code == 303
    assert "BEGIN:VEVENT" not in manager.get("/reviews/R-1/meeting.ics").get_data(as_text=True)
