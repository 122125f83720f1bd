"""Lines over time on a fixed scale, and chances beside what came of them; pure. Titles come worded from the caller."""

from collections.abc import Iterator, Sequence

from portal.insights.shapes import Chart, Dot, Line, Shape, Words, rule

HUNDRED = 100.0
NAMES = 5
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
    for index, value in _told(points):
        x, y = at(index, value)
        shapes += [
            Dot(x, y, 2.6, "paper", "ours"),
            Words(x, y - 6 if value < 90 else y + 12, f"{value:.0f}", 7.5, "middle", weight=600),
        ]
    every = max(1, -(-len(points) // NAMES))
    shapes += [
        Words(left + i * step, base + 11, points[i][0], 6.5, "middle" if i else "start", "soft")
        for i in range(0, len(points), every)
    ]
    return Chart(width, base + 16, title, tuple(shapes))


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


def _told(points: Points) -> list[tuple[int, float]]:
    known = [(index, value) for index, (_, value) in enumerate(points) if value is not None]
    if not known:
        return []
    lowest = min(known, key=lambda one: one[1])
    return sorted({known[0], lowest, known[-1]})
