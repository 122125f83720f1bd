"""Writing cases of a folder, and what belongs to them: events, participants, links, messages, surveys."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, insert, literal, or_, select, union
from sqlalchemy.orm import aliased

from portal import clock
from portal.accounts.models import Account
from portal.cases.models import (
    FINISHED,
    NEVER_DUE,
    Case,
    CaseLink,
    LinkKind,
    Message,
    Participant,
    Status,
)
from portal.db import UtcDateTime
from portal.events import Event
from portal.feedback.models import Survey
from portal.identity.models import User
from portal.imports.bulk import analyse, insert_rows
from portal.imports.folder_consents import forget_other_words, write_consents
from portal.imports.staging import Staging
from portal.imports.statements import count_of, insert_new, merge, run
from portal.orders.models import Order
from portal.stakeholders.models import Stakeholder

Counted = tuple[int, int]
DONE = (Status.RESOLVED.value, Status.CLOSED.value)
EVENT = ("account_id", "case_id", "kind", "occurred_at", "recorded_at", "payload")


def _own(model: Any, staging: Staging, own_id: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(model.source == staging.source, model.source_id == own_id)


def _stands(of: Any = Case) -> ColumnElement[Any]:
    """The case that holds what is said of one: itself, or the one it became part of."""
    return func.coalesce(of.merged_into_id, of.id)


def _came_from() -> ColumnElement[Any]:
    return case((Case.merged_into_id.is_not(None), Case.id), else_=None).label("came_from_id")


def _now() -> ColumnElement[Any]:
    return literal(clock.now(), UtcDateTime())


def write_cases(staging: Staging) -> Counted:
    """Cases with their lifecycle events, participants and confirmed repeats."""
    moves = list(_status_moves(staging))
    counted = merge(Case, staging.source, _cases(staging), frozenset({"recorded_at"}))
    analyse(Case.__table__)
    if counted[0]:
        _write_opening_events(staging)
    insert_rows(Event.__table__, EVENT, moves)
    _write_participants(staging)
    _write_links(staging)
    return counted


def _cases(staging: Staging) -> Any:
    """Cases as the file says, those left out that became part of another here (C4)."""
    table = staging.tables["cases"]
    opener, owner, order = aliased(Stakeholder), aliased(User), aliased(Order)
    here = aliased(Case)
    unanswered = and_(table.c.first_response_at.is_(None), table.c.status.not_in(DONE))
    due = case((unanswered, table.c.first_response_due), else_=None)
    same = ("subject", "status", "priority", "category", "channel", "language")
    instants = ("resolved_at", "closed_at")
    return (
        select(
            table.c.case_id.label("source_id"),
            table.c.reference.label("ref"),
            Account.id.label("account_id"),
            opener.id.label("opened_by_id"),
            owner.id.label("owner_id"),
            _kept(here, "order_id", order.id),
            *(table.c[name] for name in (*same, *instants)),
            _kept(here, "escalated", table.c.escalated),
            _kept(here, "updated_at", table.c.updated_at),
            _kept(here, "opened_at", table.c.created_at),
            _kept(here, "first_response_at", table.c.first_response_at),
            case((table.c.reopened, 1), else_=0).label("reopen_count"),
            due.label("due_at"),
            case((due.is_not(None), due), else_=literal(NEVER_DUE, UtcDateTime())).label(
                "due_order"
            ),
            _now().label("recorded_at"),
        )
        .select_from(table)
        .join(Account, _own(Account, staging, table.c.account_id))
        .outerjoin(opener, _own(opener, staging, table.c.opened_by))
        .outerjoin(owner, _own(owner, staging, table.c.owner_id))
        .outerjoin(order, _own(order, staging, table.c.order_id))
        .outerjoin(here, _own(here, staging, table.c.case_id))
        .where(here.merged_into_id.is_(None))
    )


def _kept(here: Any, name: str, given: Any) -> ColumnElement[Any]:
    """What the file says, but for a case that took others in, which has it from them too."""
    gone = aliased(Case)
    took = select(1).where(gone.merged_into_id == here.id).exists()
    return case((took, getattr(here, name)), else_=given).label(name)


def _status_moves(staging: Staging) -> Iterator[tuple[Any, ...]]:
    """Events of cases imported before whose status in the file differs from what is stored.

    A file names no instant of a reopening: `updated_at` stands in. The same for other moves between
    open states, and for a correction of `resolved_at` alone there is no event.
    """
    table, now = staging.tables["cases"], clock.now()
    query = (
        select(Case.account_id, Case.id, Case.status, table.c.status, table.c.resolved_at)
        .add_columns(table.c.closed_at, table.c.updated_at)
        .join_from(table, Case, _own(Case, staging, table.c.case_id))
        .where(Case.status != table.c.status, Case.merged_into_id.is_(None))
        .order_by(table.c.line)
    )
    stored: Any = run(query)
    for account_id, case_id, old, *file in stored:
        for kind, at, payload in _moved(old, *file):
            yield account_id, case_id, kind, at, now, payload


def _moved(
    old: str, new: str, resolved_at: Any, closed_at: Any, updated_at: Any
) -> Iterator[tuple[str, Any, dict[str, str]]]:
    finished = old in FINISHED
    if finished and new not in DONE:
        yield "CaseReopened", updated_at, {"old": old, "new": Status.OPEN.value, "reason": ""}
        finished, old = False, Status.OPEN.value
    if not finished and new in DONE:
        yield "CaseResolved", resolved_at, {"old": old, "reason": ""}
        old = Status.RESOLVED.value
    if old != new:
        if new == Status.CLOSED:
            yield "CaseClosed", closed_at, {"old": old, "reason": ""}
        else:
            yield "StatusChanged", updated_at, {"old": old, "new": new, "reason": ""}


def renamed_cases(staging: Staging) -> list[int]:
    """Cases imported before whose subject or reference the folder changes."""
    table = staging.tables["cases"]
    query = select(Case.id).join_from(table, Case, _own(Case, staging, table.c.case_id))
    other = or_(Case.subject != table.c.subject, Case.ref != table.c.reference)
    return list(run(query.where(other)).scalars())


def _write_opening_events(staging: Staging) -> None:
    """The events of cases that have none yet, in the order in which they happened."""
    told = staging.tables["happened"]
    begun = select(1).where(Event.case_id == Case.id, Event.kind == "CaseOpened")
    by = case((told.c.kind == "CaseOpened", Case.opened_by_id), else_=None)
    values = select(Case.account_id, Case.id, told.c.kind, told.c.occurred_at, _now())
    rows = (
        values.add_columns(told.c.payload, by)
        .join_from(told, Case, _own(Case, staging, told.c.case_id))
        .where(~exists(begun))
        .order_by(told.c.line, told.c.occurred_at, told.c.kind.desc())
    )
    run(insert(Event).from_select([*EVENT, "stakeholder_id"], rows))


def _write_participants(staging: Staging) -> None:
    """Who follows a case; an import adds people to a case and takes nobody away."""
    table = staging.tables["participants"]
    there = select(1).where(
        Participant.case_id == Case.id, Participant.stakeholder_id == Stakeholder.id
    )
    rows = (
        select(Case.account_id, Case.id, Stakeholder.id, Case.opened_at)
        .join_from(table, Case, _own(Case, staging, table.c.case_id))
        .join(Stakeholder, _own(Stakeholder, staging, table.c.stakeholder_id))
        .where(~exists(there), Case.merged_into_id.is_(None))
    )
    columns = ["account_id", "case_id", "stakeholder_id", "added_at"]
    run(insert(Participant).from_select(columns, rows))


def _write_links(staging: Staging) -> None:
    """`recurrence_of` as a repeat that somebody confirmed (F13)."""
    table, earlier = staging.tables["cases"], aliased(Case)
    there = select(1).where(CaseLink.case_id == _stands(), CaseLink.of_case_id == _stands(earlier))
    repeat = literal(LinkKind.REPEAT.value)
    same = there.where(CaseLink.kind == LinkKind.REPEAT.value)
    ends = (_stands(), _stands(earlier))
    values = select(Case.account_id, *ends, repeat, literal(True), Case.opened_at)
    rows = (
        values.add_columns(_now())
        .join_from(table, Case, _own(Case, staging, table.c.case_id))
        .join(earlier, _own(earlier, staging, table.c.recurrence_of))
        .where(~exists(same), ends[0] != ends[1])
    )
    names = ["account_id", "case_id", "of_case_id", "kind", "confirmed", "created_at"]
    run(insert(CaseLink).from_select([*names, "recorded_at"], rows))


def write_messages(staging: Staging) -> Counted:
    """The conversation; what was imported before is left as it stands."""
    table, staff, person = staging.tables["messages"], aliased(User), aliased(Stakeholder)
    from_staff = table.c.author_kind == "staff"
    from_client = table.c.author_kind == "client"
    rows = (
        select(
            table.c.message_id.label("source_id"),
            Case.account_id,
            _stands().label("case_id"),
            _came_from(),
            table.c.author_kind.label("side"),
            staff.id.label("author_user_id"),
            person.id.label("author_stakeholder_id"),
            table.c.visibility.label("internal"),
            table.c.channel,
            table.c.language,
            table.c.body,
            table.c.created_at.label("occurred_at"),
            _now().label("recorded_at"),
        )
        .select_from(table)
        .join(Case, _own(Case, staging, table.c.case_id))
        .outerjoin(staff, and_(from_staff, _own(staff, staging, table.c.author_id)))
        .outerjoin(person, and_(from_client, _own(person, staging, table.c.author_id)))
    )
    return count_of(insert_new(Message, staging.source, rows)), 0


def write_surveys(staging: Staging) -> Counted:
    """Survey invitations and answers."""
    table = staging.tables["surveys"]
    rows = (
        select(
            table.c.survey_id.label("source_id"),
            Account.id.label("account_id"),
            _stands().label("case_id"),
            _came_from(),
            Stakeholder.id.label("stakeholder_id"),
            *(table.c[name] for name in ("kind", "sent_at", "answered_at", "score", "comment")),
        )
        .select_from(table)
        .join(Account, _own(Account, staging, table.c.account_id))
        .join(Stakeholder, _own(Stakeholder, staging, table.c.stakeholder_id))
        .outerjoin(Case, _own(Case, staging, table.c.case_id))
    )
    known = run(select(func.max(Survey.id))).scalar() or 0
    forget_other_words(staging)
    new, changed = merge(Survey, staging.source, rows, frozenset())
    return new, min(staging.rows["surveys"] - new, changed + write_consents(staging, known))


def touched_accounts(staging: Staging) -> list[int]:
    """Accounts whose cases the folder names, or messages or answers about them."""
    cases, messages, surveys = (staging.tables[name] for name in ("cases", "messages", "surveys"))
    by_case = select(Case.account_id).join_from(cases, Case, _own(Case, staging, cases.c.case_id))
    by_message = select(Case.account_id).join_from(
        messages, Case, _own(Case, staging, messages.c.case_id)
    )
    by_survey = select(Case.account_id).join_from(
        surveys, Case, _own(Case, staging, surveys.c.case_id)
    )
    return sorted(run(union(by_case, by_message, by_survey)).scalars())
