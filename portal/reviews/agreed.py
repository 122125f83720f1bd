"""Section 3: what was agreed and what was achieved, and every miss with its cause."""

from dataclasses import dataclass
from datetime import datetime

from portal.reviews import trends
from portal.reviews.content import Material, MissLine, ReviewContent
from portal.reviews.credits import KINDS, agreed_at_the_end, tenths
from portal.reviews.figures import Share
from portal.reviews.phrasing import Say, plain
from portal.reviews.words import gettext as _
from portal.reviews.words import ngettext
from portal.sla.terms import Target
from portal.web import ui


@dataclass(frozen=True)
class PrintedMiss:
    """One missed promise as the list prints it."""

    ref: str
    subject: str
    promise: str
    at: str
    cause: str


def heads(content: ReviewContent) -> list[str]:
    """The columns of the table of targets; what is agreed and what was before only where there is any."""
    found = [_("Promise"), _("Decided"), _("Kept"), _("Missed"), _("Share kept")]
    found += [_("Agreed")] if _levels(content) else []
    return [*found, _("Before"), _("Change in points")] if content.material.before else found


def targets(content: ReviewContent) -> list[tuple[str, list[str]]]:
    """F7, F9 and F8, and the change against the review issued before (C10)."""
    say, now, before = content.say, content.figures, content.material.before
    levels = _levels(content)
    return [
        (
            f"{ui.promise_name(target)} ({figure})",
            _numbers(getattr(now, kind), getattr(before, kind, None), say, levels.get(target)),
        )
        for target, (kind, figure) in KINDS.items()
    ]


def _levels(content: ReviewContent) -> dict[Target, str]:
    """The share agreed for each kind of promise, where any is; a dash for the others."""
    terms = agreed_at_the_end(content.material)
    if terms is None or not terms.levels:
        return {}
    agreed = dict(terms.levels)
    return {
        target: tenths(agreed[target], content.say) if target in agreed else "–" for target in KINDS
    }


def _numbers(now: Share, before: Share | None, say: Say, level: str | None) -> list[str]:
    found = [
        say.count(now.denominator),
        say.count(now.numerator),
        say.count(now.denominator - now.numerator),
        say.percent(now.value),
        *([level] if level else []),
    ]
    if before is None:
        return found
    return [*found, say.percent(before.value), trends.of_shares(now, before, say)]


def misses(content: ReviewContent) -> list[PrintedMiss]:
    """Every miss that may be named, in order of its instant."""
    return [_printed(miss, content.say) for miss in content.material.missed]


def _printed(miss: MissLine, say: Say) -> PrintedMiss:
    return PrintedMiss(
        ref=plain(miss.ref, 24),
        subject=plain(miss.subject, 90),
        promise=ui.promise_name(miss.target),
        at=_instant(miss.at, say),
        cause=plain(miss.cause, 200) or _("no cause is recorded"),
    )


def _instant(at: datetime, say: Say) -> str:
    """Day and minute; the zone stands on the cover."""
    return f"{say.short_day(say.local_day(at))} {say.clock(at)}"


def note(material: Material, say: Say) -> str:
    """What the list leaves out, and by which clock it counts."""
    hidden = len(material.figures.misses) - len(material.missed)
    sentences = [
        _(
            "A promise counts in the period in which it was decided: kept at the answer or solution, missed at the "
            "instant the agreed time was over, whether or not the case is still open."
        )
    ]
    if hidden > 0:
        sentences.append(
            ngettext(
                "%(count)s miss is counted and not listed: on a confidential case, or beyond the length of this list.",
                "%(count)s misses are counted and not listed: on confidential cases, or beyond the length of this list.",
                hidden,
                count=say.count(hidden),
            )
        )
    return " ".join(sentences)
