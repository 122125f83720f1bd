"""Client data is reached through a door or not at all."""

import pytest
from sqlalchemy import delete, exists, func, select, update

from portal.actor import NOBODY
from portal.cases.models import Case, Message
from portal.db import db, opened, through
from portal.db.guard import DoorMissing
from portal.identity.actors import actor_for
from portal.identity.models import Reach, Role, User
from tests import factories
from tests.factories import make_cast


@pytest.fixture
def cast(app):
    with app.app_context():
        yield make_cast()


STATEMENTS = {
    "select": lambda: select(Case),
    "columns": lambda: select(Case.subject),
    "count": lambda: select(func.count()).select_from(Case),
    "count of a column": lambda: select(func.count(Case.id)),
    "join": lambda: select(User.name).join(Case, Case.owner_id == User.id),
    "subquery": lambda: select(User.name).where(User.id.in_(select(Case.owner_id))),
    "exists": lambda: select(User.name).where(
        exists(select(Case.id).where(Case.owner_id == User.id))
    ),
    "scalar subquery": lambda: select(select(func.count(Case.id)).scalar_subquery()),
    "alias": lambda: select(select(Case.id).subquery().c.id),
    "cte": lambda: select(select(Case.id).cte().c.id),
    "union": lambda: select(Case.id).union_all(select(Case.id)),
    "update": lambda: update(Case).values(subject="x"),
    "delete": lambda: delete(Case),
    "joined message": lambda: Case.visible_to(NOBODY).join(Message, Message.case_id == Case.id),
}


@pytest.mark.parametrize("make", STATEMENTS.values(), ids=STATEMENTS.keys())
def test_a_statement_without_a_door_is_refused(cast, make):
    with pytest.raises(DoorMissing):
        db.session.execute(make())


def test_the_same_statements_pass_through_a_door(cast):
    case = factories.make_case(cast.acme.account)
    actor = actor_for(cast.acme.agent)
    assert db.session.scalars(Case.visible_to(actor)).all() == [case]
    joined = through(
        Case.visible_to(actor).join(Message, Message.case_id == Case.id), Message, actor
    )
    assert db.session.scalars(joined).all() == []
    count = opened(select(func.count()).select_from(Case), Case, why="a test")
    assert db.session.scalar(count) == 1


def test_get_by_key_is_refused_for_client_data_alone(cast):
    assert db.session.get(User, cast.admin.id) is cast.admin
    with pytest.raises(DoorMissing):
        db.session.get(Case, 1)


def test_a_door_without_a_reason_is_refused(cast):
    with pytest.raises(ValueError, match="why"):
        Case.unscoped("")


def test_the_rule_for_a_clients_people(cast):
    """Own cases, or the account's; a confidential case only when named; children only by grant."""
    acme = cast.acme
    child = factories.make_account(parent=acme.account)
    someone = factories.make_stakeholder(acme.account)
    shared = factories.make_case(acme.account, someone)
    secret = factories.make_case(acme.account, someone, confidential=True)
    named = factories.make_case(acme.account, acme.contact_person, confidential=True)
    below = factories.make_case(child, None)
    person = factories.make_user()
    factories.make_grant(
        person, Role.CONTACT, acme.account, reach=Reach.OWN, stakeholder_id=someone.id
    )
    top = factories.make_user()
    factories.make_grant(
        top, Role.SPONSOR, acme.account, reach=Reach.TREE, stakeholder_id=acme.sponsor_person.id
    )

    def seen(user):
        return set(db.session.scalars(Case.visible_to(actor_for(user))))

    assert seen(acme.contact) == {shared, named}
    assert seen(person) == {shared, secret}
    assert seen(top) == {shared, below}
    assert seen(acme.agent) == {shared, secret, named}
    assert seen(cast.globex.contact) == seen(cast.globex.agent) == set()
    assert seen(cast.admin) == {shared, secret, named, below}
    assert set(db.session.scalars(Case.visible_to(NOBODY))) == set()


def test_notes_are_for_staff(cast):
    case = factories.make_case(cast.acme.account, cast.acme.contact_person)
    factories.make_message(case, cast.acme.agent, "note", internal=True)
    assert db.session.scalars(Message.visible_to(actor_for(cast.acme.contact))).all() == []
    assert len(db.session.scalars(Message.visible_to(actor_for(cast.acme.agent))).all()) == 1
