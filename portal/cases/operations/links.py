"""Which cases belong together."""

from sqlalchemy import select

from portal import clock
from portal.actor import Actor
from portal.cases.events import CaseLinked
from portal.cases.models import Case, CaseLink, LinkKind, Status
from portal.cases.operations.refusals import AlreadySo
from portal.db import db, opened
from portal.events import publish

WHY = "links of a case that its door let through"


class LinkRefused(Exception):
    """A case cannot be linked to itself, to one of another account or one that is gone, or repeat a later one."""


class LinkHeld(Exception):
    """Somebody is changing the other case right now, and may make it part of a third."""


def link(case: Case, earlier: Case, kind: LinkKind, *, by: Actor) -> None:
    """Link a case to another of the account; a staff person's word confirms a repeat.

    Raises: LinkRefused, LinkHeld, AlreadySo. Publishes: CaseLinked.
    """
    _hold(earlier)
    if case.id == earlier.id or case.account_id != earlier.account_id:
        raise LinkRefused(earlier.ref)
    if earlier.status == Status.MERGED:
        raise LinkRefused(earlier.ref)
    if kind is LinkKind.REPEAT and earlier.opened_at > case.opened_at:
        raise LinkRefused(earlier.ref)
    known = CaseLink.unscoped(WHY).where(
        CaseLink.case_id == case.id, CaseLink.of_case_id == earlier.id, CaseLink.kind == kind
    )
    if db.session.scalar(known) is not None:
        raise AlreadySo(earlier.ref)
    now = clock.now()
    db.session.add(
        CaseLink(
            account_id=case.account_id,
            case_id=case.id,
            of_case_id=earlier.id,
            kind=kind,
            confirmed=True,
            created_at=now,
            recorded_at=now,
        )
    )
    case.updated_at = now
    publish(
        CaseLinked(case.account_id, case.id, of_case_id=earlier.id, link=kind, confirmed=True),
        by=by,
    )


def _hold(earlier: Case) -> None:
    """Keep the other case where it is until this transaction ends; nobody waits here, so nobody is caught in a ring."""
    held = select(Case).where(Case.id == earlier.id)
    held = held.with_for_update(read=True, skip_locked=True)
    held = held.execution_options(populate_existing=True)
    if db.session.scalars(opened(held, Case, why=WHY)).one_or_none() is None:
        raise LinkHeld(earlier.ref)
