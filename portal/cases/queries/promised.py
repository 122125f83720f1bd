"""The promises about a case and the stretches in which its clock stood still, as parts of what stands beside it."""

from sqlalchemy import func

from portal.cases.queries.parts import CASE, part
from portal.db import AnySelect, opened
from portal.sla.models import BusinessCalendar, ClockPause, PromiseRow

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
