"""The promises about a case, its pauses and its account's odds, as parts of what stands beside it."""

from sqlalchemy import Date, String, and_, bindparam, cast, func, select

from portal.cases.models import Case
from portal.cases.queries.parts import ACCOUNT, CASE, PRIORITY, TODAY, part
from portal.db import AnySelect, opened
from portal.sla.forecast import ALL
from portal.sla.in_force import in_force_on
from portal.sla.models import (
    IS_OPEN,
    BusinessCalendar,
    ClockPause,
    Contract,
    PromiseForecast,
    PromiseOdds,
    PromiseRow,
    ServicePlan,
)

MOST = 60
WHY = "promises about a case that its door let through"


def promises() -> AnySelect:
    """`ref` names the target, `at` is when it falls due or was decided, `since` when it began."""
    columns = part(
        "promise",
        number=PromiseRow.id,
        ref=PromiseRow.target,
        state=PromiseRow.state,
        note=PromiseRow.cause,
        at=func.coalesce(PromiseRow.decided_at, PromiseRow.due_at),
        since=PromiseRow.begins_at,
        ended_at=PromiseRow.ended_at,
        amount=PromiseRow.allowed,
        spent=PromiseRow.spent,
        counted_at=PromiseRow.counted_at,
        paused=PromiseRow.paused,
        clock=PromiseRow.clock_id,
        revision=BusinessCalendar.revision,
    )
    mine = columns.join(BusinessCalendar, BusinessCalendar.id == PromiseRow.clock_id)
    mine = mine.where(PromiseRow.case_id == CASE).order_by(PromiseRow.id.desc()).limit(MOST)
    return opened(mine, PromiseRow, why=WHY)


def agreed() -> AnySelect:
    """The account's contract in force: `title` is its plan, `note` the date of its renewal as ISO writes it."""
    columns = part(
        "agreed",
        number=Contract.id,
        title=func.coalesce(ServicePlan.name, ""),
        note=cast(Contract.renewal_on, String),
    )
    mine = columns.outerjoin(ServicePlan, ServicePlan.id == Contract.plan_id)
    mine = mine.where(Contract.account_id == ACCOUNT, in_force_on(TODAY))
    return opened(mine, Contract, why=WHY)


def pauses() -> AnySelect:
    """`at` and `ended_at` are its limits, `title` and `more` who began and ended it, `note` why."""
    columns = part(
        "pause",
        number=ClockPause.id,
        title=ClockPause.begun_by,
        more=ClockPause.ended_by,
        note=ClockPause.reason,
        at=ClockPause.begins_at,
        ended_at=ClockPause.ends_at,
    )
    mine = columns.where(ClockPause.case_id == CASE).order_by(ClockPause.id.desc()).limit(MOST)
    return opened(mine, ClockPause, why=WHY)


def odds() -> AnySelect:
    """`ref` names the target, `state` the priority, `number` is how many were missed, `note` when others were kept."""
    columns = part(
        "odds",
        number=PromiseOdds.missed,
        ref=PromiseOdds.target,
        state=PromiseOdds.priority,
        note=cast(PromiseOdds.met, String),
    )
    mine = columns.where(
        PromiseOdds.account_id == ACCOUNT, PromiseOdds.priority.in_((PRIORITY, ALL))
    )
    return opened(mine, PromiseOdds, why=WHY)


def likely() -> AnySelect:
    """The highest chance of a miss that was forecast on `day` for a promise still open, by the case of the row around it."""
    same = and_(
        PromiseRow.case_id == PromiseForecast.case_id,
        PromiseRow.target == PromiseForecast.target,
        PromiseRow.number == PromiseForecast.number,
    )
    highest = select(func.max(PromiseForecast.chance)).join(PromiseRow, same)
    mine = highest.where(
        PromiseForecast.case_id == Case.id,
        PromiseForecast.day == bindparam("day", type_=Date),
        IS_OPEN,
    )
    return opened(mine, PromiseForecast, PromiseRow, why=WHY)
