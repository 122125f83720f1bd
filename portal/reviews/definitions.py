"""What each printed figure means, in the reader's words."""

from dataclasses import dataclass

from portal.insights.definitions import rules
from portal.reviews.figures import Figures
from portal.reviews.phrasing import Say
from portal.reviews.words import gettext as _


@dataclass(frozen=True)
class Definition:
    """One figure's number, name, rule and value in this review."""

    id: str
    name: str
    rule: str
    value: str


def definitions(figures: Figures, say: Say) -> tuple[Definition, ...]:
    """The figures of this review in the order of their numbers."""
    values, here = (
        _values(figures, say),
        {"F15": _("Here: the oldest."), "F16": _("Here: the number of categories.")},
    )
    return tuple(
        Definition(id, name, f"{rule} {here[id]}" if id in here else rule, values[id])
        for id, name, rule in rules()
        if id in values
    )


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
