"""The rows and sentences that stand in the document's tables and notes."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.reviews.content import ROWS, CaseLine, Material, Reason, ReviewContent
from portal.reviews.figures import Figures
from portal.reviews.phrasing import Say, plain
from portal.web import ui


@dataclass(frozen=True)
class PrintedCase:
    """One case as the lists print it."""

    ref: str
    subject: str
    asked_by: str
    opened: str
    resolved: str
    days: str
    priority: str
    state: str


def parts(content: ReviewContent) -> Iterator[tuple[str, Figures]]:
    """The whole period, the one before, and each month inside if there are several."""
    material, say = content.material, content.say
    yield content.period_name if material.period.length == 1 else _("This period"), content.figures
    if not material.previous.empty:
        yield _("Before"), material.previous
    if len(material.months) > 1:
        for month in material.months:
            yield say.month(month.period.starts_on), month.figures


def equation(content: ReviewContent) -> list[tuple[str, str, str, str]]:
    """F5 as signs, numbers, names and the figures they are."""
    five, say, period = content.figures.identity, content.say, content.material.period
    start = _("Open on %(day)s", day=say.short_day(period.starts_on))
    end = _("Open after %(day)s", day=say.short_day(period.last_day))
    found = [
        ("", five.start, start, ""),
        ("+", five.opened, _("Opened"), "F1"),
        ("+", five.reopened, _("Reopened"), "F3"),
        ("+", five.transferred_in, _("Moved in"), ""),
        ("−", five.resolved, _("Resolved"), "F2"),
        ("−", five.cancelled, _("Withdrawn"), ""),
        ("−", five.transferred_out, _("Moved out"), ""),
        ("=", five.end, end, "F4"),
    ]
    return [(sign, say.count(number), name, id) for sign, number, name, id in found]


def identity_sentence(figures: Figures, say: Say) -> str:
    """F5 as one line of words."""
    five = figures.identity
    return _(
        "%(start)s open at the start + %(opened)s opened + %(reopened)s reopened + %(moved_in)s moved in "
        "− %(resolved)s resolved − %(cancelled)s withdrawn − %(moved_out)s moved out = %(end)s open at the end.",
        start=say.count(five.start),
        opened=say.count(five.opened),
        reopened=say.count(five.reopened),
        moved_in=say.count(five.transferred_in),
        resolved=say.count(five.resolved),
        cancelled=say.count(five.cancelled),
        moved_out=say.count(five.transferred_out),
        end=say.count(five.end),
    )


def spread_lines(n: int, p90: int | None, before: int | None, say: Say) -> tuple[str, ...]:
    """Beneath a tile: nine of ten, how many, and the period before."""
    if not n:
        return (_("none in this period"),)
    lines = [_("nine of ten within %(span)s", span=say.span(p90)), _("%(count)s values", count=say.count(n))]
    if before is not None:
        lines.append(_("before: %(value)s", value=say.span(before)))
    return tuple(lines)


def lived_lines(now: Figures, before: Figures, say: Say) -> tuple[str, ...]:
    """Beneath the tile of lived time: the contract clock, nine of ten, the period before."""
    if now.solved.p50 is None:
        return (_("none in this period"),)
    lines = [
        _("contract clock: %(span)s", span=say.span(now.solved.p50)),
        _("nine of ten within %(span)s", span=say.span(now.solved.lived_p90)),
    ]
    if before.solved.lived_p50 is not None:
        lines.append(_("before: %(value)s", value=say.span(before.solved.lived_p50)))
    return tuple(lines)


def backlog_lines(now: Figures, say: Say) -> tuple[str, ...]:
    """Beneath the tile of the backlog: the change, and how many are old."""
    change = say.signed(now.backlog - now.identity.start)
    old = ngettext("%(count)s for more than 30 days", "%(count)s for more than 30 days", now.old, count=say.count(now.old))
    return _("%(change)s since the start", change=change), old


def month_heads() -> list[str]:
    """The columns of the table of months."""
    return [_("Start"), _("Opened"), _("Reopened"), _("Moved in"), _("Resolved"), _("Withdrawn"), _("Moved out"), _("End")]


def months(content: ReviewContent) -> list[tuple[str, list[str]]]:
    """F5 month by month, the whole period last."""
    say = content.say
    lines = [(say.month(month.period.starts_on), month.figures) for month in content.material.months]
    return [(name, _five(figures, say)) for name, figures in (*lines, (_("Together"), content.figures))]


def _five(figures: Figures, say: Say) -> list[str]:
    five = figures.identity
    gone = [f"−{say.count(n)}" if n else "0" for n in (five.resolved, five.cancelled, five.transferred_out)]
    came = [say.count(n) for n in (five.start, five.opened, five.reopened, five.transferred_in)]
    return [*came, *gone, say.count(five.end)]


def speed(content: ReviewContent) -> list[tuple[str, list[str], bool]]:
    """F6 and F10 for each part, the whole period last."""
    found = list(parts(content))
    ordered = [*found[1:], found[0]]
    return [(name, _times(figures, content.say), figures is content.figures) for name, figures in ordered]


def _times(figures: Figures, say: Say) -> list[str]:
    first, solved = figures.first, figures.solved
    spans = [say.span(v) for v in (solved.p50, solved.p90, solved.lived_p50, solved.lived_p90)]
    return [say.count(first.n), say.span(first.p50), say.span(first.p90), say.count(solved.n), *spans]


def again(content: ReviewContent) -> list[tuple[str, list[str]]]:
    """F12 now and before."""
    say = content.say
    found = [(name, figures.again) for name, figures in list(parts(content))[: 1 if content.material.previous.empty else 2]]
    return [(name, [say.count(s.numerator), say.count(s.denominator), say.percent(s.value)]) for name, s in found]


def reason_name(reason: Reason, say: Say) -> str:
    """What a category's line is called."""
    if reason.rest:
        return ngettext("%(count)s other category", "%(count)s other categories", reason.rest, count=say.count(reason.rest))
    return reason.name or _("Without category")


def reasons(content: ReviewContent) -> list[tuple[str, list[str]]]:
    """F16 with shares, the sum last."""
    say, whole, before = content.say, content.figures.opened, content.material.previous.opened
    found = [(reason_name(r, say), r.now, r.before) for r in content.reasons]
    found.append((_("Together"), whole, before))
    return [(name, [say.count(now), say.percent(share(now, whole)), say.count(old)]) for name, now, old in found]


def share(part: int, whole: int) -> float | None:
    """In per cent to one decimal, half up (C9)."""
    return (part * 2000 + whole) // (2 * whole) / 10 if whole else None


def complaints(figures: Figures, say: Say) -> str:
    """How many there were."""
    if not figures.complaints:
        return _("None was recorded in this period.")
    return ngettext("%(count)s case", "%(count)s cases", figures.complaints, count=say.count(figures.complaints))


def hours_note(figures: Figures, say: Say) -> str:
    """How much comes in working hours."""
    inside = sum(sum(row[9:18]) for row in figures.hours[:5])
    value = say.percent(share(inside, figures.messages))
    return _("%(share)s arrived from Monday to Friday between 9 and 18.", share=value)


def oldest(content: ReviewContent) -> list[PrintedCase]:
    """The five oldest open cases."""
    return [_printed(case, content.say) for case in content.material.oldest]


def cases(content: ReviewContent) -> list[PrintedCase]:
    """The list of cases."""
    return [_printed(case, content.say) for case in content.material.cases]


def _printed(case: CaseLine, say: Say) -> PrintedCase:
    resolved = say.short_day(case.resolved_on) if case.resolved_on else ""
    state = ui.case_status(case.status, "client")[1]
    return PrintedCase(
        ref=plain(case.ref, 24),
        subject=plain(case.subject, 110),
        asked_by=plain(case.asked_by, 40),
        opened=say.short_day(case.opened_on),
        resolved=resolved or state,
        days=say.count(case.days),
        priority=ui.word("priority", case.priority),
        state=_("resolved %(day)s", day=resolved) if resolved else state,
    )


def cases_note(material: Material, say: Say) -> str:
    """What the list leaves out and what its dates mean."""
    hidden = material.case_total - len(material.cases)
    sentences = []
    if hidden > 0:
        sentences.append(
            _(
                "The list is cut at %(most)s so that people read it: open cases first, then the most recently opened. "
                "The other %(hidden)s are counted in every figure and stand in the portal.",
                most=say.count(ROWS),
                hidden=say.count(hidden),
            )
        )
    if material.confidential:
        sentences.append(_confidential(material, say))
    if material.cases:
        sentences.append(_("States as of %(instant)s.", instant=say.instant(material.as_of)))
    return " ".join(sentences)


def _confidential(material: Material, say: Say) -> str:
    return ngettext(
        "%(count)s confidential case is counted and not named.",
        "%(count)s confidential cases are counted and not named.",
        material.confidential,
        count=say.count(material.confidential),
    )


def left_out(material: Material, say: Say) -> list[str]:
    """What no figure counts, and what is counted but not named."""
    lines = [
        ngettext(
            "%(count)s case opened in the period is in no figure: spam, a test or internal work.",
            "%(count)s cases opened in the period are in no figure: spam, tests or internal work.",
            material.excluded,
            count=say.count(material.excluded),
        )
        if material.excluded
        else _("No case of the period was left out as spam, a test or internal work.")
    ]
    lines.append(_confidential(material, say) if material.confidential else _("No case of the lists is confidential."))
    lines.append(_("Agreed times, satisfaction and contract data are not part of this review yet."))
    lines.append(_("What was recorded after the instant of the figures shows, dated, in a later review."))
    return lines


def checks(material: Material) -> list[str]:
    """How a reader can compute the figures again."""
    limits = f"--from {material.period.starts_on} --to {material.period.ends_on}"
    as_of = material.as_of.strftime("%Y-%m-%dT%H:%M:%SZ")
    children = " --children" if material.children else ""
    return [
        _("figures.csv, attached to this file, holds every figure with its counts; times are in seconds."),
        _("The provider computes them again with this command:"),
        f"portal figures --account {material.account_ref} {limits} --as-of {as_of}{children} --json",
        _("The fingerprint is the SHA-256 of figures.csv; it is the same in every language:"),
    ]
