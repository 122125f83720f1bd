"""One-time rights: random, kept as a hash, bound to person and purpose, expiring, used once (T15)."""

from datetime import timedelta

from sqlalchemy import ColumnElement, select, update

from portal import clock
from portal.db import db
from portal.delivery import sealed
from portal.identity.actors import digest
from portal.identity.models import Purpose, Token, User

LIFE = {
    Purpose.RESET: timedelta(minutes=30),
    Purpose.INVITATION: timedelta(days=7),
    Purpose.CALENDAR: timedelta(days=366),
}
SETS_PASSWORD = (Purpose.RESET, Purpose.INVITATION)


class BadToken(Exception):
    """The token gives no right: unknown, used, expired, withdrawn or another's; nobody learns which."""


def issue(user: User, purpose: Purpose) -> str:
    """A new right for a user; earlier ones of the purpose end.

    Returns the nonce whose `sealed.reveal` is the token.
    """
    void(user.id, purpose)
    kept = sealed.nonce()
    now = clock.now()
    db.session.add(
        Token(
            token_hash=digest(sealed.reveal(kept)),
            purpose=purpose,
            user_id=user.id,
            expires_at=now + LIFE[purpose],
            created_at=now,
        )
    )
    db.session.flush()
    return kept


def holder(token: str) -> User:
    """Whose password the token may set; nothing is consumed.

    Raises: BadToken.
    """
    user = db.session.scalar(
        select(User).join(Token, Token.user_id == User.id).where(*_good(token), User.active)
    )
    if user is None:
        raise BadToken
    return user


def subscriber(token: str) -> User:
    """Whose calendar the token reads; nothing is consumed, since a calendar asks again and again.

    Raises: BadToken.
    """
    user = db.session.scalar(
        select(User)
        .join(Token, Token.user_id == User.id)
        .where(*_good(token, (Purpose.CALENDAR,)), User.active)
    )
    if user is None:
        raise BadToken
    return user


def standing(user_id: int, purpose: Purpose) -> Token | None:
    """The right a user has for a purpose now, if there is one."""
    mine = select(Token).where(Token.user_id == user_id, Token.purpose == purpose)
    good = mine.where(Token.used_at.is_(None), Token.expires_at > clock.now())
    return db.session.scalar(good.order_by(Token.id.desc()).limit(1))


def consume(token: str) -> None:
    """Use the token up; of many who try at once one succeeds.

    Raises: BadToken.
    """
    used = db.session.execute(
        update(Token)
        .where(*_good(token))
        .values(used_at=clock.now())
        .returning(Token.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if used is None:
        raise BadToken


def _good(
    token: str, purposes: tuple[Purpose, ...] = SETS_PASSWORD
) -> tuple[ColumnElement[bool], ...]:
    return (
        Token.token_hash == digest(token),
        Token.purpose.in_(purposes),
        Token.used_at.is_(None),
        Token.expires_at > clock.now(),
    )


def void(user_id: int, purpose: Purpose | None = None) -> None:
    """End a user's unused tokens, of one purpose or all."""
    mine = update(Token).where(Token.user_id == user_id, Token.used_at.is_(None))
    if purpose is not None:
        mine = mine.where(Token.purpose == purpose)
    db.session.execute(
        mine.values(used_at=clock.now()).execution_options(synchronize_session=False)
    )
