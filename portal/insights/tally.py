"""What happened on a day, a month or in any set of them, in a form that can be added up without losing anything. Pure.

Counts are added. Of times and instants every value is kept, sorted, so that percentiles and maturity are exact (C8).
"""

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

CLOCKS = ("first", "clock", "lived")
"""Seconds: to the first response (F6), to each resolution by contract and lived (F10)."""
ENDS = ("resolved", "back", "once", "settled")
"""Instants of resolutions: all, those that came back within 14 days (F12), first ones, those settled at once (F14)."""
FEW = 100
"""With fewer values a list, merging costs less than looking into each list again and again."""


@dataclass
class Tally:
    """Counts by name, and lists of values in ascending order."""

    counts: Counter[str] = field(default_factory=Counter)
    lists: dict[str, list[int]] = field(
        default_factory=lambda: {name: [] for name in (*CLOCKS, *ENDS)}
    )

    def sort(self) -> "Tally":
        """Put the lists in order, and leave out what was counted as nothing."""
        for values in self.lists.values():
            values.sort()
        self.counts = Counter({name: n for name, n in self.counts.items() if n})
        return self

    @property
    def row(self) -> dict[str, object]:
        """The columns in which it is kept."""
        return {
            "counts": dict(sorted(self.counts.items())),
            "clocks": packed([self.lists[name] for name in CLOCKS]),
            "ends": packed([self.lists[name] for name in ENDS]),
        }


def merged(rows: Iterable[tuple[Mapping[str, int], bytes, bytes]]) -> Tally:
    """Kept rows as one."""
    whole = Tally()
    for counts, clocks, ends in rows:
        whole.counts.update(counts)
        for names, blob in ((CLOCKS, clocks), (ENDS, ends)):
            for name, values in zip(names, unpacked(blob, len(names)), strict=True):
                whole.lists[name] += values
    return whole.sort()


def packed(lists: Sequence[Sequence[int]]) -> bytes:
    """Lists of whole numbers below 2^32 as bytes: the lengths, then the values."""
    return array("I", [*map(len, lists), *(n for values in lists for n in values)]).tobytes()


def unpacked(blob: bytes, size: int) -> list[Sequence[int]]:
    """That many lists again, without copying."""
    values = memoryview(blob).cast("I")
    found: list[Sequence[int]] = []
    begin = size
    for length in values[:size]:
        found.append(values[begin : begin + length])
        begin += length
    return found


def nearest_rank(lists: Sequence[Sequence[int]], percent: int) -> int | None:
    """The percentile of all values of some sorted lists, as `ranks.nearest_rank` would find it (C8).

    Few values are merged; among many it is looked for by halving their range, and is one of the values.
    """
    filled = [values for values in lists if len(values)]
    if not filled:
        return None
    n = sum(map(len, filled))
    rank = max(1, -(-percent * n // 100))
    if n <= FEW * len(filled):
        return sorted(chain.from_iterable(filled))[rank - 1]
    low, high = min(v[0] for v in filled), max(v[-1] for v in filled)
    while low < high:
        middle = (low + high) // 2
        if sum(bisect_right(values, middle) for values in filled) >= rank:
            high = middle
        else:
            low = middle + 1
    return low


def until(lists: Iterable[Sequence[int]], limit: int) -> int:
    """How many values of sorted lists are at most a limit."""
    return sum(bisect_right(values, limit) for values in lists)
