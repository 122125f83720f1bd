"""Forecasts through HTTP: staff see the chance of a miss and how good such chances were; clients see neither."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.db import db
from portal.sla.models import ForecastTally, PlanVersion, PromiseForecast, PromiseOdds, PromiseRow
from portal.sla.promises import State
from tests import factories
from tests.workspace.counting import statements

PATH = "/insights/forecast"
HOUR = 3600
ALWAYS = [[[0, 1440]]] * 7


def tally(account, tenth, n, missed, months_ago=0):
    month = clock.now().date().replace(day=1)
    for _ in range(months_ago):
        month = (month - timedelta(days=1)).replace(day=1)
    chance = 100 * tenth + 50
    return ForecastTally(
        account_id=account.id,
        month=month,
        tenth=tenth,
        n=n,
        missed=missed,
        chance=chance * n,
        score=missed * (1000 - chance) ** 2 + (n - missed) * chance**2,
        base_score=n * 250_000,
    )


@pytest.fixture
def judged(app, cast):
    """Acme was forecast well, Globex hardly at all."""
    with app.app_context():
        acme, globex = cast.acme.account, cast.globex.account
        db.session.add_all([tally(acme, 2, 120, 28), tally(acme, 9, 20, 19)])
        db.session.add_all([tally(acme, 2, 900, 900, months_ago=13), tally(globex, 2, 10, 1)])
        db.session.commit()
    return cast


def test_the_page_begins_with_a_plain_sentence(client, judged):
    page = client.as_("manager").get(PATH).get_data(as_text=True)
    assert (
        "Of 120 promises to which we gave 20 to 30%, 28 were missed; 30 were to be expected."
        in page
    )
    assert "The forecasts came closer than always saying each account’s own rate." in page
    assert "0.160" in page
    assert "0.250" in page
    assert "95%" in page


def test_the_executive_sees_all_accounts_or_one(client, judged):
    executive = client.as_("executive")
    assert "Of 130 promises" in executive.get(PATH).get_data(as_text=True)
    assert "Of 120 promises" in executive.get(f"{PATH}?account=ACME").get_data(as_text=True)
    page = executive.get(f"{PATH}?account=GLOBEX").get_data(as_text=True)
    assert "Too little data: 10 promises with a forecast have been decided" in page
    assert "Brier" not in page
    assert "<polyline" not in page
    assert executive.get(f"{PATH}?account=NONE").status_code == 404


@pytest.mark.proves("T1")
@pytest.mark.parametrize(
    ("who", "status"),
    [("sponsor", 404), ("contact", 404), ("stranger", 404), ("nobody", 302), ("agent", 200)],
)
def test_who_reads_it(client, judged, who, status):
    assert client.as_(who).get(PATH).status_code == status
    assert client.as_("manager").get(f"{PATH}?account=GLOBEX").status_code == 404


def test_worse_than_the_rate_is_said_too(app, client, cast):
    with app.app_context():
        db.session.add(tally(cast.acme.account, 9, 40, 0))
        db.session.commit()
    page = client.as_("agent").get(PATH).get_data(as_text=True)
    assert "Trust the rate." in page


def test_before_anything_was_judged_the_page_says_so(client, cast):
    page = client.as_("agent").get(PATH).get_data(as_text=True)
    assert "Too little data: no promise with a forecast has been decided" in page
    assert "How a forecast is made" in page


def test_months_and_accounts_cost_no_further_statement(app, client, judged):
    executive = client.as_("executive")
    executive.get(PATH)
    with statements(app) as few:
        executive.get(PATH)
    with app.app_context():
        for _ in range(30):
            account = factories.make_account()
            for back in range(12):
                db.session.add(tally(account, back % 10, 5, 1, back))
        db.session.commit()
    with statements(app) as many:
        executive.get(PATH)
    assert len(many) == len(few) <= 6


@pytest.fixture
def running(app, cast):
    """A case of Acme with a promise at half of its time; of 50 like it 17 were missed."""
    with app.app_context():
        account = cast.acme.account
        plan = factories.make_plan("gold", factories.make_calendar("Always", weekly=ALWAYS), {})
        found = select(PlanVersion).where(PlanVersion.plan_id == plan.id)
        version = db.session.scalars(found).one()
        case = factories.make_case(account, cast.acme.contact_person, due_at=clock.now())
        row = PromiseRow(
            account_id=account.id,
            case_id=case.id,
            target="response",
            number=1,
            version_id=version.id,
            clock_id=version.calendar_id,
            priority="normal",
            allowed=10 * HOUR,
            begins_at=clock.now() - timedelta(hours=5),
            counted_at=clock.now(),
            spent=5 * HOUR,
            due_at=clock.now() + timedelta(hours=5),
            state=State.OPEN,
            recorded_at=clock.now(),
        )
        db.session.add(row)
        db.session.commit()
    return case, row


def learn(app, account, missed, priority="normal"):
    with app.app_context():
        met = list(range(500, 533))
        odds = {"target": "response", "priority": priority, "met": met, "missed": missed}
        db.session.add(PromiseOdds(account_id=account.id, learnt_at=clock.now(), **odds))
        db.session.commit()


@pytest.mark.parametrize(
    ("missed", "priority", "words"),
    [
        (17, "normal", "Chance to be missed: 35%"),
        (50, "normal", "Likely to be missed: 60%"),
        (17, "", "at any priority"),
    ],
)
def test_staff_see_the_chance_beside_the_clock(app, client, cast, running, missed, priority, words):
    learn(app, cast.acme.account, missed, priority)
    case, _ = running
    agent = client.as_("agent")
    agent.get(f"/cases/{case.ref}")
    with statements(app) as seen:
        page = agent.get(f"/cases/{case.ref}").get_data(as_text=True)
    assert len(seen) <= 6
    assert words in page
    assert f"{missed} of {missed + 33} like it were missed" in page


@pytest.mark.proves("T1")
def test_the_client_sees_no_chance(app, client, cast, running):
    learn(app, cast.acme.account, 50)
    mark(app, running, 900)
    case, _ = running
    for path in (f"/cases/{case.ref}", "/cases", "/"):
        page = client.as_("contact").get(path).get_data(as_text=True)
        assert "missed" not in page
        assert "risk" not in page
        assert "orecast" not in page


def test_with_too_few_like_it_there_is_no_number(client, cast, running):
    case, _ = running
    page = client.as_("agent").get(f"/cases/{case.ref}").get_data(as_text=True)
    assert "Forecast: too little data" in page
    assert "%" not in page.partition("Forecast: too little data")[2][:200]


def mark(app, running, chance):
    case, row = running
    with app.app_context():
        forecast = PromiseForecast(
            account_id=case.account_id,
            case_id=case.id,
            target=row.target,
            number=row.number,
            day=clock.now().date(),
            chance=chance,
            base=300,
            n=50,
            judged=False,
        )
        db.session.add(forecast)
        db.session.commit()


def test_the_queue_marks_what_is_likely_to_be_missed(app, client, running):
    agent = client.as_("agent")
    with statements(app) as without:
        page = agent.get("/cases").get_data(as_text=True)
    assert "risk" not in page
    mark(app, running, 770)
    with statements(app) as seen:
        page = agent.get("/cases").get_data(as_text=True)
    assert "77% risk" in page
    assert len(seen) <= len(without) <= 6


def test_what_is_unlikely_or_decided_is_not_marked(app, client, running):
    mark(app, running, 770)
    with app.app_context():
        _, row = running
        db.session.add(row)
        row.state, row.decided_at = State.MET, clock.now()
        db.session.commit()
    assert "risk" not in client.as_("agent").get("/cases").get_data(as_text=True)
