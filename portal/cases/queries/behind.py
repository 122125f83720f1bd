"""Lists of the cases behind a figure: cases do not know figures, so `wiring.py` says who does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from portal.actor import Actor
from portal.db import AnySelect


@dataclass(frozen=True)
class Behind:
    """What a figure counted: how the address says it, what else it depends on, and how a list is narrowed to it.

    `below_too`: the accounts below the one that the address names count too.
    """

    given: tuple[tuple[str, str], ...]
    depends_on: tuple[object, ...]
    label: str = field(compare=False)
    narrowed: Callable[[AnySelect], AnySelect] = field(compare=False)
    below_too: bool = False

    @property
    def args(self) -> dict[str, str]:
        """The same as names and values of an address."""
        return dict(self.given)


Finder = Callable[[Actor, Mapping[str, str]], Behind | None]
_finders: list[Finder] = []


def find_by(finder: Finder) -> None:
    """Let somebody above say which cases are behind a figure."""
    _finders[:] = [finder]


def behind(actor: Actor, args: Mapping[str, str]) -> Behind | None:
    """What an address with `figure` asks for; None without one, or where nobody knows it."""
    if not args.get("figure"):
        return None
    return next((found for finder in _finders if (found := finder(actor, args))), None)
