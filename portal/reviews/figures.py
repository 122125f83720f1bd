"""The figures of one account and period as the review reads them, from the shape `portal figures` prints."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

AGES = ("0-7", "8-14", "15-30", "31-60", "61-90", ">90")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ENOUGH = 10
"""Both sides of a comparison need this many values (C10)."""


@dataclass(frozen=True)
class Identity:
    """F5: what the backlog was, what came and went, what it is."""

    start: int = 0
    opened: int = 0
    reopened: int = 0
    transferred_in: int = 0
    resolved: int = 0
    cancelled: int = 0
    transferred_out: int = 0
    end: int = 0

    @property
    def holds(self) -> bool:
        """Whether both sides are equal."""
        came = self.start + self.opened + self.reopened + self.transferred_in
        return came - self.resolved - self.cancelled - self.transferred_out == self.end


@dataclass(frozen=True)
class Spread:
    """Nearest-rank percentiles in seconds over n values; lived time beside the clock where there is one."""

    n: int = 0
    p50: int | None = None
    p90: int | None = None
    lived_p50: int | None = None
    lived_p90: int | None = None


@dataclass(frozen=True)
class Share:
    """A part of a whole, kept as counts; `value` in per cent or None when there is no whole."""

    numerator: int = 0
    denominator: int = 0
    value: float | None = None
    immature: int = 0


@dataclass(frozen=True)
class Miss:
    """A promise that was missed: of which case, which, at which instant, and why if somebody said so."""

    case: str
    target: str
    at: str
    cause: str = ""


@dataclass(frozen=True)
class Figures:
    """F1 to F12 and F15 to F17 of one account and period, and the misses."""

    opened: int
    resolved: int
    resolved_cases: int
    reopened: int
    backlog: int
    open_refs: tuple[str, ...]
    identity: Identity
    first: Spread
    solved: Spread
    again: Share
    ages: tuple[int, ...]
    oldest: int | None
    categories: tuple[tuple[str, int], ...]
    complaints: int
    hours: tuple[tuple[int, ...], ...]
    response: Share = Share()
    resolution: Share = Share()
    following: Share = Share()
    waiting: Share = Share()
    misses: tuple[Miss, ...] = ()

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "Figures":
        """Read the plain figures; what is missing counts as none."""
        buckets = found.get("F15", {}).get("buckets", {})
        reasons = found.get("F16", {})
        return cls(
            opened=found["F1"]["value"],
            resolved=found["F2"]["value"],
            resolved_cases=found["F2"].get("cases", found["F2"]["value"]),
            reopened=found["F3"]["value"],
            backlog=found["F4"]["value"],
            open_refs=tuple(found["F4"].get("cases", ())),
            identity=Identity(**_known(Identity, found["F5"])),
            first=Spread(**_known(Spread, found["F6"])),
            solved=Spread(**_known(Spread, found["F10"])),
            again=Share(**_known(Share, found["F12"])),
            ages=tuple(buckets.get(age, 0) for age in AGES),
            oldest=found.get("F15", {}).get("oldest"),
            categories=tuple((row["category"] or "", row["n"]) for row in reasons.get("all", ())),
            complaints=sum(row["n"] for row in reasons.get("complaints", ())),
            hours=tuple(
                tuple(found.get("F17", {}).get(f"{day}-{hour:02d}", 0) for hour in range(24))
                for day in DAYS
            ),
            response=Share(**_known(Share, found.get("F7", {}))),
            resolution=Share(**_known(Share, found.get("F8", {}))),
            following=Share(**_known(Share, found.get("F9", {}))),
            waiting=Share(**_known(Share, found.get("F11", {}))),
            misses=tuple(Miss(**_known(Miss, miss)) for miss in found.get("misses", ())),
        )

    @property
    def kept(self) -> int:
        """Promises of every kind that were kept."""
        return sum(share.numerator for share in (self.response, self.resolution, self.following))

    @property
    def decided(self) -> int:
        """Promises of every kind that were decided."""
        return sum(share.denominator for share in (self.response, self.resolution, self.following))

    @property
    def empty(self) -> bool:
        """Whether nothing came, went or was left open."""
        return not (
            self.opened or self.resolved or self.reopened or self.backlog or self.identity.start
        )

    @property
    def old(self) -> int:
        """Open cases older than 30 days."""
        return sum(self.ages[3:])

    @property
    def messages(self) -> int:
        """Inbound messages, calls and chats of the client."""
        return sum(map(sum, self.hours))


def _known(kind: type[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in kind.__dataclass_fields__ if name in values}
