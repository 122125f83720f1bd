"""Who may see orders, and which."""

import pytest

from portal.accounts.keyset import FIRST
from portal.actor import Actor
from portal.orders import policy
from portal.orders.queries import orders_of
from tests import factories
from tests.accounts import test_policy as cast


@pytest.mark.proves("T5")
def test_orders_are_for_everyone_of_the_account():
    allowed = (*cast.SEEING, cast.CONTACT, cast.OWN_ONLY)
    assert [a for a in cast.EVERYONE if policy.may_see_orders(a, cast.ACCOUNT)] == [
        a for a in cast.EVERYONE if a in allowed
    ]


def test_who_sees_only_own_cases_finds_only_own_orders(session):
    account = factories.make_account()
    person = factories.make_stakeholder(account)
    factories.make_order(account, ref="MINE", ordered_by_id=person.id)
    factories.make_order(account, ref="THEIRS")
    whole = Actor(user_id=1, accounts=frozenset({account.id}))
    own = Actor(
        user_id=2, own_accounts=frozenset({account.id}), stakeholder_ids={account.id: person.id}
    )
    stranger = Actor(user_id=3, accounts=frozenset({account.id + 1}))
    refs = [
        [o.ref for o in orders_of(actor, account, cursor=FIRST).rows]
        for actor in (whole, own, stranger)
    ]
    assert [sorted(found) for found in refs] == [["MINE", "THEIRS"], ["MINE"], []]
    assert orders_of(own, account).rows[0].ordered_by_id == person.id


def test_returns_alone(session):
    account = factories.make_account()
    factories.make_order(account, ref="KEPT")
    factories.make_order(
        account, ref="BACK", returned_at=factories.BEGINNING, return_reason="Broken"
    )
    everywhere = Actor(user_id=1, is_staff=True, everywhere=True)
    assert [o.ref for o in orders_of(everywhere, account, returns=True).rows] == ["BACK"]
