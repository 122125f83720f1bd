"""Some days added up: counts, and every value where a rank is wanted (C8)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from portal.insights.tally import CLOCKS, ENDS, nearest_rank, unpacked, until
from portal.sla.terms import Target

ATTAINED = {"F7": Target.RESPONSE, "F8": Target.RESOLUTION, "F9": Target.NEXT_RESPONSE}


@dataclass
class Sum:
    """Some days added up; `mature` counts the resolutions that are more than 14 days old by kind.

    Once it is made nothing is added any more: it may be remembered, and its ranks with it.
    """

    counts: Counter[str] = field(default_factory=Counter)
    mature: Counter[str] = field(default_factory=Counter)
    lists: dict[str, list[Sequence[int]]] = field(
        default_factory=lambda: {name: [] for name in (*CLOCKS, *ENDS)}
    )
    _ranks: dict[tuple[str, int], int | None] = field(
        default_factory=dict, compare=False, repr=False
    )

    @classmethod
    def of(cls, rows: Iterable[tuple[Mapping[str, int], bytes, bytes]]) -> "Sum":
        """Kept rows as one; instants come only where some of them may be less than 14 days old."""
        whole = cls()
        for counts, clocks, ends in rows:
            whole.counts.update(counts)
            if not ends:
                whole.mature.update({name: counts.get(f"ends:{name}", 0) for name in ENDS})
            for names, blob in ((CLOCKS, clocks), (ENDS, ends)):
                if blob:
                    for name, values in zip(names, unpacked(blob, len(names)), strict=True):
                        whole.lists[name].append(values)
        return whole

    def until(self, name: str, limit: int) -> int:
        """How many resolutions of a kind there were up to an instant that is 14 days ago."""
        return self.mature[name] + until(self.lists[name], limit)

    @property
    def net(self) -> int:
        """By how much the backlog grew (F5)."""
        c = self.counts
        return c["opened"] + c["reopened"] - c["resolved"] - c["cancelled"]

    def n(self, name: str) -> int:
        """How many values a list has."""
        return sum(map(len, self.lists[name]))

    def ranked(self, name: str, percent: int) -> int | None:
        """A percentile of a list."""
        if (name, percent) not in self._ranks:
            self._ranks[name, percent] = nearest_rank(self.lists[name], percent)
        return self._ranks[name, percent]

    def decided(self, figure: str) -> tuple[int, int]:
        """How many promises of F7, F8 or F9 were met and missed."""
        target = ATTAINED[figure]
        return self.counts[f"met:{target}"], self.counts[f"missed:{target}"]

    def named(self, kind: str) -> list[tuple[str, int]]:
        """The counts of one kind by name, most first, then by name."""
        found = [
            (name.partition(":")[2], n)
            for name, n in self.counts.items()
            if name.startswith(f"{kind}:")
        ]
        return sorted(found, key=lambda one: (-one[1], one[0]))

    @property
    def hours(self) -> tuple[int, ...]:
        """F17: 168 counters, Monday 00 first."""
        return tuple(self.counts[f"hour:{slot}"] for slot in range(168))


def added(several: Iterable[Sum]) -> Sum:
    """Several sums as one."""
    whole = Sum()
    for one in several:
        whole.counts.update(one.counts)
        whole.mature.update(one.mature)
        for name, lists in one.lists.items():
            whole.lists[name] += lists
    return whole
