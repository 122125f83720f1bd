"""A promise on its way: how much of its clock has run, and what decides it (C6, C7). Pure.

Instants are whole seconds since 1970 in UTC (C1).
"""

from dataclasses import dataclass, replace

from portal.sla.calendars import Clock


@dataclass(frozen=True, slots=True)
class Ticking:
    """Business seconds `spent` by the instant `since`, of those `allowed`; None promises nothing for now."""

    spent: int
    since: int
    allowed: int | None
    paused: bool = False

    def limit(self, clock: Clock) -> int | None:
        """The last instant at which the promise is kept if nothing else happens; None when there is none."""
        if self.paused or self.allowed is None:
            return None
        return clock.last(self.since, self.allowed - self.spent)

    def missed(self, clock: Clock, at: int) -> int | None:
        """The instant at which it was missed, if that lies before `at`."""
        limit = self.limit(clock)
        return limit if limit is not None and limit < at else None

    def counted(self, clock: Clock, at: int) -> "Ticking":
        """The same with the clock counted up to an instant."""
        if self.paused or at <= self.since:
            return replace(self, since=max(at, self.since))
        return replace(self, spent=self.spent + clock.seconds(self.since, at), since=at)

    def turned(self, clock: Clock, at: int, *, paused: bool) -> "Ticking":
        """The clock stopped, or started again, at an instant."""
        return replace(self.counted(clock, at), paused=paused)

    def agreed_anew(self, clock: Clock, at: int, allowed: int | None) -> "Ticking":
        """Another target from an instant on, what has run kept."""
        return replace(self.counted(clock, at), allowed=allowed)

    @property
    def overdrawn(self) -> bool:
        """Whether more has run than is allowed: so it is missed by a change of what is agreed."""
        return self.allowed is not None and self.spent > self.allowed
