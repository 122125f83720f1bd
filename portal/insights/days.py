"""The sums by account and day: marked stale in the writing transaction, counted anew from what happened by a job.

An event can change what an earlier day holds (a reopening within 14 days, a late answer), so that every day on which
something happened to its case is counted anew, and the months and the house's days that hold it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from portal import clock
from portal.accounts.models import Account
from portal.cases import events as of_cases
from portal.db import db, opened, transaction
from portal.events import Recorded
from portal.insights import rolling, stretch_rows
from portal.insights.day_sources import WHY, Day, Days, everything, tallies
from portal.insights.models import StaleMark
from portal.insights.tally import Tally
from portal.sla import events as of_agreements

COUNT = "count days"
MOST_MARKS = 2000
MOST_ROUNDS = 500
A_DAY = timedelta(days=1)
OF_A_CASE: tuple[type[Any], ...] = (
    of_cases.CaseOpened,
    of_cases.MessagePosted,
    of_cases.StatusChanged,
    of_cases.CaseResolved,
    of_cases.CaseReopened,
    of_cases.CaseCancelled,
    of_cases.CaseMerged,
    of_cases.CaseAbsorbed,
    of_cases.OwnerChanged,
    of_cases.PriorityChanged,
    of_cases.ConfidentialityChanged,
    of_cases.CaseLinked,
    of_cases.PromiseMissed,
)
OF_ALL: tuple[type[Any], ...] = (
    of_agreements.CalendarChanged,
    of_agreements.PlanChanged,
    of_agreements.ContractAgreed,
    of_agreements.ContractChanged,
)
NOTED = "cases marked as stale in this transaction"


def mark(recorded: Recorded) -> None:
    """Note that a case is not in the sums as it is now; a projection."""
    event = recorded.event
    if not getattr(event, "internal", False) and _is_new(event.case_id):
        _note([(event.account_id, event.case_id)])


def _is_new(case_id: int) -> bool:
    """Whether this transaction has not noted the case yet: one mark says as much as three."""
    session = db.session()
    here = session.get_transaction(), session.get_nested_transaction()
    where, noted = session.info.get(NOTED, (None, set()))
    if where != here:
        noted = set()
        session.info[NOTED] = here, noted
    known = case_id in noted
    noted.add(case_id)
    return not known


def mark_all(recorded: Recorded) -> None:
    """Note that what was agreed is another thing now: for one account, or for all where the event names none."""
    _note((account_id, None) for account_id in _accounts(recorded.event.account_id))


def _accounts(account_id: int | None) -> Sequence[int]:
    if account_id is not None:
        return [account_id]
    return db.session.scalars(opened(select(Account.id), Account, why=WHY)).all()


def _note(stale: Iterable[tuple[int, int | None]]) -> None:
    rows = [
        {"account_id": account_id, "case_id": case_id, "marked_at": clock.now()}
        for account_id, case_id in stale
    ]
    if rows:
        with db.session.no_autoflush:
            db.session.execute(opened(insert(StaleMark.__table__), StaleMark, why=WHY), rows)


def catch_up(payload: Mapping[str, Any]) -> None:
    """Count anew what is marked; a job. What is marked meanwhile waits for the next time."""
    _alone()
    wanted = StaleMark.unscoped(WHY).order_by(StaleMark.id).limit(MOST_MARKS)
    marks = db.session.scalars(wanted).all()
    stale: dict[int, set[int | None]] = defaultdict(set)
    for one in marks:
        stale[one.account_id].add(one.case_id)
    changed: dict[int, set[date] | None] = {}
    for account_id, case_ids in stale.items():
        named = [case_id for case_id in case_ids if case_id is not None]
        changed[account_id] = _recount(account_id, None if None in case_ids else named)
    gone = delete(StaleMark).where(StaleMark.id.in_([one.id for one in marks]))
    db.session.execute(opened(gone, StaleMark, why=WHY))
    rolling.house(changed)


def catch_up_all() -> None:
    """Count anew all that is marked by now, in transactions of their own; what comes meanwhile waits."""
    for _round in range(MOST_ROUNDS):
        marked = StaleMark.unscoped(WHY).with_only_columns(StaleMark.id).limit(1)
        nothing = db.session.scalar(marked) is None
        db.session.rollback()
        if nothing:
            return
        with transaction():
            catch_up({})


def rebuild(account_ids: Sequence[int] | None = None) -> int:
    """Write all that is kept about some accounts (all when None) anew; answers how many accounts there were.

    Part of the caller's transaction.
    """
    _alone()
    wanted = _accounts(None) if account_ids is None else account_ids
    for account_id in wanted:
        _recount(account_id, None)
    gone = delete(StaleMark).where(StaleMark.account_id.in_(wanted))
    db.session.execute(opened(gone, StaleMark, why=WHY))
    rolling.house(dict.fromkeys(wanted))
    return len(wanted)


def _alone() -> None:
    """Let nobody else count until this transaction ends; the first account's row stands for all the sums.

    Cases of that account can be opened meanwhile: its key is not locked.
    """
    db.session().info.pop(NOTED, None)
    first = select(Account.id).order_by(Account.id).limit(1).with_for_update(key_share=True)
    db.session.execute(opened(first, Account, why=WHY))


def _recount(account_id: int, case_ids: Sequence[int] | None) -> set[date] | None:
    """Count an account anew, or what some of its cases touch; answers the days, None for all."""
    zone = _zone(account_id)
    if case_ids is None:
        stretch_rows.rewrite(everything(account_id), zone)
        rolling.replace_days(account_id, tallies(Days(account_id, zone)), None)
        return None
    concerned = stretch_rows.with_repeats(case_ids)
    touched = stretch_rows.rewrite(replace(everything(account_id), case_ids=concerned), zone)
    found: dict[Day, Tally] = {}
    for first, end in runs(touched):
        found |= tallies(Days(account_id, zone, first, end))
    rolling.replace_days(account_id, found, touched)
    return touched


def check() -> list[str]:
    """What is kept otherwise than a recount would keep it, in words for an operator; empty when all is well.

    Marks that the next job will see to are not looked at.
    """
    wrong: list[str] = []
    for account_id in _accounts(None):
        zone = _zone(account_id)
        if stretch_rows.differ(everything(account_id), zone):
            wrong.append(f"stretches of account {account_id}")
        wrong += rolling.differing(account_id, tallies(Days(account_id, zone)))
    return [*wrong, *rolling.differing_of_the_house()]


def runs(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Days as stretches of consecutive ones: each first day, and the day after the last."""
    begin = last = None
    for day in sorted(days):
        if begin is None or last is None:
            begin = day
        elif day != last + A_DAY:
            yield begin, last + A_DAY
            begin = day
        last = day
    if begin is not None and last is not None:
        yield begin, last + A_DAY


def _zone(account_id: int) -> str:
    wanted = select(Account.timezone).where(Account.id == account_id)
    return db.session.scalars(opened(wanted, Account, why=WHY)).one()
