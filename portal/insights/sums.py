"""The figures of any days of any accounts from the kept sums, exact to the last value (C8): one statement."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, case, literal, or_, select

from portal import clock
from portal.db import db, through
from portal.insights.asked import Asked, month_on
from portal.insights.models import AccountTally, HouseTally, Width
from portal.insights.quality import MATURES_AFTER
from portal.insights.ranks import share
from portal.insights.scope import Scope
from portal.insights.tally import CLOCKS, ENDS, nearest_rank, unpacked, until
from portal.sla.terms import Target

MONTHS = 12
ATTAINED = {"F7": Target.RESPONSE, "F8": Target.RESOLUTION, "F9": Target.NEXT_RESPONSE}
NOTHING = b""
MAY_BE_YOUNG = MATURES_AFTER // 86_400 + 33
"""A month that began so many days ago, by any clock, has no resolution younger than 14 days."""


@dataclass
class Sum:
    """Some days added up; `mature` counts the resolutions that are more than 14 days old by kind."""

    counts: Counter[str] = field(default_factory=Counter)
    mature: Counter[str] = field(default_factory=Counter)
    lists: dict[str, list[Sequence[int]]] = field(
        default_factory=lambda: {name: [] for name in (*CLOCKS, *ENDS)}
    )

    def add(self, counts: Mapping[str, int], clocks: bytes, ends: bytes) -> None:
        """Add a kept row; its instants come only where some of them may be less than 14 days old."""
        self.counts.update(counts)
        if not ends:
            self.mature.update({name: counts.get(f"ends:{name}", 0) for name in ENDS})
        for names, blob in ((CLOCKS, clocks), (ENDS, ends)):
            if blob:
                for name, values in zip(names, unpacked(blob, len(names)), strict=True):
                    self.lists[name].append(values)

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
        return nearest_rank(self.lists[name], percent)

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
    def hours(self) -> list[int]:
        """F17: 168 counters, Monday 00 first."""
        return [self.counts[f"hour:{slot}"] for slot in range(168)]


@dataclass(frozen=True)
class Sums:
    """The period, the one before where there is one, and the last twelve months of its end."""

    period: Sum
    before: Sum | None
    months: Sequence[tuple[date, Sum]]


def read(scope: Scope, asked: Asked) -> Sums:
    """What a page of insights counts."""
    period, before = Sum(), Sum() if asked.before else None
    trend_end = month_on(asked.last, 1)
    months = {month_on(trend_end, n - MONTHS): Sum() for n in range(MONTHS)}
    whole = _whole_months(asked)
    for width, starts_on, *sums in db.session.execute(_statement(scope, asked)):
        by_month, inside = width == Width.MONTH, asked.begin <= starts_on < asked.end
        if inside and by_month is (whole is not None and whole[0] <= starts_on < whole[1]):
            period.add(*sums)
        if before and by_month and asked.before and asked.before[0] <= starts_on < asked.before[1]:
            before.add(*sums)
        if by_month and starts_on in months:
            months[starts_on].add(*sums)
    return Sums(period, before, list(months.items()))


def by_account(scope: Scope, asked: Asked) -> tuple[dict[int, Sum], dict[int, Sum]]:
    """Each account's period and the one before, by its id, for a period of whole months; one statement."""
    period: dict[int, Sum] = defaultdict(Sum)
    before: dict[int, Sum] = defaultdict(Sum)
    assert asked.before is not None
    rows = db.session.execute(_statement(scope, asked, AccountTally.account_id))
    for _width, starts_on, *sums, account_id in rows:
        if asked.begin <= starts_on < asked.end:
            period[account_id].add(*sums)
        elif asked.before[0] <= starts_on < asked.before[1]:
            before[account_id].add(*sums)
    return period, before


def added(several: Iterable[Sum]) -> Sum:
    """Several sums as one."""
    whole = Sum()
    for one in several:
        whole.counts.update(one.counts)
        whole.mature.update(one.mature)
        for name, lists in one.lists.items():
            whole.lists[name] += lists
    return whole


def _whole_months(asked: Asked) -> tuple[date, date] | None:
    """The months that lie in the period from end to end."""
    first = asked.begin if asked.begin.day == 1 else month_on(asked.begin, 1)
    end = asked.end.replace(day=1)
    return (first, end) if first < end else None


def _statement(scope: Scope, asked: Asked, *more: Any) -> Any:
    of_house = scope.whole_house and not more
    t: Any = HouseTally if of_house else AccountTally
    since = min(month_on(asked.last, 1 - MONTHS), (asked.before or (asked.begin,))[0], asked.begin)
    months = and_(
        t.width == Width.MONTH, t.starts_on >= since.replace(day=1), t.starts_on < asked.end
    )
    whole = _whole_months(asked)
    edges = (
        [(asked.begin, asked.end)]
        if whole is None
        else [(asked.begin, whole[0]), (whole[1], asked.end)]
    )
    days = [
        and_(t.width == Width.DAY, t.starts_on >= begin, t.starts_on < end)
        for begin, end in edges
        if begin < end
    ]
    young = clock.now().date() - timedelta(days=MAY_BE_YOUNG)
    ends = case((t.starts_on >= young, t.ends), else_=literal(NOTHING))
    wanted = select(t.width, t.starts_on, t.counts, t.clocks, ends, *more)
    wanted = wanted.where(or_(months, *days))
    if of_house:
        return wanted
    if not scope.confidential:
        wanted = wanted.where(t.confidential.is_(False))
    return scope.narrowed(through(wanted, AccountTally, scope.actor), t.account_id)


def figures(one: Sum, as_of: int | None = None) -> dict[str, dict[str, Any]]:
    """The figures that can be added up, in the shape of `portal figures`, as of an instant in seconds or now."""
    known_at = int(clock.now().timestamp()) if as_of is None else as_of
    counts, limit = one.counts, known_at - MATURES_AFTER
    mature, back, once, settled = (one.until(name, limit) for name in ENDS)
    found: dict[str, dict[str, Any]] = {
        "F1": {"value": counts["opened"]},
        "F2": {"value": counts["resolved"]},
        "F3": {"value": counts["reopened"]},
        "F6": {"n": one.n("first"), **_spread(one, "first")},
        "F10": {
            "n": one.n("clock"),
            **_spread(one, "clock"),
            **{f"lived_{name}": value for name, value in _spread(one, "lived").items()},
        },
        "F11": share(counts["waited"], counts["counted"]),
        "F12": {"immature": counts["resolved"] - mature, **share(back, mature)},
        "F13": _repeats(counts),
        "F14": share(settled, once),
    }
    for name in ATTAINED:
        met, missed = one.decided(name)
        found[name] = share(met, met + missed)
    return found


def _repeats(counts: Counter[str]) -> dict[str, Any]:
    same, other = counts["repeat:same"], counts["repeat:other"]
    return {"same_person": same, "other_person": other, **share(same + other, counts["opened"])}


def _spread(one: Sum, name: str) -> dict[str, int | None]:
    return {f"p{rank}": one.ranked(name, rank) for rank in (50, 90)}
