"""Contracts begin, end, renew and can be given notice of by the account's own date, in lists over all zones too."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from portal.accounts import local_days
from portal.accounts.keyset import FIRST
from portal.accounts.models import Account
from portal.actor import SYSTEM
from portal.db import db, opened
from portal.insights.loyalty import endings
from portal.insights.scope import Scope
from portal.workspace.entries import NEAR, STEADY, Filters
from portal.workspace.portfolio import portfolio
from tests import factories
from tests.workspace.counting import statements

SAO_PAULO, AUCKLAND = "America/Sao_Paulo", "Pacific/Auckland"
LATE, NOON = datetime(2026, 3, 11, 1, 30, tzinfo=UTC), datetime(2026, 3, 10, 12, 30, tzinfo=UTC)
"""In São Paulo it is still the 10th at one, in Auckland already the 11th at the other."""
DAY = timedelta(days=1)


def entry(account):
    (found,) = [
        one for one in portfolio(SYSTEM, Filters(), FIRST).page.rows if one.ref == account.ref
    ]
    return found


def agreed(zone, **changes):
    account = factories.make_account(timezone=zone, sla_plan="old")
    plan = factories.make_plan(
        f"gold {account.ref}",
        factories.make_calendar(f"h {account.ref}"),
        {"normal": (60, 60, 60, None)},
    )
    factories.make_contract(account, plan, **changes)
    return account, plan.name


@pytest.mark.parametrize("at", [LATE, NOON, datetime(2026, 11, 1, 5, 59, 59, tzinfo=UTC)])
def test_the_date_of_every_zone_is_known_to_one_statement(session, now, at):
    now.move_to(at)
    zones = sorted(available_timezones())
    accounts = {factories.make_account(timezone=zone).id: zone for zone in zones}
    days = local_days.shifts(SYSTEM)
    asked = opened(days.select(), Account, why="test")
    found = {row.id: row.shift for row in db.session.execute(asked, local_days.dates())}
    assert {id: at.date() + found[id] * DAY for id in accounts} == {
        id: at.astimezone(ZoneInfo(zone)).date() for id, zone in accounts.items()
    }
    assert len(set(found.values())) > 1


@pytest.mark.parametrize(
    ("zone", "at", "today"),
    [(SAO_PAULO, LATE, date(2026, 3, 10)), (AUCKLAND, NOON, date(2026, 3, 11))],
)
@pytest.mark.parametrize(
    ("begins", "ends", "holds"), [(0, 1, True), (1, None, False), (-9, 0, False)]
)
def test_the_list_of_accounts_takes_the_contract_of_the_accounts_own_date(
    session, now, zone, at, today, begins, ends, holds
):
    now.move_to(at)
    ends_on = None if ends is None else today + ends * DAY
    account, plan = agreed(zone, begins_on=today + begins * DAY, ends_on=ends_on)
    assert entry(account).sla_plan == (plan if holds else "old")


@pytest.mark.parametrize(
    ("zone", "at", "today"),
    [(SAO_PAULO, LATE, date(2026, 3, 10)), (AUCKLAND, NOON, date(2026, 3, 11))],
)
@pytest.mark.parametrize(
    ("renews", "notice", "urgency"),
    [
        (0, None, NEAR),
        (-1, None, STEADY),
        (45, None, NEAR),
        (46, None, STEADY),
        (90, 0, NEAR),
        (90, -1, STEADY),
    ],
)
def test_what_is_near_is_near_by_the_accounts_own_date(
    session, now, zone, at, today, renews, notice, urgency
):
    now.move_to(at)
    account, _ = agreed(
        zone,
        renewal_on=today + renews * DAY,
        notice_on=None if notice is None else today + notice * DAY,
    )
    assert entry(account).urgency == urgency


@pytest.mark.parametrize(
    ("zone", "at", "today"),
    [(SAO_PAULO, LATE, date(2026, 3, 10)), (AUCKLAND, NOON, date(2026, 3, 11))],
)
@pytest.mark.parametrize(("days", "listed"), [(-1, False), (0, True), (90, True), (91, False)])
def test_coming_ends_count_from_the_accounts_own_date(session, now, zone, at, today, days, listed):
    now.move_to(at)
    account, _ = agreed(zone, renewal_on=today + days * DAY)
    recorded = factories.make_account(timezone=zone, contract_renewal=today + days * DAY)
    found = {one.account_id: one.soonest for one in endings(Scope(SYSTEM))}
    expected = dict.fromkeys((account.id, recorded.id), today + days * DAY)
    assert found == (expected if listed else {})


def test_the_list_stays_one_statement_where_dates_differ(app, client, cast, now):
    now.move_to(LATE)
    person = client.as_("executive")
    with statements(app) as few:
        person.get("/accounts")
    with app.app_context():
        for zone in (SAO_PAULO, AUCKLAND, "Europe/Lisbon", "America/Chicago") * 5:
            agreed(zone)
        db.session.commit()
    with statements(app) as many:
        person.get("/accounts")
    assert len(many) == len(few) <= 3
