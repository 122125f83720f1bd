"""What an agreement promises for a priority. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from portal.sla.calendars import ALWAYS_OPEN, Clock


class Target(StrEnum):
    """What is promised."""

    RESPONSE = "response"
    NEXT_RESPONSE = "next response"
    RESOLUTION = "resolution"


@dataclass(frozen=True, slots=True)
class Terms:
    """A calendar, and business seconds allowed for each target; None where there is no such target."""

    clock: Clock
    response: int | None = None
    next_response: int | None = None
    resolution: int | None = None

    def seconds(self, target: Target) -> int | None:
        """The business seconds allowed for a target."""
        if target is Target.RESPONSE:
            return self.response
        return self.next_response if target is Target.NEXT_RESPONSE else self.resolution


NO_TERMS = Terms(ALWAYS_OPEN)
"""Nothing agreed: the clock runs round the clock, and nothing is promised."""
