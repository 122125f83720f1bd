"""Forecasts from the ledger: what each account's odds are, what was forecast on a day, and what came of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import and_, delete, select, tuple_

from portal import clock
from portal.accounts.models import Account
from portal.db import db, opened, reading, transaction
from portal.jobs.queue import insert_for
from portal.sla.agreements import clocks
from portal.sla.calibration import Given, Past, Tally, judged
from portal.sla.forecast import NEWEST, Decided, Odds, forecast, odds_of, used
from portal.sla.models import (
    IS_OPEN,
    UNJUDGED,
    ForecastTally,
    PromiseForecast,
    PromiseOdds,
    PromiseRow,
)
from portal.sla.promises import State
from portal.sla.running import seconds
from portal.sla.ticking import Ticking

WHY = "forecasts of promises, once a day"
AT_ONCE = 500
DECIDED = PromiseRow.state.in_((State.MET, State.MISSED))
PROMISE = ("case_id", "target", "number")
SUMS = ("n", "missed", "chance", "score", "base_score")
Known = Mapping[tuple[str, str], Odds]


def learn_all() -> None:
    """Work out the odds of every account, each in a transaction of its own."""
    with reading():
        numbers = db.session.scalars(opened(select(Account.id), Account, why=WHY)).all()
    for account_id in numbers:
        with transaction():
            learn(account_id)


def learn(account_id: int) -> None:
    """Work out an account's odds anew from its newest decided promises; part of the caller's transaction."""
    known = odds_of(one.decided for one in newest(account_id, NEWEST))
    now = clock.now()
    for (target, priority), odds in known.items():
        key = {"account_id": account_id, "target": target, "priority": priority}
        values = {"met": list(odds.met), "missed": odds.missed, "learnt_at": now}
        _put(PromiseOdds, key, values, values)
    gone = delete(PromiseOdds).where(
        PromiseOdds.account_id == account_id,
        tuple_(PromiseOdds.target, PromiseOdds.priority).not_in(list(known)),
    )
    db.session.execute(
        opened(gone.execution_options(synchronize_session=False), PromiseOdds, why=WHY)
    )


def newest(account_id: int, most: int) -> list[Past]:
    """An account's newest decided promises, the newest first."""
    columns = (
        *(PromiseRow.target, PromiseRow.priority, PromiseRow.state, PromiseRow.spent),
        *(PromiseRow.allowed, PromiseRow.begins_at, PromiseRow.decided_at),
    )
    mine = select(*columns).where(
        PromiseRow.account_id == account_id, PromiseRow.decided_at.is_not(None), DECIDED
    )
    latest = mine.order_by(PromiseRow.decided_at.desc()).limit(most)
    return [
        Past(
            seconds(row.begins_at),
            seconds(row.decided_at),
            Decided(
                row.target,
                row.priority,
                row.state == State.MET,
                used(row.spent, row.allowed or 0),
            ),
        )
        for row in db.session.execute(opened(latest, PromiseRow, why=WHY))
    ]


def record(day: date) -> None:
    """Keep what is forecast of every open promise today, once; each portion in a transaction of its own."""
    with reading():
        rows = list(forecasts(day))
    for start in range(0, len(rows), AT_ONCE):
        with transaction():
            keep(rows[start : start + AT_ONCE])


def keep(rows: Sequence[dict[str, Any]]) -> None:
    """Write down what is forecast; what was written for that day before stays. Part of the caller's transaction."""
    if rows:
        insert = insert_for(db.session.get_bind().dialect.name)(PromiseForecast.__table__)
        once = insert.on_conflict_do_nothing(index_elements=[*PROMISE, "day"])
        db.session.execute(opened(once, PromiseForecast, why=WHY), list(rows))


def forecasts(day: date) -> Iterator[dict[str, Any]]:
    """Rows of the day; without a chance where there is too little data. What is past its target is no question."""
    now, clock_of = seconds(clock.now()), clocks()
    for account_id, promises in groupby(_open(), key=lambda row: row.account_id):
        known = odds_known(account_id)
        for row in promises:
            ticking = Ticking(row.spent, seconds(row.counted_at), row.allowed, row.paused)
            ticking = ticking.counted(clock_of(row.clock_id), now)
            if ticking.allowed is None or ticking.overdrawn:
                continue
            share = used(ticking.spent, ticking.allowed)
            found = forecast(known, row.target, row.priority, share)
            yield {
                "account_id": account_id,
                **{name: getattr(row, name) for name in PROMISE},
                "day": day,
                "chance": found and found.chance,
                "base": found and found.base,
                "n": found.n if found else 0,
                "judged": False,
            }


def _open() -> Sequence[Any]:
    columns = (
        *(PromiseRow.account_id, PromiseRow.case_id, PromiseRow.target, PromiseRow.number),
        *(PromiseRow.priority, PromiseRow.spent, PromiseRow.counted_at, PromiseRow.allowed),
        *(PromiseRow.paused, PromiseRow.clock_id),
    )
    wanted = select(*columns).where(IS_OPEN).order_by(PromiseRow.account_id)
    return db.session.execute(opened(wanted, PromiseRow, why=WHY)).all()


def odds_known(account_id: int) -> Known:
    """An account's odds as they were last worked out."""
    columns = (PromiseOdds.target, PromiseOdds.priority, PromiseOdds.met, PromiseOdds.missed)
    mine = select(*columns).where(PromiseOdds.account_id == account_id)
    return {
        (row.target, row.priority): Odds(tuple(row.met), row.missed)
        for row in db.session.execute(opened(mine, PromiseOdds, why=WHY))
    }


def judge_all() -> None:
    """Count what came of forecasts whose promise is decided now; each portion in a transaction of its own."""
    done = False
    while not done:
        with transaction():
            done = not judge(AT_ONCE)


def judge(most: int) -> int:
    """Count the forecasts about so many cases; how many cases there were. Part of the caller's transaction."""
    same = and_(*(getattr(PromiseForecast, name) == getattr(PromiseRow, name) for name in PROMISE))
    decided = select(PromiseForecast.case_id).join(PromiseRow, same)
    decided = decided.where(UNJUDGED, PromiseRow.state != State.OPEN).distinct().limit(most)
    numbers = db.session.scalars(opened(decided, PromiseForecast, PromiseRow, why=WHY)).all()
    columns = (PromiseForecast, PromiseRow.state, PromiseRow.decided_at)
    wanted = (
        select(*columns)
        .join(PromiseRow, same)
        .where(UNJUDGED, PromiseRow.state != State.OPEN, PromiseForecast.case_id.in_(numbers))
    )
    wanted = wanted.order_by(*(getattr(PromiseForecast, name) for name in PROMISE))
    locked = wanted.with_for_update(of=PromiseForecast)
    rows = db.session.execute(opened(locked, PromiseForecast, PromiseRow, why=WHY)).all()
    for _promise, some in groupby(rows, key=lambda row: _key(row[0])):
        _count(list(some))
    return len(numbers)


def _key(row: PromiseForecast) -> tuple[Any, ...]:
    return row.case_id, row.target, row.number


def _count(rows: Sequence[Any]) -> None:
    """One decided promise: its forecasts are judged, and counted unless it was dropped or is void."""
    first, state, decided_at = rows[0]
    given = [Given(one.chance, one.base) for one, *_ in rows if one.chance is not None]
    for one, *_ in rows:
        one.judged = True
    if state in (State.MET, State.MISSED):
        tally(first.account_id, decided_at.date(), judged(given, missed=state == State.MISSED))


def tally(account_id: int, day: date, found: Mapping[int, Tally]) -> None:
    """Add to an account's sums of a month; part of the caller's transaction."""
    for tenth, one in found.items():
        key = {"account_id": account_id, "month": day.replace(day=1), "tenth": tenth}
        sums = {name: getattr(one, name) for name in SUMS}
        more = {name: ForecastTally.__table__.c[name] + value for name, value in sums.items()}
        _put(ForecastTally, key, sums, more)


def _put(model: Any, key: dict[str, Any], values: dict[str, Any], change: dict[str, Any]) -> None:
    """A new row, or a change of the one with that key."""
    insert = insert_for(db.session.get_bind().dialect.name)(model.__table__).values(**key, **values)
    insert = insert.on_conflict_do_update(index_elements=list(key), set_=change)
    db.session.execute(opened(insert, model, why=WHY))
