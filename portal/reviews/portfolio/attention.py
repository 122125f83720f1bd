"""Which accounts need attention, and why: fixed rules over figures that stand beside them. Pure."""

from enum import StrEnum

from portal.insights.health_kept import Day
from portal.insights.health_words import changes
from portal.insights.loyalty import Ending
from portal.insights.standings import Standing, promises
from portal.reviews.phrasing import Say
from portal.reviews.words import gettext as _
from portal.reviews.words import ngettext

ENOUGH, FEW = 10, 5
KEPT, HAPPY = 90, 75
GROWN, OLD = 5, 2
SEVERAL = 2


class Reason(StrEnum):
    """What speaks for looking at an account."""

    HEALTH = "health"
    PROMISES = "promises"
    ESCALATED = "escalated"
    VOICES = "voices"
    GROWTH = "growth"
    AGE = "age"
    CONTRACT = "contract"


def reasons(one: Standing, ending: Ending | None) -> tuple[Reason, ...]:
    """Those that hold, in the order in which they are told."""
    kept, decided = promises(one.now)
    csat, start = one.figures["F18"], one.figures["F5"]["start"]
    holds = {
        Reason.HEALTH: one.health is not None and (_at_risk(one.health) or one.health.fell),
        Reason.PROMISES: decided >= ENOUGH and 100 * kept < KEPT * decided,
        Reason.ESCALATED: one.escalated > 0,
        Reason.VOICES: csat["denominator"] >= FEW
        and 100 * csat["numerator"] < HAPPY * csat["denominator"],
        Reason.GROWTH: one.work.total - start >= GROWN and 4 * one.work.total >= 5 * start,
        Reason.AGE: one.work.old >= OLD and 4 * one.work.old >= one.work.total,
        Reason.CONTRACT: ending is not None,
    }
    return tuple(reason for reason, found in holds.items() if found)


def needed(one: Standing, found: tuple[Reason, ...]) -> bool:
    """Whether an account needs attention: two reasons, or health at risk alone."""
    return len(found) >= SEVERAL or (one.health is not None and _at_risk(one.health))


def _at_risk(health: Day) -> bool:
    return health.state == "poor"


def why(one: Standing, reason: Reason, ending: Ending | None, say: Say) -> str:
    """A reason with its figure, in the present language."""
    if reason is Reason.CONTRACT:
        return coming(ending, say) if ending else ""
    kept, decided = promises(one.now)
    csat, five = one.figures["F18"], one.figures["F5"]
    return {
        Reason.HEALTH: _health(one.health, say),
        Reason.PROMISES: _(
            "%(part)s of %(whole)s promises kept", part=say.count(kept), whole=say.count(decided)
        ),
        Reason.ESCALATED: ngettext(
            "%(count)s case escalated",
            "%(count)s cases escalated",
            one.escalated,
            count=say.count(one.escalated),
        ),
        Reason.VOICES: _(
            "%(part)s of %(whole)s ratings were good",
            part=say.count(csat["numerator"]),
            whole=say.count(csat["denominator"]),
        ),
        Reason.GROWTH: _(
            "backlog from %(start)s to %(end)s",
            start=say.count(five["start"]),
            end=say.count(five["end"]),
        ),
        Reason.AGE: _(
            "%(part)s of %(whole)s open cases older than 30 days",
            part=say.count(one.work.old),
            whole=say.count(one.work.total),
        ),
    }[reason]


def _health(health: Day | None, say: Say) -> str:
    if health is None or health.value is None:
        return ""
    value = say.tenths(health.value)
    if not health.fell:
        return _("health %(value)s", value=value)
    return _(
        "health %(value)s, %(points)s less than a month before",
        value=value,
        points=say.tenths(-(health.change or 0)),
    )


def coming(ending: Ending, say: Say) -> str:
    """What happens to a contract next, and when."""
    day = say.day_seen_from(ending.soonest, ending.soonest.year)
    if ending.soonest == ending.renewal_on:
        return _("renews on %(day)s", day=day)
    if ending.soonest == ending.ends_on:
        return _("ends on %(day)s", day=day)
    return _("notice until %(day)s", day=day)


def moved(one: Standing) -> str:
    """The part of its health that moved it most in the month before, in a sentence; empty where nothing did."""
    return "" if one.health is None else next(changes(one.health), "")
