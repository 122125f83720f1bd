"""Which charts a review has, and the words in them."""

from typing import Any

from portal.reviews import charts, rows
from portal.reviews.content import ReviewContent
from portal.reviews.figures import AGES
from portal.reviews.phrasing import plain
from portal.reviews.words import gettext as _


def pictures(content: ReviewContent) -> dict[str, Any]:
    """The charts, or None where there is nothing to draw."""
    material, figures, say = content.material, content.figures, content.say
    return {
        "pulse": _pulse(content) if any(map(any, material.days)) else None,
        "pulse_caption": _(
            "The period in conversation. Each stroke is a day: above the line what your people wrote, called or "
            "chatted (%(yours)s messages), below it what ours answered (%(ours)s).",
            yours=say.count(sum(day[0] for day in material.days)),
            ours=say.count(sum(day[1] for day in material.days)),
        ),
        "ages": _ages(content)
        if figures.backlog
        or material.previous.backlog
        or any(m.figures.backlog for m in material.months)
        else None,
        "times": _times(content),
        "reasons": _bars(content) if figures.opened else None,
        "heat": charts.heat(figures.hours, say.weekdays(), content.sentences["hours"])
        if figures.messages
        else None,
    }


def _pulse(content: ReviewContent) -> charts.Chart:
    material, say = content.material, content.say
    yours, ours = (sum(day[side] for day in material.days) for side in (0, 1))
    starts = [
        ((month.starts_on - material.period.starts_on).days, month.starts_on)
        for month in material.period.months()
    ]
    name = say.short_month if len(starts) > 3 else say.month
    words = (
        _(
            "Messages by day: %(yours)s from you, %(ours)s from us.",
            yours=say.count(yours),
            ours=say.count(ours),
        ),
        _("You to us: %(count)s", count=say.count(yours)),
        _("We to you: %(count)s", count=say.count(ours)),
    )
    return charts.pulse(material.days, [(at, name(day)) for at, day in starts], words)


def _ages(content: ReviewContent) -> charts.Chart:
    material, say = content.material, content.say
    columns = [(_("Start"), material.previous.ages)]
    columns += [
        (say.short_month(month.period.starts_on), month.figures.ages) for month in material.months
    ]
    if not material.months:
        columns.append((_("End"), material.figures.ages))
    title = _(
        "Open cases by age at the start and at each month’s end; at the last one %(count)s.",
        count=say.count(content.figures.backlog),
    )
    return charts.ages(columns, [age.replace("-", "–").replace(">", "> ") for age in AGES], title)


def _times(content: ReviewContent) -> charts.Chart | None:
    say = content.say
    lines = [
        charts.Row(name, figures.solved)
        for name, figures in rows.parts(content)
        if figures.solved.p50 is not None
    ]
    if content.figures.first.p50 is not None:
        lines.insert(0, charts.Row(_("First response"), content.figures.first))
    if not any(row.spread.p50 or row.spread.lived_p50 for row in lines):
        return None
    ticks = [say.span(tick) for tick in charts.TICKS]
    title = _(
        "Times from half of the cases to nine of ten, contract clock and lived; all values stand in the table below."
    )
    return charts.times(lines, ticks, (title, _("contract"), _("lived")))


def _bars(content: ReviewContent) -> charts.Chart:
    say = content.say
    lines = [
        (plain(rows.reason_name(reason, say), 30), reason.now, reason.before)
        for reason in content.reasons
    ]
    title = _(
        "Cases opened by category, this period and the one before; all values stand in the table below."
    )
    return charts.bars(lines, title, [say.count(reason.now) for reason in content.reasons])
