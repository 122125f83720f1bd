"""The figures of any days of any accounts from the kept sums, exact to the last value (C8).

One statement reads the revisions of the rows, a second one the rows that this process does not remember.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, case, func, literal, or_, select

from portal import clock
from portal.db import db, through
from portal.insights.asked import Asked, month_on
from portal.insights.models import AccountTally, HouseTally, Width
from portal.insights.quality import MATURES_AFTER
from portal.insights.ranks import share
from portal.insights.remembered import Key, once, recalled, remember
from portal.insights.scope import Scope
from portal.insights.sum import ATTAINED, Sum, added
from portal.insights.tally import ENDS

MONTHS = 12
NOTHING = b""
MAY_BE_YOUNG = MATURES_AFTER // 86_400 + 33
"""A month that began so many days ago, by any clock, has no resolution younger than 14 days."""
Place = tuple[str, date]
"""A width, and the day on which a stretch of it begins."""
Found = Mapping[Place, tuple[Key, Sum]]


@dataclass(frozen=True)
class Sums:
    """The period, the one before where there is one, and the last twelve months of its end."""

    period: Sum
    before: Sum | None
    months: Sequence[tuple[date, Sum]]


def read(scope: Scope, asked: Asked) -> Sums:
    """What a page of insights counts."""
    found = _found(scope, asked)
    whole = _whole_months(asked)

    def in_period(width: str, starts_on: date) -> bool:
        of_whole = whole is not None and whole[0] <= starts_on < whole[1]
        return asked.begin <= starts_on < asked.end and (width == Width.MONTH) is of_whole

    def before(width: str, starts_on: date) -> bool:
        return width == Width.MONTH and _between(starts_on, asked.before)

    trend_end = month_on(asked.last, 1)
    months = [month_on(trend_end, n - MONTHS) for n in range(MONTHS)]
    nothing = (None, Sum())
    return Sums(
        _together(one for place, one in found.items() if in_period(*place)),
        _together(one for place, one in found.items() if before(*place)) if asked.before else None,
        [(month, found.get((Width.MONTH, month), nothing)[1]) for month in months],
    )


def _between(day: date, stretch: tuple[date, date] | None) -> bool:
    return stretch is not None and stretch[0] <= day < stretch[1]


def _together(several: Iterable[tuple[Key, Sum]]) -> Sum:
    """Several sums as one, remembered by all their rows."""
    some = list(several)
    with_ends = any(key[0] for key, _ in some)
    revisions = tuple(sorted(revision for key, _ in some for revision in key[1]))
    return once((with_ends, revisions), lambda: added(one for _, one in some))


def by_account(scope: Scope, asked: Asked) -> tuple[dict[int, Sum], dict[int, Sum]]:
    """Each account's period and the one before, by its id, for a period of whole months; one statement."""
    assert asked.before is not None
    t = AccountTally
    rows: tuple[dict[int, list[Any]], ...] = (defaultdict(list), defaultdict(list))
    wanted = _of(scope, t, [*_sums(t), t.starts_on, t.account_id]).where(_stretches(t, asked))
    for *sums, starts_on, account_id in db.session.execute(wanted):
        if asked.begin <= starts_on < asked.end:
            rows[0][account_id].append(sums)
        elif _between(starts_on, asked.before):
            rows[1][account_id].append(sums)
    now, before = ({key: Sum.of(some) for key, some in found.items()} for found in rows)
    return defaultdict(Sum, now), defaultdict(Sum, before)


def _found(scope: Scope, asked: Asked) -> Found:
    """The sum of every stretch that is asked for and has any rows."""
    t: Any = HouseTally if scope.whole_house else AccountTally
    revisions = func.aggregate_strings(t.revision, ",")
    wanted = _of(scope, t, [t.width, t.starts_on, revisions]).where(_stretches(t, asked))
    keys = {
        (width, starts_on): (starts_on >= _young(), tuple(sorted(some.split(","))))
        for width, starts_on, some in db.session.execute(wanted.group_by(t.width, t.starts_on))
    }
    known = {place: (key, recalled(key)) for place, key in keys.items()}
    missing = [place for place, (_, one) in known.items() if one is None]
    read = _read(scope, t, missing) if missing else {}
    return {**{place: (key, one) for place, (key, one) in known.items() if one is not None}, **read}


def _read(scope: Scope, t: Any, missing: Sequence[Place]) -> Found:
    """The sums of some stretches from their rows, as they stand at this moment."""
    of_widths = (
        and_(t.width == width, t.starts_on.in_([day for w, day in missing if w == width]))
        for width in sorted({width for width, _ in missing})
    )
    wanted = _of(scope, t, [t.width, t.starts_on, t.revision, *_sums(t)]).where(or_(*of_widths))
    rows: dict[Place, list[Any]] = defaultdict(list)
    for width, starts_on, *row in db.session.execute(wanted):
        rows[width, starts_on].append(row)
    found: dict[Place, tuple[Key, Sum]] = {}
    for place, some in rows.items():
        key = (place[1] >= _young(), tuple(sorted(revision for revision, *_ in some)))
        found[place] = key, Sum.of(tuple(sums) for _, *sums in some)
        remember(*found[place])
    return found


def _young() -> date:
    return clock.now().date() - timedelta(days=MAY_BE_YOUNG)


def _sums(t: Any) -> Sequence[Any]:
    """The columns that are added up, without the instants of what is surely more than 14 days old."""
    return t.counts, t.clocks, case((t.starts_on >= _young(), t.ends), else_=literal(NOTHING))


def _of(scope: Scope, t: Any, columns: Sequence[Any]) -> Any:
    """A statement over the rows of the house, or over those of accounts that the reader sees."""
    wanted = select(*columns)
    if t is HouseTally:
        return wanted
    if not scope.confidential:
        wanted = wanted.where(t.confidential.is_(False))
    return scope.narrowed(through(wanted, AccountTally, scope.actor), t.account_id)


def _whole_months(asked: Asked) -> tuple[date, date] | None:
    """The months that lie in the period from end to end."""
    first = asked.begin if asked.begin.day == 1 else month_on(asked.begin, 1)
    end = asked.end.replace(day=1)
    return (first, end) if first < end else None


def _stretches(t: Any, asked: Asked) -> Any:
    """The months of the period, of the one before and of the trend, and the period's days beside its whole months."""
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
    return or_(months, *days)


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
