"""What is left of what was bought: F29 entitlement. Pure."""

from collections.abc import Iterable

from portal.insights.figure import Figure


def entitlement(allowed: int, uses: Iterable[tuple[int, int]], begin: int, now: int) -> Figure:
    """F29: used, remaining and projected end = now + remaining ÷ mean daily use since the term began.

    `uses` are instants and amounts; those outside [begin, now] are not of this term or not yet. The end is a whole
    second, rounded down; without use there is none. What is overdrawn remains below zero and ended before now.
    """
    used = sum(amount for at, amount in uses if begin <= at <= now)
    remaining = allowed - used
    ends = now + remaining * (now - begin) // used if used else None
    return Figure({"used": used, "remaining": remaining, "projected_end": ends})
