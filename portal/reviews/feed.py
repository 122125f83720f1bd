"""A person's calendar behind a secret address (T15): the page that makes, renews and withdraws it, and the feed itself."""

from typing import Any

from flask import Response, flash, redirect, url_for
from flask_babel import force_locale

from portal.actor import Actor, current_actor
from portal.db import db
from portal.delivery import sealed
from portal.events import publish
from portal.identity import tokens
from portal.identity.actors import actor_for
from portal.identity.events import CalendarShared, CalendarWithdrawn
from portal.identity.models import Purpose, User
from portal.reviews.agenda import agenda
from portal.reviews.words import gettext as _
from portal.web.gate import public, signed_in
from portal.web.render import render
from portal.web.routes import Routes
from portal.web.security import settings

bp = Routes("calendar", __name__)
GONE = "There is no calendar at this address. Its owner can make a new one under their settings.\n"


@bp.get("/me/calendar", gate=signed_in)
def mine() -> Response:
    """Whether one's calendar has an address, and how to make or withdraw it."""
    return _page("")


@bp.post("/me/calendar", gate=signed_in)
def share() -> Response:
    """A new address, shown this once since only its hash is kept; an old one ends at once."""
    user = _me()
    token = sealed.reveal(tokens.issue(user, Purpose.CALENDAR))
    publish(CalendarShared(None, user_id=user.id), by=current_actor())
    return _page(f"{settings().base_url}/calendar/{token}.ics")


@bp.post("/me/calendar/withdrawal", gate=signed_in)
def withdraw() -> Any:
    """Switch it off."""
    user = _me()
    tokens.void(user.id, Purpose.CALENDAR)
    publish(CalendarWithdrawn(None, user_id=user.id), by=current_actor())
    flash(_("The calendar’s address no longer works."), "ok")
    return redirect(url_for("calendar.mine"), 303)


def _page(address: str) -> Response:
    kept = tokens.standing(_me().id, Purpose.CALENDAR)
    return render("reviews/calendar.html", address=address, kept=kept)


def _me() -> User:
    user = db.session.get(User, current_actor().user_id)
    assert user is not None
    return user


@bp.get("/calendar/.ics", gate=public)
def no_token() -> Response:
    """An address that lost its secret."""
    return _gone()


@bp.get("/calendar/<token>.ics", gate=public)
def feed(token: str) -> Response:
    """What its owner may see at this moment; every other token has one and the same answer."""
    try:
        actor = _owner(token)
    except tokens.BadToken:
        return _gone()
    with force_locale(actor.language):
        answer = Response(agenda(actor), content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _owner(token: str) -> Actor:
    """Who reads by the token, with the grants of now. Raises: BadToken, also when none is left."""
    actor = actor_for(tokens.subscriber(token))
    if not (actor.everywhere or actor.all_accounts):
        raise tokens.BadToken
    return actor


def _gone() -> Response:
    answer = Response(GONE, 404, content_type="text/plain; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    return answer
