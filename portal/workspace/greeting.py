"""The first words of a home page."""

from zoneinfo import ZoneInfo

from portal import clock
from portal.actor import Actor
from portal.web.words import gettext as _


def hello(actor: Actor) -> str:
    """Good morning, afternoon or evening by the reader's own clock, with their first name."""
    hour = clock.now().astimezone(ZoneInfo(actor.timezone or "UTC")).hour
    first = actor.name.split()[0] if actor.name.split() else ""
    if 5 <= hour < 12:
        return str(_("Good morning, %(name)s", name=first))
    if 12 <= hour < 19:
        return str(_("Good afternoon, %(name)s", name=first))
    return str(_("Good evening, %(name)s", name=first))
