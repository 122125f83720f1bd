"""The sentence above each section, and the one that stands in for an empty one; chosen from the data."""

from typing import TYPE_CHECKING

from portal.reviews.figures import Figures
from portal.reviews.phrasing import Say, plain
from portal.reviews.words import gettext as _
from portal.reviews.words import ngettext

if TYPE_CHECKING:
    from portal.reviews.content import Material


def title(account: str, period: str) -> str:
    """The document's title."""
    return _("Service review, %(account)s, %(period)s", account=account, period=period)


def kind(months: int) -> str:
    """Monthly, quarterly or yearly."""
    return {
        1: _("Monthly service review"),
        3: _("Quarterly service review"),
        12: _("Annual service review"),
    }[months]


def of(material: "Material", say: Say) -> dict[str, str]:
    """One sentence for each section."""
    figures = material.figures
    return {
        "kind": kind(material.period.length),
        "agreed": _agreed(figures, say),
        "backlog": _backlog(figures, say),
        "speed": _speed(figures, say),
        "quality": _quality(figures, say),
        "reasons": _reasons(figures, say),
        "hours": _hours(figures, say),
        "cases": _cases(material, say),
        "oldest": _oldest(figures, say),
    }


def _agreed(figures: Figures, say: Say) -> str:
    kept, decided = figures.kept, figures.decided
    if not decided:
        return _("No promise was decided in this period.")
    if kept == decided:
        return ngettext(
            "The one promise of the period was kept.",
            "All %(count)s promises of the period were kept.",
            decided,
            count=say.count(decided),
        )
    return ngettext(
        "Of %(whole)s promises we kept %(part)s; %(late)s was missed.",
        "Of %(whole)s promises we kept %(part)s; %(late)s were missed.",
        decided - kept,
        whole=say.count(decided),
        part=say.count(kept),
        late=say.count(decided - kept),
    )


def _backlog(figures: Figures, say: Say) -> str:
    if figures.empty:
        return _("No case was open, opened or resolved in this period.")
    if not figures.backlog:
        return _("No case is open at the end of the period.")
    young = figures.backlog - figures.old
    opened = ngettext(
        "%(count)s case was open at the end",
        "%(count)s cases were open at the end",
        figures.backlog,
        count=say.count(figures.backlog),
    )
    if young == figures.backlog:
        return _("%(open)s, none for more than 30 days.", open=opened)
    return _("%(open)s; %(old)s for more than 30 days.", open=opened, old=say.count(figures.old))


def _speed(figures: Figures, say: Say) -> str:
    first, lived = figures.first.p50, figures.solved.lived_p50
    if first is None and lived is None:
        return _("Nothing was answered for the first time or resolved in this period.")
    if first is None:
        return _(
            "Half of the resolved cases took at most %(span)s by the calendar.",
            span=say.span(lived),
        )
    if lived is None:
        return _(
            "Half of the first answers came within %(span)s; nothing was resolved.",
            span=say.span(first),
        )
    return _(
        "Half of the first answers came within %(first)s, half of the resolutions within %(lived)s by the calendar.",
        first=say.span(first),
        lived=say.span(lived),
    )


def _quality(figures: Figures, say: Say) -> str:
    again = figures.again
    if not again.denominator:
        return _("No resolution of this period is old enough to say whether it lasted.")
    if not again.numerator:
        return _("Nothing that was resolved came back within 14 days.")
    return ngettext(
        "%(part)s of %(whole)s resolution came back within 14 days.",
        "%(part)s of %(whole)s resolutions came back within 14 days.",
        again.denominator,
        part=say.count(again.numerator),
        whole=say.count(again.denominator),
    )


def _reasons(figures: Figures, say: Say) -> str:
    named = [(name, number) for name, number in figures.categories if name]
    if not figures.opened:
        return _("No case was opened in this period, so there are no reasons to show.")
    if not named:
        return _("No case of this period carries a category.")
    name, number = named[0]
    return _(
        "“%(reason)s” came first: %(part)s of %(whole)s.",
        reason=plain(name, 60),
        part=say.count(number),
        whole=say.count(figures.opened),
    )


def _hours(figures: Figures, say: Say) -> str:
    if not figures.messages:
        return _("No message, call or chat reached us in this period.")
    most, day, hour = max(
        (
            (number, -day, -hour)
            for day, row in enumerate(figures.hours)
            for hour, number in enumerate(row)
        ),
    )
    return _(
        "The busiest hour was %(day)s at %(hour)s: %(part)s of %(whole)s messages.",
        day=say.weekdays("wide")[-day],
        hour=f"{-hour:02d}:00",
        part=say.count(most),
        whole=say.count(figures.messages),
    )


def _cases(material: "Material", say: Say) -> str:
    total, shown = material.case_total, len(material.cases)
    if not total:
        return _("No case was opened or resolved in this period.")
    if shown == total:
        return ngettext(
            "The %(count)s case opened or resolved in the period.",
            "All %(count)s cases opened or resolved in the period.",
            total,
            count=say.count(total),
        )
    return _(
        "%(shown)s of the %(total)s cases opened or resolved.",
        shown=say.count(shown),
        total=say.count(total),
    )


def _oldest(figures: Figures, say: Say) -> str:
    if figures.oldest is None or not figures.backlog:
        return _("No case is open.")
    if figures.oldest < 1:
        return _("The oldest open case was opened on the period's last day.")
    return _(
        "The oldest open case has waited for %(span)s.", span=say.span(figures.oldest * 86_400)
    )
