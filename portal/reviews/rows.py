"""The rows of the document's tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.reviews.content import CaseLine, Material, Reason, ReviewContent
from portal.reviews.figures import AGES, Figures
from portal.reviews.phrasing import Say, plain
from portal.reviews.words import gettext as _
from portal.reviews.words import ngettext
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
    if material.before and compared(material):
        yield _("Before"), material.before
    if len(material.months) > 1:
        for month in material.months:
            yield say.month(month.period.starts_on), month.figures


def compared(material: Material) -> bool:
    """Whether there is an issued review of the period before with anything in it (C10)."""
    return material.before is not None and not material.before.empty


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


def month_heads() -> list[str]:
    """The columns of the table of months."""
    return [
        _("Month"),
        _("Start"),
        _("Opened"),
        _("Reopened"),
        _("Moved in"),
        _("Resolved"),
        _("Withdrawn"),
        _("Moved out"),
        _("End"),
    ]


def months(content: ReviewContent) -> list[tuple[str, list[str]]]:
    """F5 month by month, the whole period last."""
    say = content.say
    lines = [
        (say.month(month.period.starts_on), month.figures) for month in content.material.months
    ]
    return [
        (name, _five(figures, say)) for name, figures in (*lines, (_("Total"), content.figures))
    ]


def _five(figures: Figures, say: Say) -> list[str]:
    five = figures.identity
    gone = [
        f"−{say.count(n)}" if n else "0"
        for n in (five.resolved, five.cancelled, five.transferred_out)
    ]
    came = [say.count(n) for n in (five.start, five.opened, five.reopened, five.transferred_in)]
    return [*came, *gone, say.count(five.end)]


def age_names() -> list[str]:
    """The groups of ages as people write them."""
    return [age.replace("-", "–").replace(">", "> ") for age in AGES]


def ages(content: ReviewContent) -> list[tuple[str, Figures]]:
    """F15 at the start and at each month's end, each with the month's name in few letters."""
    material, say = content.material, content.say
    ends = [(say.short_month(month.period.starts_on), month.figures) for month in material.months]
    return [(_("Start"), material.previous), *ends]


def age_rows(content: ReviewContent) -> list[tuple[str, list[str]]]:
    """The same as a table prints it: counts by age, and the oldest in days."""
    count, months = content.say.count, content.material.months
    names = [_("Start"), *(content.say.month(month.period.starts_on) for month in months)]
    return [
        (name, [*map(count, figures.ages), count(figures.oldest)])
        for name, (_short, figures) in zip(names, ages(content), strict=True)
    ]


def speed(content: ReviewContent) -> list[tuple[str, list[str], bool]]:
    """F6 and F10 for each part, the whole period last."""
    found = list(parts(content))
    ordered = [*found[1:], found[0]]
    return [
        (name, _times(figures, content.say), figures is content.figures)
        for name, figures in ordered
    ]


def speed_alone(content: ReviewContent) -> list[tuple[str, list[str]]]:
    """The same upright, for a period that stands alone."""
    first, solved, say = content.figures.first, content.figures.solved, content.say
    lines = (
        (_("First response"), first.n, first.p50, first.p90),
        (_("Resolution, contract clock"), solved.n, solved.p50, solved.p90),
        (_("Resolution, lived"), solved.n, solved.lived_p50, solved.lived_p90),
    )
    return [(name, [say.count(n), say.span(p50), say.span(p90)]) for name, n, p50, p90 in lines]


def _times(figures: Figures, say: Say) -> list[str]:
    first, solved = figures.first, figures.solved
    spans = [say.span(v) for v in (solved.p50, solved.p90, solved.lived_p50, solved.lived_p90)]
    return [
        say.count(first.n),
        say.span(first.p50),
        say.span(first.p90),
        say.count(solved.n),
        *spans,
    ]


def again(content: ReviewContent) -> list[tuple[str, list[str]]]:
    """F12 now and as issued before."""
    say, both = content.say, 2 if compared(content.material) else 1
    shares = [(name, figures.again) for name, figures in list(parts(content))[:both]]
    return [
        (name, [say.count(s.numerator), say.count(s.denominator), say.percent(s.value)])
        for name, s in shares
    ]


def reason_name(reason: Reason, say: Say) -> str:
    """What a category's line is called."""
    if reason.rest:
        return ngettext(
            "%(count)s other category",
            "%(count)s other categories",
            reason.rest,
            count=say.count(reason.rest),
        )
    return reason.name or _("Without category")


def reasons(content: ReviewContent) -> list[tuple[str, list[str]]]:
    """F16 with shares, and the numbers issued before where there are any; the sum last."""
    say, whole, before = content.say, content.figures.opened, content.material.before
    found = [(reason_name(r, say), r.now, r.before) for r in content.reasons]
    found.append((_("Total"), whole, before.opened if before else None))
    return [
        (
            name,
            [say.count(now), say.percent(share(now, whole)), *([say.count(old)] if before else ())],
        )
        for name, now, old in found
    ]


def reason_heads(content: ReviewContent) -> list[str]:
    """The columns of the table of categories."""
    before = [_("Before")] if content.material.before else []
    return [_("Category"), _("Now"), _("Share"), *before]


def share(part: int, whole: int) -> float | None:
    """In per cent to one decimal, half up (C9)."""
    return (part * 2000 + whole) // (2 * whole) / 10 if whole else None


def oldest(content: ReviewContent) -> list[PrintedCase]:
    """The five oldest open cases."""
    return _listed(content, content.material.oldest)


def cases(content: ReviewContent) -> list[PrintedCase]:
    """The list of cases."""
    return _listed(content, content.material.cases)


def _listed(content: ReviewContent, cases: Sequence[CaseLine]) -> list[PrintedCase]:
    year = content.material.period.last_day.year
    return [_printed(case, content.say, year) for case in cases]


def _printed(case: CaseLine, say: Say, year: int) -> PrintedCase:
    resolved = say.day_seen_from(case.resolved_on, year) if case.resolved_on else ""
    state = ui.case_status(case.status, "client")[1]
    return PrintedCase(
        ref=plain(case.ref, 24),
        subject=plain(case.subject, 110),
        asked_by=plain(case.asked_by, 40),
        opened=say.day_seen_from(case.opened_on, year),
        resolved=resolved or state,
        days=say.count(case.days),
        priority=ui.word("priority", case.priority),
        state=_("resolved %(day)s", day=resolved) if resolved else state,
    )
