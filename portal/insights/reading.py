"""Statements behind the histories of a period: plain columns, each through its door; instants as seconds."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.doors import carrying
from portal.actor import Actor
from portal.cases.models import IS_OPEN, Case, Kind, Message, Participant, Side
from portal.db import AccountOwned, db, opened, through
from portal.db.instants import Epoch
from portal.events import Event
from portal.feedback.models import Survey, SurveyKind
from portal.insights.parted import WHOLE, Parted
from portal.sla.models import IS_OPEN as PROMISE_IS_OPEN
from portal.sla.models import PromiseRow
from portal.sla.promises import State

Rows = Select[*tuple[Any, ...]]
LIFE = ("CaseResolved", "CaseReopened", "CaseCancelled")
PRIORITY = "PriorityChanged"
MOVES = (*LIFE, "StatusChanged", PRIORITY)
AT_ONCE = 4000
UNHAPPY, DETRACTOR = 2, 6
CASE = (
    *(Case.id, Case.ref, Case.account_id, Epoch(Case.opened_at).label("opened_at")),
    Epoch(Case.first_response_at).label("first_response_at"),
    *(Case.origin, Case.category, Case.priority, Case.complaint),
    *(Case.opened_by_id, Case.escalated),
)


@dataclass(frozen=True)
class Span:
    """What to read: some accounts and [begin, end), as recorded by `as_of`; `past` if that is not now.

    With `case_ids` only of these cases. `parted` are those that were not merged yet.
    """

    actor: Actor
    account_ids: Sequence[int]
    begin: datetime
    end: datetime
    as_of: datetime
    past: bool = False
    case_ids: Sequence[int] | None = None
    parted: Parted = WHOLE

    def of(self, statement: Rows, model: type[AccountOwned]) -> Rows:
        """The statement, as far as the actor may see the accounts' rows."""
        if self.case_ids is not None:
            key: Any = Case.id if model is Case else getattr(model, "case_id")  # noqa: B009
            statement = statement.where(key.in_(self.case_ids))
        return through(statement.where(model.account_id.in_(self.account_ids)), model, self.actor)

    def during(self, column: Any) -> ColumnElement[bool]:
        """Whether an instant lies in the period."""
        found: ColumnElement[bool] = and_(column >= self.begin, column < self.end)
        return found


def seconds(instant: datetime) -> int:
    """An instant as the histories hold it."""
    return int(instant.timestamp())


def instant(seconds: int) -> datetime:
    """The same the other way."""
    return datetime.fromtimestamp(seconds, UTC)


def cases(span: Span) -> Iterator[Any]:
    """Cases opened in the period, open when it began, or moved since: all that its figures can count."""
    before = Case.opened_at < span.begin
    moved = select(Event.case_id).where(Event.kind.in_(LIFE), _since(span))
    for concerned in (
        span.during(Case.opened_at),
        before & IS_OPEN,
        before & ~IS_OPEN & Case.id.in_(span.of(moved, Event)),
    ):
        statement = span.of(_known(span).where(concerned), Case)
        yield from db.session.execute(
            opened(statement, Event, why="the subquery has passed its door")
        )


def cases_by_id(span: Span, ids: Iterable[int]) -> Iterator[Any]:
    """Further cases that were spoken about in the period, and those that were still two."""
    if gone := span.parted.gone:
        there = aliased(Case)
        normal = select(there.id).where(there.id == Case.merged_into_id, there.kind == Kind.NORMAL)
        known = select(*CASE).where(Case.recorded_at <= span.as_of, normal.exists())
        yield from db.session.execute(standing_then(span, known.where(Case.id.in_(gone))))
    yield from by_ids(ids, lambda some: span.of(_known(span).where(Case.id.in_(some)), Case))


def standing_then(span: Span, statement: Rows) -> Rows:
    """A statement over the accounts' cases, those too that were merged since, as far as the actor may see them."""
    if not span.parted.gone:
        return span.of(statement, Case)
    reach = Case.within_reach(span.actor)
    statement = statement.where(Case.account_id.in_(span.account_ids))
    statement = statement if reach is None else statement.where(reach)
    why = "cases as they were, by the door's own condition"
    return opened(statement, Case, Participant, why=why)


def _known(span: Span) -> Rows:
    return select(*CASE).where(Case.kind == Kind.NORMAL, Case.recorded_at <= span.as_of)


def _since(span: Span) -> ColumnElement[bool]:
    """Moves that a case open at the beginning must have made if it is not open now.

    Looking back from an earlier as-of instant, also those recorded later.
    """
    later = Event.occurred_at >= span.begin
    return or_(later, Event.recorded_at > span.as_of) if span.past else later


def moves(span: Span, before: Iterable[int]) -> Iterator[Any]:
    """Case, place in the log, kind, instant, old and new state of all that moved cases, in order for each case.

    The last says if it was known. A change of priority that was recorded later is not known then, but says what the priority was before. Of those opened since the span began, found by what happened since; of those from `before`, by their ids.
    """
    older = frozenset(before)
    since = _moves(span).where(Event.occurred_at >= span.begin)
    yield from (row for row in db.session.execute(since) if row.case_id not in older)
    yield from by_ids(older, lambda some: _moves(span).where(Event.case_id.in_(some)))


def _moves(span: Span) -> Rows:
    known = Event.recorded_at <= span.as_of
    payload = (Event.payload[name].as_string() for name in ("old", "new"))
    columns = (Event.case_id, Event.id, Event.kind, Epoch(Event.occurred_at), *payload)
    statement = select(*columns, known.label("known")).where(
        Event.kind.in_(MOVES), or_(known, Event.kind == PRIORITY) if span.past else known
    )
    return span.of(statement, Event).order_by(Event.case_id, Event.occurred_at, Event.id)


def first_answers(span: Span) -> Iterator[Any]:
    """Case and instant of the first public message of staff in the period."""
    case_id = span.parted.said_on
    statement = public(span, [Side.STAFF], case_id, Epoch(func.min(Message.occurred_at)))
    yield from db.session.execute(
        statement.where(span.during(Message.occurred_at)).group_by(case_id)
    )


def client_words(span: Span) -> Iterator[Any]:
    """Case and instant of every public message of the client in the period."""
    case_id = span.parted.said_on
    statement = public(span, [Side.CLIENT], case_id, Epoch(Message.occurred_at))
    yield from db.session.execute(statement.where(span.during(Message.occurred_at)))


def client_words_on(span: Span, ids: Iterable[int]) -> Iterator[Any]:
    """Case and instant of every public message of the client on some cases, in order."""
    case_id = span.parted.said_on
    statement = public(span, [Side.CLIENT], case_id, Epoch(Message.occurred_at))
    ordered = statement.order_by(case_id, Message.occurred_at)
    yield from by_ids(ids, lambda some: ordered.where(case_id.in_(some)))


def answers_before(span: Span, since: int, ids: Iterable[int]) -> Iterator[Any]:
    """Case and instant of every public message of staff on some cases before an instant."""
    case_id = span.parted.said_on
    statement = public(span, [Side.STAFF], case_id, Epoch(Message.occurred_at))
    earlier = statement.where(Message.occurred_at < instant(since))
    yield from by_ids(ids, lambda some: earlier.where(case_id.in_(some)))


def public(span: Span, sides: Sequence[Side], *columns: Any) -> Rows:
    """Public messages of one side or both that were recorded by then."""
    said = select(*columns).where(
        Message.side.in_(sides), Message.internal.is_(False), Message.recorded_at <= span.as_of
    )
    return span.of(said, Message)


def unhappy_answers(span: Span) -> Iterator[int]:
    """Cases with a CSAT of 2 or less or a detractor's comment, answered since the period began (F16)."""
    csat = (Survey.kind == SurveyKind.CSAT) & (Survey.score <= UNHAPPY)
    nps = (Survey.kind == SurveyKind.NPS) & (Survey.score <= DETRACTOR) & (Survey.comment != "")
    statement = select(span.parted.rated_on).where(
        or_(csat, nps),
        Survey.case_id.is_not(None),
        Survey.answered_at.between(span.begin, span.as_of),
    )
    yield from db.session.scalars(span.of(statement, Survey))


def misses(span: Span) -> Sequence[Any]:
    """Of the same the missed ones alone, each with its account at the end of the row."""
    more = PromiseRow.account_id
    decided = _promises(span, PromiseRow.decided_at, more).where(
        PromiseRow.state == State.MISSED, PromiseRow.decided_at < span.as_of
    )
    lapsed = _lapsed(span, more)
    return db.session.execute(carrying(decided.union_all(lapsed), decided, lapsed)).all()


def decisions(span: Span) -> Sequence[Any]:
    """Case, target, number, instant, whether it was met, and cause of promises decided in the period, from the ledger.

    One that is still open counts as missed once its last instant lies before the as-of instant: whether anybody
    has noticed yet makes no difference (C7).
    """
    known = (PromiseRow.decided_at < span.as_of) | (
        (PromiseRow.decided_at == span.as_of) & (PromiseRow.state == State.MET)
    )
    decided = _promises(span, PromiseRow.decided_at).where(
        PromiseRow.state.in_((State.MET, State.MISSED)), known
    )
    lapsed = _lapsed(span)
    return db.session.execute(carrying(decided.union_all(lapsed), decided, lapsed)).all()


def _lapsed(span: Span, *more: Any) -> Rows:
    """Promises whose last instant has passed, though nobody has decided them yet."""
    return _promises(span, PromiseRow.due_at, *more).where(
        PromiseRow.decided_at.is_(None), PROMISE_IS_OPEN, PromiseRow.due_at < span.as_of
    )


def _promises(span: Span, at: Any, *more: Any) -> Rows:
    columns = (
        *(PromiseRow.case_id, PromiseRow.target, PromiseRow.number, Epoch(at).label("at")),
        *((PromiseRow.state == State.MET).label("met"), PromiseRow.cause, *more),
    )
    return span.of(select(*columns).where(span.during(at)), PromiseRow)


def by_ids(ids: Iterable[int], statement: Callable[[Any], Rows]) -> Iterator[Any]:
    """Rows of many ids, some thousand a statement; written into it, since drivers limit parameters."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), AT_ONCE):
        some: Any = bindparam(
            "ids", ordered[start : start + AT_ONCE], expanding=True, literal_execute=True
        )
        yield from db.session.execute(statement(some))
