"""Reads over accounts."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, or_, select

from portal.accounts.models import Account
from portal.actor import Actor
from portal.db import db, opened
from portal.identity.models import User


def descendants(account_ids: Iterable[int]) -> list[int]:
    """Ids of all accounts below the given ones, themselves left out."""
    ancestors = list(account_ids)
    below = [Account.path.like(f"%/{account_id}/%") for account_id in ancestors]
    statement = opened(select(Account.id), Account, why="a grant over a tree of accounts")
    return [i for i in db.session.scalars(statement.where(or_(*below))) if i not in ancestors]


def staff_called(text: str) -> User | None:
    """The one active staff person with this address or exact name; nobody if there are several."""
    known = User.email == text.lower() if "@" in text else User.name == text
    found = db.session.scalars(select(User).where(User.is_staff, User.active, known).limit(2)).all()
    return found[0] if len(found) == 1 else None


def family_of(actor: Actor, account: Account) -> Sequence[Account]:
    """The account's parent companies, itself and those below it, as far as the actor may see them, by tree."""
    lineage = [int(part) for part in account.path.split("/") if part]
    below = Account.path.like(f"{account.path}%") if account.path else Account.id == account.id
    statement = Account.visible_to(actor).where(or_(Account.id.in_(lineage), below))
    return db.session.scalars(statement.order_by(Account.path, Account.ref).limit(100)).all()


def accounts_of(actor: Actor, *, limit: int = 50) -> Sequence[Account]:
    """The accounts within the actor's reach, parents before children, then by name."""
    statement = Account.visible_to(actor).order_by(
        func.length(Account.path), Account.name, Account.ref
    )
    return db.session.scalars(statement.limit(limit)).all()
