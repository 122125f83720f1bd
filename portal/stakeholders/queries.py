"""Reads over the people of an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from portal.accounts.doors import carrying
from portal.accounts.keyset import Cursor, Page, cut, page
from portal.accounts.models import Account
from portal.actor import Actor
from portal.db import db, through
from portal.identity.models import Grant, User
from portal.stakeholders.models import Stakeholder

PAGE = 50


@dataclass(frozen=True)
class Person:
    """A stakeholder in a list; `number` counts the account's people in the order we met them, for addresses."""

    number: int
    id: int
    name: str
    email: str | None
    phone: str
    job_role: str
    job_title: str
    language: str
    active: bool
    reach: str | None = None
    has_password: bool | None = False

    @property
    def access(self) -> str:
        """Whether the person can sign in: `none`, `invited` or `signed_up`."""
        if self.reach is None:
            return "none"
        return "signed_up" if self.has_password else "invited"


def people_of(
    actor: Actor, account: Account, *, left: bool = False, cursor: Cursor
) -> Page[Person]:
    """A page of the account's people by name; those who have left only if asked for."""
    numbered = _numbered(actor, account)
    inner = numbered.subquery()
    reach = (
        select(Grant.reach)
        .where(Grant.stakeholder_id == inner.c.id, Grant.ended_at.is_(None))
        .limit(1)
    )
    password = (
        select(User.password_hash.is_not(None))
        .join(Grant, Grant.user_id == User.id)
        .where(Grant.stakeholder_id == inner.c.id, Grant.ended_at.is_(None))
        .limit(1)
    )
    statement = select(
        inner, reach.scalar_subquery().label("reach"), password.scalar_subquery().label("password")
    )
    statement = cut(
        statement.where(inner.c.active.is_(not left)), (inner.c.name, inner.c.number), cursor, PAGE
    )
    rows = db.session.execute(carrying(statement, numbered)).all()
    found = [Person(*row) for row in rows]
    return page(found, cursor, PAGE, lambda person: (person.name, person.number))


def _numbered(actor: Actor, account: Account) -> Select[Any]:
    number = func.row_number().over(order_by=Stakeholder.id).label("number")
    columns = (
        number,
        Stakeholder.id,
        Stakeholder.name,
        Stakeholder.email,
        Stakeholder.phone,
        Stakeholder.job_role,
        Stakeholder.job_title,
        Stakeholder.language,
        Stakeholder.active,
    )
    return through(select(*columns).where(Stakeholder.account_id == account.id), Stakeholder, actor)


def person_at(actor: Actor, account: Account, number: int) -> Stakeholder | None:
    """The account's person with that number; people are never deleted, so it stays theirs."""
    if number < 1:
        return None
    mine = Stakeholder.visible_to(actor).where(Stakeholder.account_id == account.id)
    return db.session.scalar(mine.order_by(Stakeholder.id).offset(number - 1).limit(1))


def colleagues(actor: Actor, account: Account, *, limit: int = 6) -> Sequence[Stakeholder]:
    """Active people of the account by name, the actor among them."""
    mine = Stakeholder.visible_to(actor).where(
        Stakeholder.account_id == account.id, Stakeholder.active
    )
    return db.session.scalars(mine.order_by(Stakeholder.name, Stakeholder.id).limit(limit)).all()


def address_taken(account: Account, email: str, *, by_other_than: int | None = None) -> bool:
    """Whether somebody else of the account has this email address."""
    statement = Stakeholder.unscoped("one address, one person of an account").where(
        Stakeholder.account_id == account.id, func.lower(Stakeholder.email) == email.lower()
    )
    return any(person.id != by_other_than for person in db.session.scalars(statement))
