"""The event log."""

from portal.events.log import Happening, Recorded, publish, wire
from portal.events.models import Event

__all__ = ["Event", "Happening", "Recorded", "publish", "wire"]
