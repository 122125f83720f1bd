"""What of a review can be disputed, and what it is called."""

from collections.abc import Iterable

from portal.insights.definitions import rules
from portal.reviews.definitions import LASTING, PRINTED
from portal.reviews.figures_beside import BESIDE
from portal.reviews.words import gettext as _

EXCLUDED = "excluded"
"""What stands for the cases that were left out."""
FIGURES = frozenset((*PRINTED, *LASTING, *BESIDE))


def choices(added: Iterable[str], asked: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Value and words of what can be disputed in a review with these internal figures `added`; of those `asked` for, if any."""
    known = FIGURES.union(added)
    wanted = known.intersection(asked) or known
    named = [(id, _of_figure(id, name)) for id, name, _rule in rules() if id in wanted]
    return [*named, (EXCLUDED, _("Cases that were left out"))]


def called(about: str) -> str:
    """What a dispute is about, in words that stand within a sentence."""
    if about == EXCLUDED:
        return _("what was left out")
    names = {id: name for id, name, _rule in rules()}
    return _of_figure(about, names[about]) if about in names else about


def _of_figure(id: str, name: str) -> str:
    return f"{id}, {name}"
