"""Promises as they were known at an earlier instant (C2): decided anew from what had been recorded by then.

The ledger knows what was recorded since; only under which agreement a promise began is taken from it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from portal.cases.models import Message, Side
from portal.cases.promise_history import terms_of
from portal.db import db
from portal.db.instants import Epoch
from portal.events import Event
from portal.insights import attainment
from portal.insights.attainment import Decision
from portal.insights.draft import Draft
from portal.insights.history import CaseHistory, Report
from portal.insights.reading import Span, by_ids, public, seconds
from portal.sla.agreements import agreement_under, clocks
from portal.sla.models import PromiseRow
from portal.sla.terms import Terms

SIDES = (Side.CLIENT, Side.STAFF)
Begun = tuple[int, int, int | None]
"""When the first promise about a case began, and under which version and which calendar of a contract."""


def concerned(span: Span) -> set[int]:
    """Cases to which something was owed in the period, and those of which something was recorded too late."""
    owed = select(PromiseRow.case_id).where(
        PromiseRow.begins_at < span.end,
        or_(PromiseRow.ended_at.is_(None), PromiseRow.ended_at >= span.begin),
    )
    late = [
        select(model.case_id).where(model.recorded_at > span.as_of, model.occurred_at < span.end)
        for model in (Message, Event)
    ]
    statements = (span.of(owed, PromiseRow), span.of(late[0], Message), span.of(late[1], Event))
    found = (case_id for each in statements for case_id in db.session.scalars(each.distinct()))
    return {case_id for case_id in found if case_id is not None}


def tell(span: Span, drafts: Mapping[int, Draft]) -> None:
    """Add what either side had said by then, and forget a first answer that was recorded later."""
    on = span.parted.said_on
    words = public(span, SIDES, on, Epoch(Message.occurred_at), Message.side)
    words = words.order_by(on, Message.occurred_at, Message.id)
    said: dict[int, list[tuple[int, bool]]] = {case_id: [] for case_id in drafts}
    for case_id, at, side in by_ids(drafts, lambda some: words.where(on.in_(some))):
        said[case_id].append((at, side == Side.STAFF))
    for case_id, draft in drafts.items():
        draft.said = said[case_id]
    later = select(on, Epoch(Message.occurred_at)).where(
        Message.side == Side.STAFF, Message.internal.is_(False), Message.recorded_at > span.as_of
    )
    for case_id, at in by_ids(drafts, lambda some: span.of(later.where(on.in_(some)), Message)):
        drafts[case_id].forget_answer(at)


def decisions(span: Span, histories: Mapping[int, CaseHistory]) -> Iterator[Decision]:
    """Promises that were decided in the period as far as was known, each with the cause that was known."""
    causes = _causes(span, histories)
    report = Report(seconds(span.begin), seconds(span.end), seconds(span.as_of), ZoneInfo("UTC"))
    for case_id, since, case in promised(span, histories):
        for begin, one in attainment.decided(report, case):
            if begin >= since:
                yield one._replace(cause=causes.get((case_id, one.target, begin), ""))


def promised(
    span: Span, histories: Mapping[int, CaseHistory]
) -> Iterator[tuple[int, int, CaseHistory]]:
    """Each case about which something was promised: since when, and its history under the agreement of then."""
    clock_of = clocks()
    terms: dict[tuple[int, int | None, str], Mapping[str, Terms]] = {}
    for case_id, (since, version_id, calendar_id) in _begun(span, histories).items():
        case = histories[case_id]
        key = version_id, calendar_id, case.category
        if key not in terms:
            agreement = agreement_under(version_id, calendar_id)
            terms[key] = terms_of(agreement, case.category, clock_of)
        yield case_id, since, replace(case, terms=terms[key])


def _begun(span: Span, ids: Iterable[int]) -> dict[int, Begun]:
    columns = (
        *(PromiseRow.case_id, Epoch(PromiseRow.begins_at)),
        *(PromiseRow.version_id, PromiseRow.calendar_id),
    )
    statement = span.of(select(*columns), PromiseRow).order_by(PromiseRow.begins_at, PromiseRow.id)
    found: dict[int, Begun] = {}
    for case_id, *rest in by_ids(ids, lambda some: statement.where(PromiseRow.case_id.in_(some))):
        found.setdefault(case_id, tuple(rest))
    return found


def _causes(span: Span, ids: Iterable[int]) -> dict[tuple[int, str, int], str]:
    """What staff had said of misses by then, by case, target and when the promise began."""
    begins = {
        (row.case_id, row.target, row.number): row.begins_at
        for row in by_ids(ids, lambda some: _promises(span, some))
    }
    words = [Event.payload[name].as_string() for name in ("target", "cause", "begins_at")]
    told = select(Event.case_id, Event.payload["number"].as_integer(), *words).where(
        Event.kind == "MissExplained", Event.recorded_at <= span.as_of
    )
    found = {}
    for case_id, number, target, cause, noted in db.session.execute(
        span.of(told, Event).order_by(Event.id)
    ):
        begin = begins.get((case_id, target, number))
        if noted:
            begin = seconds(datetime.fromisoformat(noted))
        if begin is not None:
            found[case_id, target, begin] = cause
    return found


def _promises(span: Span, some: Any) -> Any:
    columns = (PromiseRow.case_id, PromiseRow.target, PromiseRow.number)
    statement = select(*columns, Epoch(PromiseRow.begins_at).label("begins_at"))
    return span.of(statement.where(PromiseRow.case_id.in_(some)), PromiseRow)
