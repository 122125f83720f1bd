"""Plan, dates and value of an account: of its contract in force, else as recorded with it, on every page."""

from datetime import date, timedelta

import pytest

from portal.accounts.agreed import Agreed
from portal.accounts.models import Account
from portal.db import db
from portal.sla.in_force import agreed_with, with_agreement
from tests import factories
from tests.workspace.counting import statements

TODAY = date(2026, 3, 2)
HEADS = ("", "/team", "/stakeholders", "/orders", "/contract")


@pytest.fixture
def account(app, cast):
    """Acme as it is recorded with the account itself."""
    with app.app_context():
        account = cast.acme.account
        db.session.add(account)
        account.sla_plan, account.contract_start = "old", date(2020, 5, 1)
        account.contract_renewal, account.annual_value_minor = date(2026, 9, 1), 1_000_000
        db.session.commit()
        return account


def agree(app, account, **changes):
    with app.app_context():
        db.session.add(account)
        plan = factories.make_plan(
            "gold", factories.make_calendar("h"), {"normal": (60, 60, 60, None)}
        )
        values = {
            "begins_on": date(2026, 1, 1),
            "ends_on": date(2027, 1, 1),
            "value_minor": 2_000_000,
        }
        values |= {"renewal_on": date(2026, 4, 1), "notice_on": date(2026, 3, 12)}
        factories.make_contract(account, plan, **{**values, **changes})
        db.session.commit()


def words(client, path, who="manager"):
    return " ".join(client.as_(who).get(path).get_data(as_text=True).split())


@pytest.mark.parametrize("path", HEADS)
def test_the_head_says_what_the_contract_says_or_else_the_account(app, client, account, path):
    page = words(client, f"/accounts/ACME{path}")
    assert "client since 2020 · plan old · renews 1 September 2026, in 183 days" in page
    agree(app, account)
    page = words(client, f"/accounts/ACME{path}")
    said = "client since 2020 · plan gold · renews 1 April 2026, in 30 days"
    assert f"{said} · notice until 12 March 2026, 10 days left" in page
    assert "plan old" not in page
    person = client.as_("manager")
    with statements(app) as seen:
        person.get(f"/accounts/ACME{path}")
    assert len(seen) <= (6 if path != "/contract" else 16)


@pytest.mark.parametrize("path", ["", "/team"])
def test_the_facts_are_those_of_the_contract_in_words(app, client, account, path):
    agree(app, account, renewal_on=None)
    page = words(client, f"/accounts/ACME{path}")
    assert "<dt>Plan</dt><dd>gold</dd>" in page
    assert "<dt>Last day</dt><dd>31 December 2026, in 304 days</dd>" in page
    assert "<dt>Notice until</dt><dd>12 March 2026, 10 days left</dd>" in page
    assert "€20,000" in page
    assert "<dt>Renews</dt>" not in page
    assert "€20,000" not in words(client, f"/accounts/ACME{path}", "sponsor")


def test_the_portfolio_takes_dates_and_value_from_the_contract(app, client, account):
    page = words(client, "/accounts")
    assert "€10,000 a year" in page
    assert "Renewal in" not in page
    agree(app, account)
    page = words(client, "/accounts")
    assert "€20,000 a year" in page
    assert "Renewal in 30 days" in page
    assert "Notice until 12 Mar, 10 days left" in page
    assert page.index("Need you") < page.index("Renewal in 30 days")


def test_the_portfolio_says_when_a_contract_ends_that_is_not_renewed(app, client, account):
    agree(app, account, renewal_on=None, notice_on=None, ends_on=TODAY + timedelta(days=9))
    assert "The contract ends in 8 days" in words(client, "/accounts")


def test_a_case_shows_its_reader_the_plan_of_the_contract(app, client, account):
    with app.app_context():
        factories.make_case(account, ref="T-1")
        db.session.commit()
    assert "Plan old · renews 1 September 2026" in words(client, "/cases/T-1")
    agree(app, account)
    assert "Plan gold · renews 1 April 2026" in words(client, "/cases/T-1")
    assert "Plan gold" not in words(client, "/cases/T-1", "contact")


@pytest.mark.parametrize(
    ("begins", "ends", "holds"),
    [(0, None, True), (1, None, False), (-5, 0, False), (-5, 1, True)],
)
def test_a_contract_holds_from_its_first_day_until_before_its_end(session, begins, ends, holds):
    account = factories.make_account(sla_plan="old", timezone="Pacific/Auckland")
    plan = factories.make_plan("gold", factories.make_calendar("h"), {"normal": (60, 60, 60, None)})
    day = date(2026, 3, 2)
    ends_on = None if ends is None else day + timedelta(days=ends)
    factories.make_contract(account, plan, begins_on=day + timedelta(days=begins), ends_on=ends_on)
    found = agreed_with(account)
    assert (found.plan, found.by_contract) == (("gold", True) if holds else ("old", False))
    assert [(account, found)] == list(
        with_agreement(Account.unscoped("test").where(Account.id == account.id))
    )


def test_days_left_are_counted_from_the_accounts_own_day():
    agreed = Agreed(TODAY, renewal_on=TODAY, notice_on=date(2026, 3, 1), ends_on=date(2026, 3, 4))
    assert (agreed.renews_in, agreed.notice_in, agreed.ends_in) == (0, -1, 1)
    assert Agreed(TODAY).renews_in is None
