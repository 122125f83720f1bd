"""Where the shapes of the chart of an entitlement stand: used so far, and projected to its end (F29). Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from portal.insights.charts import MAIN
from portal.insights.shapes import Chart, Dot, Line, Shape, Words, fitted, rule

Place = Callable[[float, float], tuple[float, float]]
LEFT, TOP, BASE, HEIGHT = 24.0, 14.0, 102.0, 120.0
ROOM = 16.0


@dataclass(frozen=True)
class Course:
    """What was used by when: instants as seconds since 1970 with the sum so far, the last one now.

    The axis ends at `until`; `projected` is when all of `allowed` is used at the mean pace, if it is.
    """

    begin: int
    until: int
    points: tuple[tuple[int, float], ...]
    allowed: float
    projected: int | None


def pace(
    course: Course, marks: Sequence[tuple[int, str]], words: Sequence[str], width: float = MAIN
) -> Chart:
    """Use as a solid line, its projection dashed, what is agreed as a line on top.

    `marks` name instants of the axis; `words` are the title, what is agreed, what is used, the projected day.
    """
    title, agreed, used, ends = words
    right = width - 10
    most = max(course.allowed, course.points[-1][1], 1)
    whole = max(course.until - course.begin, 1)

    def place(at: float, amount: float) -> tuple[float, float]:
        x = LEFT + (right - LEFT) * (at - course.begin) / whole
        return x, BASE - (BASE - TOP) * amount / most

    _, ceiling = place(course.begin, course.allowed)
    shapes: list[Shape] = [
        rule(LEFT, BASE, right, BASE, "ink", 0.6),
        rule(LEFT, ceiling, right, ceiling, "ink", 1.4),
        Words(LEFT, ceiling - 3, agreed, 7, weight=600),
        Words(LEFT - 4, BASE + 2, "0", 6.5, "end", "soft"),
    ]
    for at, name in marks:
        x, _ = place(at, 0)
        shapes += [
            rule(x, BASE, x, BASE + 3, "ink"),
            Words(x, BASE + 11, fitted(name, 60, 6.5), 6.5, "middle", "soft"),
        ]
    steps = tuple(place(at, amount) for at, amount in course.points)
    x, y = steps[-1]
    shapes += _projection(course, (x, y), ends, place)
    shapes += [Line(steps, "ours", 2), Dot(x, y, 2.6, "ours", "ours", 1)]
    anchor = "end" if x > LEFT + 70 else "start"
    height = y - 5 if y - ceiling > ROOM else y + 13
    shapes.append(Words(x + (-6 if anchor == "end" else 6), height, used, 7, anchor, weight=600))
    return Chart(width, HEIGHT, title, tuple(shapes))


def _projection(
    course: Course, here: tuple[float, float], ends: str, place: Place
) -> Iterator[Shape]:
    """From now to the projected end, or as far as the axis goes."""
    at, used = course.points[-1]
    end = course.projected
    if end is None or end <= at:
        return
    last = min(end, course.until)
    there = place(last, used + (course.allowed - used) * (last - at) / (end - at))
    yield Line((here, there), "ink", 1, "3 2.5")
    if end <= course.until:
        x, y = there
        yield Dot(x, y, 2.8, "paper", "ink", 1.4)
        yield Words(x, y - 5, ends, 7, "end" if x > MAIN - 40 else "middle", weight=600)
