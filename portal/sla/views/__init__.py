"""Pages on which administrators set up calendars and service plans."""

from portal.sla.views import calendars, plans
from portal.sla.views.blueprint import bp

__all__ = ["bp", "calendars", "plans"]
