"""Reads over users."""

from sqlalchemy import exists, select

from portal.db import db
from portal.identity.models import Grant, User


def tidy(email: str) -> str:
    """An address as it is stored and compared."""
    return email.strip().lower()


def user_of(email: str) -> User | None:
    """The user with an address, active or not."""
    return db.session.scalar(select(User).where(User.email == tidy(email)))


def may_reset(user: User) -> bool:
    """Whether a reset link may go out: to active people with a grant in force."""
    granted = select(exists().where(Grant.user_id == user.id, Grant.ended_at.is_(None)))
    return user.active and user.email is not None and bool(db.session.scalar(granted))
