"""Trends: now less what was issued before, in points for shares and in per cent for counts (C10)."""

from portal.reviews.content import ReviewContent
from portal.reviews.figures import ENOUGH, Share
from portal.reviews.phrasing import Say
from portal.reviews.words import gettext as _

COUNTS = (("opened", "F1"), ("resolved", "F2"), ("reopened", "F3"), ("backlog", "F4"))


def of_shares(now: Share, before: Share, say: Say) -> str:
    """The difference in points; an arrow only where both hold enough values, a dash where one has none."""
    if now.value is None or before.value is None:
        return "–"
    change = round(now.value - before.value, 1)
    return _pointed(say.points(change), change, min(now.denominator, before.denominator))


def of_counts(now: int, before: int, say: Say) -> str:
    """The difference in per cent of what was issued; of none there is no per cent."""
    if not before:
        return _("n/a")
    change = (abs(now - before) * 2000 + before) // (2 * before) / 10 * (1 if now > before else -1)
    return _pointed(f"{say.points(change)}\N{NO-BREAK SPACE}%", change, min(now, before))


def _pointed(text: str, change: float, n: int) -> str:
    if n < ENOUGH or not change:
        return text
    return f"{'↑' if change > 0 else '↓'} {text}"


def beneath(content: ReviewContent) -> dict[str, tuple[str, str]]:
    """For F1 to F4 what was issued for the period before, and the change; empty without an issued review."""
    now, before, say = content.figures, content.material.before, content.say
    if before is None:
        return {}
    found = ((id, getattr(now, kind), getattr(before, kind)) for kind, id in COUNTS)
    return {
        id: (_("before: %(value)s", value=say.count(old)), of_counts(new, old, say))
        for id, new, old in found
    }


def nothing_before(content: ReviewContent) -> str:
    """Why nothing is compared; empty where something is."""
    if content.material.before is not None:
        return ""
    period = content.material.period.previous.name(content.say.locale)
    return _(
        "No review of the period before (%(period)s) has been issued yet, so nothing is compared. The next review will be "
        "compared with this one.",
        period=period,
    )
