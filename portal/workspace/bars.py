"""Where the bars of the months chart stand, in the units of its drawing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from portal.workspace.months import Month

WIDTH, HEIGHT = 640, 150
LEFT, TOP, BASE = 28, 12, 122
NAMED_EVERY = 3
STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Bars:
    """Two bars a month, all of a side as one outline; lines as (y, count), names as (x, month)."""

    ours: str
    theirs: str
    lines: list[tuple[float, int]]
    names: list[tuple[float, date]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT

    @classmethod
    def of(cls, months: Sequence[Month]) -> "Bars":
        """What we resolved and what they opened, on one scale that begins at nothing."""
        most = max((max(month.opened, month.resolved) for month in months), default=0)
        step = _step(most)
        top = step * max(1, ceil(most / step))
        room = (WIDTH - LEFT) / max(1, len(months))
        wide, tall = round(room * 0.34, 1), (BASE - TOP) / top
        places = [round(LEFT + room * (place + 0.12), 1) for place in range(len(months))]
        return cls(
            ours=_outline(zip(places, (m.resolved * tall for m in months), strict=True), wide),
            theirs=_outline(
                ((x + wide + 1, m.opened * tall) for x, m in zip(places, months, strict=True)), wide
            ),
            lines=[(round(BASE - count * tall, 1), count) for count in range(0, top + 1, step)],
            names=[(x, m.month) for x, m in list(zip(places, months, strict=True))[::NAMED_EVERY]],
        )


def _outline(bars: Iterable[tuple[float, float]], wide: float) -> str:
    """Bars of a height, each beginning at its x, as the `d` of a path."""
    return "".join(
        f"M{x:.1f} {BASE}v-{height:.1f}h{wide}v{height:.1f}z" for x, height in bars if height
    )


def _step(most: int) -> int:
    """A round distance between lines, at most four of them above nothing."""
    unit = 1
    while True:
        for factor in STEPS:
            if unit * factor * 4 >= most:
                return unit * factor
        unit *= 10
