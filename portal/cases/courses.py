"""The courses of cases, from their messages and the log."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select

from portal.cases.models import Case, Kind, Message, Side
from portal.db import db, opened
from portal.db.instants import Epoch
from portal.events import Event
from portal.sla.course import Act, Course, Mark, Origin, Ranked, first_priority, in_turn
from portal.sla.pauses import waits
from portal.sla.running import seconds

WHY = "promises follow what happened to a case"
TURNS = {
    "CaseResolved": Act.RESOLVED,
    "CaseReopened": Act.REOPENED,
    "CaseCancelled": Act.CANCELLED,
}
MOVES = (*TURNS, "StatusChanged", "PriorityChanged")


def courses(case_ids: Sequence[int]) -> Iterator[tuple[Any, Course]]:
    """Rows of some cases, each with its course from messages and events."""
    rows = db.session.execute(_cases(case_ids)).all()
    marks: dict[int, list[tuple[int, int, int, Mark]]] = defaultdict(list)
    client: dict[int, list[int]] = defaultdict(list)
    for number, case_id, side, at in db.session.execute(_words(case_ids)):
        marks[case_id].append((at, 1, number, Mark(at, _act(side))))
        if side == Side.CLIENT:
            client[case_id].append(at)
    changes: dict[int, list[tuple[int, str]]] = defaultdict(list)
    priorities: dict[int, list[Ranked]] = defaultdict(list)
    for number, case_id, kind, at, old, new in db.session.execute(_moves(case_ids)):
        if kind == "PriorityChanged":
            priorities[case_id].append(Ranked(number, at, old, new))
            continue
        changes[case_id].append((at, new or kind))
        if kind in TURNS:
            rank = 0 if kind == "CaseReopened" else 2
            marks[case_id].append((at, rank, number, Mark(at, TURNS[kind])))
    for row in rows:
        turns = priorities[row.id]
        yield (
            row,
            Course(
                opened_at=row.opened_at,
                priority=first_priority(turns, row.priority),
                origin=Origin(row.origin),
                marks=_marks(row, marks[row.id]),
                priorities=[(turn.at, turn.new) for turn in turns],
                pauses=tuple(waits(changes[row.id], client[row.id])),
            ),
        )


def resolutions(case_id: int) -> int:
    """How many resolutions of a case were awaited so far: from its opening, and from each reopening."""
    found = db.session.execute(_moves([case_id]))
    marks = [Mark(at, TURNS[kind]) for _, _, kind, at, *_ in found if kind in TURNS]
    return 1 + sum(mark.act is Act.REOPENED for mark in in_turn(marks))


def begins_run(case: Case, message_id: int) -> bool:
    """Whether words of the client are the first after words of staff, a resolution or a cancellation (F9).

    Later ones belong to the same run, whether or not anything was promised when it began.
    """
    ended = select(Epoch(func.max(Event.occurred_at))).where(
        Event.case_id == case.id, Event.kind.in_(("CaseResolved", "CaseCancelled"))
    )
    said = _words([case.id]).where(Message.id != message_id)
    last = said.add_columns(ended.scalar_subquery()).order_by(
        Message.occurred_at.desc(), Message.id.desc()
    )
    found = db.session.execute(opened(last.limit(1), Case, Message, Event, why=WHY)).first()
    if found is None or found.side == Side.STAFF:
        return True
    *_, at, ended_at = found
    first = case.first_response_at
    return (ended_at is not None and ended_at >= at) or (first is not None and seconds(first) > at)


def _marks(row: Any, found: list[tuple[int, int, int, Mark]]) -> list[Mark]:
    """In turn; a first response known without its words counts too."""
    first = row.first_response_at
    if first is not None and not any(
        mark.act is Act.STAFF and at <= first for at, _, _, mark in found
    ):
        found = [*found, (first, 1, 0, Mark(first, Act.STAFF))]
    return [mark for *_, mark in sorted(found, key=lambda one: one[:3])]


def _act(side: str) -> Act:
    return Act.CLIENT if side == Side.CLIENT else Act.STAFF


def _cases(case_ids: Sequence[int]) -> Any:
    columns = (
        *(Case.id, Case.account_id, Case.origin, Case.priority, Case.category),
        Epoch(Case.opened_at).label("opened_at"),
        Epoch(Case.first_response_at).label("first_response_at"),
    )
    wanted = select(*columns).where(Case.id.in_(case_ids), Case.kind == Kind.NORMAL)
    return opened(wanted.order_by(Case.id), Case, why=WHY)


def _words(case_ids: Sequence[int]) -> Any:
    """Public words of persons; what opened a case that staff entered is its opening, not an answer."""
    columns = (Message.id, Message.case_id, Message.side, Epoch(Message.occurred_at))
    opening = (Case.origin != "client") & (Message.occurred_at == Case.opened_at)
    wanted = (
        select(*columns)
        .join(Case, Case.id == Message.case_id)
        .where(Message.case_id.in_(case_ids), Message.internal.is_(False), ~opening)
        .where(Message.side.in_((Side.CLIENT, Side.STAFF)))
    )
    return opened(wanted, Case, Message, why=WHY)


def _moves(case_ids: Sequence[int]) -> Any:
    columns = (
        *(Event.id, Event.case_id, Event.kind, Epoch(Event.occurred_at)),
        *(Event.payload["old"].as_string(), Event.payload["new"].as_string()),
    )
    wanted = select(*columns).where(Event.case_id.in_(case_ids), Event.kind.in_(MOVES))
    return opened(wanted.order_by(Event.occurred_at, Event.id), Event, why=WHY)
