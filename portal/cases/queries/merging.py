"""What a person sees before two cases become one: which could, and what would move and be read by whom."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, true, union_all

from portal.accounts.doors import carrying
from portal.actor import Actor
from portal.cases.models import IS_OPEN, Case, Message, Participant, Status
from portal.db import AnyRow, db, opened, through
from portal.files.models import StoredFile
from portal.stakeholders.models import Stakeholder

OFFERED = 25
WHY = "people named on two cases that their doors let through"


def mergeable(actor: Actor, case: Case, text: str = "") -> Sequence[AnyRow]:
    """Cases of the same account that it could become part of, last moved first; an open one only of open ones.

    A text narrows by the subject; whose reference it is stands there in any state.
    """
    wanted = select(Case.ref, Case.subject, Case.language, Case.status, Case.opened_at).where(
        Case.account_id == case.account_id, Case.id != case.id, Case.status != Status.CANCELLED
    )
    fits: ColumnElement[bool] = IS_OPEN if case.is_open else true()
    if text:
        plain = text.lower()
        like = func.lower(Case.subject).contains(plain, autoescape=True)
        fits = or_(func.lower(Case.ref) == plain, and_(fits, like))
    wanted = wanted.where(fits)
    wanted = wanted.order_by(Case.updated_at.desc(), Case.id.desc()).limit(OFFERED)
    return db.session.execute(through(wanted, Case, actor)).all()


@dataclass(frozen=True)
class Merge:
    """What would move, and the client's people who would read what they were not named for before."""

    messages: int
    notes: int
    files: int
    join: tuple[str, ...]
    stay: tuple[str, ...]


def merge_ahead(actor: Actor, case: Case, into: Case) -> Merge:
    """What merging a case into another would do; two statements.

    `join` are those named on the case alone, who follow the other then; `stay` those named on the other alone.
    """
    people = _people(case, into)
    mine, theirs = (
        {row.id: row.name for row in people if row.case_id == one.id} for one in (case, into)
    )
    moves = _moves(actor, case)
    return Merge(
        moves["message"],
        moves["note"],
        moves["file"],
        tuple(name for number, name in mine.items() if number not in theirs),
        tuple(name for number, name in theirs.items() if number not in mine),
    )


def _people(case: Case, into: Case) -> Sequence[AnyRow]:
    named = select(Participant.case_id, Stakeholder.id, Stakeholder.name).join(
        Stakeholder, Stakeholder.id == Participant.stakeholder_id
    )
    named = named.where(Participant.case_id.in_((case.id, into.id)), Stakeholder.active)
    return db.session.execute(
        opened(named.order_by(Stakeholder.name), Participant, Stakeholder, why=WHY)
    ).all()


def _moves(actor: Actor, case: Case) -> Counter[str]:
    parts = [
        through(
            select(literal(kind).label("kind"), func.count().label("n")).where(which), model, actor
        )
        for kind, model, which in (
            ("message", Message, (Message.case_id == case.id) & Message.internal.is_(False)),
            ("note", Message, (Message.case_id == case.id) & Message.internal),
            ("file", StoredFile, StoredFile.case_id == case.id),
        )
    ]
    rows = db.session.execute(carrying(union_all(*parts), *parts))
    return Counter({row.kind: row.n for row in rows})
