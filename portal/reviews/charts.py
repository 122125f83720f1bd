"""Where the shapes of the review's charts stand; one unit is one point on paper.

Colours are literal, since WeasyPrint applies no style sheet inside SVG; no ids, gradients or patterns. Every
chart reads in grey: shape, value and word carry what colour repeats.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log

from portal.reviews.figures import Spread

INK, SOFT, RULE, HAIR, PAPER = "#112123", "#425052", "#c2cac8", "#dfe4e2", "#ffffff"
OURS, YOURS = "#005d59", "#833064"
AGES = ("#e3efee", "#bcd8d6", "#8bb8b5", "#457d7a", "#236a68", "#0a3a3a")
HEAT = (PAPER, "#e3efee", "#bcd8d6", "#8bb8b5", "#2f7471", "#04393a")
WIDE, HALF, MAIN = 482, 230, 346
HOUR, DAY = 3600, 86_400
TICKS = (60, 600, HOUR, 4 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY, 90 * DAY, 365 * DAY, 1460 * DAY)


@dataclass(frozen=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    stroke: str = "none"
    line: float = 0.5


@dataclass(frozen=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    stroke: str = RULE
    line: float = 0.5
    dash: str = ""


@dataclass(frozen=True)
class Dot:
    """A circle."""

    x: float
    y: float
    radius: float
    fill: str
    stroke: str = INK
    line: float = 1.6


@dataclass(frozen=True)
class Words:
    """A text; `anchor` as in SVG."""

    x: float
    y: float
    text: str
    size: float = 7.5
    anchor: str = "start"
    fill: str = INK
    weight: int = 400


Shape = Box | Line | Dot | Words


@dataclass(frozen=True)
class Chart:
    """Shapes on a surface, with a sentence that says what one sees."""

    width: float
    height: float
    title: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Row:
    """One row of the chart of times: a name and its spread, lived time too where there is one."""

    name: str
    spread: Spread


def pulse(
    days: Sequence[tuple[int, int]], months: Sequence[tuple[int, str]], words: Sequence[str]
) -> Chart:
    """The period in conversation: each day the client's messages above the line, ours below.

    `months` gives each month's first day as an index, `words` the title and the two legends.
    """
    title, you, we = words
    height, middle, top = 150.0, 80.0, max((max(pair) for pair in days), default=0) or 1
    step = WIDE / max(len(days), 1)
    width = min(step * 0.72, 12.0)
    shapes: list[Shape] = []
    for index, (theirs, ours) in enumerate(days):
        if theirs:
            shapes.append(
                Box(index * step, middle - 1 - 66 * theirs / top, width, 66 * theirs / top, YOURS)
            )
        if ours:
            shapes.append(Box(index * step, middle + 1, width, 54 * ours / top, OURS))
    shapes.append(Line(0, middle, WIDE, middle, INK, 0.6))
    for index, name in months:
        at = index * step
        shapes += [
            Line(at, middle - 4, at, middle + 4, INK, 0.6),
            Words(at, height - 1, name, 7, fill=SOFT),
        ]
    shapes += [Words(0, 7, you, 7, fill=YOURS, weight=600), Words(WIDE, 7, we, 7, "end", OURS, 600)]
    return Chart(WIDE, height, title, tuple(shapes))


def ages(columns: Sequence[tuple[str, tuple[int, ...]]], names: Sequence[str], title: str) -> Chart:
    """Open cases at each month's end, stacked by age, the youngest at the foot."""
    height, top, base = 158.0, 16.0, 142.0
    step = min((MAIN - 70) / max(len(columns), 1), 58.0)
    width = step * 0.72
    most = max((sum(values) for _name, values in columns), default=0) or 1
    shapes: list[Shape] = [Line(0, base, step * len(columns), base, INK)]
    for index, (name, values) in enumerate(columns):
        shapes += _column(index * step, width, name, values, (base - top) / most, base)
    for index, name in enumerate(reversed(names)):
        y, k = 30 + index * 15, len(names) - 1 - index
        shapes += [Box(MAIN - 50, y, 10, 10, AGES[k], INK), Words(MAIN - 36, y + 8, name, 7)]
    return Chart(MAIN, height, title, tuple(shapes))


def _column(
    x: float, width: float, name: str, values: tuple[int, ...], scale: float, base: float
) -> Iterator[Shape]:
    y = base
    for age, number in enumerate(values):
        if not number:
            continue
        y -= number * scale
        yield Box(x, y, width, number * scale, AGES[age], PAPER, 0.8)
        if number * scale > 8.5:
            yield Words(
                x + width / 2,
                y + number * scale / 2 + 2.6,
                f"{number}",
                7,
                "middle",
                PAPER if age > 2 else INK,
            )
    if y < base:
        yield Box(x, y, width, base - y, "none", INK)
    yield Words(x + width / 2, y - 4, f"{sum(values)}", 8, "middle", weight=600)
    yield Words(x + width / 2, base + 11, name, 7, "middle", SOFT)


def times(rows: Sequence[Row], ticks: Sequence[str], words: Sequence[str]) -> Chart:
    """From P50 to P90 on a logarithmic axis: the contract clock round and solid, lived time square and dashed.

    `ticks` names TICKS; `words` are the title and what the two clocks are called.
    """
    title, contract, lived = words
    values = [v for row in rows for v in _values(row.spread) if v]
    low, high = max(min(values) * 0.7, 20), max(values) * 1.4
    left, pitch = 128.0, 36.0 if len(rows) <= 4 else 29.0

    def at(seconds: float) -> float:
        return left + (WIDE - 6 - left) * (log(max(seconds, low)) - log(low)) / (
            log(high) - log(low)
        )

    height = 20 + pitch * len(rows)
    shapes: list[Shape] = []
    last = -100.0
    for tick, name in zip(TICKS, ticks, strict=True):
        if low <= tick <= high and at(tick) - last > 34:
            last = at(tick)
            shapes += [
                Line(last, 12, last, height, HAIR),
                Words(last, 8, name, 6.5, "middle", SOFT),
            ]
    for index, row in enumerate(rows):
        y = 20 + pitch * index
        shapes += [
            Words(0, y + 8, row.name, 7.5, weight=600),
            Words(84, y + 8, contract, 7, fill=OURS),
        ]
        shapes += _span(row.spread.p50, row.spread.p90, y + 5.5, at, lived=False)
        if row.spread.lived_p50 is not None:
            shapes.append(Words(84, y + 19, lived, 7, fill=YOURS))
            shapes += _span(row.spread.lived_p50, row.spread.lived_p90, y + 16.5, at, lived=True)
        shapes.append(Line(0, y + pitch - 8, WIDE, y + pitch - 8, RULE))
    return Chart(WIDE, height, title, tuple(shapes))


def _values(spread: Spread) -> tuple[int | None, ...]:
    return spread.p50, spread.p90, spread.lived_p50, spread.lived_p90


def _span(
    half: int | None, most: int | None, y: float, at: Callable[[float], float], *, lived: bool
) -> Iterator[Shape]:
    if half is None or most is None:
        return
    begin, end = at(half), at(most)
    if lived:
        yield Line(begin, y, end, y, YOURS, 1.4, "3 2")
        yield Box(begin - 3, y - 3, 6, 6, PAPER, YOURS, 1.5)
        yield Box(end - 3, y - 3, 6, 6, YOURS, YOURS, 1.5)
        return
    yield Line(begin, y, end, y, OURS, 3.4)
    yield Dot(begin, y, 3.4, PAPER, OURS)
    yield Dot(end, y, 3.4, OURS, OURS)


def bars(rows: Sequence[tuple[str, int, int]], title: str, numbers: Sequence[str]) -> Chart:
    """Horizontal bars from zero; a tick marks the period before; the value at the right."""
    left, right, y = 150.0, MAIN - 40.0, 4.0
    most = max((max(now, before) for _name, now, before in rows), default=0) or 1
    shapes: list[Shape] = []
    for (name, now, before), number in zip(rows, numbers, strict=True):
        tick = left + (right - left) * before / most
        shapes += [
            Words(0, y + 8.5, name),
            Box(left, y + 1.5, (right - left) * now / most, 9, OURS),
        ]
        if before:
            shapes += [
                Line(tick, y - 0.5, tick, y + 12.5, PAPER, 3),
                Line(tick, y - 0.5, tick, y + 12.5, INK, 1.4),
            ]
        shapes.append(Words(MAIN - 2, y + 8.5, number, 7.5, "end", weight=600))
        y += 14
    shapes.insert(0, Line(left, 4, left, y, INK))
    return Chart(MAIN, y + 2, title, tuple(shapes))


def heat(grid: Sequence[Sequence[int]], days: Sequence[str], title: str) -> Chart:
    """Weekdays by hours; a number in every cell that has one, the day's sum at the right."""
    left, height = 30.0, 17.0
    width = (WIDE - 70) / 24
    most = max(map(max, grid)) or 1
    shapes: list[Shape] = [
        Words(left + hour * width + width / 2, 8, f"{hour:02d}", 6.5, "middle", SOFT)
        for hour in range(0, 24, 2)
    ]
    for day, row in enumerate(grid):
        y = 12 + day * height
        shapes += [
            Words(0, y + 11, days[day]),
            Words(WIDE, y + 11, f"{sum(row)}", 7.5, "end", weight=600),
        ]
        for hour, number in enumerate(row):
            step = 0 if not number else min(5, 1 + int(4.999 * number / (most + 0.001)))
            x = left + hour * width
            shapes.append(
                Box(x, y, width - 1, height - 1, HEAT[step], RULE if step < 2 else HEAT[step], 0.4)
            )
            if number:
                size = 6.5 if number < 1000 else 5.5
                shapes.append(
                    Words(
                        x + (width - 1) / 2,
                        y + 10.6,
                        f"{number}",
                        size,
                        "middle",
                        PAPER if step > 3 else INK,
                    )
                )
    return Chart(WIDE, 12 + 7 * height, title, tuple(shapes))
