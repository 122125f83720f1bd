"""Rules of calendars, plans and contracts, and open promises counted anew."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.cases import operations as case_operations
from portal.cases.operations import NewCase
from portal.db import db
from portal.events import Event
from portal.identity.actors import actor_for
from portal.sla import ledger, queries
from portal.sla.agreements import clock_called, timeline_of
from portal.sla.drafts import Closing, ContractDraft, Level, Place, PlanDraft, Promised
from portal.sla.models import (
    BusinessCalendar,
    CalendarDay,
    CalendarVersion,
    PlanVersion,
    PromiseRow,
)
from portal.sla.operations import calendars, contracts, plans
from portal.sla.refusals import Refused, Why
from portal.sla.running import owed

H = 3600
OFFICE = [*[[[540, 1080]]] * 5, [], []]
ALWAYS = [[[0, 1440]]] * 7
CLOSED = [[]] * 7
WEDNESDAY = date(2026, 3, 4)
"""Two days after the tests' beginning, a Monday at nine in Lisbon."""


@pytest.fixture
def admin(session, cast):
    return actor_for(cast.admin)


def made(admin, name="Office", weekly=OFFICE, timezone="Europe/Lisbon", place=None):
    return calendars.create_calendar(name, timezone, weekly, place or Place(), by=admin)


def refused(why):
    return pytest.raises(Refused, match=f"^{why.value}$")


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def kinds():
    return [event.kind for event in db.session.scalars(Event.unscoped("a test").order_by(Event.id))]


def at_work(row):
    return row.due_at.isoformat(sep=" ", timespec="minutes")[:16]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"weekly": CLOSED}, Why.NO_HOURS),
        ({"weekly": [[[540, 780], [720, 900]], *CLOSED[1:]]}, Why.OVERLAP),
        ({"weekly": [[[780, 540]], *CLOSED[1:]]}, Why.BACKWARDS),
        ({"weekly": [[[540, 540]], *CLOSED[1:]]}, Why.BACKWARDS),
        ({"weekly": [[[540, 1441]], *CLOSED[1:]]}, Why.HOURS),
        ({"weekly": OFFICE[:6]}, Why.HOURS),
        ({"timezone": "Europe/Atlantis"}, Why.ZONE),
        ({"timezone": "../../etc/passwd"}, Why.ZONE),
        ({"name": "taken"}, Why.NAME_TAKEN),
    ],
)
def test_a_calendar_that_is_none_is_refused(admin, changes, why):
    made(admin, name="Taken")
    with refused(why):
        made(admin, **{"name": "Office", **changes})
    assert count(BusinessCalendar) == count(CalendarVersion) == 1


def test_holidays_are_written_down_and_change_with_the_country_from_tomorrow_on(admin):
    first = [Closing(date(2026, 1, 1), "Past"), Closing(date(2026, 12, 25), "Christmas")]
    calendar = made(admin, place=Place("PT", "", first))
    other = [Closing(date(2026, 1, 6), "Past too"), Closing(date(2026, 4, 21), "Tiradentes")]
    calendars.change_details(calendar, "Office", Place("BR", "SP", other), by=admin)
    days = {(row.day, row.name, row.source) for row in queries.days_of(calendar, date.min)}
    assert days == {
        (date(2026, 1, 1), "Past", "holiday"),
        (date(2026, 4, 21), "Tiradentes", "holiday"),
    }
    assert (calendar.revision, kinds()) == (2, ["CalendarCreated", "CalendarChanged"])


def test_saving_adds_holidays_of_years_not_written_yet(admin):
    first = [Closing(date(2026, 12, 24), "Eve"), Closing(date(2026, 12, 25), "Christmas")]
    calendar = made(admin, place=Place("PT", "", first))
    calendars.clear_day(calendar, date(2026, 12, 24), by=admin)
    more = Place("PT", "", [*first, Closing(date(2027, 1, 1), "New Year")])
    calendars.change_details(calendar, "Office", more, by=admin)
    assert [row.name for row in queries.days_of(calendar, date.min)] == ["Christmas", "New Year"]
    calendars.change_details(calendar, "Office", more, by=admin)
    assert calendar.revision == 3


def test_saving_the_same_details_changes_nothing(admin):
    calendar = made(admin)
    calendars.change_details(calendar, "Office", Place(), by=admin)
    assert (calendar.revision, kinds()) == (1, ["CalendarCreated"])


@pytest.mark.parametrize("day", [date(2026, 3, 2), date(2026, 3, 1), date(2020, 1, 1)])
def test_today_and_the_past_stay_as_they_are(admin, day):
    calendar = made(admin)
    for change in (
        lambda: calendars.change_week(calendar, day, ALWAYS, by=admin),
        lambda: calendars.set_day(calendar, Closing(day, "Closed"), by=admin),
    ):
        with refused(Why.PAST):
            change()
    added = calendars.import_days(calendar, [Closing(day, "From a file")], by=admin)
    assert (added, calendar.revision, count(CalendarDay), count(CalendarVersion)) == (0, 1, 0, 1)


def test_tomorrow_is_the_calendars_own(admin, now):
    now.move_to(clock.now().replace(hour=23, minute=30))
    calendar = made(admin, timezone="Asia/Tokyo")
    assert queries.tomorrow(calendar) == date(2026, 3, 4)
    with refused(Why.PAST):
        calendars.set_day(calendar, Closing(date(2026, 3, 3), "Closed"), by=admin)


def test_a_day_is_closed_given_hours_and_taken_out_again(admin):
    calendar = made(admin)
    calendars.set_day(calendar, Closing(WEDNESDAY, "Stocktaking"), by=admin)
    calendars.set_day(calendar, Closing(WEDNESDAY, "Short", [[540, 720]]), by=admin)
    [row] = queries.days_of(calendar, date.min)
    assert (row.name, row.hours, row.source, calendar.revision) == ("Short", [[540, 720]], "own", 3)
    noon = int(clock.now().timestamp())
    assert clock_called(calendar.id).seconds(noon, noon + 86_400 * 7) == (5 * 9 - 6) * H
    calendars.clear_day(calendar, WEDNESDAY, by=admin)
    with refused(Why.NO_SUCH_DAY):
        calendars.clear_day(calendar, WEDNESDAY, by=admin)
    assert queries.days_of(calendar, date.min) == []


def test_a_file_adds_days_to_come_that_are_not_written_yet(admin):
    calendar = made(admin)
    calendars.set_day(calendar, Closing(WEDNESDAY, "Ours", [[540, 720]]), by=admin)
    days = [
        Closing(WEDNESDAY, "Theirs"),
        Closing(date(2026, 3, 5), "x"),
        Closing(date(2026, 3, 5), "y"),
    ]
    assert calendars.import_days(calendar, days, by=admin) == 1
    found = [(row.name, row.source) for row in queries.days_of(calendar, date.min)]
    assert found == [("Ours", "own"), ("x", "imported")]


def test_a_week_to_come_can_be_written_again_and_taken_back(admin):
    calendar = made(admin)
    calendars.change_week(calendar, WEDNESDAY, ALWAYS, by=admin)
    calendars.change_week(calendar, WEDNESDAY, OFFICE, by=admin)
    assert [week.weekly for week in queries.weeks_of(calendar)] == [OFFICE, OFFICE]
    calendars.drop_week(calendar, WEDNESDAY, by=admin)
    assert [week.begins_on for week in queries.weeks_of(calendar)] == [None]
    with refused(Why.NO_HOURS):
        calendars.change_week(calendar, WEDNESDAY, CLOSED, by=admin)


# Promises that run on a calendar when it changes


def opened_case(cast, account=None, **more):
    return case_operations.open_case(
        account or cast.acme.account,
        NewCase("Bearings rattle", "They do.", **more),
        by=actor_for(cast.acme.contact),
        opener=cast.acme.contact_person,
    )


def promises_of(case):
    mine = PromiseRow.unscoped("a test").where(PromiseRow.case_id == case.id)
    return {row.target: row for row in db.session.scalars(mine)}


@pytest.fixture
def running(session, cast, admin, now):
    """A case of Monday at two with four hours to answer and ten to solve, its calendar and the cast."""
    calendar = made(admin)
    draft = PlanDraft("", calendar.id, [], [Promised("normal", "", 4 * H, None, 10 * H)])
    plan = plans.create_plan("Gold", draft, by=admin)
    contracts.agree_contract(
        cast.acme.account, ContractDraft(plan.id, None, date(2026, 1, 1)), by=admin
    )
    now.move_to(clock.now().replace(hour=14, minute=0))
    return opened_case(cast), calendar


def test_open_promises_fall_due_by_the_new_hours_and_keep_what_has_run(running, admin, now):
    case, calendar = running
    assert at_work(promises_of(case)["resolution"]) == "2026-03-03 15:00"
    now.shift(timedelta(hours=2))
    calendars.set_day(calendar, Closing(date(2026, 3, 3), "Closed"), by=admin)
    row = promises_of(case)["resolution"]
    assert (row.spent, row.counted_at) == (2 * H, clock.now())
    assert at_work(row) == "2026-03-04 15:00"
    assert promises_of(case)["response"].due_at == clock.now() + timedelta(days=1, hours=17)
    assert case.due_at == case.due_order == promises_of(case)["response"].due_at


def test_another_week_counts_from_its_first_day(running, admin):
    case, calendar = running
    calendars.change_week(calendar, date(2026, 3, 3), ALWAYS, by=admin)
    assert at_work(promises_of(case)["resolution"]) == "2026-03-03 06:00"


def test_what_the_old_hours_let_lapse_is_missed_at_that_instant(running, admin, now):
    case, calendar = running
    late = promises_of(case)["response"].due_at
    now.shift(timedelta(days=3))
    calendars.set_day(calendar, Closing(date(2026, 3, 9), "Closed"), by=admin)
    row = promises_of(case)["response"]
    assert (row.state, row.decided_at) == ("missed", late)
    assert case.due_at == late


def test_a_clock_that_stands_still_stays_as_it_is(running, admin, session):
    case, calendar = running
    row = promises_of(case)["resolution"]
    ledger.turn(owed(case.id), clock.now(), paused=True)
    session.flush()
    before = (row.spent, row.counted_at, row.due_at)
    calendars.set_day(calendar, Closing(date(2026, 3, 3), "Closed"), by=admin)
    assert (row.spent, row.counted_at, row.due_at) == before


def test_many_promises_are_counted_in_portions(running, admin, cast, monkeypatch):
    monkeypatch.setattr("portal.sla.recounting.PORTION", 2)
    monkeypatch.setattr("portal.cases.due_dates.PORTION", 2)
    case, calendar = running
    cases = [case, *(opened_case(cast) for _number in range(4))]
    calendars.set_day(calendar, Closing(date(2026, 3, 3), "Closed"), by=admin)
    assert {at_work(promises_of(one)["resolution"]) for one in cases} == {"2026-03-04 15:00"}
    assert {one.due_at for one in cases} == {promises_of(case)["response"].due_at}


def test_a_change_that_is_undone_leaves_no_clock_behind(running, admin, session):
    """The next change has the same revision: nobody may find the clock of the one that was undone."""
    case, calendar = running
    session.commit()
    calendars.set_day(calendar, Closing(date(2026, 3, 3), "Closed"), by=admin)
    session.rollback()
    session.refresh(calendar)
    calendars.set_day(calendar, Closing(date(2026, 3, 9), "Closed"), by=admin)
    session.expire_all()
    assert at_work(promises_of(case)["resolution"]) == "2026-03-03 15:00"
    begin = int(clock.now().timestamp())
    assert clock_called(calendar.id).seconds(begin, begin + 86_400) == 9 * H


# Plans


def draft(calendar, *targets, levels=(), note=""):
    return PlanDraft(note, calendar.id, levels, targets or (Promised("normal", "", H),))


@pytest.mark.parametrize(
    ("levels", "why"),
    [
        ([Level(0, ("owner",))], Why.PERCENT),
        ([Level(501, ("owner",))], Why.PERCENT),
        ([Level(90, ("owner",)), Level(70, ("owner",))], Why.NOT_ASCENDING),
        ([Level(90, ("owner",)), Level(90, ("lead",))], Why.NOT_ASCENDING),
        ([Level(90, ())], Why.NOBODY),
        ([Level(90, ("king",))], Why.NOBODY),
    ],
)
def test_warnings_that_are_none_are_refused(admin, levels, why):
    calendar = made(admin)
    with refused(why):
        plans.create_plan("Gold", draft(calendar, levels=levels), by=admin)


@pytest.mark.parametrize(
    ("targets", "why"),
    [
        ([Promised("normal", "", 0)], Why.TARGET),
        ([Promised("normal", "", -1)], Why.TARGET),
        ([Promised("normal", "", None, None, 10 * 365 * 24 * H + 1)], Why.TARGET),
        ([Promised("normal", ""), Promised("low", "")], Why.NO_TARGET),
        ([Promised("low", "x", H), Promised("low", "x", 2 * H)], Why.TWICE),
        ([Promised("low", "", H, calendar_id=10**6)], Why.NO_CALENDAR),
    ],
)
def test_targets_that_are_none_are_refused(admin, targets, why):
    calendar = made(admin)
    with refused(why):
        plans.create_plan("Gold", draft(calendar, *targets), by=admin)
    assert count(PlanVersion) == 0


def test_a_plan_of_that_name_is_refused(admin):
    calendar = made(admin)
    plans.create_plan("Gold", draft(calendar), by=admin)
    with refused(Why.NAME_TAKEN):
        plans.create_plan("GOLD", draft(calendar), by=admin)


def test_a_change_holds_from_now_on_and_promises_keep_theirs(running, admin, cast, now):
    case, calendar = running
    now.shift(timedelta(minutes=10))
    plan = next(line.plan for line in queries.plan_lines())
    halved = draft(calendar, Promised("normal", "", 2 * H, None, 5 * H))
    assert plans.change_plan(plan, halved, by=admin) == ["targets"]
    assert plans.change_plan(plan, halved, by=admin) == []
    again = plans.change_plan(plan, draft(calendar, Promised("normal", "", H)), by=admin)
    assert (again, count(PlanVersion)) == (["targets"], 3)
    assert promises_of(case)["response"].allowed == 4 * H
    now.shift(timedelta(minutes=10))
    assert promises_of(opened_case(cast))["response"].allowed == H
    assert kinds().count("PlanChanged") == 2


def test_note_and_warnings_need_no_version(admin):
    calendar = made(admin)
    plan = plans.create_plan("Gold", draft(calendar), by=admin)
    changed = draft(calendar, note="Ours", levels=[Level(50, ("lead",))])
    assert plans.change_plan(plan, changed, by=admin) == ["note", "levels"]
    assert (plan.levels, count(PlanVersion)) == ([{"percent": 50, "tell": ["lead"]}], 1)


def test_other_warnings_hold_for_promises_on_their_way(running, admin):
    case, calendar = running
    row = promises_of(case)["resolution"]
    plan = next(line.plan for line in queries.plan_lines())
    assert row.warn_at is None
    same = Promised("normal", "", 4 * H, None, 10 * H)
    half = draft(calendar, same, levels=[Level(50, ("lead",))])
    assert plans.change_plan(plan, half, by=admin) == ["levels"]
    assert row.warn_at.isoformat(sep=" ")[:16] == "2026-03-03 10:00"
    calendars.set_day(calendar, Closing(date(2026, 3, 3), "Closed"), by=admin)
    assert row.warn_at.isoformat(sep=" ")[:16] == "2026-03-04 10:00"


def test_a_retired_plan_stays_as_it_is_and_goes_into_no_contract(admin, cast):
    calendar = made(admin)
    plan = plans.create_plan("Gold", draft(calendar), by=admin)
    account = cast.acme.account
    agreed = ContractDraft(plan.id, None, date(2026, 1, 1), date(2026, 6, 30))
    contract = contracts.agree_contract(account, agreed, by=admin)
    plans.retire_plan(plan, by=admin)
    plans.retire_plan(plan, by=admin)
    assert kinds().count("PlanRetired") == 1
    with refused(Why.RETIRED):
        plans.change_plan(plan, draft(calendar, note="x"), by=admin)
    with refused(Why.RETIRED_PLAN):
        contracts.agree_contract(account, ContractDraft(plan.id, None, date(2027, 1, 1)), by=admin)
    longer = ContractDraft(plan.id, None, date(2026, 1, 1), date(2026, 12, 31))
    assert contracts.change_contract(account, contract, longer, by=admin) == ["ends_on"]
    assert timeline_of(account.id).at(clock.now()) is not None


# Contracts

CREDITED = {"response_level": 900, "credit": 20, "credit_cap": 100, "credit_stretch": "quarter"}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"last_on": date(2026, 12, 31)}, Why.ENDS_FIRST),
        ({"begins_on": date(2026, 6, 30), "last_on": date(2026, 7, 1)}, Why.CONTRACTS_OVERLAP),
        ({"begins_on": date(2025, 1, 1)}, Why.CONTRACTS_OVERLAP),
        ({"renewal_on": date(2026, 12, 1)}, Why.RENEWS_FIRST),
        ({"notice_on": date(2026, 12, 31)}, Why.NOTICE),
        ({"renewal_on": date(2028, 1, 1), "notice_on": date(2028, 1, 2)}, Why.NOTICE),
        ({"unit": "hours"}, Why.ENTITLEMENT),
        ({"amount": 5}, Why.ENTITLEMENT),
        ({"unit": "hours", "amount": 0}, Why.ENTITLEMENT),
        ({"unit": "wishes", "amount": 3}, Why.ENTITLEMENT),
        ({"value_minor": -1}, Why.VALUE),
        ({"response_level": 1001}, Why.PERCENTAGE),
        ({"resolution_level": 0}, Why.PERCENTAGE),
        ({"response_level": 900, "credit": -20, "credit_stretch": "month"}, Why.PERCENTAGE),
        ({"credit_cap": 100}, Why.CREDIT),
        ({"credit_stretch": "month"}, Why.CREDIT),
        ({"response_level": 900, "credit": 20}, Why.CREDIT),
        ({"response_level": 900, "credit": 20, "credit_stretch": "week"}, Why.CREDIT),
        ({**CREDITED, "credit_cap": 19}, Why.CAP),
        ({**CREDITED, "response_level": None}, Why.NO_LEVEL),
        ({"plan_id": 10**6}, Why.NO_PLAN),
        ({"calendar_id": 10**6}, Why.NO_CALENDAR),
    ],
)
def test_a_contract_that_is_none_is_refused(admin, cast, changes, why):
    plan = plans.create_plan("Gold", draft(made(admin)), by=admin)
    account = cast.acme.account
    first = ContractDraft(plan.id, None, date(2026, 1, 1), date(2026, 6, 30))
    contracts.agree_contract(account, first, by=admin)
    values = {"plan_id": plan.id, "calendar_id": None, "begins_on": date(2027, 1, 1)}
    with refused(why):
        contracts.agree_contract(account, ContractDraft(**{**values, **changes}), by=admin)
    assert len(queries.contracts_of(account)) == 1


def test_another_credit_is_a_change_that_keeps_what_it_replaced(admin, cast):
    plan = plans.create_plan("Gold", draft(made(admin)), by=admin)
    account, since = cast.acme.account, date(2026, 1, 1)
    agreed = ContractDraft(plan.id, None, since, **CREDITED)
    contract = contracts.agree_contract(account, agreed, by=admin)
    other = ContractDraft(plan.id, None, since, **{**CREDITED, "credit": 25, "credit_cap": None})
    assert contracts.change_contract(account, contract, other, by=admin) == ["credit", "credit_cap"]
    event = db.session.scalars(Event.unscoped("a test").order_by(Event.id.desc()).limit(1)).one()
    assert (event.kind, event.payload["old"]) == (
        "ContractChanged",
        {"credit": 20, "credit_cap": 100},
    )


def test_contracts_follow_each_other_day_by_day(admin, cast):
    plan = plans.create_plan("Gold", draft(made(admin)), by=admin)
    account, people = cast.acme.account, frozenset({cast.acme.contact_person.id})
    first = ContractDraft(plan.id, None, date(2026, 1, 1), date(2026, 6, 30), callers=people)
    contract = contracts.agree_contract(account, first, by=admin)
    contracts.agree_contract(account, ContractDraft(plan.id, None, date(2026, 7, 1)), by=admin)
    assert (contract.ends_on, contract.named_callers) == (date(2026, 7, 1), True)
    assert queries.callers_of(contract) == people
    everybody = ContractDraft(plan.id, None, date(2026, 1, 1), date(2026, 6, 30))
    changed = contracts.change_contract(account, contract, everybody, by=admin)
    assert changed == ["named_callers", "callers"]
    assert queries.callers_of(contract) == frozenset()
    assert contracts.change_contract(account, contract, everybody, by=admin) == []
    assert kinds().count("ContractChanged") == 1
