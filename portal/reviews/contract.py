"""Section 11: the contract in force, its dates, what is left of it; and once a year whether what is agreed still fits."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from portal.reviews import credits
from portal.reviews.beside import Agreement
from portal.reviews.content import ReviewContent
from portal.reviews.figures import Figures
from portal.reviews.figures_beside import figures_beside
from portal.reviews.phrasing import Say, plain
from portal.reviews.rows import share
from portal.reviews.words import gettext as _
from portal.reviews.words import ngettext
from portal.sla.models import Unit
from portal.web import ui


def answer(content: ReviewContent) -> str:
    """Until when it runs, and which date comes first."""
    found, say = _agreement(content), content.say
    if found is None:
        return _("No contract is recorded for the end of this period.")
    dates = [day for day in (found.notice_on, found.renewal_on, found.ends_on) if day]
    coming = [day for day in dates if day >= content.material.period.ends_on]
    if not coming:
        return _("The contract is in force; no date of it is ahead.")
    return _("The contract is in force; its next date is %(day)s.", day=say.day(min(coming)))


def facts(content: ReviewContent) -> list[tuple[str, str]]:
    """Names and values, what is unknown left out."""
    found = _agreement(content)
    if found is None:
        return []
    return [(name, value) for name, value in _facts(found, content) if value]


def _agreement(content: ReviewContent) -> Agreement | None:
    return content.material.beside.contract if content.material.beside else None


def _facts(found: Agreement, content: ReviewContent) -> Iterator[tuple[str, str]]:
    say = content.say
    yield _("Service plan"), plain(found.plan, 80)
    yield _("In force since"), say.day(found.begins_on)
    yield _("Ends before"), _day(found.ends_on, say)
    yield _("Renewal"), _day(found.renewal_on, say)
    yield _("Notice until"), _day(found.notice_on, say)
    yield _("Service credits"), credits.terms(content)
    data = figures_beside(content.material).get("F29", {})
    if data:
        amount = _amount(data, say)
        allowed = found.allowed / 60 if found.unit == Unit.HOURS else found.allowed
        yield _("Entitlement"), amount(allowed)
        yield _("Used so far (F29)"), amount(data["used"])
        yield _("Left"), amount(data["remaining"])
        ends = data["projected_end"]
        at_this_pace = say.day(say.local_day(datetime.fromisoformat(ends))) if ends else "–"
        yield _("Used up at this pace"), at_this_pace


def _amount(data: dict[str, Any], say: Say) -> Any:
    def said(number: float) -> str:
        text, several = say.count(number), 1 if number == 1 else 2
        if data["unit"] == Unit.HOURS:
            return ngettext("%(count)s hour", "%(count)s hours", several, count=text)
        return ngettext("%(count)s case", "%(count)s cases", several, count=text)

    return said


def _day(day: date | None, say: Say) -> str:
    return say.day(day) if day else ""


def times(content: ReviewContent) -> list[tuple[str, list[str]]]:
    """What is agreed for each priority, in business time."""
    found = content.material.beside.times if content.material.beside else ()
    span = content.say.span
    return [
        (
            ui.word("priority", one.priority),
            [span(s) for s in (one.response, one.following, one.resolution)],
        )
        for one in found
    ]


def time_heads() -> list[str]:
    """The columns of agreed times."""
    return [_("Priority"), *_targets()]


def quarters(content: ReviewContent) -> list[tuple[str, list[str]]]:
    """What was kept of each promise, quarter by quarter, and in the year."""
    months = [month.figures for month in content.material.months]
    found = [
        (f"Q{place // 3 + 1}", months[place : place + 3]) for place in range(0, len(months), 3)
    ]
    whole = [(_("Total"), [content.figures])]
    return [
        (name, [_kept(group, kind, content.say) for kind in KINDS]) for name, group in found + whole
    ]


def quarter_heads() -> list[str]:
    """The columns of what was kept."""
    return [_("Quarter"), *_targets()]


KINDS = ("response", "following", "resolution")


def _targets() -> list[str]:
    return [ui.promise_name(name) for name in ("response", "next response", "resolution")]


def _kept(group: list[Figures], kind: str, say: Say) -> str:
    met = sum(getattr(one, kind).numerator for one in group)
    of = sum(getattr(one, kind).denominator for one in group)
    if not of:
        return "–"
    counts = _("%(part)s of %(whole)s", part=say.count(met), whole=say.count(of))
    return f"{counts} ({say.percent(share(met, of))})"
