"""From the sums of days to those of months and of the whole house."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select

from portal.db import db, opened
from portal.insights.day_sources import WHY, Day
from portal.insights.models import AccountTally, HouseTally, Width
from portal.insights.tally import Tally, merged

Kept = tuple[Mapping[str, int], bytes, bytes]
SUMS = (AccountTally.counts, AccountTally.clocks, AccountTally.ends)
OF_THE_HOUSE = (HouseTally.counts, HouseTally.clocks, HouseTally.ends)


def replace_days(account_id: int, found: Mapping[Day, Tally], touched: set[date] | None) -> None:
    """Keep these sums of an account for the touched days (all when None), and the months that hold them."""
    _forget(account_id, Width.DAY, touched)
    _write(account_id, Width.DAY, found)
    months = None if touched is None else {_month(day) for day in touched}
    kept: dict[Day, list[Kept]] = defaultdict(list)
    for day, confidential, *sums in _days_of(account_id, months):
        kept[_month(day), confidential].append(tuple(sums))
    _forget(account_id, Width.MONTH, months)
    _write(account_id, Width.MONTH, {key: merged(rows) for key, rows in kept.items()})


def house(changed: Mapping[int, set[date] | None]) -> None:
    """Sum the days that changed over all accounts, and the months that hold them."""
    if not changed:
        return
    touched: set[date] | None = set()
    for days in changed.values():
        touched = None if days is None or touched is None else touched | days
    _house_rows(Width.DAY, touched)
    _house_rows(Width.MONTH, None if touched is None else {_month(day) for day in touched})


def _house_rows(width: Width, touched: set[date] | None) -> None:
    t, h = AccountTally, HouseTally
    wanted = select(t.starts_on, *SUMS).where(t.width == width).order_by(t.starts_on)
    gone = delete(h).where(h.width == width).execution_options(synchronize_session=False)
    if touched is not None:
        wanted, gone = (
            wanted.where(t.starts_on.in_(touched)),
            gone.where(h.starts_on.in_(touched)),
        )
    db.session.execute(gone)
    rows = db.session.execute(opened(wanted, t, why=WHY), execution_options={"yield_per": 2000})
    for some in _portions(_by_day(rows)):
        values = [{"width": width, "starts_on": day, **one.row} for day, one in some]
        db.session.execute(insert(HouseTally), values)


def _by_day(rows: Any) -> Iterator[tuple[date, Tally]]:
    """Rows in order of day, merged for each."""
    day, same = None, list[Kept]()
    for starts_on, *sums in rows:
        if day is not None and starts_on != day:
            yield day, merged(same)
            same = []
        day = starts_on
        same.append(tuple(sums))
    if day is not None:
        yield day, merged(same)


def _portions(found: Iterator[tuple[date, Tally]]) -> Iterator[list[tuple[date, Tally]]]:
    some = list(found)
    for start in range(0, len(some), 200):
        yield some[start : start + 200]


def differing(account_id: int, right: Mapping[Day, Tally]) -> Iterator[str]:
    """Days and months of an account whose kept sums are not the right ones."""
    months: dict[Day, list[Kept]] = defaultdict(list)
    for (day, confidential), one in right.items():
        row = one.row
        months[_month(day), confidential].append((row["counts"], row["clocks"], row["ends"]))  # type: ignore[arg-type]
    sums = {Width.DAY: right, Width.MONTH: {key: merged(rows) for key, rows in months.items()}}
    for width, wanted in sums.items():
        kept = {(r[0], r[1]): tuple(r[2:]) for r in _kept(account_id, width)}
        for key in sorted(kept.keys() | wanted.keys()):
            if kept.get(key) != (_values(wanted[key]) if key in wanted else None):
                yield f"{width} {key[0]} of account {account_id}"


def differing_of_the_house() -> Iterator[str]:
    """Days and months of the house whose kept sums are not those of its accounts."""
    for width in Width:
        t = AccountTally
        wanted = select(t.starts_on, *SUMS).where(t.width == width).order_by(t.starts_on)
        right = dict(_by_day(db.session.execute(opened(wanted, t, why=WHY))))
        mine = select(HouseTally.starts_on, *OF_THE_HOUSE).where(HouseTally.width == width)
        kept = {day: tuple(sums) for day, *sums in db.session.execute(mine)}
        for day in sorted(kept.keys() | right.keys()):
            if kept.get(day) != (_values(right[day]) if day in right else None):
                yield f"{width} {day} of the house"


def _values(one: Tally) -> tuple[Any, ...]:
    return tuple(one.row.values())


def _days_of(account_id: int, months: set[date] | None) -> Iterator[Any]:
    for row in _kept(account_id, Width.DAY, months):
        if months is None or _month(row[0]) in months:
            yield row


def _kept(account_id: int, width: Width, months: set[date] | None = None) -> Any:
    t = AccountTally
    wanted = select(t.starts_on, t.confidential, *SUMS).where(
        t.account_id == account_id, t.width == width
    )
    if months:
        wanted = wanted.where(t.starts_on >= min(months))
    return db.session.execute(opened(wanted.order_by(t.starts_on), t, why=WHY)).all()


def _forget(account_id: int, width: Width, starts: set[date] | None) -> None:
    t = AccountTally
    gone = delete(t).where(t.account_id == account_id, t.width == width)
    if starts is not None:
        gone = gone.where(t.starts_on.in_(starts))
    gone = gone.execution_options(synchronize_session=False)
    db.session.execute(opened(gone, t, why=WHY))


def _write(account_id: int, width: Width, found: Mapping[Day, Tally]) -> None:
    rows: Sequence[dict[str, Any]] = [
        {
            "account_id": account_id,
            "width": width,
            "starts_on": day,
            "confidential": confidential,
            **one.row,
        }
        for (day, confidential), one in sorted(found.items())
    ]
    if rows:
        db.session.execute(opened(insert(AccountTally.__table__), AccountTally, why=WHY), rows)


def _month(day: date) -> date:
    return day.replace(day=1)
