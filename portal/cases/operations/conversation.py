"""Replies and internal notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal import clock
from portal.actor import Actor
from portal.cases.events import FileAttached, FileDownloaded, MessagePosted
from portal.cases.models import Case, Channel, Message, Side, Status
from portal.cases.operations.lifecycle import reopen, resolve, set_status
from portal.db import db, fulltext, opened, transaction
from portal.db.transaction import abandon
from portal.events import publish
from portal.files import storing
from portal.files.models import StoredFile
from portal.jobs.queue import insert_for


@dataclass(frozen=True)
class Posted:
    """What became of a message: `again` when the same form had been sent before."""

    message_id: int | None
    again: bool = False
    reopened: bool = False


def post_message(
    case: Case,
    *,
    body: str,
    by: Actor,
    internal: bool = False,
    channel: Channel = Channel.PORTAL,
    submission: str | None = None,
    uploads: Sequence[storing.Upload] = (),
    then: Status | None = None,
) -> Posted:
    """Write a reply, or with `internal` a note, once for each `submission`.

    A client's reply ends the wait for it, and on a finished case reopens it. The first reply of a staff
    person is the first response; `then` is what a staff reply leaves the case in: waiting, on hold or resolved.

    Publishes: CaseReopened, MessagePosted, FileAttached, StatusChanged, CaseResolved, as it happens.
    """
    message_id = _insert(case, body, by, internal, channel, submission)
    if message_id is None:
        return Posted(None, again=True)
    case.updated_at = clock.now()
    public_of_client = not by.is_staff and not internal
    reopened = public_of_client and not case.is_open
    if reopened:
        reopen(case, by=by)
    side = Side.STAFF if by.is_staff else Side.CLIENT
    publish(
        MessagePosted(
            case.account_id,
            case.id,
            message_id=message_id,
            side=side,
            internal=internal,
            channel=channel,
        ),
        by=by,
    )
    attach(case, message_id, uploads, by=by, internal=internal)
    if public_of_client and case.status == Status.WAITING:
        set_status(case, Status.OPEN, by=by)
    if by.is_staff and not internal and not by.is_system:
        _respond(case, by, then)
    fulltext.add(message_ids=[message_id])
    return Posted(message_id, reopened=reopened)


def attach(
    case: Case, message_id: int, uploads: Sequence[storing.Upload], *, by: Actor, internal: bool
) -> None:
    """Keep the files that came with a message. Publishes: FileAttached for each."""
    for upload in uploads:
        file = storing.keep(
            upload,
            account_id=case.account_id,
            case_id=case.id,
            message_id=message_id,
            internal=internal,
        )
        publish(FileAttached(case.account_id, case.id, file_id=file.id, internal=internal), by=by)


def voice(actor: Actor, account_id: int) -> int | None:
    """As which stakeholder a client's person speaks: the account's own entry, else theirs in the parent."""
    if actor.is_staff:
        return None
    return actor.stakeholder_ids.get(account_id) or next(iter(actor.stakeholder_ids.values()), None)


def _respond(case: Case, by: Actor, then: Status | None) -> None:
    """What a staff person's reply means for the case."""
    if case.first_response_at is None:
        case.first_response_at = clock.now()
    if not case.is_open:
        return
    if then is Status.RESOLVED:
        resolve(case, by=by)
    elif then is not None and case.status != then:
        set_status(case, then, by=by)
    elif case.status == Status.NEW:
        set_status(case, Status.OPEN, by=by)


def _insert(
    case: Case, body: str, by: Actor, internal: bool, channel: Channel, submission: str | None
) -> int | None:
    """The new message's id, or None when this form was sent before: the unique column decides, not a look."""
    now = clock.now()
    values: dict[str, Any] = {
        "account_id": case.account_id,
        "case_id": case.id,
        "side": Side.STAFF if by.is_staff else Side.CLIENT,
        "author_user_id": by.user_id if by.is_staff else None,
        "author_stakeholder_id": voice(by, case.account_id),
        "internal": internal,
        "channel": channel,
        "language": "",
        "body": body,
        "occurred_at": now,
        "recorded_at": now,
        "submission": own_submission(by, submission),
    }
    insert = insert_for(db.session.get_bind().dialect.name)(Message.__table__).values(**values)
    insert = insert.on_conflict_do_nothing(index_elements=["submission"]).returning(
        Message.__table__.c.id
    )
    number: int | None = db.session.execute(opened(insert, Message, why="a new message")).scalar()
    return number


def own_submission(by: Actor, token: str | None) -> str | None:
    """A form's token, made the person's own: another's token is another form."""
    return f"{by.user_id}:{token}" if token else None


def record_download(file: StoredFile, *, by: Actor) -> None:
    """Remember who fetched a file, in a transaction of its own: the one of a GET only reads.

    Publishes: FileDownloaded.
    """
    event = FileDownloaded(file.account_id, file.case_id or 0, file_id=file.id)
    abandon()
    with transaction():
        publish(event, by=by)
