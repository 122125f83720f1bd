"""What a review reads from the ledger."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.actor import SYSTEM
from portal.commitments import operations, queries
from portal.commitments.drafts import Draft
from portal.commitments.models import Party
from portal.identity.actors import actor_for
from tests import factories

BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def acme(session):
    return factories.make_company("acme")


def make(acme, title, due_on=None, **changes):
    draft = Draft(side=Party.US, title=title, due_on=due_on)
    row = operations.make_commitment(acme.account, draft, by=actor_for(acme.manager))
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def test_a_review_reads_what_is_open_was_due_in_it_or_closed_since(acme, now):
    make(acme, "open, agreed later", created_at=END + timedelta(days=5))
    make(acme, "due long before, open", date(2025, 6, 1))
    done_in_it = make(acme, "due before, done in it", date(2025, 6, 1))
    kept = make(acme, "due in it and kept", date(2026, 3, 31))
    old = make(acme, "closed before it began", date(2025, 6, 1))
    for row in (done_in_it, kept, old):
        operations.finish_commitment(row, by=SYSTEM)
    old.closed_at = BEGIN - timedelta(days=1)
    found = queries.since(actor_for(acme.manager), [acme.account.id], BEGIN, END)
    assert {line.title for line in found} == {
        "open, agreed later",
        "due long before, open",
        "due before, done in it",
        "due in it and kept",
    }


def test_owners_are_the_team_and_the_people_of_the_account(acme):
    person = factories.make_stakeholder(acme.account, name="Zita")
    factories.make_stakeholder(acme.account, name="Gone", active=False)
    acme.account.manager_id = acme.manager.id
    team, people = queries.owners(actor_for(acme.manager), acme.account)
    assert acme.manager.id in [one.id for one in team]
    assert person.id in [one.id for one in people]
    assert "Gone" not in [one.name for one in people]


def test_what_waits_for_a_side_is_the_soonest_due_first(acme):
    make(acme, "later", date(2026, 5, 1))
    make(acme, "without a day")
    make(acme, "soon", date(2026, 4, 1))
    actor = actor_for(acme.manager)
    found = queries.waiting_for(actor, acme.account, side=Party.US)
    assert [line.title for line in found] == ["soon", "later", "without a day"]
    assert queries.waiting_for(actor, acme.account, side=Party.CLIENT) == []
