"""Calendars, plans and contracts through HTTP."""

from io import BytesIO

import pytest
from sqlalchemy import select

from portal.db import db
from portal.identity.models import User
from portal.sla.models import (
    BusinessCalendar,
    CalendarDay,
    CalendarVersion,
    Contract,
    PlanTarget,
    PlanVersion,
    PromiseRow,
    ServicePlan,
)

CALENDARS, PLANS = "/settings/calendars", "/settings/plans"
CONTRACT = "/accounts/ACME/contract"
AGREED = {
    "plan": "1",
    "calendar": "0",
    "begins_on": "2026-01-01",
    "last_on": "2026-12-31",
    "unit": "",
    "value": "12345",
    "currency": "EUR",
}
NINE = "09:00-13:00, 14:00-18:00"
CALENDAR = {
    "name": "Lisbon office",
    "country": "",
    "region": "",
    "timezone": "Europe/Lisbon",
    **dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), NINE),
    "sat": "",
    "sun": "-",
}


def plan_form(calendar_id=1, **changes):
    rows = {
        "promises-0-response": "30 min",
        "promises-0-resolution": "8 h",
        "promises-2-response": "4 h",
        "promises-2-next_response": "2 h 30 min",
        "promises-2-resolution": "40 h",
        "levels-0-percent": "70",
        "levels-0-tell": ["owner"],
        "levels-1-percent": "100",
        "levels-1-tell": ["manager", "lead"],
        "exceptions-0-category": "Invoice",
        "exceptions-0-priority": "normal",
        "exceptions-0-response": "9 h",
    }
    for number in range(4):
        rows[f"promises-{number}-calendar"] = "0"
    rows["exceptions-0-calendar"] = "0"
    return {"name": "Gold", "note": "", "calendar": str(calendar_id), **rows, **changes}


def rows(app, model):
    with app.app_context():
        return db.session.scalars(select(model).order_by(model.id)).all()


@pytest.fixture
def admin(client, cast):
    return client.as_("admin")


def test_an_administrator_sets_up_a_calendar(app, admin):
    assert admin.get(CALENDARS).status_code == 200
    assert admin.get(f"{CALENDARS}/new").status_code == 200
    answer = admin.post(CALENDARS, data=CALENDAR)
    assert answer.status_code == 303
    [calendar] = rows(app, BusinessCalendar)
    [version] = rows(app, CalendarVersion)
    assert (calendar.name, calendar.revision, version.begins_on) == ("Lisbon office", 1, None)
    assert version.weekly[0] == [[540, 780], [840, 1080]]
    page = admin.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Lisbon office" in page
    assert admin.get(CALENDARS).status_code == 200


def test_an_administrator_sets_up_a_plan(app, admin):
    assert admin.get(PLANS).status_code == 200
    admin.post(CALENDARS, data=CALENDAR)
    assert admin.get(f"{PLANS}/new").status_code == 200
    answer = admin.post(PLANS, data=plan_form())
    assert answer.status_code == 303, answer.get_data(as_text=True)
    [plan] = rows(app, ServicePlan)
    assert plan.levels == [
        {"percent": 70, "tell": ["owner"]},
        {"percent": 100, "tell": ["manager", "lead"]},
    ]
    found = {
        (row.priority, row.category): (
            row.response_seconds,
            row.next_response_seconds,
            row.resolution_seconds,
        )
        for row in rows(app, PlanTarget)
    }
    assert found == {
        ("urgent", ""): (1800, None, 28_800),
        ("normal", ""): (14_400, 9_000, 144_000),
        ("normal", "Invoice"): (32_400, None, None),
    }
    assert admin.get(answer.headers["Location"]).status_code == 200
    assert admin.get(PLANS).status_code == 200


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mon": "18:00-09:00"}, "ends after it begins"),
        ({"mon": "09:00-13:00, 12:00-14:00"}, "overlap"),
        ({"mon": "nine to five"}, "Write hours like"),
        (dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ""), "open hours on at least one day"),
        ({"timezone": "Europe/Atlantis"}, "No such time zone"),
        ({"name": ""}, "required"),
        ({"name": "lisbon OFFICE"}, "has this name already"),
        ({"country": "XX"}, "valid choice"),
        ({"country": "PT", "region": "BY"}, "No region"),
    ],
)
def test_a_wrong_calendar_comes_back_with_what_was_typed(app, admin, changes, words):
    admin.post(CALENDARS, data=CALENDAR)
    answer = admin.post(CALENDARS, data={**CALENDAR, "name": "Another", **changes})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in page
    assert len(rows(app, BusinessCalendar)) == 1


def test_holidays_of_three_years_close_a_calendar(app, admin):
    made = admin.post(CALENDARS, data={**CALENDAR, "country": "DE", "region": "by"})
    days = {day.day.isoformat(): day.name for day in rows(app, CalendarDay)}
    assert {"2026-11-01", "2027-01-06", "2028-12-25"} <= set(days)
    assert "Bavaria" not in days.values()
    page = admin.get(made.headers["Location"]).get_data(as_text=True)
    assert "Germany (BY)" in page
    assert "public holidays" in page


ICS = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//x//x//EN\r
BEGIN:VEVENT\r
UID:1\r
DTSTART;VALUE=DATE:20260406\r
SUMMARY:Spring cleaning\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:2\r
DTSTART;VALUE=DATE:20250406\r
SUMMARY:Long ago\r
END:VEVENT\r
END:VCALENDAR\r
"""


def sent_file(admin, content):
    data = {"file-file": (BytesIO(content), "days.ics")}
    return admin.post(f"{CALENDARS}/1/files", data=data, content_type="multipart/form-data")


def test_a_file_closes_days_to_come(app, admin):
    admin.post(CALENDARS, data=CALENDAR)
    assert sent_file(admin, ICS.encode()).status_code == 303
    assert [day.name for day in rows(app, CalendarDay)] == ["Spring cleaning"]


@pytest.mark.parametrize("content", [b"", b"no calendar", ICS.encode() + b"\r\n" * 500])
def test_a_file_that_is_none_is_refused(app, admin, content, monkeypatch):
    monkeypatch.setattr("portal.sla.views.closing.LARGEST", 1000)
    admin.post(CALENDARS, data=CALENDAR)
    assert sent_file(admin, content).status_code == 422
    assert rows(app, CalendarDay) == []


WEEK = {f"week-{day}": NINE for day in ("mon", "tue", "wed", "thu")}


@pytest.mark.parametrize(
    ("path", "data", "words"),
    [
        ("days", {"day-day": "2026-03-02", "day-title": "x"}, "Today and what has passed"),
        ("days", {"day-day": "2026-03-04", "day-title": ""}, "required"),
        ("days", {"day-day": "never", "day-title": "x"}, "valid date"),
        ("days", {"day-day": "2050-03-04", "day-title": "x"}, "ten years ahead"),
        ("days/removal", {"day": "2026-03-04"}, "Nothing is written for this day"),
        ("weeks", {"week-day": "2026-03-02", **WEEK}, "Today and what has passed"),
        ("weeks", {"week-day": "2026-03-04"}, "open hours on at least one day"),
        ("weeks/removal", {"day": "2026-03-04"}, "Nothing is written for this day"),
        ("", {"details-name": ""}, "required"),
    ],
)
def test_a_wrong_change_is_refused_and_nothing_is_changed(app, admin, path, data, words):
    admin.post(CALENDARS, data=CALENDAR)
    answer = admin.post(f"{CALENDARS}/1/{path}".rstrip("/"), data=data)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert [calendar.revision for calendar in rows(app, BusinessCalendar)] == [1]
    assert (len(rows(app, CalendarVersion)), rows(app, CalendarDay)) == (1, [])


def test_days_and_weeks_come_and_go(app, admin):
    admin.post(CALENDARS, data=CALENDAR)
    page = f"{CALENDARS}/1"
    day = {"day-day": "2026-03-04", "day-title": "Stocktaking", "day-hours": "09:00-11:00"}
    assert admin.post(f"{page}/days", data=day).status_code == 303
    assert admin.post(f"{page}/weeks", data={"week-day": "2026-04-01", **WEEK}).status_code == 303
    shown = admin.get(page).get_data(as_text=True)
    assert "Stocktaking" in shown
    assert "09:00–11:00" in shown
    assert "From 1 Apr 2026" in shown
    assert admin.post(f"{page}/days/removal", data={"day": "2026-03-04"}).status_code == 303
    assert admin.post(f"{page}/weeks/removal", data={"day": "2026-04-01"}).status_code == 303
    assert (
        admin.post(page, data={"details-name": "Lisbon", "details-country": ""}).status_code == 303
    )
    assert [one.name for one in rows(app, BusinessCalendar)] == ["Lisbon"]
    assert (len(rows(app, CalendarVersion)), rows(app, CalendarDay)) == (1, [])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"promises-0-response": "2 d 4 h"}, "no fixed length"),
        ({"promises-0-response": "0 h"}, "longer than nothing"),
        ({"promises-0-response": "-1 h"}, "longer than nothing"),
        ({"promises-0-response": "90000 h"}, "ten years at most"),
        ({"promises-0-response": "soon"}, "Write a time like"),
        ({"levels-1-percent": "60"}, "higher percentage than the one before"),
        ({"levels-1-percent": "0"}, "Write 1 to 500"),
        ({"levels-1-percent": "501"}, "Write 1 to 500"),
        ({"levels-1-tell": []}, "Say both"),
        ({"exceptions-0-category": ""}, "for which category"),
        ({"calendar": "77"}, "valid choice"),
        ({"name": "gold"}, "has this name already"),
    ],
)
def test_a_wrong_plan_comes_back_with_what_was_typed(app, admin, changes, words):
    admin.post(CALENDARS, data=CALENDAR)
    admin.post(PLANS, data=plan_form())
    answer = admin.post(PLANS, data=plan_form(**{"name": "Silver", "note": "Kept", **changes}))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in page
    assert "Kept" in page
    assert len(rows(app, ServicePlan)) == 1


def test_a_plan_is_changed_and_retired(app, admin):
    admin.post(CALENDARS, data=CALENDAR)
    admin.post(PLANS, data=plan_form())
    page = f"{PLANS}/1"
    assert "Promises already begun keep" in admin.get(page).get_data(as_text=True)
    changed = plan_form(**{"promises-0-response": "15 min"})
    assert admin.post(page, data=changed).status_code == 303
    assert [version.begins_at is None for version in rows(app, PlanVersion)] == [True, False]
    wrong = plan_form(**{"promises-0-response": "1 d"})
    assert admin.post(page, data=wrong).status_code == 422
    assert admin.post(f"{page}/retirement").status_code == 303
    assert "Retired" in admin.get(PLANS).get_data(as_text=True)
    assert admin.post(page, data=plan_form(note="x")).status_code == 422


READ = (CALENDARS, f"{CALENDARS}/1", PLANS, f"{PLANS}/1")
CHANGE = (f"{CALENDARS}/new", f"{PLANS}/new", f"{CONTRACT}/new", f"{CONTRACT}/1")


@pytest.mark.parametrize(
    ("who", "reads", "changes"),
    [
        ("admin", 200, 200),
        ("manager", 200, 403),
        ("executive", 200, 403),
        ("agent", 403, 403),
        ("sponsor", 403, 403),
        ("contact", 403, 403),
    ],
)
def test_administrators_change_and_account_managers_read(app, client, cast, who, reads, changes):
    prepare(client.as_("admin"))
    person = client.as_(who)
    assert {person.get(path).status_code for path in READ} == {reads}
    assert {person.get(path).status_code for path in CHANGE} == {changes}
    posted = [person.post(CALENDARS, data={}), person.post(f"{PLANS}/1", data={})]
    posted.append(person.post(CONTRACT, data={}))
    assert {answer.status_code for answer in posted} == {422 if changes == 200 else 403}


def test_what_is_not_there_is_404(admin):
    prepare(admin)
    for path in (f"{CALENDARS}/2", f"{PLANS}/99999999999999", f"{CONTRACT}/2", f"{CONTRACT}/0"):
        assert admin.get(path).status_code == 404


def prepare(admin):
    assert admin.post(CALENDARS, data=CALENDAR).status_code == 303
    assert admin.post(PLANS, data=plan_form()).status_code == 303
    assert admin.post(CONTRACT, data=AGREED).status_code == 303


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"begins_on": "2026-06-01", "last_on": "2026-05-31"}, "lies before the first"),
        ({"begins_on": "2026-12-31"}, "Another contract holds"),
        ({"unit": "hours", "amount": ""}, "how many hours or cases"),
        ({"plan": "77"}, "valid choice"),
        ({"callers": ["77"]}, "valid choice"),
        ({"begins_on": ""}, "required"),
        ({"value": "much"}, "valid decimal"),
    ],
)
def test_a_wrong_contract_is_refused(app, admin, changes, words):
    prepare(admin)
    following = {**AGREED, "begins_on": "2027-01-01", "last_on": "", **changes}
    answer = admin.post(CONTRACT, data=following)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert len(contracts(app)) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"credit": "5", "credit_cap": "4,9"}, "lies below the credit for one missed level"),
        ({"credit": ""}, "Say first what a missed level is worth"),
        ({"credit": "100.1"}, "more than 0 and at most 100"),
        ({"credit": "0"}, "more than 0 and at most 100"),
        ({"credit": "2.125"}, "Write at most one decimal, like 2.5."),
        ({"credit": "2,125 %"}, "Write at most one decimal, like 2.5."),
        ({"response_level": "most"}, "Write a percentage like 2.5."),
        ({"response_level": "-5"}, "Write a percentage like 2.5."),
        ({"response_level": "٩٠"}, "Write a percentage like 2.5."),
        ({"response_level": ""}, "say which share of promises is to be kept"),
        ({"credit_stretch": "week"}, "valid choice"),
    ],
)
def test_credits_that_make_no_sense_are_refused_in_a_sentence(app, admin, changes, words):
    prepare(admin)
    answer = admin.post(f"{CONTRACT}/1", data={**AGREED, **CREDITED, **changes})
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert contracts(app)[0].credit is None


CREDITED = {"response_level": "90", "credit": "2,5", "credit_cap": "10%", "credit_stretch": "month"}


@pytest.mark.parametrize("typed", ["2.5", "2,5", "2,50 %", " 2.5% "])
def test_a_percentage_is_written_as_people_write_it(app, admin, typed):
    prepare(admin)
    answer = admin.post(f"{CONTRACT}/1", data={**AGREED, **CREDITED, "credit": typed})
    assert answer.status_code == 303
    found = contracts(app)[0]
    assert (found.response_level, found.credit, found.credit_cap) == (900, 25, 100)
    assert 'value="2.5"' in admin.get(f"{CONTRACT}/1").get_data(as_text=True)
    assert admin.post(f"{CONTRACT}/1", data=AGREED).status_code == 303
    emptied = contracts(app)[0]
    assert (emptied.credit, emptied.credit_cap, emptied.credit_stretch) == (None, None, "")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "2.5% of the month’s fee for each missed level, at most 10%"),
        ("pt", "2,5% do valor mensal por nível descumprido, no máximo 10%"),
        ("es", "2,5 % de la cuota del mes por cada nivel incumplido, como máximo 10 %"),
        ("it", "2,5% del canone del mese per ogni livello mancato, al massimo 10%"),
    ],
)
def test_staff_and_client_read_what_is_credited(app, client, cast, language, words):
    admin = client.as_("admin")
    prepare(admin)
    assert admin.post(f"{CONTRACT}/1", data={**AGREED, **CREDITED}).status_code == 303
    with app.app_context():
        for user in (cast.acme.manager, cast.acme.sponsor):
            db.session.get_one(User, user.id).language = language
        db.session.commit()
    for who in ("manager", "sponsor"):
        for path in ("/accounts/ACME", CONTRACT):
            page = (
                client.as_(who).get(path).get_data(as_text=True).replace("\N{NO-BREAK SPACE}", " ")
            )
            assert words in " ".join(page.split()), (who, path)


def contracts(app):
    with app.app_context():
        return db.session.scalars(Contract.unscoped("a test").order_by(Contract.id)).all()


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("48000", 4_800_000),
        ("48.000", 4_800_000),
        ("48.000,50", 4_800_050),
        ("48,000.5", 4_800_050),
    ],
)
def test_an_amount_is_written_as_people_write_it(app, admin, typed, minor):
    prepare(admin)
    assert admin.post(f"{CONTRACT}/1", data={**AGREED, "value": typed}).status_code == 303
    assert contracts(app)[0].value_minor == minor


@pytest.mark.parametrize(
    ("who", "status", "value"),
    [
        ("manager", 200, True),
        ("agent", 200, True),
        ("sponsor", 200, False),
        ("stranger", 404, False),
    ],
)
def test_the_contract_is_read_without_its_value_by_the_client(
    app, client, cast, who, status, value
):
    prepare(client.as_("admin"))
    answer = client.as_(who).get(CONTRACT)
    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert ("€12,345" in page) is value
    assert ("2 h 30 min" in page) is (status == 200)
    assert "New contract" not in page


def test_a_case_gets_the_promises_of_the_contract(app, client, cast):
    """From nothing to a promise, all in the browser; the second of March 2026 is a Monday, nine o'clock."""
    prepare(client.as_("admin"))
    contact = client.as_("contact")
    case = {
        "account": "ACME",
        "subject": "Bearings rattle",
        "body": "They do.",
        "priority": "normal",
    }
    assert contact.post("/cases", data=case).status_code == 303
    with app.app_context():
        found = {row.target: row for row in db.session.scalars(PromiseRow.unscoped("a test"))}
    assert {target: row.allowed for target, row in found.items()} == {
        "response": 4 * 3600,
        "resolution": 40 * 3600,
    }
    assert found["response"].due_at.isoformat() == "2026-03-02T14:00:00+00:00"
