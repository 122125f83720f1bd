"""What health counts: read by those who answer, set by administrators, version by version."""

import pytest
from sqlalchemy import select

from portal import clock
from portal.db import db
from portal.events import Event
from portal.insights.account_health import weights_at
from portal.insights.health_parts import DEFAULT_WEIGHTS
from portal.insights.models import HealthWeights

PATH = "/settings/health"


def versions(app):
    with app.app_context():
        found = select(HealthWeights.weights).order_by(HealthWeights.id)
        return list(db.session.scalars(found))


def events(app):
    with app.app_context():
        found = Event.unscoped("a test").where(Event.kind == "HealthWeightsChanged")
        return [event.payload for event in db.session.scalars(found)]


@pytest.mark.parametrize(
    ("who", "reads", "changes"),
    [
        ("admin", 200, 303),
        ("executive", 200, 403),
        ("manager", 200, 403),
        ("agent", 403, 403),
        ("sponsor", 403, 403),
        ("contact", 403, 403),
        ("nobody", 302, 302),
    ],
)
def test_who_reads_and_who_changes(app, client, cast, who, reads, changes):
    person = client.as_(who)
    assert person.get(PATH).status_code == reads
    answer = person.post(PATH, data={**DEFAULT_WEIGHTS, "csat": 40})
    assert answer.status_code == changes
    assert len(versions(app)) == (changes == 303)


def test_a_change_holds_from_now_on_and_is_on_record(app, client, cast, now):
    admin = client.as_("admin")
    before = clock.now()
    now.shift(60)
    page = admin.post(PATH, data={**DEFAULT_WEIGHTS, "csat": 0, "nps": 40}, follow_redirects=True)
    assert "Saved." in page.get_data(as_text=True)
    assert "Satisfied with cases 10 → 0" in page.get_data(as_text=True)
    assert "admin" in page.get_data(as_text=True)
    with app.app_context():
        assert weights_at(before) == DEFAULT_WEIGHTS
        assert weights_at(clock.now()) == {**DEFAULT_WEIGHTS, "csat": 0, "nps": 40}
    (told,) = events(app)
    assert told["weights"]["nps"] == 40


def test_the_same_again_changes_nothing(app, client, cast):
    admin = client.as_("admin")
    for _ in range(2):
        admin.post(PATH, data={**DEFAULT_WEIGHTS, "csat": 40})
    page = admin.post(PATH, data={**DEFAULT_WEIGHTS, "csat": 40}, follow_redirects=True)
    assert "Nothing was different." in page.get_data(as_text=True)
    assert len(versions(app)) == len(events(app)) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (dict.fromkeys(DEFAULT_WEIGHTS, 0), "At least one part must count something."),
        ({"csat": -1}, "Write a whole number from 0 to 100."),
        ({"csat": 101}, "Write a whole number from 0 to 100."),
        ({"csat": "many"}, "Not a valid integer value."),
        ({"csat": ""}, "This field is required."),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(app, client, cast, changes, said):
    answer = client.as_("admin").post(PATH, data={**DEFAULT_WEIGHTS, **changes})
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert versions(app) == events(app) == []


def test_ten_changes_are_shown(client, cast, now):
    admin = client.as_("admin")
    for weight in range(20, 33):
        now.shift(60)
        admin.post(PATH, data={**DEFAULT_WEIGHTS, "csat": weight})
    page = admin.get(PATH).get_data(as_text=True)
    assert "Satisfied with cases 31 → 32" in page
    assert "Satisfied with cases 22 → 23" in page
    assert "Satisfied with cases 21 → 22" not in page
