"""Lines over time on a fixed scale, and chances beside what came of them; pure. Titles come worded from the caller."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.insights.shapes import Chart, Dot, Line, Shape, Words, fitted, rule

HUNDRED = 100.0
NAMES, ROOM = 5, 20
Points = Sequence[tuple[str, float | None]]


def course(points: Points, title: str, width: float = 482.0) -> Chart:
    """Values from 0 to 100 over time; where one is missing the line breaks. First, lowest and last carry their value."""
    left, right, base, top = 22.0, width - 24.0, 112.0, 14.0
    step = (right - left) / max(len(points) - 1, 1)

    def at(index: int, value: float) -> tuple[float, float]:
        return left + index * step, base - (base - top) * value / HUNDRED

    shapes: list[Shape] = []
    for mark in (0, 50, 100):
        y = at(0, mark)[1]
        shapes.append(rule(left, y, right, y, "hair" if mark else "ink"))
        shapes.append(Words(left - 4, y + 2.5, str(mark), 6.5, "end", "soft"))
    for stretch in _stretches(points):
        shapes.append(Line(tuple(at(index, value) for index, value in stretch), "ours", 2))
    for index, value, lowest in _told(points):
        x, y = at(index, value)
        beneath = value >= 90 or (lowest and value >= ROOM)
        shapes += [
            Dot(x, y, 2.6, "paper", "ours"),
            _value(x, y + 12 if beneath else y - 6, value, "middle" if index else "start"),
        ]
    every = max(1, -(-len(points) // NAMES))
    shapes += [
        Words(left + i * step, base + 11, points[i][0], 6.5, "middle" if i else "start", "soft")
        for i in range(0, len(points), every)
    ]
    return Chart(width, base + 16, title, tuple(shapes))


def _value(x: float, y: float, value: float, anchor: str) -> Words:
    return Words(x, y, f"{value:.0f}", 7.5, anchor, weight=600)


def _stretches(points: Points) -> Iterator[list[tuple[int, float]]]:
    """Runs of values without a gap; a value alone is a point drawn as a line of no length."""
    run: list[tuple[int, float]] = []
    for index, (_, value) in enumerate(points):
        if value is not None:
            run.append((index, value))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _told(points: Points) -> list[tuple[int, float, bool]]:
    """Where a value is written, and whether it is the lowest, beneath which there is room."""
    known = [(index, value) for index, (_, value) in enumerate(points) if value is not None]
    if not known:
        return []
    lowest = min(known, key=lambda one: one[1])
    return sorted((*one, one == lowest) for one in {known[0], lowest, known[-1]})


@dataclass(frozen=True)
class Aim:
    """What was said and what came, both in percent, with how many there were in words."""

    said: float
    came: float
    n: str


def aims(points: Sequence[Aim], words: Sequence[str], width: float = 346.0) -> Chart:
    """What was said (across) against what came (upward): on the dashed line what was said came.

    `words` are the title and what the two directions are called; each point carries how many there were.
    """
    title, across, upward = words
    left, right, base, top = 34.0, width - 16.0, 190.0, 20.0

    def at(said: float, came: float) -> tuple[float, float]:
        return (
            left + (right - left) * said / HUNDRED,
            base - (base - top) * came / HUNDRED,
        )

    shapes: list[Shape] = []
    for mark in (0, 25, 50, 75, 100):
        (x, _), (_, y) = at(mark, 0), at(0, mark)
        shapes += [
            rule(left, y, right, y, "hair" if mark else "ink"),
            Words(left - 5, y + 2.5, f"{mark} %", 6.5, "end", "soft"),
            Words(x, base + 11, f"{mark} %", 6.5, "middle", "soft"),
        ]
    shapes += [
        Words(left, top - 10, fitted(upward, width / 2), 7, fill="soft"),
        Words(right, base + 22, fitted(across, width / 2), 7, "end", "soft"),
        Line((at(0, 0), at(HUNDRED, HUNDRED)), "soft", 1, "3 2"),
        Line(tuple(at(point.said, point.came) for point in points), "ours", 1.2),
    ]
    for point in points:
        x, y = at(point.said, point.came)
        shapes += [
            Dot(x, y, 3.4, "ours", "ours"),
            Words(x + 2, y - 7, point.n, 6.5, "end" if x > left + 20 else "start", "soft"),
        ]
    return Chart(width, base + 28, title, tuple(shapes))
