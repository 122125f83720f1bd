"""Reads over accounts."""

from collections.abc import Iterable

from sqlalchemy import or_, select

from portal.accounts.models import Account
from portal.db import db, opened


def descendants(account_ids: Iterable[int]) -> list[int]:
    """Ids of all accounts below the given ones, themselves left out."""
    ancestors = list(account_ids)
    below = [Account.path.like(f"%/{account_id}/%") for account_id in ancestors]
    statement = opened(select(Account.id), Account, why="a grant over a tree of accounts")
    return [i for i in db.session.scalars(statement.where(or_(*below))) if i not in ancestors]
