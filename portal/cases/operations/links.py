"""Which cases belong together."""

from portal import clock
from portal.actor import Actor
from portal.cases.events import CaseLinked
from portal.cases.models import Case, CaseLink, LinkKind
from portal.cases.operations.refusals import AlreadySo
from portal.db import db
from portal.events import publish


class LinkRefused(Exception):
    """A case cannot be linked to itself, to one of another account, or repeat a later one."""


def link(case: Case, earlier: Case, kind: LinkKind, *, by: Actor) -> None:
    """Link a case to another of the account; a staff person's word confirms a repeat.

    Raises: LinkRefused, AlreadySo. Publishes: CaseLinked.
    """
    if case.id == earlier.id or case.account_id != earlier.account_id:
        raise LinkRefused(earlier.ref)
    if kind is LinkKind.REPEAT and earlier.opened_at > case.opened_at:
        raise LinkRefused(earlier.ref)
    known = CaseLink.unscoped("links of a case that its door let through").where(
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
