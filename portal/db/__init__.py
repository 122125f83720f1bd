"""Session, column types and the visibility guard."""

from portal.db.base import Base, UtcDateTime, db
from portal.db.guard import AccountOwned, AnyRow, AnySelect, opened, through
from portal.db.transaction import on_commit, reading, transaction

__all__ = [
    "AccountOwned",
    "AnyRow",
    "AnySelect",
    "Base",
    "UtcDateTime",
    "db",
    "on_commit",
    "opened",
    "reading",
    "through",
    "transaction",
]
