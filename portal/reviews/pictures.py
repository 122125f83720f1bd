"""Which charts a review has, and the words in them."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

from portal.insights import charts
from portal.insights.shapes import TONES, Chart, Shape, Words
from portal.reviews import rows
from portal.reviews.content import ReviewContent
from portal.reviews.figures import Figures, Spread
from portal.reviews.pulse import pulse
from portal.reviews.words import gettext as _

NAMES = 150.0
"""What the names beside the bars take of the width."""

MONTHS_OF_A_QUARTER = 3
"""With more months the charts take the whole width, and the times of each stand in the table alone."""


def pictures(content: ReviewContent) -> dict[str, Any]:
    """The charts, or None where there is nothing to draw, and their colours on paper."""
    figures = content.figures
    return {
        "tones": {**TONES, "ours": content.brand.accent},
        "pulse": _pulse(content) if any(map(any, content.material.days)) else None,
        "wide": len(content.material.months) > MONTHS_OF_A_QUARTER,
        "months": _months(content) if figures.opened or figures.resolved else None,
        "ages": _ages(content)
        if any(any(figures.ages) for _name, figures in rows.ages(content))
        else None,
        "times": _times(content),
        "reasons": _bars(content) if figures.opened else None,
        "heat": _heat(content) if figures.messages else None,
    }


def _pulse(content: ReviewContent) -> Chart:
    material, say = content.material, content.say
    yours, ours = (sum(day[side] for day in material.days) for side in (0, 1))
    starts = [
        ((month.starts_on - material.period.starts_on).days, month.starts_on)
        for month in material.period.months()
    ]
    name = say.short_month if len(starts) > MONTHS_OF_A_QUARTER else say.month
    words = (
        _(
            "Messages by day: %(yours)s from you, %(ours)s from us.",
            yours=say.count(yours),
            ours=say.count(ours),
        ),
        _("You to us: %(count)s", count=say.count(yours)),
        _("We to you: %(count)s", count=say.count(ours)),
    )
    return pulse(material.days, [(at, name(day)) for at, day in starts], words)


def _months(content: ReviewContent) -> Chart | None:
    """Opened and resolved month by month; a single month beside the one issued before, else not at all."""
    material, say = content.material, content.say
    found = [(month.period, month.figures) for month in material.months]
    if len(found) == 1 and material.before:
        found.insert(0, (material.period.previous, material.before))
    if len(found) == 1:
        return None
    named = [(say.short_month(p.starts_on), f.opened, f.resolved) for p, f in found]
    title = "; ".join(
        _(
            "%(month)s: %(opened)s opened, %(resolved)s resolved",
            month=say.month(p.starts_on),
            opened=say.count(f.opened),
            resolved=say.count(f.resolved),
        )
        for p, f in found
    )
    return charts.months(named, (title, _("Opened"), _("Resolved")), _width(content))


def _ages(content: ReviewContent) -> Chart:
    title = _(
        "Open cases by age at the start and at each month’s end; at the last one %(count)s.",
        count=content.say.count(content.figures.backlog),
    )
    columns = [(name, figures.ages) for name, figures in rows.ages(content)]
    return charts.ages(columns, rows.age_names(), title, _width(content))


def _width(content: ReviewContent) -> float:
    return charts.WIDE if len(content.material.months) > MONTHS_OF_A_QUARTER else charts.HALF


def _times(content: ReviewContent) -> Chart | None:
    say = content.say
    parts, both = list(rows.parts(content)), 2 if rows.compared(content.material) else 1
    if len(content.material.months) > MONTHS_OF_A_QUARTER:
        parts = parts[:both]
    lines = [
        *_group(_("First response"), parts[:both], "first"),
        *_group(_("Resolution"), parts, "solved"),
    ]
    if not any(chain.from_iterable((*line.contract, *(line.lived or ())) for line in lines)):
        return None
    title = _(
        "Times from half of the cases to nine of ten, contract clock and lived; all values stand in the table below."
    )
    ticks = [say.span(tick) for tick in charts.TICKS]
    return charts.times(lines, ticks, (title, _("contract"), _("lived")))


def _group(name: str, parts: list[tuple[str, Figures]], which: str) -> Iterator[charts.Spread]:
    """The rows of those parts that have values; the first carries the group's name."""
    for part, figures in parts:
        spread: Spread = getattr(figures, which)
        if spread.p50 is None or spread.p90 is None:
            continue
        lived = None
        if spread.lived_p50 is not None and spread.lived_p90 is not None:
            lived = spread.lived_p50, spread.lived_p90
        yield charts.Spread(part, (spread.p50, spread.p90), lived, name)
        name = ""


def _bars(content: ReviewContent) -> Chart:
    """The bars alone: WeasyPrint draws words in pictures letter by letter, which not every script bears."""
    lines = [("", reason.now, reason.before or 0) for reason in content.reasons]
    title = (
        _(
            "Cases opened by category, this period and the one before; all values stand in the table below."
        )
        if content.material.before
        else _("Cases opened by category; all values stand in the table below.")
    )
    return charts.bars(lines, title, charts.MAIN - NAMES, 0)


def _heat(content: ReviewContent) -> Chart:
    say, hours = content.say, content.figures.hours
    sums = ", ".join(
        f"{day} {say.count(sum(row))}" for day, row in zip(say.weekdays("wide"), hours, strict=True)
    )
    title = f"{content.sentences['hours']} {sums}."
    chart = charts.heat(list(chain.from_iterable(hours)), say.weekdays(), title)
    return replace(chart, shapes=tuple(shape for shape in chart.shapes if not _is_nothing(shape)))


def _is_nothing(shape: Shape) -> bool:
    """The nought in a cell of the week: on paper an empty cell says it, and says it more quietly."""
    return isinstance(shape, Words) and shape.text == "0" and shape.anchor == "middle"
