"""What of a review can be disputed, and what it is called."""

from collections.abc import Iterable

from portal.insights.definitions import rules
from portal.reviews.definitions import LASTING, PRINTED
from portal.reviews.figures_beside import BESIDE
from portal.reviews.words import gettext as _
from portal.reviews.written import EXCLUDED

FIGURES = frozenset((*PRINTED, *LASTING, *BESIDE))


def choices(added: Iterable[str], asked: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Value and words of what can be disputed in a review with these internal figures `added`; of those `asked` for, if any."""
    known = FIGURES.union(added)
    wanted = known.intersection(asked) or known
    named = [(id, _of_figure(id, name)) for id, name in figure_names().items() if id in wanted]
    return [*named, (EXCLUDED, _("Cases that were left out"))]


def called(about: str) -> str:
    """What a dispute is about, in words that stand within a sentence."""
    if about == EXCLUDED:
        return _("what was left out")
    names = figure_names()
    return _of_figure(about, names[about]) if about in names else about


def figure_names() -> dict[str, str]:
    """What each figure is called, by its number, in the order of the definitions."""
    return {id: name for id, name, _rule in rules()}


def _of_figure(id: str, name: str) -> str:
    return f"{id}, {name}"
