"""The tables and charts of the first view; charts are drawn by the code of the review's PDF."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from portal.insights import charts
from portal.insights.asked import A_DAY, month_on
from portal.insights.definitions import name_of
from portal.insights.open_work import NAMES
from portal.insights.overview import Facts
from portal.insights.shapes import Chart
from portal.insights.showing import Cell, Table, counted, link, rated, spanned
from portal.insights.sum import ATTAINED, Sum
from portal.web.filters import day, month_name, number, span, weekdays
from portal.web.words import gettext as _

MOST_CATEGORIES = 10


def tables(facts: Facts, *, whole: bool) -> dict[str, Table]:
    """Every table by its name; that of the hours only where all is wanted, the page draws it itself."""
    made = (_months, _ages, _attainment, _speed, _categories, *([_hours] if whole else []))
    return {table.name: table for table in (make(facts) for make in made)}


def pictures(facts: Facts) -> dict[str, Chart | None]:
    """The charts by name; None where there is nothing to draw."""
    return {
        "months": _flow_chart(facts),
        "backlog": _backlog_chart(facts),
        "ages": _ages_chart(facts) if facts.work.total else None,
        "times": _times_chart(facts),
        "categories": _categories_chart(facts) if facts.period.counts["opened"] else None,
    }


def _months(facts: Facts) -> Table:
    heads = (
        *(_("Month"), name_of("F1"), name_of("F2"), name_of("F3"), _("Open at the end")),
        *(name_of("F7"), name_of("F8"), name_of("F6"), name_of("F10")),
    )
    rows = [
        (day(month, "month"), _month(facts, month, one, left))
        for month, one, left in _backlogs(facts)
    ]
    return Table.of("months", _("Month by month"), heads, rows)


def _month(facts: Facts, month: date, one: Sum, left: int | None) -> list[Cell]:
    days, counts = (month, month_on(month, 1)), one.counts
    flows = (("F1", "opened"), ("F2", "resolved"), ("F3", "reopened"))
    cells = [counted(facts.asked, figure, counts[name], days) for figure, name in flows]
    cells.append(Cell(None, _("n/a")) if left is None else counted(facts.asked, "F4", left, days))
    for figure in ("F7", "F8"):
        met, missed = one.decided(figure)
        cells.append(rated(met, met + missed, link(facts.asked, figure, days)))
    cells.append(spanned(one.ranked("first", 50), link(facts.asked, "F6", days)))
    cells.append(spanned(one.ranked("clock", 50), link(facts.asked, "F2", days)))
    return cells


def _backlogs(facts: Facts) -> Iterator[tuple[date, Sum, int | None]]:
    """Each month with what was open at its end, reckoned back from the end of the period (F5)."""
    left = facts.work.total if facts.asked.end.day == 1 else None
    found: list[tuple[date, Sum, int | None]] = []
    for month, one in reversed(facts.sums.months):
        found.append((month, one, left))
        left = None if left is None else left - one.net
    yield from reversed(found)


def _flow_chart(facts: Facts) -> Chart | None:
    named = [
        (month_name(month, "short"), one.counts["opened"], one.counts["resolved"])
        for month, one in facts.sums.months
    ]
    if not any(a or b for _name, a, b in named):
        return None
    title = _(
        "Cases opened and resolved in each of %(n)s months; all values stand in the table below.",
        n=len(named),
    )
    return charts.months(named, (title, name_of("F1"), name_of("F2")), charts.WIDE)


def _backlog_chart(facts: Facts) -> Chart | None:
    points = [
        (month_name(month, "short"), left)
        for month, _one, left in _backlogs(facts)
        if left is not None
    ]
    if not any(left for _name, left in points):
        return None
    return charts.backlog(
        points,
        _("Open cases at the end of each month; the table below has all values."),
        charts.WIDE,
    )


def _ages(facts: Facts) -> Table:
    rows = [
        (_age(name), [counted(facts.asked, "F4", n, age=name)])
        for name, n in zip(NAMES, facts.work.ages, strict=True)
    ]
    return Table.of("ages", name_of("F15"), (_("Days"), _("Open at the end")), rows)


def _age(name: str) -> str:
    return name.replace("-", "–").replace(">", "> ")


def _ages_chart(facts: Facts) -> Chart:
    title = _(
        "Open cases by age at the end of the period: %(n)s in all.", n=number(facts.work.total)
    )
    columns = [(day(facts.asked.last, "short"), facts.work.ages)]
    return charts.ages(columns, [_age(name) for name in NAMES], title, 150)


def _attainment(facts: Facts) -> Table:
    heads = (_("Promise"), _("kept"), _("missed"), _("Share kept"))
    rows = []
    for figure in ATTAINED:
        met, made = facts.now[figure]["numerator"], facts.now[figure]["denominator"]
        cells = [
            counted(facts.asked, f"{figure}-met", met),
            counted(facts.asked, f"{figure}-missed", made - met),
            rated(met, made, link(facts.asked, figure)),
        ]
        rows.append((name_of(figure), cells))
    return Table.of("attainment", _("Agreed and achieved"), heads, rows)


def _speed(facts: Facts) -> Table:
    heads = (_("Time"), _("Cases"), _("Half within"), _("Nine of ten within"), _("Half, before"))
    rows = [
        (name_of("F6"), _spread_cells(facts, "F6", "F6", "")),
        (name_of("F10"), _spread_cells(facts, "F10", "F2", "")),
        (_("Lived until the solution"), _spread_cells(facts, "F10", "F2", "lived_")),
    ]
    return Table.of("speed", _("Speed"), heads, rows)


def _spread_cells(facts: Facts, figure: str, behind: str, clock: str) -> list[Cell]:
    """How many, half, nine of ten, and half in the period before, of one figure and clock."""
    found, before = facts.now[figure], (facts.before or {}).get(figure, {})
    url, days = link(facts.asked, behind), bool(clock)
    return [
        counted(facts.asked, behind, found["n"]),
        spanned(found[f"{clock}p50"], url, days=days),
        spanned(found[f"{clock}p90"], url, days=days),
        spanned(before.get(f"{clock}p50"), days=days),
    ]


def _times_chart(facts: Facts) -> Chart | None:
    lines = [
        *_spreads(_("First response"), facts, "F6"),
        *_spreads(_("Resolution"), facts, "F10"),
    ]
    if not lines:
        return None
    title = _("Times from half of the cases to nine of ten; all values stand in the table below.")
    ticks = [span(tick) for tick in charts.TICKS]
    return charts.times(lines, ticks, (title, _("contract"), _("lived")))


def _spreads(group: str, facts: Facts, figure: str) -> Iterator[charts.Spread]:
    for name, found in ((_("This period"), facts.now), (_("The one before"), facts.before)):
        one = (found or {}).get(figure, {})
        if one.get("p50") is None:
            continue
        lived = (one["lived_p50"], one["lived_p90"]) if "lived_p50" in one else None
        yield charts.Spread(name, (one["p50"], one["p90"]), lived, group)
        group = ""


def _categories(facts: Facts) -> Table:
    heads = (_("Category"), _("Cases"), _("Share"), _("Complaints"))
    complaints, opened = dict(facts.period.named("complaint")), facts.period.counts["opened"]
    rows = []
    for name, n in facts.period.named("category"):
        which: dict[str, Any] = {"category": name} if name else {"without": "category"}
        share = rated(n, opened, link(facts.asked, "F1", **which))
        bad = counted(facts.asked, "F16", complaints.get(name, 0), **which)
        rows.append(
            (name or _("without a category"), [counted(facts.asked, "F1", n, **which), share, bad])
        )
    return Table.of("categories", _("Categories and complaints"), heads, rows)


def _categories_chart(facts: Facts) -> Chart:
    before = dict(facts.sums.before.named("category")) if facts.sums.before is not None else {}
    lines = [
        (name or _("without a category"), n, before.get(name, 0))
        for name, n in facts.period.named("category")[:MOST_CATEGORIES]
    ]
    title = _("Cases opened by category, the most frequent first; a tick marks the period before.")
    return charts.bars(lines, title, charts.WIDE)


def _hours(facts: Facts) -> Table:
    hours = facts.period.hours
    rows = [
        (name, [_hour(facts, place * 24 + hour, hours) for hour in range(24)])
        for place, name in enumerate(weekdays())
    ]
    return Table.of("hours", name_of("F17"), (_("Day"), *map(str, range(24))), rows)


def _hour(facts: Facts, slot: int, hours: Sequence[int]) -> Cell:
    return counted(facts.asked, "F17", hours[slot], at=f"{slot // 24}.{slot % 24}")


def identity(facts: Facts) -> Sequence[tuple[str, Cell]]:
    """F5: what was open at the start, what came and went, what was open at the end."""
    counts, work = facts.period.counts, facts.work
    start = work.total - facts.period.net
    before = (facts.asked.begin - A_DAY, facts.asked.begin)
    return (
        (
            _("open at the start"),
            Cell(start, number(start), link(facts.asked, "F4", before) if start else None),
        ),
        (_("opened"), counted(facts.asked, "F1", counts["opened"])),
        (_("reopened"), counted(facts.asked, "F3", counts["reopened"])),
        (_("resolved"), counted(facts.asked, "F2", counts["resolved"])),
        (_("withdrawn"), counted(facts.asked, "F5-withdrawn", counts["cancelled"])),
        (_("open at the end"), counted(facts.asked, "F4", work.total)),
    )
