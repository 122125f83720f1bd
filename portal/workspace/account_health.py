"""The health of one account over time, for staff alone."""

from datetime import date
from typing import Any

from flask import Response, request, url_for

from portal import clock
from portal.accounts.models import Account
from portal.actor import Actor, current_actor
from portal.insights import health_kept, health_words, policy
from portal.insights.health_kept import A_YEAR, Kept
from portal.web.gate import one
from portal.web.render import render
from portal.web.routes import Routes

bp = Routes("account_health", __name__)
readable = one(Account, policy.may_see_health, hidden=True)


@bp.get("/accounts/<account>/health", gate=readable)
def show(account: Account) -> Response:
    """A day's parts and what changed, with the year before it week by week."""
    actor, today = current_actor(), clock.today(account.timezone)
    day = min(_asked() or today, today)
    page: dict[str, Any] = {"account": account, "account_name": account.name}
    page["health"] = _told(actor, account, day)
    if page["health"]:
        page |= _edges(actor, account, day)
    return render("workspace/health.html", **page)


def _asked() -> date | None:
    """The day in the address; what is none is not asked for."""
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return None


def _told(actor: Actor, account: Account, day: date) -> dict[str, Any]:
    newest = health_kept.on(actor, account, day)
    if newest is None:
        return {}
    return health_words.told(Kept(newest, health_kept.year_until(actor, account, day)))


def _edges(actor: Actor, account: Account, day: date) -> dict[str, str | None]:
    """A year back as far as there is one, and a year on up to the present day."""
    today, first = clock.today(account.timezone), health_kept.first_day(actor, account)
    earlier, later = day - A_YEAR, min(day + A_YEAR, today)
    return {
        "earlier_url": _address(account, earlier) if first and first <= earlier else None,
        "later_url": _address(account, later) if later > day else None,
    }


def _address(account: Account, day: date) -> str:
    return url_for("account_health.show", account=account.ref, on=day.isoformat())
