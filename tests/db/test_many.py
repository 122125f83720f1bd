"""Many numbers go as one parameter and say what a place for each would."""

import pytest
from sqlalchemy import select

from portal.accounts.models import Account
from portal.db import db
from portal.db.many import FEW, one_of
from portal.identity.actors import actor_for
from portal.identity.models import User
from tests import factories


@pytest.mark.parametrize("many", [0, 1, FEW, FEW + 1, 300])
def test_the_same_rows_are_found(session, many):
    made = sorted(factories.make_user().id for _ in range(12))
    wanted = {*made[:many], *range(10**6, 10**6 + max(0, many - len(made)))}
    found = db.session.scalars(select(User.id).where(one_of(User.id, frozenset(wanted))))
    assert sorted(found) == made[:many]
    none = db.session.scalars(select(User.id).where(~one_of(User.id, wanted), User.id.in_(made)))
    assert sorted(none) == made[many:]


@pytest.mark.proves("T2")
def test_a_door_of_many_accounts_has_one_parameter(session):
    cast = factories.make_cast()
    user = factories.make_user(is_staff=True)
    for _ in range(FEW + 1):
        factories.make_grant(user, factories.Role.AGENT, factories.make_account())
    session.flush()
    statement = Account.visible_to(actor_for(user))
    assert len(statement.compile(db.engine).params) == 1
    seen = {account.id for account in db.session.scalars(statement)}
    assert len(seen) == FEW + 1
    assert cast.acme.account.id not in seen
