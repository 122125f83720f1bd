"""Signing in and out, passwords, preferences."""

from dataclasses import dataclass

from portal import clock
from portal.actor import NOBODY, Actor
from portal.db import transaction
from portal.db.transaction import abandon, begin_write
from portal.delivery import send_mail
from portal.events import publish
from portal.identity import limits, passwords, sessions, tokens
from portal.identity.actors import actor_for
from portal.identity.events import PasswordChanged, ResetAsked, SignedIn, SignedOut, SignInRefused
from portal.identity.models import LoginSession, Purpose, User
from portal.identity.passwords import Weakness
from portal.identity.peer import Peer
from portal.identity.queries import may_reset, tidy, user_of
from portal.jobs import enqueue
from portal.web.security import settings

RESET_MAIL = "identity/emails/reset"


class WrongCredentials(Exception):
    """Address and password do not belong together; nobody learns which of them is wrong."""


class WeakPassword(Exception):
    """The new password is refused."""

    def __init__(self, reason: Weakness) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class SignIn:
    """A successful log-in: the cookie's token and whose it is."""

    token: str
    user: User


def sign_in(email: str, password: str, *, peer: Peer, replaces: str | None = None) -> SignIn:
    """Begin a session, ending the one the browser had.

    The try is counted in a transaction of its own before the password is looked at, so that it
    stands although the request is refused; no lock is held while the hash is computed.
    Raises: TooManyTries, WrongCredentials. Publishes: SignedIn, SignInRefused.
    """
    who = limits.subject(tidy(email))
    user, attempts = _counted_try(email, who, peer)
    known = user.password_hash if user and user.active else None
    if not passwords.matches(known, password) or user is None:
        with transaction():
            publish(SignInRefused(account_id=None, subject=who), by=NOBODY)
        raise WrongCredentials
    renewed = passwords.hash_password(password) if passwords.is_outdated(known or "") else None
    with transaction():
        limits.succeeded(attempts)
        if renewed:
            user.password_hash = renewed
        return SignIn(_begin(user, peer, replaces), user)


def _counted_try(email: str, who: str, peer: Peer) -> tuple[User | None, list[int]]:
    abandon()
    try:
        with transaction():
            attempts = limits.take(
                (limits.PERSON, who), (limits.PEER, limits.subject(peer.network))
            )
            return user_of(email), attempts
    except limits.TooManyTries:
        with transaction():
            publish(SignInRefused(account_id=None, subject=who), by=NOBODY)
        raise


def _begin(user: User, peer: Peer, replaces: str | None) -> str:
    if replaces:
        sessions.end_by_token(replaces)
    token = sessions.begin(user, peer)
    publish(SignedIn(account_id=None, user_id=user.id), by=actor_for(user))
    return token


def sign_out(token: str, *, by: Actor) -> None:
    """End the session of this browser.

    Publishes: SignedOut.
    """
    sessions.end_by_token(token)
    publish(SignedOut(account_id=None, user_id=by.user_id or 0), by=by)


def end_session(session: LoginSession, *, by: Actor) -> None:
    """End a session on another machine.

    Publishes: SignedOut.
    """
    sessions.end(session.id)
    publish(SignedOut(account_id=None, user_id=session.user_id), by=by)


def ask_reset(email: str, *, peer: Peer) -> None:
    """Order a reset link for an address, known or not: the worker looks, so that nobody can tell.

    Within one minute, and beyond three an hour for a person, asking again does nothing.
    Raises: TooManyTries, for a peer alone.
    """
    who = limits.subject(tidy(email))
    limits.take((limits.RESET_PEER, limits.subject(peer.network)))
    job = {"email": tidy(email), "subject": who}
    enqueue("reset", job, unique_key=f"reset:{who}:{clock.now():%Y%m%d%H%M}")


def send_reset(email: str, who: str) -> None:
    """Mail a reset link to a person who may have one; the worker's half of `ask_reset`.

    Publishes: ResetAsked.
    """
    user = user_of(email)
    if user is None or user.email is None or not may_reset(user):
        return
    try:
        limits.take((limits.RESET_PERSON, who))
    except limits.TooManyTries:
        return
    secret = tokens.issue(user, Purpose.RESET)
    minutes = int(tokens.LIFE[Purpose.RESET].total_seconds() // 60)
    send_mail(
        user.email,
        RESET_MAIL,
        language=user.language,
        secret=secret,
        name=user.name,
        minutes=minutes,
    )
    publish(ResetAsked(account_id=None, user_id=user.id), by=actor_for(user))


def set_password(token: str, password: str) -> None:
    """Set a password by a token from an invitation or a reset mail.

    Uses the token up, ends every session and every other token, forgets failed tries.
    Raises: BadToken, WeakPassword. Publishes: PasswordChanged.
    """
    user = tokens.holder(token)
    _demand_strength(user, password)
    tokens.consume(token)
    _replace(user, password, by=actor_for(user))


def change_password(user: User, old: str, new: str, *, by: Actor, peer: Peer) -> str:
    """Change one's own password; a wrong old one counts as a failed log-in.

    Ends every session and token. Returns the token of the new session for this browser.
    Raises: TooManyTries, WrongCredentials, WeakPassword. Publishes: PasswordChanged.
    """
    who = limits.subject(tidy(user.email or ""))
    _, attempts = _counted_try(user.email or "", who, peer)
    if not passwords.matches(user.password_hash, old):
        raise WrongCredentials
    with transaction():
        limits.succeeded(attempts)
    _demand_strength(user, new)
    _replace(user, new, by=by)
    return sessions.begin(user, peer)


def _demand_strength(user: User, password: str) -> None:
    email = user.email or ""
    own = [
        settings().brand_name,
        "vinculo",
        user.name,
        *user.name.split(),
        email,
        *email.split("@"),
    ]
    found = passwords.weakness(password, own)
    if found:
        raise WeakPassword(found)


def _replace(user: User, password: str, *, by: Actor) -> None:
    fresh = passwords.hash_password(password)
    begin_write()
    user.password_hash = fresh
    sessions.end_all(user.id)
    tokens.void(user.id)
    limits.reopen(limits.PERSON, limits.subject(tidy(user.email or "")))
    publish(PasswordChanged(account_id=None, user_id=user.id), by=by)


def change_preferences(
    user: User,
    *,
    language: str | None = None,
    theme: str | None = None,
    timezone: str | None = None,
) -> None:
    """Keep a person's language, theme ("" follows the device) and time zone; None leaves one as it is."""
    user.language = user.language if language is None else language
    user.theme = user.theme if theme is None else theme
    user.timezone = user.timezone if timezone is None else timezone
