"""Opening a case, by the client or by staff on the client's behalf."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update

from portal import clock
from portal.accounts.models import Account
from portal.actor import Actor
from portal.cases.events import CallerAdmitted, CaseOpened, MessagePosted
from portal.cases.models import (
    NEVER_DUE,
    Case,
    Channel,
    Message,
    Origin,
    Participant,
    Priority,
    Side,
    Status,
)
from portal.cases.operations.conversation import attach, own_submission
from portal.cases.queries.callers import callers_for
from portal.db import db, fulltext, opened
from portal.events import publish
from portal.files import storing
from portal.jobs.queue import insert_for
from portal.stakeholders.models import Stakeholder

FIRST_NUMBER = 1000


class CallerNotNamed(Exception):
    """The account's contract names who opens cases, and not this person."""


@dataclass(frozen=True)
class NewCase:
    """What was written about a case that does not exist yet."""

    subject: str
    body: str
    category: str = ""
    priority: Priority = Priority.NORMAL
    channel: Channel = Channel.PORTAL
    confidential: bool = False
    order_id: int | None = None


def open_case(
    account: Account,
    new: NewCase,
    *,
    by: Actor,
    opener: Stakeholder | None,
    submission: str | None = None,
    uploads: Sequence[storing.Upload] = (),
    admitted: str = "",
) -> Case:
    """Open a case with its first message, once for each `submission`; the opener is named on it.

    `opener` is the client's person whose words these are; without one it is the provider's own matter. `admitted`
    is why staff open it for somebody whom the contract does not name.
    Raises: CallerNotNamed. Publishes: CaseOpened, CallerAdmitted, MessagePosted, FileAttached.
    """
    stranger = opener is not None and not callers_for(account).admits(opener.id)
    if stranger and not (by.is_staff and admitted):
        raise CallerNotNamed(account.ref)
    token = own_submission(by, submission)
    case_id = _insert(account, new, by, opener, token)
    if case_id is None:
        same = select(func.coalesce(Case.merged_into_id, Case.id)).where(Case.submission == token)
        again = Case.visible_to(by).where(Case.id == same.scalar_subquery())
        return db.session.scalars(again).one()
    _number(case_id)
    case = db.session.scalars(Case.unscoped("the case just opened").where(Case.id == case_id)).one()
    if opener is not None:
        _name(case, opener)
    event = CaseOpened(
        account.id,
        case.id,
        channel=new.channel,
        priority=new.priority,
        category=new.category,
        origin=case.origin,
    )
    publish(event, by=by)
    if opener is not None and stranger:
        publish(CallerAdmitted(account.id, case.id, caller_id=opener.id, reason=admitted), by=by)
    message_id = _first_words(case, new, by, opener)
    attach(case, message_id, uploads, by=by, internal=False)
    fulltext.add(case_ids=[case.id], message_ids=[message_id])
    return case


def _name(case: Case, opener: Stakeholder) -> None:
    added = {"stakeholder_id": opener.id, "added_at": case.opened_at}
    db.session.add(Participant(account_id=case.account_id, case_id=case.id, **added))


def _insert(
    account: Account, new: NewCase, by: Actor, opener: Stakeholder | None, token: str | None
) -> int | None:
    now = clock.now()
    origin = Origin.CLIENT if not by.is_staff else Origin.ON_BEHALF if opener else Origin.STAFF
    table = Case.__table__
    insert = insert_for(db.session.get_bind().dialect.name)(table).values(
        account_id=account.id,
        ref=f"~{token or clock.now().isoformat()}",
        subject=new.subject,
        status=Status.NEW,
        priority=new.priority,
        category=new.category,
        channel=new.channel,
        origin=origin,
        kind="normal",
        language=opener.language if opener else account.language,
        confidential=new.confidential,
        opened_by_id=opener.id if opener else None,
        order_id=new.order_id,
        opened_at=now,
        updated_at=now,
        due_order=NEVER_DUE,
        reopen_count=0,
        escalated=False,
        complaint=False,
        tags=[],
        submission=token,
        recorded_at=now,
    )
    insert = insert.on_conflict_do_nothing(index_elements=["submission"]).returning(table.c.id)
    number: int | None = db.session.execute(opened(insert, Case, why="a new case")).scalar()
    return number


def _number(case_id: int) -> None:
    """Give the case its reference; one that came from another system keeps its own, so a number may be taken."""
    ref = f"C-{FIRST_NUMBER + case_id}"
    taken = opened(select(Case.id).where(Case.ref == ref), Case, why="is the reference free")
    if db.session.scalar(taken) is not None:
        ref = f"{ref}-{case_id}"
    named = update(Case).where(Case.id == case_id).values(ref=ref)
    db.session.execute(opened(named, Case, why="the reference of a new case"))


def _first_words(case: Case, new: NewCase, by: Actor, opener: Stakeholder | None) -> int:
    """The opening message: the client's words also when staff wrote them down."""
    side = Side.CLIENT if opener else Side.STAFF
    message = Message(
        account_id=case.account_id,
        case_id=case.id,
        side=side,
        author_user_id=None if opener else by.user_id,
        author_stakeholder_id=opener.id if opener else None,
        internal=False,
        channel=new.channel,
        body=new.body,
        occurred_at=case.opened_at,
        recorded_at=case.opened_at,
    )
    db.session.add(message)
    db.session.flush()
    posted = MessagePosted(
        case.account_id,
        case.id,
        message_id=message.id,
        side=side,
        internal=False,
        channel=new.channel,
    )
    publish(posted, by=by)
    return message.id
