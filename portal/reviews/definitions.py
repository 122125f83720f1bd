"""What each printed figure means, in the reader's words."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import force_locale

from portal.insights.definitions import rules
from portal.reviews.figures import Figures
from portal.reviews.phrasing import Say
from portal.reviews.words import gettext as _

PRINTED = frozenset(
    ("F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12", "F15", "F16", "F17")
)


@dataclass(frozen=True)
class Definition:
    """One figure's number, name, rule and value in this review."""

    id: str
    name: str
    rule: str
    value: str


def definitions(figures: Figures, say: Say) -> tuple[Definition, ...]:
    """The figures of this review in the order of their numbers."""
    values = _values(figures, say)
    return tuple(Definition(id, name, rule, values[id]) for id, name, rule in _printed())


def in_english() -> list[tuple[str, str, str]]:
    """Number, name and rule of every figure in the language that the others are translated from."""
    with force_locale("en"):
        return list(_printed())


def _printed() -> Iterator[tuple[str, str, str]]:
    """The rules of what a review prints, and what stands beside them where a figure has several values."""
    here = {"F15": _("Here: the oldest."), "F16": _("Here: the number of categories.")}
    for id, name, rule in rules():
        if id in PRINTED:
            yield id, name, f"{rule} {here[id]}" if id in here else rule


def _values(figures: Figures, say: Say) -> dict[str, str]:
    return {
        "F1": say.count(figures.opened),
        "F2": say.count(figures.resolved),
        "F3": say.count(figures.reopened),
        "F4": say.count(figures.backlog),
        "F5": _("holds") if figures.identity.holds else _("does not hold"),
        "F6": say.span(figures.first.p50),
        "F7": say.percent(figures.response.value),
        "F8": say.percent(figures.resolution.value),
        "F9": say.percent(figures.following.value),
        "F10": say.span(figures.solved.p50),
        "F11": say.percent(figures.waiting.value),
        "F12": say.percent(figures.again.value),
        "F15": "–" if figures.oldest is None else say.span(figures.oldest * 86_400 or None),
        "F16": say.count(len(figures.categories)),
        "F17": say.count(figures.messages),
    }
