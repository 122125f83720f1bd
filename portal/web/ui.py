"""What every template knows: the component macros `ui`, the brand, the navigation, the reader's choices."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, has_request_context, request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from jinja2 import Environment
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from portal import clock
from portal.actor import Actor, current_actor
from portal.config import Settings
from portal.web import filters, pieces, styleguide
from portal.web.assets import asset
from portal.web.credit_words import credit_terms, tenths
from portal.web.reader import local

LANGUAGES = (("en", "English"), ("pt", "Português"), ("es", "Español"), ("it", "Italiano"))
THEMES = ("", "light", "dark")

STATUSES: dict[str, tuple[str, Any, Any]] = {
    "new": ("new", _l("New"), _l("With us")),
    "open": ("open", _l("Open"), _l("With us")),
    "in_progress": ("open", _l("In progress"), _l("We are working on it")),
    "waiting": ("waiting", _l("Waiting on client"), _l("Waiting for you")),
    "on_hold": ("calm", _l("On hold"), _l("On hold")),
    "resolved": ("ok", _l("Resolved"), _l("Resolved")),
    "closed": ("ok", _l("Closed"), _l("Closed")),
    "cancelled": ("calm", _l("Cancelled"), _l("Withdrawn")),
    "merged": ("calm", _l("Merged"), _l("Merged")),
}
ORDERS: dict[str, tuple[str, Any]] = {
    "delivered": ("ok", _l("Delivered")),
    "in_transit": ("open", _l("On its way")),
    "in transit": ("open", _l("On its way")),
    "returned": ("waiting", _l("Returned")),
}
REVIEWS: dict[str, tuple[str, Any]] = {
    "queued": ("new", _l("Waiting its turn")),
    "building": ("open", _l("Being made")),
    "ready": ("ok", _l("Ready")),
    "failed": ("late", _l("Could not be made")),
}
REVIEW_STAGES: dict[str, tuple[str, Any]] = {
    "planned": ("new", _l("Planned")),
    "draft": ("open", _l("Draft")),
    "in_approval": ("soon", _l("In approval")),
    "approved": ("ok", _l("Approved")),
    "issued": ("waiting", _l("Issued")),
    "acknowledged": ("ok", _l("Acknowledged")),
}
PRIORITIES: dict[str, Any] = {
    "low": _l("Low"),
    "normal": _l("Normal"),
    "high": _l("High"),
    "urgent": _l("Urgent"),
}
PROMISES: dict[str, Any] = {
    "response": _l("First answer"),
    "next response": _l("Next answer"),
    "resolution": _l("Resolution"),
}
CHANNELS: dict[str, Any] = {
    "portal": _l("portal"),
    "email": _l("email"),
    "phone": _l("phone"),
    "chat": _l("chat"),
    "sms": _l("SMS"),
    "social": _l("social media"),
}


@dataclass(frozen=True)
class NavItem:
    """One place of the main navigation."""

    key: str
    label: Any
    url: str
    icon: str


class Brand:
    """How the provider presents itself to its clients."""

    def __init__(self, settings: Settings) -> None:
        self.name = settings.brand_name
        self.accent = settings.brand_accent
        self.phone = settings.brand_phone
        self.email = settings.brand_email
        self.hours = settings.brand_hours
        self._logo = Path(settings.brand_logo).suffix.lower() if settings.brand_logo else ""

    @property
    def logo_url(self) -> str:
        """Where the logo is, or nothing."""
        return asset(f"brand/logo{self._logo}") if self._logo else ""

    @property
    def own(self) -> bool:
        """Whether the product's mark gives way to the provider's own name."""
        return self.name != "Vinculo"


PLACES = {
    "home": NavItem("home", _l("My account"), "/", "home"),
    "cases": NavItem("cases", _l("Cases"), "/cases", "inbox"),
    "accounts": NavItem("accounts", _l("Accounts"), "/accounts", "building"),
    "reviews": NavItem("reviews", _l("Reviews"), "/reviews", "review"),
    "insights": NavItem("insights", _l("Insights"), "/insights", "chart"),
    "search": NavItem("search", _l("Search"), "/search", "search"),
    "settings": NavItem("settings", _l("Settings"), "/settings/calendars", "settings"),
}
STAFF_PLACES = ("cases", "accounts", "reviews", "insights")
ADMIN_PLACES = (*STAFF_PLACES, "settings")
CLIENT_PLACES = ("home", "cases", "reviews", "search")
SPONSOR_PLACES = ("home", "cases", "reviews", "insights", "search")


class Components:
    """The macros of `templates/components`, as `ui.button(…)` in every template and block.

    They depend on nothing but their arguments and are kept like pieces, but for those that tell the time.
    """

    live = frozenset({"due", "time_ago", "clocks"})

    def __init__(self, env: Environment, folder: Path) -> None:
        for path in sorted(folder.glob("*.html")):
            module = env.get_template(f"components/{path.name}").module
            for name, macro in vars(module).items():
                if not name.startswith("_"):
                    self._add(name, macro)

    def _add(self, name: str, macro: Any) -> None:
        if hasattr(self, name):
            raise RuntimeError(f"two components are called {name}")
        plain = isinstance(macro, Macro) and not macro.caller and name not in self.live
        setattr(self, name, partial(_drawn, macro) if plain else macro)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"there is no component {name}")


def _drawn(macro: Macro, *args: Any, **named: Any) -> str:
    """A component kept by its arguments, or made anew where one of them is a list or a form."""
    try:
        return pieces.piece(macro, *args, **named)
    except TypeError:
        return macro(*args, **named)


def install(app: Flask) -> None:
    """Load the macros and give every template the values of its surroundings."""
    env = app.jinja_env
    env.globals.update(asset=asset, case_status=case_status, named_state=named_state, word=word)
    env.globals.update(due_words=filters.due_words, weekdays=filters.weekdays, lanes=lanes)
    env.globals.update(languages=LANGUAGES, brand=Brand(app.extensions["portal_settings"]))
    env.globals.update(
        promise_name=promise_name,
        places=PLACES,
        spoken=spoken,
        credit_terms=credit_terms,
        tenths=tenths,
        for_staff=lambda: current_actor().is_staff,
    )
    env.globals["ui"] = Components(env, Path(str(app.template_folder)) / "components")
    env.globals["pieces"] = pieces.shelves(env, Path(str(app.template_folder)))
    app.context_processor(_surroundings)
    if app.extensions["portal_settings"].debug:
        styleguide.install(app)


def spoken(code: str) -> Markup:
    """The attribute for words in another language than the reader's."""
    return Markup("") if code == str(get_locale() or "en") else Markup(f' lang="{escape(code)}"')


def case_status(status: str, viewer: str | None = None) -> tuple[str, str]:
    """The shape and the word of a case's status, as staff or the client reads it."""
    kind, staff, client = STATUSES[str(status)]
    for_client = viewer == "client" if viewer else not current_actor().is_staff
    return kind, str(client if for_client else staff)


def named_state(what: str, state: str) -> tuple[str, str]:
    """The shape and the word of the state of an `order` or a `review`, or of a review's `stage`."""
    kind, name = {"order": ORDERS, "review": REVIEWS, "stage": REVIEW_STAGES}[what][str(state)]
    return kind, str(name)


def word(what: str, value: str) -> str:
    """The word for a `priority`, a `channel` or a case's status as staff reads it."""
    if what == "status":
        return str(STATUSES[str(value)][1])
    return str({"priority": PRIORITIES, "channel": CHANNELS}[what][str(value)])


def promise_name(target: str) -> str:
    """What is promised, in a word."""
    return str(PROMISES[str(target)])


def navigation(actor: Actor) -> tuple[str, ...]:
    """The keys of the places an actor may go."""
    if not actor.signed_in:
        return ()
    if not actor.is_staff:
        return SPONSOR_PLACES if actor.sponsored else CLIENT_PLACES
    return ADMIN_PLACES if actor.has("admin") else STAFF_PLACES


def whereabouts(actor: Actor, path: str) -> str:
    """The key of the place a page belongs to; a client's account is their home."""
    here = path.strip("/").partition("/")[0] or "home"
    return "home" if here == "accounts" and not actor.is_staff else here


def lanes(
    opened_at: datetime, until: datetime, now: datetime, spans: Sequence[tuple[datetime, datetime]]
) -> dict[str, Any]:
    """The two clocks in hundredths of the axis from opening to `until`: runs, what is left, now."""
    whole = max((until - opened_at).total_seconds(), 1.0)

    def at(instant: datetime) -> float:
        return round(min(100.0, max(0.0, 100 * (instant - opened_at).total_seconds() / whole)), 2)

    done = [(at(start), at(min(end, now))) for start, end in spans if start < now]
    left = [(at(max(start, now)), at(end)) for start, end in spans if end > now]
    return {"run": done, "left": left, "now": at(now), "days": _days(opened_at, until, at)}


def reader_key(actor: Actor) -> str:
    """A short name for the person that tells nothing; drafts are kept under it."""
    return hashlib.sha256(f"{actor.user_id}:{actor.email}".encode()).hexdigest()[:12]


def _surroundings() -> dict[str, Any]:
    actor = current_actor()
    theme = request.cookies.get("theme", "") if has_request_context() else ""
    path = request.path if has_request_context() else "/"
    return {
        "actor": actor,
        "layout": f"layouts/{'staff' if actor.is_staff else 'client'}.html",
        "nav": navigation(actor),
        "here": whereabouts(actor, path),
        "theme": theme if theme in THEMES else "",
        "language": str(get_locale() or "en"),
        "now": clock.now(),
        "reader_key": reader_key(actor),
    }


def _days(
    opened_at: datetime, until: datetime, at: Callable[[datetime], float]
) -> Iterable[tuple[float, str]]:
    """Where each local day begins on the axis, with its name; none when the axis is longer than a week."""
    if until - opened_at > timedelta(days=7):
        return [(0.0, filters.day(opened_at, "short")), (100.0, filters.day(until, "short"))]
    start = local(opened_at)
    marks = [(0.0, filters.weekday(opened_at, "short"))]
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    for ahead in range(1, 8):
        day = midnight + timedelta(days=ahead)
        if day >= until:
            break
        marks.append((at(day), filters.weekday(day, "short")))
    return marks
