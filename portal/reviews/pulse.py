"""The picture on the cover: the period in conversation, one stroke a day. Pure."""

from collections.abc import Iterator, Sequence

from portal.insights.charts import WIDE
from portal.insights.shapes import Box, Chart, Shape, Words, rule

HEIGHT, MIDDLE, REACH = 150.0, 75.0, 60.0
WIDEST = 12.0


def pulse(
    days: Sequence[tuple[int, int]], months: Sequence[tuple[int, str]], words: Sequence[str]
) -> Chart:
    """For each day what the client wrote above the line and what we answered below it, on one scale.

    `months` gives each month's first day as an index with its name, `words` the title and the two legends.
    """
    title, you, we = words
    step = WIDE / max(len(days), 1)
    shapes: list[Shape] = [*_strokes(days, step), rule(0, MIDDLE, WIDE, MIDDLE, "ink", 0.6)]
    for index, name in months:
        at = index * step
        shapes += [
            rule(at, MIDDLE - 4, at, MIDDLE + 4, "ink", 0.6),
            Words(at, HEIGHT - 1, name, 7, fill="soft"),
        ]
    shapes += [
        Words(0, 7, you, 7, fill="yours", weight=600),
        Words(WIDE, 7, we, 7, "end", "ours", 600),
    ]
    return Chart(WIDE, HEIGHT, title, tuple(shapes))


def _strokes(days: Sequence[tuple[int, int]], step: float) -> Iterator[Shape]:
    most = max((max(pair) for pair in days), default=0) or 1
    width = min(step * 0.72, WIDEST)
    scale = REACH / most
    for index, (theirs, ours) in enumerate(days):
        if theirs:
            yield Box(index * step, MIDDLE - 1 - scale * theirs, width, scale * theirs, "yours")
        if ours:
            yield Box(index * step, MIDDLE + 1, width, scale * ours, "ours")
