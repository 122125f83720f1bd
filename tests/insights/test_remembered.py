"""Sums are remembered by the revisions of their rows: nothing unchanged is read twice, nothing changed is told as it was."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from portal.actor import Actor
from portal.db import db, opened
from portal.identity.actors import actor_for
from portal.insights import days, remembered, sums
from portal.insights.asked import Asked
from portal.insights.models import AccountTally, HouseTally
from portal.insights.scope import Scope
from portal.insights.sum import Sum
from tests import factories
from tests.workspace.counting import statements

FEBRUARY = Asked(date(2026, 2, 1), date(2026, 3, 1), period="own")
EVERYWHERE = Actor(user_id=1, is_staff=True, everywhere=True)


def opened_case(cast, day, **changes):
    at = datetime(2026, 2, day, 10, tzinfo=UTC)
    account = cast.acme.account
    return factories.make_case(account, cast.acme.contact_person, opened_at=at, **changes)


@pytest.fixture
def february(app, cast):
    """Acme with three cases of February, one of them confidential; remembered is nothing."""
    remembered._shelf.clear()
    with app.app_context():
        for day, confidential in ((3, False), (4, False), (5, True)):
            opened_case(cast, day, confidential=confidential)
        days.rebuild()
        db.session.commit()
        yield cast


@pytest.mark.parametrize("whole_house", [True, False])
def test_what_is_remembered_is_not_read_again(app, february, whole_house):
    scope = Scope(EVERYWHERE) if whole_house else Scope(EVERYWHERE, february.acme.account)
    with statements(app) as first:
        before = sums.read(scope, FEBRUARY)
    with statements(app) as second:
        again = sums.read(scope, FEBRUARY)
    assert (len(first), len(second)) == (2, 1)
    assert again == before
    assert again.period.counts["opened"] == 3


@pytest.mark.parametrize("whole_house", [True, False])
def test_a_row_that_is_written_anew_is_read_anew(february, whole_house):
    scope = Scope(EVERYWHERE) if whole_house else Scope(EVERYWHERE, february.acme.account)
    sums.read(scope, FEBRUARY)
    opened_case(february, 6)
    days.rebuild()
    found = sums.read(scope, FEBRUARY)
    assert found.period.counts["opened"] == 4
    assert dict(found.months)[date(2026, 2, 1)].counts["opened"] == 4


def test_a_client_is_never_told_what_staff_remember(february):
    staff = sums.read(Scope(EVERYWHERE, february.acme.account), FEBRUARY)
    client = sums.read(Scope(actor_for(february.acme.sponsor), february.acme.account), FEBRUARY)
    assert staff.period.counts["opened"] == 3
    assert client.period.counts["opened"] == 2


def test_every_row_has_a_revision_of_its_own(february):
    days.rebuild()
    for table in (AccountTally.__table__, HouseTally.__table__):
        rows = db.session.execute(opened(table.select(), AccountTally, why="a test")).all()
        assert rows
        assert len({row.revision for row in rows}) == len(rows)


def test_a_recount_does_not_mind_which_revision_a_row_has(february):
    days.rebuild()
    changed = update(HouseTally).values(revision="another")
    db.session.execute(changed)
    assert days.check() == []


def test_the_shelf_is_bounded_by_what_stands_on_it():
    large = Sum(lists={"first": [range(remembered.MOST_BYTES // 4 + 1)]})
    remembered.remember((False, ("too large",)), large)
    assert remembered.recalled((False, ("too large",))) is None
    for n in range(40):
        remembered.remember((False, (f"one {n}",)), Sum(lists={"first": [range(2**18)]}))
    assert remembered._shelf.currsize <= remembered.MOST_BYTES
    assert remembered.recalled((False, ("one 0",))) is None
    assert remembered.recalled((False, ("one 39",))) is not None
