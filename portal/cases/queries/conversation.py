"""The timeline of a case: what was said and what happened, the newest fifty, older ones page by page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, func, or_, select

from portal.actor import Actor
from portal.cases.models import NEVER_DUE, Case, Message, Side
from portal.db import AnyRow, AnySelect, UtcDateTime, db, opened, through
from portal.events import Event
from portal.files.models import StoredFile
from portal.identity.models import User
from portal.stakeholders.models import Stakeholder

PAGE = 50
KEPT = 128
WHY = "who spoke on a case that its door let through"
FOR_ALL = (
    "StatusChanged",
    "CaseResolved",
    "CaseReopened",
    "CaseClosed",
    "CaseCancelled",
    "OwnerChanged",
    "PriorityChanged",
    "ConfidentialityChanged",
    "ParticipantAdded",
    "ParticipantRemoved",
    "CaseAbsorbed",
)
FOR_STAFF = (
    *FOR_ALL,
    "CaseLinked",
    "CaseEscalated",
    "CaseTransferred",
    "MissExplained",
    "TimeSpent",
    "CallerAdmitted",
)
OF_FAMILY = ("TimeSpent",)
"""What stands in the history of a case though it happened to one that became part of it."""
BEFORE_WORDS = frozenset({"CaseReopened"})

_case = bindparam("case", type_=Integer)
_cases = bindparam("cases", type_=Integer, expanding=True)
_until = bindparam("until", type_=UtcDateTime)
_most = bindparam("most", type_=Integer)


@dataclass(frozen=True)
class Entry:
    """A reply, a note or an event; `kind` is empty for what was said."""

    at: datetime
    kind: str
    author: str
    row: AnyRow
    files: Sequence[AnyRow] = ()


@dataclass(frozen=True)
class Timeline:
    """Entries, the oldest first; `earlier` goes into the address as `before` and leads to older ones."""

    entries: Sequence[Entry] = field(default_factory=tuple)
    earlier: str | None = None
    latest: bool = True


def conversation(actor: Actor, case: Case, before: str | None = None) -> Timeline:
    """The newest entries of a case, or those older than a mark: three statements, whatever there is."""
    until, skip = _mark(before)
    wanted = {
        "case": case.id,
        "cases": case.family,
        "most": PAGE + 1 + skip,
        "until": until or NEVER_DUE,
    }
    said = [
        (row.occurred_at, 1, row.id, row) for row in db.session.execute(_messages(actor), wanted)
    ]
    done = [
        (row.occurred_at, 0 if row.kind in BEFORE_WORDS else 2, row.id, row)
        for row in db.session.execute(_events(actor), wanted)
    ]
    newest = sorted(said + done, key=lambda found: found[:3], reverse=True)[skip:]
    shown = newest[:PAGE]
    files = _files(actor, case, [row.id for _, rank, _, row in shown if rank == 1])
    entries = [
        Entry(
            at,
            "" if rank == 1 else row.kind,
            row.author,
            row,
            tuple(files.get(row.id, ())) if rank == 1 else (),
        )
        for at, rank, _, row in reversed(shown)
    ]
    return Timeline(entries, _earlier(newest, until, skip), latest=until is None)


def _mark(text: str | None) -> tuple[datetime | None, int]:
    """Until which instant, and how many entries of that second the newer page has shown."""
    instant, _, skip = (text or "").partition("~")
    try:
        until = datetime.fromisoformat(instant)
        if until.tzinfo is None or not 0 <= int(skip) < 1000:
            raise ValueError(instant)
    except ValueError:
        return None, 0
    return until, int(skip)


def _earlier(
    newest: Sequence[tuple[datetime, int, int, Any]], until: datetime | None, skip: int
) -> str | None:
    if len(newest) <= PAGE:
        return None
    last = newest[PAGE - 1][0]
    shown = sum(1 for found in newest[:PAGE] if found[0] == last)
    return f"{last.isoformat()}~{shown + (skip if last == until else 0)}"


@lru_cache(KEPT)
def _messages(actor: Actor) -> AnySelect:
    statement = (
        select(
            Message.id,
            Message.side,
            Message.internal,
            Message.channel,
            Message.language,
            Message.body,
            Message.occurred_at,
            func.coalesce(User.name, Stakeholder.name, "").label("author"),
            func.coalesce(User.title, Stakeholder.job_title, "").label("place"),
        )
        .outerjoin(User, User.id == Message.author_user_id)
        .outerjoin(Stakeholder, Stakeholder.id == Message.author_stakeholder_id)
        .where(Message.case_id == _case, Message.occurred_at <= _until)
        .order_by(Message.occurred_at.desc(), Message.id.desc())
        .limit(_most)
    )
    return opened(through(statement, Message, actor), Stakeholder, why=WHY)


@lru_cache(KEPT)
def _events(actor: Actor) -> AnySelect:
    other = User.__table__.alias("other")
    guest = Stakeholder.__table__.alias("guest")
    gone = Case.__table__.alias("gone")
    statement = (
        select(
            Event.id,
            Event.kind,
            Event.occurred_at,
            Event.payload,
            func.coalesce(User.name, Stakeholder.name, "").label("author"),
            func.coalesce(other.c.name, guest.c.name, gone.c.subject, "").label("whom"),
        )
        .outerjoin(User, User.id == Event.user_id)
        .outerjoin(Stakeholder, Stakeholder.id == Event.stakeholder_id)
        .outerjoin(other, other.c.id == Event.payload["new_id"].as_integer())
        .outerjoin(guest, guest.c.id == Event.payload["participant_stakeholder_id"].as_integer())
        .outerjoin(gone, gone.c.id == Event.payload["merged_id"].as_integer())
        .where(Event.case_id.in_(_cases), Event.occurred_at <= _until)
        .where(or_(Event.case_id == _case, Event.kind.in_(OF_FAMILY)))
        .where(Event.kind.in_(FOR_STAFF) if actor.is_staff else _for_clients())
        .order_by(Event.occurred_at.desc(), Event.id.desc())
        .limit(_most)
    )
    return opened(through(statement, Event, actor), Case, Stakeholder, why=WHY)


def _for_clients() -> ColumnElement[bool]:
    """What a client reads: of escalations only their own side's."""
    theirs = Event.payload["side"].as_string() == Side.CLIENT
    return or_(Event.kind.in_(FOR_ALL), and_(Event.kind == "CaseEscalated", theirs))


def _files(actor: Actor, case: Case, message_ids: Sequence[int]) -> dict[int, list[AnyRow]]:
    wanted = {"case": case.id, "messages": list(message_ids) or [0]}
    found: dict[int, list[AnyRow]] = {}
    for row in db.session.execute(_attached(actor), wanted):
        found.setdefault(row.message_id, []).append(row)
    return found


@lru_cache(KEPT)
def _attached(actor: Actor) -> AnySelect:
    columns = (
        StoredFile.message_id,
        StoredFile.key,
        StoredFile.name,
        StoredFile.size,
        StoredFile.content_type,
        StoredFile.internal,
    )
    messages = bindparam("messages", type_=Integer, expanding=True)
    wanted = select(*columns).where(
        StoredFile.case_id == _case, StoredFile.message_id.in_(messages)
    )
    return through(wanted.order_by(StoredFile.id), StoredFile, actor)
