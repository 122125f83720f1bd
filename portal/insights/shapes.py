"""What charts are drawn with; one unit is one point on paper.

Colours are named, not written: the macro writes them literally, since WeasyPrint applies no style sheet
inside SVG, and as a class, which the browser's style sheet may colour otherwise.
"""

import unicodedata
from collections.abc import Sequence
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


Point = tuple[float, float]
Edges = tuple[float, float, float, float]
"""Left, top, right and bottom."""


@dataclass(frozen=True)
class Look:
    """What shapes have in common that are drawn alike."""

    fill: str
    stroke: str
    line: float
    dash: str = ""


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

    @property
    def look(self) -> Look:
        """How it is drawn; a line that nobody sees has no width."""
        return Look(self.fill, self.stroke, 0 if self.stroke == "none" else self.line)

    @property
    def start(self) -> Point:
        """Where its outline begins, and ends."""
        return self.x, self.y

    end = start

    @property
    def course(self) -> str:
        """Its outline in SVG, from its start."""
        across = short(self.width)
        return f"h{across}v{short(self.height)}h-{across}z"

    @property
    def edges(self) -> Edges:
        """What it covers, without its line."""
        return self.x, self.y, self.x + self.width, self.y + self.height


@dataclass(frozen=True)
class Line:
    """A line through points."""

    points: tuple[tuple[float, float], ...]
    stroke: str = "rule"
    line: float = 0.5
    dash: str = ""

    @property
    def look(self) -> Look:
        """How it is drawn."""
        return Look("none", self.stroke, self.line, self.dash)

    @property
    def start(self) -> Point:
        """Its first point."""
        return self.points[0]

    @property
    def end(self) -> Point:
        """Its last point."""
        return self.points[-1]

    @property
    def course(self) -> str:
        """Its course in SVG, from its start; empty without a second point."""
        return "".join(f"L{short(x)} {short(y)}" for x, y in self.points[1:])

    @property
    def edges(self) -> Edges:
        """What it may cover."""
        across, down = zip(*self.points, strict=True)
        return min(across), min(down), max(across), max(down)


@dataclass(frozen=True)
class Dot:
    """A circle."""

    x: float
    y: float
    radius: float
    fill: str
    stroke: str = "ink"
    line: float = 1.6

    @property
    def look(self) -> Look:
        """How it is drawn."""
        return Look(self.fill, self.stroke, self.line)

    @property
    def start(self) -> Point:
        """Its leftmost point, where its outline begins and ends."""
        return self.x - self.radius, self.y

    end = start

    @property
    def course(self) -> str:
        """Its outline in SVG, as two halves, from its start."""
        half = f"a{short(self.radius)} {short(self.radius)} 0 1 0"
        wide = short(2 * self.radius)
        return f"{half} {wide} 0{half}-{wide} 0z"

    @property
    def edges(self) -> Edges:
        """What it covers, without its line."""
        r = self.radius
        return self.x - r, self.y - r, self.x + r, self.y + r


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

    @property
    def look(self) -> tuple[str, float, int, str]:
        """How it is written: colour, size, weight, anchor."""
        return self.fill, self.size, self.weight, self.anchor

    @property
    def place(self) -> tuple[str, str]:
        """Where it stands."""
        return short(self.x), short(self.y)


Drawn = Box | Line | Dot
Shape = Drawn | Words


@dataclass(frozen=True)
class Chart:
    """Shapes on a surface, with a sentence that says what one sees."""

    width: float
    height: float
    title: str
    shapes: tuple[Shape, ...]

    @property
    def layers(self) -> list[tuple[Look, str]]:
        """Looks and the paths drawn so, in the order of the shapes where one lies over another."""
        found: list[tuple[Look, list[Drawn]]] = []
        for shape in self.shapes:
            if not isinstance(shape, Words) and shape.course:
                _lay(shape, found)
        return [(look, _path(alike)) for look, alike in found]

    @property
    def words(self) -> dict[tuple[str, float, int, str], list[Words]]:
        """The texts by how they are written; they stand over everything else."""
        found: dict[tuple[str, float, int, str], list[Words]] = {}
        for shape in self.shapes:
            if isinstance(shape, Words):
                found.setdefault(shape.look, []).append(shape)
        return found


def _lay(shape: Drawn, layers: list[tuple[Look, list[Drawn]]]) -> None:
    """Add a shape to the layer of its look unless it lies over what was drawn since."""
    for look, alike in reversed(layers):
        if look == shape.look:
            alike.append(shape)
            return
        if any(_touch(shape, other) for other in alike):
            break
    layers.append((shape.look, [shape]))


def _path(alike: Sequence[Drawn]) -> str:
    """One shape after the other as a path in SVG, each begun from the end of the one before where that is shorter."""
    found, at = [], None
    for shape in alike:
        x, y = (round(edge, 1) for edge in shape.start)
        begun = f"M{short(x)} {short(y)}"
        if at is not None:
            begun = min(begun, f"m{short(x - at[0])} {short(y - at[1])}", key=len)
        found.append(begun + shape.course)
        at = round(shape.end[0], 1), round(shape.end[1], 1)
    return "".join(found)


def _touch(one: Drawn, other: Drawn) -> bool:
    gap = (one.look.line + other.look.line) / 2
    left, top, right, bottom = one.edges
    other_left, other_top, other_right, other_bottom = other.edges
    return (
        left < other_right + gap
        and other_left < right + gap
        and top < other_bottom + gap
        and other_top < bottom + gap
    )


def short(value: float) -> str:
    """A length to a tenth, without a nought that says nothing."""
    return f"{value:.1f}".removesuffix(".0")


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
