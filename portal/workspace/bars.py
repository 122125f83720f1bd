"""Where the bars of the months chart stand, in the units of its drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from portal.workspace.months import Month

WIDTH, HEIGHT = 640, 150
LEFT, TOP, BASE = 28, 12, 122
NAMED_EVERY = 3
STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Pair:
    """One month's two bars from `x` on, each `width` wide: what we resolved, what they opened."""

    month: date
    x: float
    width: float
    ours: float
    theirs: float
    opened: int
    resolved: int
    named: bool


@dataclass(frozen=True)
class Bars:
    """The whole chart: pairs from left to right, and lines as (y, count)."""

    pairs: list[Pair]
    lines: list[tuple[float, int]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = BASE

    @classmethod
    def of(cls, months: Sequence[Month]) -> "Bars":
        """Both counts of every month on one scale that begins at nothing."""
        most = max((max(month.opened, month.resolved) for month in months), default=0)
        step = _step(most)
        top = step * max(1, ceil(most / step))
        room = (WIDTH - LEFT) / max(1, len(months))
        tall = (BASE - TOP) / top

        def pair(place: int, month: Month) -> Pair:
            x = round(LEFT + place * room + room * 0.12, 1)
            ours, theirs = round(month.resolved * tall, 1), round(month.opened * tall, 1)
            named = place % NAMED_EVERY == 0
            return Pair(
                month.month,
                x,
                round(room * 0.34, 1),
                ours,
                theirs,
                month.opened,
                month.resolved,
                named,
            )

        lines = [(round(BASE - count * tall, 1), count) for count in range(0, top + 1, step)]
        return cls([pair(place, month) for place, month in enumerate(months)], lines)


def _step(most: int) -> int:
    """A round distance between lines, at most four of them above nothing."""
    unit = 1
    while True:
        for factor in STEPS:
            if unit * factor * 4 >= most:
                return unit * factor
        unit *= 10
