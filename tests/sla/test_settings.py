"""Calendars and plans through HTTP."""

import pytest
from sqlalchemy import select

from portal.db import db
from portal.sla.models import BusinessCalendar, CalendarVersion, PlanTarget, ServicePlan

CALENDARS, PLANS = "/settings/calendars", "/settings/plans"
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
