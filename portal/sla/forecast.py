"""How likely an open promise is to be missed, told from decided promises that were once as far on. Pure.

Shares of a target that have run are whole thousandths. What was kept was so at some share; what was missed had been
open at every share.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

WHOLE = 1000
FEWEST = 20
"""Below so many like it nothing is forecast."""

NEWEST = 500
"""So many decided promises of an account are looked at, the newest."""

ALL = ""
"""In the place of a priority: whatever it was."""

SURE = 1.96
"""Standard errors to both sides, for a range that holds in 95 of 100 cases."""


class Decided(NamedTuple):
    """A promise that was kept or missed: of what kind, and which share of its target had run."""

    target: str
    priority: str
    met: bool
    used: int


@dataclass(frozen=True)
class Odds:
    """Decided promises of one kind: the shares at which some were kept, ascending, and how many were missed."""

    met: tuple[int, ...] = ()
    missed: int = 0

    def open_at(self, used: int) -> int:
        """How many of them were still open at a share."""
        return self.missed + len(self.met) - bisect_left(self.met, used)


@dataclass(frozen=True)
class Forecast:
    """Of `n` promises that were once as far on `missed` were missed; `base` is the chance before anything had run.

    Chances are in thousandths.
    """

    missed: int
    n: int
    base: int
    any_priority: bool = False

    @property
    def chance(self) -> int:
        """How likely it is to be missed: (missed + 1) ÷ (n + 2), so never certain (Laplace)."""
        return _laplace(self.missed, self.n)

    @property
    def range(self) -> tuple[int, int]:
        """Between which chances the true one lies as far as so few can tell (Wilson, 95 %)."""
        share, z = self.missed / self.n, SURE * SURE / self.n
        middle = (share + z / 2) / (1 + z)
        reach = SURE * sqrt(share * (1 - share) / self.n + z / (4 * self.n)) / (1 + z)
        low, high = max(0.0, middle - reach), min(1.0, middle + reach)
        return round(WHOLE * low), round(WHOLE * high)


def used(spent: int, allowed: int) -> int:
    """Which share of a target has run; never more than the whole."""
    return min(WHOLE, WHOLE * spent // allowed) if allowed > 0 else WHOLE


def odds_of(decided: Iterable[Decided]) -> dict[tuple[str, str], Odds]:
    """The odds of each target at each priority, and at all of them."""
    found: dict[tuple[str, str], list[Decided]] = defaultdict(list)
    for one in decided:
        found[one.target, one.priority].append(one)
        found[one.target, ALL].append(one)
    return {key: alike(some) for key, some in found.items()}


def alike(decided: Sequence[Decided]) -> Odds:
    """The odds of promises of one kind."""
    met = sorted([one.used for one in decided if one.met])
    return Odds(tuple(met), len(decided) - len(met))


def forecast(
    known: Mapping[tuple[str, str], Odds], target: str, priority: str, used: int
) -> Forecast | None:
    """By promises of the same target and priority if enough were as far on, else by all of the target, else nothing."""
    for key in ((target, priority), (target, ALL)):
        odds = known.get(key, Odds())
        n = odds.open_at(used)
        if n >= FEWEST:
            base = _laplace(odds.missed, odds.open_at(0))
            return Forecast(odds.missed, n, base, key[1] == ALL)
    return None


def _laplace(missed: int, n: int) -> int:
    """In thousandths, half up."""
    return (2 * WHOLE * (missed + 1) + n + 2) // (2 * (n + 2))
