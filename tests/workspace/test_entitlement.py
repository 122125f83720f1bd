"""What is used of a contract's hours or cases, as those who may see the contract read it."""

import re
from datetime import UTC, date, datetime

import pytest

from portal.db import db
from portal.identity.models import Reach, Role
from portal.insights.pace import Course, pace
from portal.insights.shapes import Line, Words
from tests import factories
from tests.workspace.counting import statements

BEGUN = date(2026, 1, 1)
PAGES = ("/accounts/ACME", "/accounts/ACME/contract")
READERS = [
    ("manager", PAGES),
    ("agent", PAGES),
    ("sponsor", ("/", *PAGES)),
    ("contact", ("/", *PAGES)),
]
"""Who may see the contract, and where; the clock stands at nine on 2 March 2026, sixty days into the year."""


@pytest.fixture
def deal(app, cast):
    """Give Acme a contract, with minutes noted on one of its cases."""

    def made(minutes=(), **changes):
        with app.app_context():
            plan = factories.make_plan(
                "gold", factories.make_calendar("office"), {"normal": (3600,) * 3 + (None,)}
            )
            factories.make_contract(cast.acme.account, plan, begins_on=BEGUN, **changes)
            case = factories.make_case(
                cast.acme.account, opened_at=datetime(2025, 12, 1, tzinfo=UTC)
            )
            for spent in minutes:
                at = datetime(2026, 1, 20, 12, tzinfo=UTC)
                factories.make_event(case, "TimeSpent", at, minutes=spent, corrects_id=None)
            db.session.commit()

    return made


def words(client, who="manager", path="/accounts/ACME"):
    return " ".join(client.as_(who).get(path).get_data(as_text=True).split())


@pytest.mark.parametrize(("who", "paths"), READERS)
def test_used_hours_and_their_end_stand_where_the_contract_is_seen(app, client, deal, who, paths):
    ends_on = date(2026, 7, 1)
    deal((6000, 1200, -1200), entitlement_unit="hours", entitlement=240, ends_on=ends_on)
    for path in paths:
        page = words(client, who, path)
        assert "100 of 240 hours used" in page
        assert "At this pace they end on 25 May 2026." in page
        assert "36 days before the contract does" in page
    person = client.as_(who)
    for path in paths[:-1]:
        with statements(app) as seen:
            person.get(path)
        assert len(seen) <= 6, path


def test_who_sees_only_own_cases_reads_nothing_of_the_contract(app, client, cast, deal):
    deal((6000,), entitlement_unit="hours", entitlement=240)
    with app.app_context():
        account = cast.acme.account
        db.session.add(account)
        person = factories.make_stakeholder(account)
        user = factories.make_user(email="own@acme.test")
        factories.make_grant(user, Role.CONTACT, account, reach=Reach.OWN, stakeholder_id=person.id)
        db.session.commit()
    for path in ("/", "/accounts/ACME"):
        assert "hours used" not in words(client, "acme.own", path)


@pytest.mark.parametrize(
    ("said", "minutes", "more"),
    [
        ("0 of 240 hours used. Nothing is used yet, so nobody can say when they end.", (), {}),
        ("250 of 240 hours used. 10 hours more than agreed.", (15000,), {}),
        ("240 of 240 hours used. All are used.", (14400,), {}),
        ("0.5 of 240 hours used. At this pace they last for more than ten years.", (30,), {}),
        (
            "100 of 240 hours used. At this pace they last beyond 30 April 2026, when the contract ends.",
            (6000,),
            {"ends_on": date(2026, 5, 1)},
        ),
        ("100 of 240 hours used. At this pace they end on 25 May 2026.", (6000,), {}),
    ],
)
def test_the_end_is_said_in_words(client, deal, said, minutes, more):
    deal(minutes, entitlement_unit="hours", entitlement=240, **more)
    page = words(client, path="/accounts/ACME/contract")
    assert said in " ".join(re.sub("<[^>]+>", " ", page).split())
    assert "before the contract does" not in page
    assert said.partition(". ")[2] in words(client)


def test_cases_are_counted_too_and_without_an_entitlement_nothing_is_said(app, client, cast, deal):
    deal(entitlement_unit="cases", entitlement=50)
    with app.app_context():
        account = cast.acme.account
        db.session.add(account)
        for confidential in (False, True):
            factories.make_case(account, confidential=confidential)
        db.session.commit()
    assert "2 of 50 cases used" in words(client, "contact", "/")
    assert "2 of 50 cases used" in words(client, "contact", "/accounts/ACME/contract")


def test_without_an_entitlement_nothing_is_said(client, deal):
    deal((100,))
    for path in ("/", *PAGES):
        assert " used" not in words(client, "sponsor", path)


def test_the_picture_shows_use_to_now_and_its_projection_as_far_as_the_axis_goes():
    course = Course(0, 100, ((0, 0), (40, 5), (50, 5)), 10, 100)
    chart = pace(course, [(30, "Feb")], ("title", "10 h agreed", "5 h used", "6 Jan"))
    used, projected = (s for s in chart.shapes if isinstance(s, Line) and (s.line == 2 or s.dash))
    assert {projected.dash, used.dash} == {"3 2.5", ""}
    texts = [s.text for s in chart.shapes if isinstance(s, Words)]
    assert texts == ["10 h agreed", "0", "Feb", "6 Jan", "5 h used"]
    later = pace(Course(0, 80, ((0, 0), (50, 5)), 10, 100), (), ("", "", "5 h", "6 Jan"))
    assert "6 Jan" not in [s.text for s in later.shapes if isinstance(s, Words)]
    still = pace(Course(0, 80, ((0, 0), (50, 0)), 10, None), (), ("", "", "", ""))
    assert not [s for s in still.shapes if isinstance(s, Line) and s.dash]
