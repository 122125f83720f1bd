"""How good forecasts were: what came of promises to which a chance was given. Pure.

Chances are thousandths; the score of one is the square of how far it was from what came (Brier), in millionths.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from portal.sla.forecast import ALL, NEWEST, WHOLE, Decided, alike, forecast

TENTH = WHOLE // 10
FEWEST_JUDGED = 20
CHECKPOINTS = (0, 250, 500, 750)


class Given(NamedTuple):
    """A chance once given to a promise, and what always saying the account's own rate would have been."""

    chance: int
    base: int


@dataclass(frozen=True)
class Tally:
    """Sums over promises that were given a chance of one tenth."""

    n: int = 0
    missed: int = 0
    chance: int = 0
    score: int = 0
    base_score: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.n + other.n,
            self.missed + other.missed,
            self.chance + other.chance,
            self.score + other.score,
            self.base_score + other.base_score,
        )

    @property
    def expected(self) -> float:
        """How many would have been missed if each chance was right."""
        return self.chance / WHOLE


@dataclass(frozen=True)
class Calibration:
    """Tallies by tenth, and the scores of all: 0 is perfect, 0.25 what always saying one half gets."""

    tenths: Mapping[int, Tally]

    @property
    def whole(self) -> Tally:
        """All tenths together."""
        return sum(self.tenths.values(), Tally())

    @property
    def enough(self) -> bool:
        """Whether there is anything to be said."""
        return self.whole.n >= FEWEST_JUDGED

    @property
    def brier(self) -> float:
        """The mean score."""
        return self.whole.score / (WHOLE * WHOLE * max(1, self.whole.n))

    @property
    def base_brier(self) -> float:
        """What always saying the account's own rate would have scored."""
        return self.whole.base_score / (WHOLE * WHOLE * max(1, self.whole.n))


class Past(NamedTuple):
    """A decided promise with when it began and was decided, in seconds."""

    begin: int
    at: int
    decided: Decided


def judged(given: Iterable[Given], *, missed: bool) -> dict[int, Tally]:
    """What a promise adds to each tenth in which it was given chances: once, with their mean."""
    by_tenth: dict[int, list[Given]] = defaultdict(list)
    for one in given:
        by_tenth[min(one.chance // TENTH, 9)].append(one)
    return {tenth: _tally(found, missed) for tenth, found in by_tenth.items()}


def _tally(given: Sequence[Given], missed: bool) -> Tally:
    came = WHOLE if missed else 0
    chance = sum(one.chance for one in given) // len(given)
    base = sum(one.base for one in given) // len(given)
    return Tally(1, int(missed), chance, (chance - came) ** 2, (base - came) ** 2)


def backtest(past: Iterable[Past]) -> Iterator[tuple[Past, dict[int, Tally]]]:
    """What forecasts would have been worth: for each promise at each quarter of its target, from what was decided
    before it began.
    """
    ordered = sorted(past, key=lambda one: one.at)
    instants = [one.at for one in ordered]
    for one in ordered:
        until = bisect_left(instants, one.begin)
        known = [earlier.decided for earlier in ordered[max(0, until - NEWEST) : until]]
        given = list(_given(one.decided, known))
        if given:
            yield one, judged(given, missed=not one.decided.met)


def _given(one: Decided, known: Sequence[Decided]) -> Iterator[Given]:
    of_target = [earlier for earlier in known if earlier.target == one.target]
    of_priority = [earlier for earlier in of_target if earlier.priority == one.priority]
    odds = {
        (one.target, one.priority): alike(of_priority),
        (one.target, ALL): alike(of_target),
    }
    for share in CHECKPOINTS:
        if not one.met or one.used >= share:
            found = forecast(odds, one.target, one.priority, share)
            if found is not None:
                yield Given(found.chance, found.base)
