"""What charts are drawn with; one unit is one point on paper.

Colours are named, not written: the macro writes them literally, since WeasyPrint applies no style sheet
inside SVG, and as a class, which the browser's style sheet may colour otherwise.
"""

import unicodedata
from dataclasses import dataclass

TONES = {
    "none": "none",
    "ink": "#112123",
    "soft": "#425052",
    "rule": "#c2cac8",
    "hair": "#dfe4e2",
    "paper": "#ffffff",
    "ours": "#005d59",
    "yours": "#833064",
    **{
        f"age{i}": c
        for i, c in enumerate(("#e3efee", "#bcd8d6", "#8bb8b5", "#457d7a", "#236a68", "#0a3a3a"))
    },
    **{
        f"heat{i}": c
        for i, c in enumerate(("#ffffff", "#e3efee", "#bcd8d6", "#8bb8b5", "#2f7471", "#04393a"))
    },
}
"""Names of colours and what they are on paper."""

CHARACTER = 0.56
"""Width of an average character of the chart's letters, in their size."""


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
    """A line through points."""

    points: tuple[tuple[float, float], ...]
    stroke: str = "rule"
    line: float = 0.5
    dash: str = ""


@dataclass(frozen=True)
class Dot:
    """A circle."""

    x: float
    y: float
    radius: float
    fill: str
    stroke: str = "ink"
    line: float = 1.6


@dataclass(frozen=True)
class Words:
    """A text; `anchor` as in SVG."""

    x: float
    y: float
    text: str
    size: float = 7.5
    anchor: str = "start"
    fill: str = "ink"
    weight: int = 400


Shape = Box | Line | Dot | Words


@dataclass(frozen=True)
class Chart:
    """Shapes on a surface, with a sentence that says what one sees."""

    width: float
    height: float
    title: str
    shapes: tuple[Shape, ...]


def rule(
    x1: float, y1: float, x2: float, y2: float, stroke: str = "rule", line: float = 0.5
) -> Line:
    """A straight line."""
    return Line(((x1, y1), (x2, y2)), stroke, line)


def halo(x: float, y1: float, y2: float) -> tuple[Line, Line]:
    """An upright tick that stands out on any ground."""
    return rule(x, y1, x, y2, "paper", 3), rule(x, y1, x, y2, "ink", 1.4)


def fitted(text: str, width: float, size: float = 7.5) -> str:
    """The text, cut with an ellipsis where it would not fit a width."""
    if sum(map(_advance, text)) * size <= width:
        return text
    room, kept = width / size - CHARACTER, 0
    while room >= (next_one := _advance(text[kept])):
        room, kept = room - next_one, kept + 1
    return f"{text[:kept].rstrip()}…"


def _advance(character: str) -> float:
    """About how wide a character is, in its size; Chinese, Japanese and Korean ones fill their square."""
    return 1.0 if unicodedata.east_asian_width(character) in "WF" else CHARACTER
