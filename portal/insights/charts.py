"""Where the shapes of each chart stand; pure. Names, numbers and titles come worded from the caller.

Every chart reads in grey: shape, value and word carry what colour repeats. Bars start at zero.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log

from portal.insights.shapes import Box, Chart, Dot, Line, Shape, Words, fitted, halo, rule

WIDE, MAIN, HALF = 482.0, 346.0, 230.0
HOUR, DAY = 3600, 86_400
TICKS = (60, 600, HOUR, 4 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY, 90 * DAY, 365 * DAY, 1460 * DAY)
"""Marks of the axis of times, in seconds; the caller names them."""

VALUES_UP_TO = 12
"""With more pairs of bars the values would run into each other; the table has them."""


@dataclass(frozen=True)
class Spread:
    """One row of the chart of times: P50 and P90 in seconds by the contract clock and, if there is one, lived.

    The first row of a group carries the group's name above it.
    """

    name: str
    contract: tuple[int, int]
    lived: tuple[int, int] | None = None
    group: str = ""

    @property
    def height(self) -> float:
        """What the row takes on the surface."""
        return (15.0 if self.group else 0.0) + (16.0 if self.lived is None else 27.0)


def months(
    rows: Sequence[tuple[str, int, int]], words: Sequence[str], width: float = MAIN
) -> Chart:
    """Opened and resolved side by side for each month: theirs hollow, ours solid.

    `words` are the title and what opened and resolved are called.
    """
    title, opened, resolved = words
    base, top, height = 142.0, 26.0, 158.0
    step = width / max(len(rows), 1)
    bar = min(step * 0.36, 26.0)
    scale = (base - top) / _most(max(pair) for _, *pair in rows)
    every = max(1, -(-len(rows) // VALUES_UP_TO))
    longest = max((str(value) for _, *pair in rows for value in pair), key=len, default="")
    room = every == 1 and fitted(longest, step / 2, 7) == longest
    shapes: list[Shape] = list(
        _legend(0, 5, ((opened, "paper", "yours"), (resolved, "ours", "ours")))
    )
    for index, (name, *pair) in enumerate(rows):
        middle = index * step + step / 2
        for value, x, fill, stroke in zip(
            pair,
            (middle - bar - 0.5, middle + 0.5),
            ("paper", "ours"),
            ("yours", "ours"),
            strict=True,
        ):
            shapes += _upright(x, bar, base, value * scale, fill, stroke)
            if room:
                weight = 600 if fill == "ours" else 400
                y = base - value * scale - 3
                shapes.append(Words(x + bar / 2, y, str(value), 7, "middle", weight=weight))
        if not index % every:
            shown = fitted(name, step * every, 7)
            shapes.append(Words(middle, base + 11, shown, 7, "middle", "soft"))
    shapes.append(rule(0, base, width, base, "ink"))
    return Chart(width, height, title, tuple(shapes))


def backlog(points: Sequence[tuple[str, int]], title: str, width: float = HALF) -> Chart:
    """Open cases over time as a line from zero; its highest and last points carry their value."""
    left, right, base, top = 20.0, width - 22.0, 128.0, 16.0
    most = _most(value for _, value in points)
    step = (right - left) / max(len(points) - 1, 1)
    places = [
        (left + i * step, base - (base - top) * value / most) for i, (_, value) in enumerate(points)
    ]
    shapes: list[Shape] = []
    for mark in sorted({0, most // 2, most}):
        y = base - (base - top) * mark / most
        shapes += [
            rule(left, y, right, y, "hair" if mark else "ink"),
            Words(left - 4, y + 2.5, str(mark), 6.5, "end", "soft"),
        ]
    shapes.append(Line(tuple(places), "ours", 2))
    values = [value for _, value in points]
    for index in sorted({values.index(max(values)), len(values) - 1}) if values else ():
        x, y = places[index]
        shapes += [
            Dot(x, y, 2.6, "paper", "ours"),
            Words(x, y - 6, str(values[index]), 7.5, "middle", weight=600),
        ]
    every = max(1, -(-len(points) // 6))
    shapes += [
        Words(places[i][0], base + 11, points[i][0], 6.5, "middle", "soft")
        for i in range(0, len(points), every)
    ]
    return Chart(width, base + 18, title, tuple(shapes))


def bars(
    rows: Sequence[tuple[str, int, int]], title: str, width: float = MAIN, left: float = 150.0
) -> Chart:
    """One bar for each category, its value at the right; a tick marks the period before.

    Names stand in the `left` of the chart; with 0 they are for the page to write, in lines of 14 units.
    """
    right, y = width - 40.0, 4.0
    most = _most(max(pair) for _, *pair in rows)
    shapes: list[Shape] = [rule(left, 4, left, 4 + 14 * len(rows), "ink")]
    for name, now, before in rows:
        if left:
            shapes.append(Words(0, y + 8.5, fitted(name, left - 6)))
        shapes.append(Box(left, y + 1.5, (right - left) * now / most, 9, "ours"))
        if before:
            shapes += halo(left + (right - left) * before / most, y - 0.5, y + 12.5)
        shapes.append(Words(width - 2, y + 8.5, str(now), 7.5, "end", weight=600))
        y += 14
    return Chart(width, y + 2, title, tuple(shapes))


def ages(
    columns: Sequence[tuple[str, Sequence[int]]],
    names: Sequence[str],
    title: str,
    width: float = MAIN,
) -> Chart:
    """Open cases stacked by age, the youngest at the foot; `names` are the six ages, youngest first."""
    base, top = 142.0, 16.0
    step = min((width - 70) / max(len(columns), 1), 80.0)
    scale = (base - top) / _most(sum(values) for _, values in columns)
    shapes: list[Shape] = [rule(0, base, step * len(columns), base, "ink")]
    for index, (name, values) in enumerate(columns):
        shapes += _column(index * step, step * 0.72, base, scale, values)
        shapes.append(
            Words(index * step + step * 0.36, base + 11, fitted(name, step, 7), 7, "middle", "soft")
        )
    for place, age in enumerate(reversed(range(len(names)))):
        y = 30 + place * 15
        shapes += [
            Box(width - 50, y, 10, 10, f"age{age}", "ink"),
            Words(width - 36, y + 8, names[age], 7),
        ]
    return Chart(width, 158, title, tuple(shapes))


def times(
    rows: Sequence[Spread], ticks: Sequence[str], words: Sequence[str], width: float = WIDE
) -> Chart:
    """From P50 (hollow) to P90 (filled) on a logarithmic axis: contract round and solid, lived square and dashed.

    `ticks` name TICKS; `words` are the title and what the two clocks are called.
    """
    title, contract, lived = words
    known = [max(value, 1) for row in rows for value in (*row.contract, *(row.lived or ()))]
    low, high = max(min(known, default=HOUR) * 0.7, 20), max(known, default=DAY) * 1.4
    left, right, height = 128.0, width - 6, 20 + sum(row.height for row in rows)

    def at(seconds: float) -> float:
        return left + (right - left) * (log(max(seconds, low)) - log(low)) / (
            log(max(high, low * 2)) - log(low)
        )

    shapes: list[Shape] = list(_axis(ticks, at, (low, high), (left, right, height)))
    y = 18.0
    for row in rows:
        if row.group:
            shapes.append(Words(0, y + 9, fitted(row.group, left - 6), weight=600))
            y += 15
        shapes += _row(row, y, at, (contract, lived))
        y += row.height - (15 if row.group else 0)
    return Chart(width, height, title, tuple(shapes))


def heat(hours: Sequence[int], days: Sequence[str], title: str, width: float = WIDE) -> Chart:
    """168 hours of a week, Monday 00 first, as 7 by 24 cells; a number in every cell, the day's sum at the right."""
    left, pitch, cell = 34.0, 17.0, (width - 74) / 24
    most = _most(hours)
    shapes: list[Shape] = [
        Words(left + hour * cell + cell / 2, 8, f"{hour:02d}", 6.5, "middle", "soft")
        for hour in range(0, 24, 2)
    ]
    for day, name in enumerate(days):
        y, row = 12 + day * pitch, hours[day * 24 : day * 24 + 24]
        shapes += [
            Words(0, y + 11, name),
            Words(width, y + 11, str(sum(row)), 7.5, "end", weight=600),
        ]
        for hour, n in enumerate(row):
            shapes += _cell(left + hour * cell, y, cell - 1, pitch - 1, n, most)
    return Chart(width, 12 + 7 * pitch, title, tuple(shapes))


def _most(values: Sequence[int] | Iterator[int]) -> int:
    return max(values, default=0) or 1


def _legend(x: float, y: float, entries: Sequence[tuple[str, str, str]]) -> Iterator[Shape]:
    for name, fill, stroke in entries:
        yield Box(x + 0.5, y - 4, 8, 8, fill, stroke, 1.2)
        yield Words(x + 13, y + 3, name, 7, fill="soft")
        x += 28 + len(name) * 4


def _upright(
    x: float, width: float, base: float, height: float, fill: str, stroke: str
) -> Iterator[Shape]:
    if height:
        yield Box(x + 0.5, base - height, width - 1, height, fill, stroke, 1)


def _column(
    x: float, width: float, base: float, scale: float, values: Sequence[int]
) -> Iterator[Shape]:
    y = base
    for age, n in enumerate(values):
        tall = n * scale
        y -= tall
        if n:
            yield Box(x, y, width, tall, f"age{age}", "paper", 0.8)
        if tall > 8.5:
            yield Words(
                x + width / 2,
                y + tall / 2 + 2.6,
                str(n),
                7,
                "middle",
                "paper" if age > 2 else "ink",
            )
    if y < base:
        yield Box(x, y, width, base - y, "none", "ink")
    yield Words(x + width / 2, y - 4, str(sum(values)), 8, "middle", weight=600)


def _axis(
    names: Sequence[str],
    at: Callable[[float], float],
    limits: tuple[float, float],
    surface: tuple[float, float, float],
) -> Iterator[Shape]:
    """Every other stretch between two marks is shaded: lines that cross would look like a table's."""
    left, right, height = surface
    edges = [left]
    for tick, name in zip(TICKS, names, strict=True):
        if limits[0] <= tick <= limits[1] and at(tick) - edges[-1] > 34:
            edges.append(at(tick))
            yield Words(edges[-1], 8, name, 6.5, "middle", "soft")
    edges.append(right)
    for begin, end in zip(edges[::2], edges[1::2], strict=False):
        yield Box(begin, 12, end - begin, height - 14, "heat1")


def _row(
    row: Spread, y: float, at: Callable[[float], float], clocks: tuple[str, str]
) -> Iterator[Shape]:
    yield Words(0, y + 8, fitted(row.name, 80))
    yield Words(84, y + 8, clocks[0], 7, fill="ours")
    yield from _round(*row.contract, y + 5.5, at)
    if row.lived is not None:
        yield Words(84, y + 19, clocks[1], 7, fill="yours")
        yield from _square(*row.lived, y + 16.5, at)


def _round(half: int, most: int, y: float, at: Callable[[float], float]) -> Iterator[Shape]:
    yield rule(at(half), y, at(most), y, "ours", 3.4)
    yield Dot(at(half), y, 3.4, "paper", "ours")
    yield Dot(at(most), y, 3.4, "ours", "ours")


def _square(half: int, most: int, y: float, at: Callable[[float], float]) -> Iterator[Shape]:
    yield Line(((at(half), y), (at(most), y)), "yours", 1.4, "3 2")
    yield Box(at(half) - 3, y - 3, 6, 6, "paper", "yours", 1.5)
    yield Box(at(most) - 3, y - 3, 6, 6, "yours", "yours", 1.5)


def _cell(x: float, y: float, width: float, height: float, n: int, most: int) -> Iterator[Shape]:
    step = 0 if not n else min(5, 1 + 5 * (n - 1) // most)
    yield Box(x, y, width, height, f"heat{step}", "rule" if step < 2 else f"heat{step}", 0.4)
    size = 6.5 if 0 < n < 1000 else 5.5
    yield Words(
        x + width / 2,
        y + 10.6,
        str(n),
        size,
        "middle",
        "paper" if step > 3 else "ink" if n else "soft",
    )
