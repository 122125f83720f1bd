"""Things by what a person calls them in a form: a foreign name is answered like one that does not exist."""

from sqlalchemy import func, or_, select

from portal.accounts.models import Account
from portal.actor import Actor
from portal.cases.models import Case
from portal.db import db
from portal.identity.actors import actor_for
from portal.identity.models import User
from portal.orders.models import Order
from portal.stakeholders.models import Stakeholder


def account_of(actor: Actor, ref: str) -> Account | None:
    """The account of that reference."""
    return db.session.scalar(Account.visible_to(actor).where(Account.ref == ref))


def case_called(actor: Actor, ref: str) -> Case | None:
    """The case of that reference, in capitals or not."""
    return db.session.scalar(
        Case.visible_to(actor).where(Case.ref.in_({ref, ref.upper()})).limit(1)
    )


def order_called(actor: Actor, account_id: int, ref: str) -> Order | None:
    """The account's newest order of that reference."""
    mine = Order.visible_to(actor).where(Order.account_id == account_id, Order.ref == ref)
    return db.session.scalar(mine.order_by(Order.placed_at.desc()).limit(1))


def colleague_called(actor: Actor, account_id: int, text: str) -> Stakeholder | None:
    """The one person of the account with that e-mail address or name."""
    mine = Stakeholder.visible_to(actor).where(
        Stakeholder.account_id == account_id, Stakeholder.active
    )
    called = or_(
        Stakeholder.email == text.lower(),
        func.lower(Stakeholder.name) == text.lower(),
        Stakeholder.name == text,
    )
    found = db.session.scalars(mine.where(called).limit(2)).all()
    return found[0] if len(found) == 1 else None


def staff_called(account_id: int, text: str) -> User | None:
    """The one staff person with that e-mail address or name who sees the account."""
    called = or_(
        User.email == text.lower(), func.lower(User.name) == text.lower(), User.name == text
    )
    found = db.session.scalars(
        select(User).where(User.is_staff, User.active, called).limit(10)
    ).all()
    able = [user for user in found if actor_for(user).reaches(account_id)]
    return able[0] if len(able) == 1 else None
