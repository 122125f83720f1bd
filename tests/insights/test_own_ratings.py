"""F31: what staff said of their own work, asked once when resolving, against what the client said."""

from datetime import date, timedelta

import pytest

from portal import clock
from portal.actor import SYSTEM
from portal.cases import operations
from portal.cases.models import Kind
from portal.db import db
from portal.events import Event
from portal.feedback.models import Survey
from portal.identity.actors import actor_for
from portal.insights.queries import figures_for
from tests import factories

MARCH = (date(2026, 3, 1), date(2026, 4, 1))


def answered(case, score, ago=timedelta(), **changes):
    at = clock.now() - ago
    values = {"account_id": case.account_id, "case_id": case.id, "kind": "csat"}
    db.session.add(
        Survey(**{**values, "sent_at": at, "answered_at": at, "score": score, **changes})
    )
    db.session.flush()


def gap(account, period=MARCH):
    return figures_for(SYSTEM, account, period)["F31"]


@pytest.fixture
def acme(session, cast):
    return cast.acme


def resolved(acme, rating, **changes):
    case = factories.make_case(acme.account, acme.contact_person, **changes)
    operations.resolve(case, by=actor_for(acme.agent), rating=rating)
    return case


def test_the_gap_is_the_mean_over_cases_having_both(acme):
    answered(resolved(acme, 5), 3)
    answered(resolved(acme, 4), 5)
    answered(resolved(acme, 3), 2)
    resolved(acme, 1)
    answered(resolved(acme, None), 1)
    assert gap(acme.account) == {"n": 3, "sum": 2, "value": 0.7}


def test_the_last_of_each_counts(acme, now):
    case = resolved(acme, 1)
    answered(case, 1)
    now.shift(60)
    operations.reopen(case, by=actor_for(acme.agent))
    operations.close(case, by=actor_for(acme.agent), rating=5)
    answered(case, 4)
    assert gap(acme.account) == {"n": 1, "sum": 1, "value": 1.0}


def test_the_clients_answer_decides_the_period_and_only_normal_cases_count(acme):
    answered(resolved(acme, 5), 1, timedelta(days=9))
    answered(resolved(acme, 5, kind=Kind.TEST), 1)
    answered(resolved(acme, 5), None)
    answered(resolved(acme, 5), 9, kind="nps")
    assert gap(acme.account) == {"n": 0, "sum": 0, "value": None}
    assert gap(acme.account, (date(2026, 2, 1), date(2026, 3, 1)))["n"] == 1


def ratings():
    rows = Event.unscoped("a test").where(Event.kind == "WorkRated")
    return [row.payload["rating"] for row in db.session.scalars(rows.order_by(Event.id))]


def test_a_client_rates_nothing_and_a_number_out_of_range_is_refused(acme):
    case = factories.make_case(acme.account, acme.contact_person)
    for wrong in (0, 6):
        with pytest.raises(ValueError, match=str(wrong)):
            operations.resolve(case, by=actor_for(acme.agent), rating=wrong)
    assert case.is_open
    operations.resolve(case, by=actor_for(acme.contact), rating=5)
    assert ratings() == []


@pytest.mark.parametrize(
    ("who", "path", "typed", "status", "kept"),
    [
        ("agent", "resolution", "4", 303, [4]),
        ("agent", "closure", "2", 303, [2]),
        ("agent", "resolution", "", 303, []),
        ("agent", "resolution", None, 303, []),
        ("agent", "resolution", "6", 422, []),
        ("agent", "resolution", "x", 422, []),
        ("contact", "resolution", "5", 303, []),
    ],
)
def test_the_question_is_asked_with_the_resolution(
    app, client, cast, who, path, typed, status, kept
):
    with app.app_context():
        ref = factories.make_case(cast.acme.account, cast.acme.contact_person).ref
        db.session.commit()
    data = {"reason": "Done"} | ({} if typed is None else {"rating": typed})
    assert client.as_(who).post(f"/cases/{ref}/{path}", data=data).status_code == status
    with app.app_context():
        assert ratings() == kept


@pytest.mark.proves("T1")
def test_the_client_never_reads_the_rating(app, client, cast):
    with app.app_context():
        ref = factories.make_case(cast.acme.account, cast.acme.contact_person).ref
        db.session.commit()
    agent, contact = client.as_("agent"), client.as_("contact")
    assert "How well did we do?" in agent.get(f"/cases/{ref}").get_data(as_text=True)
    before = contact.get(f"/cases/{ref}").get_data(as_text=True)
    agent.post(f"/cases/{ref}/resolution", data={"rating": "1"})
    after = contact.get(f"/cases/{ref}").get_data(as_text=True)
    assert "How well did we do?" not in before + after
    assert "badly" not in before + after
