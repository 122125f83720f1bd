"""Who sends the request: flask-login finds the session, we make its person the actor (T14)."""

import logging
from typing import Any

from flask import Flask, Response, current_app, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user

from portal.actor import NOBODY, act_as, current_actor
from portal.db import db, transaction
from portal.db.transaction import abandon
from portal.events import publish
from portal.identity import sessions
from portal.identity.actors import Presence, signed_in_by
from portal.identity.events import Refused
from portal.identity.models import User
from portal.web.routes import SAFE

log = logging.getLogger("portal.identity")


class SignedInPerson(UserMixin):  # type: ignore[misc]
    """What flask-login holds for the length of a request."""

    def __init__(self, token: str, presence: Presence) -> None:
        self.token = token
        self.presence = presence

    def get_id(self) -> str:
        """The session's token; the cookie carries it, the database its hash."""
        return self.token


def install(app: Flask) -> None:
    """Let every request act as whoever its cookie says, and log refusals."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-session" if _secure(app) else "session",
        SESSION_COOKIE_SECURE=_secure(app),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
    manager = LoginManager()
    manager.session_protection = None
    manager.init_app(app)
    manager.user_loader(_load)
    app.before_request(act)
    app.after_request(record_refusal)
    app.teardown_request(act_no_more)


def _secure(app: Flask) -> bool:
    return bool(app.extensions["portal_settings"].secure)


def _load(token: Any) -> SignedInPerson | None:
    if not isinstance(token, str):
        return None
    presence = signed_in_by(token)
    return SignedInPerson(token, presence) if presence else None


def act() -> None:
    """Make the cookie's person the actor, or nobody; note that the session was used."""
    g.actor_before = current_actor()
    if not current_user.is_authenticated:
        act_as(NOBODY)
        return
    found: Presence = current_user.presence
    act_as(found.actor)
    if request.method in SAFE:
        sessions.mark_seen(found.session_id, found.seen_at, db.engine)
    else:
        sessions.touch(found.session_id, found.seen_at)


def act_no_more(error: BaseException | None = None) -> None:
    """Give the context back to whoever had it."""
    act_as(g.pop("actor_before", NOBODY))


def enter(token: str) -> None:
    """Give this browser a new session; whatever its cookie held before is gone."""
    presence = signed_in_by(token)
    assert presence is not None
    session.clear()
    login_user(SignedInPerson(token, presence), force=True)


def leave() -> None:
    """Empty this browser's cookie."""
    session.clear()


def present_token() -> str | None:
    """The token in the cookie, alive or not."""
    token = session.get("_user_id")
    return token if isinstance(token, str) else None


def present_user() -> User:
    """The user behind the actor; for signed-in routes."""
    user = db.session.get(User, current_user.presence.user_id)
    assert user is not None
    return user


def present_session_id() -> int:
    """Which of the person's sessions sends this request."""
    session_id: int = current_user.presence.session_id
    return session_id


def record_refusal(response: Response) -> Response:
    """Log that a signed-in person was refused something, apart from the request, which is rolled back (T40)."""
    actor = current_actor()
    view = current_app.view_functions.get(request.endpoint or "")
    gate = getattr(view, "gate", None)
    if (
        response.status_code not in (403, 404)
        or not actor.signed_in
        or gate is None
        or gate.is_public
    ):
        return response
    refusal = Refused(
        account_id=None, method=request.method, path=request.path[:200], status=response.status_code
    )
    try:
        abandon()
        with transaction():
            publish(refusal, by=actor)
    except Exception:
        log.exception("a refusal could not be logged: %s %s", refusal.method, refusal.path)
    return response
