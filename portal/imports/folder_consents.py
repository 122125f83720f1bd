"""Writing what a folder says of the quoting of comments: never over what the author said of the same words in the portal."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, and_, cast, insert, literal, or_, select, update

from portal import clock
from portal.db import UtcDateTime
from portal.events import Event
from portal.feedback.events import QuoteAnswered
from portal.feedback.models import CommentConsent, Survey
from portal.imports.bulk import insert_rows
from portal.imports.staging import Staging
from portal.imports.statements import run

COLUMN = "comment_consent"
EVENT = ("account_id", "kind", "occurred_at", "recorded_at", "payload")
NOTHING = ("asked_at", "asked_by_id", "answer", "answered_at", "answered_by_id")


def forget_other_words(staging: Staging) -> None:
    """Before the rows are written: where they bring other words, nothing is said about those yet."""
    table, c = staging.tables["surveys"], CommentConsent
    columns: tuple[Any, ...] = (Survey.id, Survey.account_id, literal("").label("said"), c.answer)
    other = (
        select(*columns)
        .join(table, _same(staging))
        .join(c, c.survey_id == Survey.id)
        .where(Survey.comment != table.c.comment)
    )
    gone = select(other.where(or_(c.answer.is_not(None), c.asked_at.is_not(None))).subquery().c.id)
    _trace(other.where(c.answer.is_not(None)))
    run(update(c).where(c.survey_id.in_(gone)).values(dict.fromkeys(NOTHING)))


def write_consents(staging: Staging, known: int) -> int:
    """Keep what the column says, where there is one: an empty cell takes back what an import said before.

    Answers of how many surveys, up to the id `known`, it changed something. Each change leaves its event.
    """
    if COLUMN not in staging.columns[staging.tables["surveys"].name]:
        return 0
    told = _told(staging)
    ids = _trace(told)
    if ids:
        _write(told)
    return sum(survey_id <= known for survey_id in ids)


def _same(staging: Staging) -> Any:
    own_id = staging.tables["surveys"].c.survey_id
    return and_(Survey.source == staging.source, Survey.source_id == own_id)


def _told(staging: Staging) -> Select[Any]:
    """Of each survey whose author has said nothing in the portal, what the file says and what stood there, where they differ."""
    table, c = staging.tables["surveys"], CommentConsent
    said = table.c[COLUMN]
    return (
        select(Survey.id, Survey.account_id, Survey.stakeholder_id, said.label("said"), c.answer)
        .join(table, _same(staging))
        .outerjoin(c, c.survey_id == Survey.id)
        .where(or_(c.id.is_(None), c.answered_by_id.is_(None)), said.is_distinct_from(c.answer))
    )


def _trace(told: Select[Any]) -> list[int]:
    """Write down each change; the surveys it is about."""
    rows = run(told.order_by(Survey.id)).all()
    insert_rows(Event.__table__, EVENT, _events(rows))
    return [row.id for row in rows]


def _events(rows: Any) -> Iterator[tuple[Any, ...]]:
    now = clock.now()
    for row in rows:
        payload = {"survey_id": row.id, "answer": row.said or "", "old": row.answer or ""}
        yield row.account_id, QuoteAnswered.__name__, now, now, payload


def _write(told: Select[Any]) -> None:
    own, c, now = told.subquery(), CommentConsent, literal(clock.now(), UtcDateTime())
    changed = update(c).values(answer=own.c.said, answered_at=now)
    run(changed.where(c.survey_id == own.c.id))
    ref = literal("S-").concat(cast(own.c.id, c.ref.type))
    there = select(c.id).where(c.survey_id == own.c.id).exists()
    names = ["ref", "account_id", "survey_id", "stakeholder_id", "answer", "answered_at"]
    rows = select(ref, own.c.account_id, own.c.id, own.c.stakeholder_id, own.c.said, now)
    run(insert(c).from_select(names, rows.where(own.c.said.is_not(None), ~there)))
