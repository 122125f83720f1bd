"""Health through HTTP: staff see value, parts and history; for the client's people there is none."""

import html
import re
from datetime import timedelta

import pytest

from portal import clock
from portal.db import db
from portal.insights.health_parts import DEFAULT_WEIGHTS
from portal.insights.models import HealthDay
from tests import factories
from tests.workspace.counting import statements

STAFF = ("manager", "agent", "executive", "admin")


def part(name, score, was=None, **changes):
    told = {"score": score, "numerator": 9, "denominator": 10, "weight": DEFAULT_WEIGHTS[name]}
    return {"name": name, "lack": "", "was": was and {**told, **was}, **told, **changes}


def row(account, ago, tenths, parts, **before):
    day = clock.today(account.timezone) - timedelta(days=ago)
    return HealthDay(
        account_id=account.id,
        day=day,
        tenths=tenths,
        known=sum(one["score"] is not None for one in parts),
        parts=parts,
        recorded_at=clock.now(),
        **before,
    )


@pytest.fixture
def measured(app, cast):
    """Acme fell in a month because first answers came late; Globex has too little data."""
    with app.app_context():
        acme, globex = cast.acme.account, cast.globex.account
        before = clock.today(acme.timezone) - timedelta(days=30)
        few = {"lack": "few", "numerator": 2, "denominator": 3}
        now = [
            part("responses", 60, {"score": 90, "numerator": 27, "denominator": 30}),
            part("resolutions", 80),
            part("backlog", 90, {"score": 90}),
            part("csat", None, **few),
        ]
        db.session.add_all(row(acme, ago, 900 - ago, now[1:]) for ago in (400, 300, 60, 30, 20, 10))
        db.session.add(row(acme, 0, 777, now, before_on=before, before_tenths=870))
        db.session.add(row(globex, 0, 1000, now[1:2]))
        db.session.commit()
    return cast


@pytest.mark.parametrize("who", STAFF)
def test_staff_see_value_parts_and_what_changed(client, measured, who):
    page = client.as_(who).get("/accounts/ACME").get_data(as_text=True)
    assert "77.7" in page
    assert "Needs attention" in page
    assert "9.3 less than on" in page
    assert "3 of 4 parts have data" in page
    assert (
        "First answers in time fell from 90 to 60: 9 of 10 promised first answers kept, "
        "before 27 of 30 promised first answers kept." in page
    )
    assert "too little data: 2 of 3 ratings were 4 or 5" in page


@pytest.mark.proves("T1")
@pytest.mark.parametrize("who", ["sponsor", "contact"])
def test_for_the_clients_people_there_is_no_health(client, measured, who):
    person = client.as_(who)
    assert person.get("/accounts/ACME/health").status_code == 404
    for path in ("/", "/accounts/ACME"):
        page = person.get(path).get_data(as_text=True)
        assert "77.7" not in page
        assert "Health" not in page


def test_the_history_shows_rules_and_a_year_at_a_time(client, measured):
    manager = client.as_("manager")
    page = manager.get("/accounts/ACME/health").get_data(as_text=True)
    assert "100 if" not in page
    assert "Promised first answers kept, in percent." in page
    assert "60.0" in page
    assert "50.0" not in page
    earlier = manager.get(_link(page, "prev")).get_data(as_text=True)
    assert "50.0" in earlier
    assert "Nothing was kept a month before" in earlier
    assert 'rel="prev"' not in earlier
    assert manager.get(_link(earlier, "next")).status_code == 200


def _link(page, rel):
    found = re.search(rf'<a class="btn" href="([^"]+)" rel="{rel}"', page)
    assert found is not None
    return html.unescape(found[1])


def test_the_portfolio_marks_who_fell_and_sorts_by_health(app, client, measured):
    executive = client.as_("executive")
    page = executive.get("/accounts").get_data(as_text=True)
    assert "77.7 (−9.3)" in page
    assert "Too little data" in page
    with app.app_context():
        better = factories.make_account(name="Better", ref="BETTER")
        unknown = factories.make_account(name="Unknown", ref="UNKNOWN")
        parts = [part(name, 90) for name in ("responses", "resolutions", "csat")]
        db.session.add(row(better, 1, 900, parts))
        refs = {"ACME": 0, "BETTER": 1, "GLOBEX": 2, unknown.ref: 3}
        db.session.commit()
    page = executive.get("/accounts?order=health").get_data(as_text=True)
    places = [page.index(f'href="/accounts/{ref}"') for ref in refs]
    assert places == sorted(places)
    assert "77.7" not in client.as_("agent").get("/accounts?q=none-such").get_data(as_text=True)


def test_by_health_the_portfolio_turns_pages(app, client, measured):
    with app.app_context():
        parts = [part(name, 90) for name in ("responses", "resolutions", "csat")]
        for number in range(60):
            account = factories.make_account(name=f"Company {number}", ref=f"X{number:02d}")
            if number % 3:
                db.session.add(row(account, 0, 10 * (number % 7), parts))
        db.session.commit()
    executive = client.as_("executive")
    address, seen = "/accounts?order=health", []
    while address:
        with statements(app) as asked:
            page = executive.get(address).get_data(as_text=True)
        assert len(asked) <= 3
        seen += dict.fromkeys(re.findall(r'href="/accounts/([^/"?]+)"', page))
        address = _link(page, "next") if 'rel="next"' in page else None
    assert len(seen) == len(set(seen)) == 62
    assert seen[-1] == "X57"


@pytest.mark.parametrize("day", ["nonsense", "2026-13-01", "9999-12-31", "0001-01-01", ""])
def test_an_address_that_names_no_kept_day_breaks_nothing(client, measured, day):
    assert client.as_("agent").get(f"/accounts/ACME/health?on={day}").status_code == 200


def test_two_parts_are_too_little_for_a_word(client, measured):
    page = client.as_("executive").get("/accounts/GLOBEX").get_data(as_text=True)
    assert "Too little data" in page
    assert "Healthy" not in page
    assert "1 of 1 parts have data" in page


def test_before_the_first_day_the_page_says_so(client, cast):
    assert "Not measured yet" in client.as_("agent").get("/accounts/ACME").get_data(as_text=True)
    page = client.as_("agent").get("/accounts/ACME/health").get_data(as_text=True)
    assert "Not measured yet" in page


def test_two_years_of_days_cost_no_further_statement(app, client, measured):
    manager = client.as_("manager")
    for path in ("/accounts/ACME", "/accounts/ACME/health"):
        manager.get(path)
        with statements(app) as few:
            manager.get(path)
        with app.app_context():
            acme = measured.acme.account
            known = {400, 300, 60, 30, 20, 10, 0}
            db.session.add_all(
                row(acme, ago, 800, [part("responses", 80)])
                for ago in range(700 if path == "/accounts/ACME" else 0)
                if ago not in known
            )
            db.session.commit()
        with statements(app) as many:
            page = manager.get(path)
        assert len(many) == len(few) <= 6, many
        assert len(page.data) < 65_536
