"""Making one case of two: the one that goes leaves its words, files and people to the other (C4)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select, update

from portal import clock
from portal.actor import Actor
from portal.cases.events import CaseAbsorbed, CaseMerged, ParticipantAdded, Settled
from portal.cases.models import (
    NEVER_DUE,
    Case,
    Kind,
    Message,
    Origin,
    Participant,
    Side,
    Status,
)
from portal.cases.operations.inheriting import (
    Busy,
    Neighbours,
    bring_alarms_and_ratings,
    bring_links,
    neighbours_of,
)
from portal.cases.operations.lifecycle import set_status
from portal.db import db, fulltext, opened
from portal.events import Event, publish
from portal.files.models import StoredFile
from portal.sla.models import PromiseRow
from portal.sla.promises import State

WHY = "two cases that their doors let through become one"


class Against(StrEnum):
    """Why two cases cannot become one."""

    ITSELF = "itself"
    ACCOUNT = "account"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    KIND = "kind"
    FINISHED = "finished"
    CONFIDENTIAL = "confidential"
    PEOPLE = "people"
    HELD = "held"


class MergeRefused(Exception):
    """The two cannot become one; `why` says which rule stands against it."""

    def __init__(self, why: Against) -> None:
        super().__init__(why)
        self.why = why


def merge_case(case: Case, *, into: Case, by: Actor, reason: str = "") -> None:
    """Make a case part of another of the account, for good.

    Messages, notes and files stand on the other from then on in order of time, those who follow the case follow the
    other, its links lead there, who said that it cannot wait has said so of the other, and what was promised about it
    counts no more. The other was opened when the earlier of the two was.
    Raises: MergeRefused. Publishes: CaseMerged, ParticipantAdded for each who joins, CaseLinked, CaseEscalated and
    WorkRated as they come along, StatusChanged if the client has answered what the other waits for, CaseAbsorbed.
    """
    _hold(case, into)
    against = what_stands_against(case, into)
    if against is not None:
        raise MergeRefused(against)
    neighbours = _neighbours(case, into)
    event = CaseAbsorbed(
        into.account_id,
        into.id,
        merged_id=case.id,
        merged_ref=case.ref,
        opened_at=into.opened_at.isoformat(),
        first_response_at=into.first_response_at.isoformat() if into.first_response_at else None,
        decided=_decided(into),
        reason=reason,
        complaint=into.complaint,
    )
    answers_wait = _answers_wait(case, into)
    _leave(case, into, by, reason)
    since = min(into.opened_at, case.opened_at)
    into.first_response_at, into.opened_at = _first_response(case, into, since), since
    _hand_over(case, into)
    _bring_people(case, into, by)
    bring_links(case, into, neighbours, by=by)
    bring_alarms_and_ratings(case, into, by=by)
    publish(event, by=by)
    if answers_wait:
        set_status(into, Status.OPEN, by=by)
    fulltext.moved(case.id, into.id)


def what_stands_against(case: Case, into: Case) -> Against | None:
    """The first rule that two cases break, None if they may become one; asks only who is named on confidential ones.

    Nobody may come to read by a merge what they could not read before: a confidential case becomes part of another
    only where both are, and name the same people of the client.
    """
    both = (case, into)
    rules = (
        (Against.ITSELF, case.id == into.id),
        (Against.ACCOUNT, case.account_id != into.account_id),
        (Against.MERGED, any(one.status == Status.MERGED for one in both)),
        (Against.WITHDRAWN, any(one.status == Status.CANCELLED for one in both)),
        (Against.KIND, case.kind != into.kind),
        (Against.FINISHED, case.is_open and not into.is_open),
        (Against.CONFIDENTIAL, case.confidential != into.confidential),
    )
    broken = next((rule for rule, breaks in rules if breaks), None)
    if broken is None and case.confidential and _names_others(case, into):
        return Against.PEOPLE
    return broken


def _hold(case: Case, into: Case) -> None:
    """Keep others from changing either until this transaction ends; nobody waits here, so nobody is caught in a ring."""
    held = select(Case).where(Case.id.in_((case.id, into.id))).order_by(Case.id)
    held = held.with_for_update(key_share=True, skip_locked=True)
    held = held.execution_options(populate_existing=True)
    found = db.session.scalars(opened(held, Case, why=WHY)).all()
    if len(found) < len({case.id, into.id}):
        raise MergeRefused(Against.HELD)


def _neighbours(case: Case, into: Case) -> Neighbours:
    try:
        return neighbours_of(case, into)
    except Busy:
        raise MergeRefused(Against.HELD) from None


def _leave(case: Case, into: Case, by: Actor, reason: str) -> None:
    """The case is gone, and so are those that had become part of it before. Publishes: CaseMerged."""
    event = CaseMerged(
        case.account_id,
        case.id,
        into_id=into.id,
        into_ref=into.ref,
        old=case.status,
        decided=_decided(case),
        reason=reason,
    )
    publish(event, by=by)
    into.merged_ids = [*into.merged_ids, case.id, *case.merged_ids]
    earlier = update(Case).where(Case.merged_into_id == case.id).values(merged_into_id=into.id)
    db.session.execute(opened(earlier, Case, why=WHY))
    case.status, case.kind, case.merged_into_id, case.merged_ids = (
        Status.MERGED,
        Kind.MERGED,
        into.id,
        [],
    )
    case.due_at, case.due_order = None, NEVER_DUE
    case.updated_at = into.updated_at = clock.now()


def _decided(case: Case) -> tuple[Settled, ...]:
    """What is decided about a case, or lapsed without anybody having noticed yet: it is not decided so any more."""
    mine = PromiseRow.unscoped(WHY).where(PromiseRow.case_id == case.id).order_by(PromiseRow.id)
    found = []
    for row in db.session.scalars(mine):
        lapsed = row.state == State.OPEN and row.due_at is not None and row.due_at < clock.now()
        at = row.due_at if lapsed else row.decided_at
        if at is not None:
            state = State.MISSED if lapsed else State(row.state)
            found.append((row.target, row.number, state.value, at.isoformat()))
    return tuple(found)


def _hand_over(case: Case, into: Case) -> None:
    """Words, notes and files stand on the other; an order, where it had none; a complaint stays one."""
    written_on = func.coalesce(Message.came_from_id, Message.case_id)
    words = update(Message).where(Message.case_id == case.id)
    words = words.values(case_id=into.id, came_from_id=written_on)
    files = update(StoredFile).where(StoredFile.case_id == case.id).values(case_id=into.id)
    for moved in (opened(words, Message, why=WHY), opened(files, StoredFile, why=WHY)):
        db.session.execute(moved, execution_options={"synchronize_session": "evaluate"})
    into.order_id = into.order_id or case.order_id
    into.complaint = into.complaint or case.complaint


def _bring_people(case: Case, into: Case, by: Actor) -> None:
    """Who follows the case follows the other from now on. Publishes: ParticipantAdded."""
    there = {(row.stakeholder_id, row.user_id) for row in _following(into)}
    for row in _following(case):
        who = row.stakeholder_id, row.user_id
        if who in there:
            continue
        joined = {"stakeholder_id": who[0], "user_id": who[1], "added_at": clock.now()}
        db.session.add(Participant(account_id=into.account_id, case_id=into.id, **joined))
        named = {"participant_stakeholder_id": who[0], "participant_user_id": who[1]}
        publish(ParticipantAdded(into.account_id, into.id, **named), by=by)


def _following(case: Case) -> list[Participant]:
    mine = Participant.unscoped(WHY).where(Participant.case_id == case.id)
    return list(db.session.scalars(mine.order_by(Participant.id)))


def _names_others(case: Case, into: Case) -> bool:
    """Whether one names a person of the client whom the other does not; one statement."""
    both = func.count() < 2
    named = select(Participant.stakeholder_id).where(
        Participant.case_id.in_((case.id, into.id)), Participant.stakeholder_id.is_not(None)
    )
    alone = named.group_by(Participant.stakeholder_id).having(both).limit(1)
    return db.session.scalar(opened(alone, Participant, why=WHY)) is not None


def _first_response(case: Case, into: Case, since: datetime) -> datetime | None:
    """The first answer of a person on either (C5), once it counts as opened then; one given with the opening goes with it."""
    entered = into.origin != Origin.CLIENT
    if entered and into.first_response_at == into.opened_at:
        return since
    said = select(func.min(Message.occurred_at)).where(
        Message.case_id == case.id, Message.side == Side.STAFF, Message.internal.is_(False)
    )
    said = said.where(Message.occurred_at > since if entered else Message.occurred_at >= since)
    known = [into.first_response_at, db.session.scalar(opened(said, Message, why=WHY))]
    if case.origin == Origin.CLIENT:
        known.append(case.first_response_at)
    return min((at for at in known if at is not None), default=None)


def _answers_wait(case: Case, into: Case) -> bool:
    """Whether the client said on the case what the other has been waiting for (C6)."""
    if into.status != Status.WAITING:
        return False
    since = select(func.max(Event.occurred_at)).where(
        Event.case_id == into.id, Event.kind == "StatusChanged"
    )
    said = select(func.max(Message.occurred_at)).where(
        Message.case_id == case.id, Message.side == Side.CLIENT, Message.internal.is_(False)
    )
    began = db.session.scalar(opened(since, Event, why=WHY))
    spoke = db.session.scalar(opened(said, Message, why=WHY))
    return began is not None and spoke is not None and spoke > began
