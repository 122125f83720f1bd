"""The rows of stretches: written from the histories of cases, and the days that a case touches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select

from portal.cases.models import Case, CaseLink, LinkKind, Message
from portal.db import db, opened
from portal.db.instants import Epoch
from portal.events import Event
from portal.insights import further
from portal.insights.day_sources import WHY, place
from portal.insights.gathering import Gathered, gather
from portal.insights.history import Report
from portal.insights.models import CaseStretch
from portal.insights.reading import MOVES, Span, instant, seconds
from portal.insights.stretches import Stretch, stretches

COLUMNS = [column for column in CaseStretch.__table__.columns if column.name != "id"]
MERGES = ("CaseMerged", "CaseAbsorbed")
INSTANTS = ("begins_at", "ends_at", "back_at", "answered_at")
Row = dict[str, Any]


def with_repeats(case_ids: Sequence[int]) -> list[int]:
    """The cases and those said to repeat one of them: what they count as depends on it (F13)."""
    wanted = select(CaseLink.case_id).where(
        CaseLink.of_case_id.in_(case_ids), CaseLink.kind == LinkKind.REPEAT
    )
    return sorted({*case_ids, *db.session.scalars(opened(wanted, CaseLink, why=WHY))})


def rewrite(span: Span, zone: str) -> set[date]:
    """Write the stretches of an account's cases anew, or of some; answers the local days these cases touch."""
    found = _gathered(span)
    rows = list(_rows(found, span, zone))
    touched = set[date]()
    if span.case_ids is not None:
        kept = db.session.execute(_mine(select(*COLUMNS), span)).mappings()
        touched = _dates([*kept, *rows]) | _days(found, span, zone)
    gone = delete(CaseStretch).where(CaseStretch.account_id.in_(span.account_ids))
    if span.case_ids is not None:
        gone = gone.where(CaseStretch.case_id.in_(span.case_ids))
    gone = gone.execution_options(synchronize_session=False)
    db.session.execute(opened(gone, CaseStretch, why=WHY))
    if rows:
        db.session.execute(opened(insert(CaseStretch.__table__), CaseStretch, why=WHY), rows)
    return touched


def differ(span: Span, zone: str) -> bool:
    """Whether what is kept is not what would be written."""
    kept = db.session.execute(_mine(select(*COLUMNS), span)).mappings()
    return _sorted(kept) != _sorted(_rows(_gathered(span), span, zone))


def _sorted(rows: Any) -> list[Row]:
    return sorted((dict(row) for row in rows), key=lambda row: (row["case_id"], row["number"]))


def _mine(statement: Any, span: Span) -> Any:
    statement = statement.where(CaseStretch.account_id.in_(span.account_ids))
    if span.case_ids is not None:
        statement = statement.where(CaseStretch.case_id.in_(span.case_ids))
    return opened(statement, CaseStretch, why=WHY)


def _gathered(span: Span) -> Gathered:
    """Histories with all that a book's figures read; of some cases, also those they repeat."""
    if span.case_ids is None:
        return gather(span, further.read(span))
    wanted = select(CaseLink.of_case_id).where(CaseLink.case_id.in_(span.case_ids))
    earlier = db.session.scalars(opened(wanted, CaseLink, why=WHY)).all()
    wider = replace(span, case_ids=sorted({*span.case_ids, *earlier}))
    return gather(wider, further.read(wider))


def _rows(found: Gathered, span: Span, zone: str) -> Iterator[Row]:
    """The rows of every case of the span, in no particular order."""
    report = Report(seconds(span.begin), seconds(span.end), seconds(span.as_of), ZoneInfo(zone))
    by_ref = {case.ref: case for case in found.histories}
    wanted = None if span.case_ids is None else set(span.case_ids)
    apart = set(_confided(span))
    for case in found.histories:
        case_id = found.ids[case.ref]
        if wanted is None or case_id in wanted:
            own = {
                "account_id": span.account_ids[0],
                "case_id": case_id,
                "opened_at": instant(case.opened_at),
                "confidential": case_id in apart,
            }
            for one in stretches(report, case, by_ref):
                yield own | row_of(one, zone)


def _confided(span: Span) -> Sequence[int]:
    wanted = select(Case.id).where(Case.account_id.in_(span.account_ids), Case.confidential)
    return db.session.scalars(opened(wanted, Case, why=WHY)).all()


def row_of(one: Stretch, zone: str) -> Row:
    """A stretch as it is kept, with the local days of a zone."""
    answer = one.answer
    return {
        "number": one.number,
        "begins_at": instant(one.begin),
        "begun_on": place(one.begin, zone)[0],
        "ends_at": None if one.end is None else instant(one.end),
        "ended_on": None if one.end is None else place(one.end, zone)[0],
        "ending": one.turn or "",
        "clock": one.clock,
        "counted": one.counted,
        "waited": one.waited,
        "back_at": None if one.back is None else instant(one.back),
        "at_once": one.at_once,
        "answered_at": None if answer is None else instant(answer.at),
        "answered_on": None if answer is None else place(answer.at, zone)[0],
        "answer_clock": None if answer is None else answer.clock,
        "answered_by_id": None if answer is None else answer.by,
        "complaint": one.complaint,
        "repeats": one.repeats,
    }


def _dates(rows: Sequence[Mapping[str, Any]]) -> set[date]:
    names = ("begun_on", "ended_on", "answered_on")
    return {row[name] for row in rows for name in names if row[name] is not None}


def _decided_before(span: Span) -> Iterator[int]:
    """When promises were decided otherwise, before a merge undid it."""
    told = select(Event.payload["decided"]).where(
        Event.case_id.in_(span.case_ids or ()), Event.kind.in_(MERGES)
    )
    for decided in db.session.scalars(opened(told, Event, why=WHY)):
        yield from (seconds(datetime.fromisoformat(at)) for *_, at in decided)


def _days(found: Gathered, span: Span, zone: str) -> set[date]:
    """Local days of what else was decided, said or done about some cases, confided or not."""
    moments = [one.at for one in found.decisions]
    said = select(Epoch(Message.occurred_at)).where(Message.case_id.in_(span.case_ids or ()))
    done = select(Epoch(Event.occurred_at)).where(
        Event.case_id.in_(span.case_ids or ()), Event.kind.in_((*MOVES, "PromiseMissed"))
    )
    moments += db.session.scalars(opened(said, Message, why=WHY)).all()
    moments += db.session.scalars(opened(done, Event, why=WHY)).all()
    moments += _decided_before(span)
    return {place(at, zone)[0] for at in moments}
