"""Things by what a person calls them in a form: a foreign name is answered like one that does not exist."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.doors import carrying
from portal.accounts.models import Account
from portal.actor import Actor
from portal.cases.models import Case, Participant
from portal.db import db, opened, through
from portal.identity.actors import actor_for
from portal.identity.models import User
from portal.orders.models import Order
from portal.stakeholders.models import Stakeholder

OFFERED = 12


@dataclass(frozen=True)
class Offered:
    """People, orders and categories of an account, a few of each."""

    people: Sequence[Stakeholder]
    orders: Sequence[Order]
    categories: Sequence[str]


def account_of(actor: Actor, ref: str) -> Account | None:
    """The account of that reference."""
    return db.session.scalar(Account.visible_to(actor).where(Account.ref == ref))


def account_called(actor: Actor, text: str) -> Account | None:
    """The one account of that reference or name."""
    called = or_(Account.ref == text, Account.name == text)
    found = db.session.scalars(Account.visible_to(actor).where(called).limit(3)).all()
    exact = [account for account in found if account.ref == text] or found
    return exact[0] if len(exact) == 1 else None


def accounts_offered(actor: Actor) -> Sequence[Account]:
    """A client's own accounts, or for staff some that they look after."""
    statement = Account.visible_to(actor)
    if actor.is_staff:
        statement = statement.where(
            or_(Account.manager_id == actor.user_id, Account.deputy_id == actor.user_id)
        )
    else:
        statement = statement.where(Account.id.in_(tuple(actor.stakeholder_ids)))
    return db.session.scalars(statement.order_by(Account.name, Account.id).limit(OFFERED)).all()


def opener_called(actor: Actor, account: Account, text: str) -> Stakeholder | None:
    """In whose name a case is opened: a client's person in their own, staff in that of whom they name."""
    if actor.is_staff:
        return colleague_called(actor, account.id, text) if text else None
    own = actor.stakeholder_ids.get(account.id)
    return db.session.scalar(Stakeholder.visible_to(actor).where(Stakeholder.id == own))


def offered(actor: Actor, account: Account) -> Offered:
    """What the form for a new case may propose."""
    people = Stakeholder.visible_to(actor).where(
        Stakeholder.account_id == account.id, Stakeholder.active
    )
    orders = (
        Order.visible_to(actor)
        .where(Order.account_id == account.id)
        .order_by(Order.placed_at.desc(), Order.id.desc())
    )
    newest = through(select(Case.category).where(Case.account_id == account.id), Case, actor)
    newest = newest.order_by(Case.updated_at.desc(), Case.id.desc()).limit(200)
    inner = newest.subquery()
    categories = carrying(select(inner.c.category).where(inner.c.category != "").distinct(), newest)
    return Offered(
        people=db.session.scalars(
            people.order_by(Stakeholder.name, Stakeholder.id).limit(OFFERED)
        ).all(),
        orders=db.session.scalars(orders.limit(OFFERED)).all(),
        categories=sorted(db.session.scalars(categories))[:OFFERED],
    )


def case_called(actor: Actor, ref: str) -> Case | None:
    """The case of that reference, in capitals or not."""
    return db.session.scalar(
        Case.visible_to(actor).where(Case.ref.in_({ref, ref.upper()})).limit(1)
    )


def became(actor: Actor, ref: str) -> str | None:
    """The reference of the case that one of that reference became part of, for those who see that one."""
    gone = aliased(Case)
    there = select(Case.ref).join(gone, gone.merged_into_id == Case.id)
    there = there.where(gone.ref.in_({ref, ref.upper()})).limit(1)
    return db.session.scalar(through(there, Case, actor))


def order_called(actor: Actor, account_id: int, ref: str) -> Order | None:
    """The account's newest order of that reference."""
    mine = Order.visible_to(actor).where(Order.account_id == account_id, Order.ref == ref)
    return db.session.scalar(mine.order_by(Order.placed_at.desc()).limit(1))


def colleague_called(actor: Actor, account_id: int, text: str) -> Stakeholder | None:
    """The one person of the account with that email address or name."""
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
    """The one staff person with that email address or name who sees the account."""
    called = or_(
        User.email == text.lower(), func.lower(User.name) == text.lower(), User.name == text
    )
    found = db.session.scalars(
        select(User).where(User.is_staff, User.active, called).limit(10)
    ).all()
    able = [user for user in found if actor_for(user).reaches(account_id)]
    return able[0] if len(able) == 1 else None


def participant_called(case: Case, text: str) -> Stakeholder | None:
    """The one client's person on the case with that email address or name."""
    mine = Stakeholder.unscoped("the people of a case that its door let through")
    mine = mine.join(Participant, Participant.stakeholder_id == Stakeholder.id).where(
        Participant.case_id == case.id
    )
    called = or_(Stakeholder.email == text.lower(), Stakeholder.name == text)
    found = db.session.scalars(
        opened(mine.where(called).limit(2), Participant, why="the people of a case")
    ).all()
    return found[0] if len(found) == 1 else None
