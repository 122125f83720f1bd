"""What hangs on a review: figures, file, documents, disputes, steps, readers, who takes part; one statement."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Boolean,
    CompoundSelect,
    Integer,
    String,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.types import TypeEngine

from portal.accounts.doors import carrying
from portal.actor import Actor
from portal.db import AnyRow, AnySelect, UtcDateTime, db, opened, through
from portal.events import Event
from portal.files.models import StoredFile
from portal.identity.models import Grant, Role, User
from portal.reviews import openings, participants, policy, queries
from portal.reviews.disputing import Note, Thread
from portal.reviews.models import (
    Dispute,
    DisputeNote,
    Review,
    ReviewDocument,
    ReviewParticipant,
    ReviewReader,
    ReviewState,
    ReviewStep,
)
from portal.reviews.participants import Candidate, Participant
from portal.stakeholders.models import Stakeholder

Rows = Sequence[AnyRow]
KEPT, OFFERED = 128, 300
"""Of the client's people so many are offered by name; whoever else is typed is found all the same."""

WHY = "what hangs on a review that its door let through"
COLUMNS: dict[str, TypeEngine[Any]] = {
    "part": String(),
    "number": Integer(),
    "place": Integer(),
    "of": Integer(),
    "name": String(),
    "title": String(),
    "email": String(),
    "state": String(),
    "note": Text(),
    "language": String(),
    "at": UtcDateTime(),
    "since": UtcDateTime(),
    "yes": Boolean(),
    "reads": Boolean(),
    "file_id": Integer(),
    "user_id": Integer(),
    "stakeholder_id": Integer(),
    "size": Integer(),
}
REVIEW, ACCOUNT, FILE, READER = (
    bindparam(name, type_=Integer) for name in ("review", "account", "stored_file", "reader")
)
_EMPTY = {name: cast(null(), kind) for name, kind in COLUMNS.items()}


@dataclass(frozen=True)
class Step:
    """One change of stage: what it became, when, by whom, and what they said."""

    stage: str
    at: datetime
    name: str | None
    accepted: bool | None
    note: str


@dataclass(frozen=True)
class Reader:
    """A person of the client who has opened it."""

    name: str
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Around:
    """The parts, as the page names them; `summary` and `file` are there once the document is.

    For those who write it `offered` are the client's people whom they can name, and `sponsored` is whether any sponsor
    has access; for a person of the client `opened_at` is when they had it open last.
    """

    summary: dict[str, Any]
    file: AnyRow | None
    documents: Rows
    threads: list[Thread]
    steps: list[Step]
    readers: list[Reader]
    participants: list[Participant]
    offered: list[Candidate] = field(default_factory=list)
    sponsored: bool = False
    opened_at: datetime | None = None


def around(actor: Actor, review: Review) -> Around:
    """Everything that hangs on a review the actor may read; its readers for those who write it."""
    rows: dict[str, list[AnyRow]] = {}
    statement = _all(actor, review.state == ReviewState.READY, policy.may_write(actor, review))
    wanted: dict[str, int | None] = {"review": review.id, "account": review.account_id}
    wanted |= {"stored_file": review.file_id, "reader": actor.user_id}
    for row in db.session.execute(statement, wanted):
        rows.setdefault(row.part, []).append(row)
    found = {
        name: sorted(some, key=lambda row: (row.place or 0, row.number))
        for name, some in rows.items()
    }
    return Around(
        summary=_printed(found.get("summary", ())),
        file=next(iter(found.get("file", ())), None),
        documents=sorted(found.get("document", ()), key=lambda row: row.language),
        threads=_threads(found.get("dispute", ()), found.get("note", ())),
        steps=[
            Step(row.state, row.at, row.name, row.yes, row.note) for row in found.get("step", ())
        ],
        readers=[
            Reader(row.name, row.at, row.since)
            for row in sorted(found.get("reader", ()), key=lambda row: (row.at, row.number))
        ],
        participants=[_participant(row) for row in found.get("participant", ())],
        offered=[participants.client(row) for row in found.get("offered", ())],
        sponsored="sponsor" in found,
        opened_at=next((row.since for row in found.get("mine", ())), None),
    )


def _printed(rows: Rows) -> dict[str, Any]:
    return dict(json.loads(rows[0].note).get("summary", {})) if rows else {}


def _threads(disputes: Rows, notes: Rows) -> list[Thread]:
    threads = {
        row.number: Thread(number, row.title, row.at, row.since, row.note)
        for number, row in enumerate(disputes, start=1)
    }
    for row in notes:
        threads[row.of].notes.append(Note(row.note, row.at, row.name or "", bool(row.yes)))
    return list(threads.values())


def _participant(row: AnyRow) -> Participant:
    entry = (row.number, row.name, row.title, row.email, row.yes, row.state, row.at)
    return Participant(*entry, row.user_id, row.stakeholder_id, row.reads)


@lru_cache(KEPT)
def _all(actor: Actor, ready: bool, writes: bool) -> CompoundSelect[Any]:
    """Every part in one statement, built once for all the reviews an actor opens."""
    parts = [_documents(), _disputes(), _notes(), _steps(), _listed()]
    if ready:
        parts += [_summary(), _file(actor)]
    if writes:
        parts += [_readers(), _offered(actor), _sponsor()]
    if openings.counts(actor):
        parts.append(_mine())
    return carrying(union_all(*(select(part.subquery()) for part in parts)), *parts)


def _part(called: str, /, **given: Any) -> AnySelect:
    """The columns of one part; what is not given stays empty."""
    columns = {**_EMPTY, "part": literal_column(f"'{called}'", String()), **given}
    return select(*(columns[column].label(column) for column in COLUMNS))


def _summary() -> AnySelect:
    columns = _part("summary", number=Event.id, note=cast(Event.payload, Text))
    return queries.last_built(columns, ACCOUNT, REVIEW)


def _file(actor: Actor) -> AnySelect:
    columns = _part("file", number=StoredFile.id, size=StoredFile.size)
    return through(columns.where(StoredFile.id == FILE), StoredFile, actor)


def _documents() -> AnySelect:
    d = ReviewDocument
    columns = _part("document", number=d.id, language=d.language, state=d.state, file_id=d.file_id)
    return opened(columns.where(d.review_id == REVIEW), d, why=WHY)


def _disputes() -> AnySelect:
    d = Dispute
    columns = _part(
        "dispute",
        number=d.id,
        title=d.about,
        at=d.opened_at,
        since=d.closed_at,
        note=d.restatement,
    )
    return opened(columns.where(d.review_id == REVIEW), d, why=WHY)


def _notes() -> AnySelect:
    n = DisputeNote
    columns = _part(
        "note",
        number=n.id,
        of=n.dispute_id,
        note=n.body,
        at=n.at,
        name=User.name,
        yes=User.is_staff,
    )
    joined = columns.join_from(n, Dispute, Dispute.id == n.dispute_id)
    joined = joined.outerjoin(User, User.id == n.by_id)
    return opened(joined.where(Dispute.review_id == REVIEW), Dispute, n, why=WHY)


def _steps() -> AnySelect:
    s = ReviewStep
    columns = _part(
        "step",
        number=s.id,
        state=s.stage,
        at=s.at,
        name=User.name,
        yes=s.accepted,
        note=s.note,
    )
    joined = columns.outerjoin_from(s, User, User.id == s.by_id)
    return opened(joined.where(s.review_id == REVIEW), s, why=WHY)


def _readers() -> AnySelect:
    r = ReviewReader
    columns = _part("reader", number=r.id, name=User.name, at=r.first_at, since=r.last_at)
    joined = columns.join_from(r, User, User.id == r.user_id)
    return opened(joined.where(r.review_id == REVIEW), r, why=WHY)


def _offered(actor: Actor) -> AnySelect:
    s = Stakeholder
    order = (s.name.expression, s.id.expression)
    columns = _part(
        "offered",
        number=s.id,
        place=func.row_number().over(order_by=order),
        name=s.name,
        title=s.job_title,
        email=s.email,
    )
    active = columns.where(s.account_id == ACCOUNT, s.active).order_by(*order)
    return through(active.limit(OFFERED), s, actor)


def _sponsor() -> AnySelect:
    """One who would read it once it is issued, if there is any."""
    columns = _part("sponsor", number=Grant.id).join_from(Grant, User, User.id == Grant.user_id)
    ours = (Grant.account_id == ACCOUNT, Grant.role == Role.SPONSOR)
    return columns.where(*ours, Grant.ended_at.is_(None), User.active).limit(1)


def _mine() -> AnySelect:
    r = ReviewReader
    columns = _part("mine", number=r.id, since=r.last_at)
    return opened(columns.where(r.review_id == REVIEW, r.user_id == READER), r, why=WHY)


def _listed() -> AnySelect:
    """Everybody on the list of participants, in its order."""
    entry, r = participants.ENTRY, ReviewParticipant
    columns = _part(
        "participant",
        number=r.id,
        place=func.row_number().over(order_by=participants.ORDER),
        name=entry["name"],
        title=entry["title"],
        email=entry["email"],
        yes=entry["belongs"],
        state=r.part,
        at=r.added_at,
        user_id=r.user_id,
        stakeholder_id=r.stakeholder_id,
        reads=entry["reads"],
    )
    joined = participants.with_people(columns).where(r.review_id == REVIEW)
    return opened(joined, r, Stakeholder, why=WHY)
