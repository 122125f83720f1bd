"""Watching over promises: what lapses is decided, what comes near is told, each once."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.accounts.models import Account
from portal.accounts.team import Team, team_of
from portal.actor import SYSTEM
from portal.cases.events import CaseAbsorbed, CaseEscalated, PromiseMissed, PromiseWarned
from portal.cases.models import Case, Participant
from portal.db import db, opened
from portal.delivery import BadAddress, send_mail
from portal.events import Recorded, publish
from portal.identity.actors import actor_for
from portal.identity.models import Grant, User
from portal.identity.teams import lead_of
from portal.sla import watching

WATCH = "watch promises"
AT_ONCE = 500
WARNING_MAIL = "cases/emails/promise_warned"
ESCALATION_MAIL = "cases/emails/case_escalated"
MERGE_MAIL = "cases/emails/case_merged"
WHY = "who is told about a case that cannot wait"


def watch(payload: dict[str, Any]) -> None:
    """Decide what has lapsed and say what comes near. Publishes: PromiseMissed, PromiseWarned."""
    now = clock.now()
    for row in watching.lapse(now, AT_ONCE):
        missed = PromiseMissed(row.account_id, row.case_id, target=row.target, number=row.number)
        publish(missed, by=SYSTEM, occurred_at=row.decided_at)
    for warning in watching.warn(now, AT_ONCE):
        row = warning.row
        event = PromiseWarned(
            row.account_id,
            row.case_id,
            target=row.target,
            number=row.number,
            percent=warning.percent,
            tell=warning.tell,
        )
        publish(event, by=SYSTEM)


def tell_of_warning(recorded: Recorded) -> None:
    """Mail those whom the plan names, once for each warning."""
    event = recorded.event
    case, account = _case(event.case_id)
    for person in _people(case, team_of(SYSTEM, account), event.tell):
        _send(
            person,
            WARNING_MAIL,
            f"warned:{recorded.id}:{person.id}",
            case=case,
            account=account,
            percent=event.percent,
            target=event.target,
        )


def tell_of_escalation(recorded: Recorded) -> None:
    """Mail the owner and who answers for the account today that a case cannot wait; a merge tells of it no second time."""
    event = recorded.event
    if event.came_from_id is not None:
        return
    case, account = _case(event.case_id)
    for person in _people(case, team_of(SYSTEM, account), ("owner", "manager")):
        if person.id != recorded.user_id:
            _send(
                person,
                ESCALATION_MAIL,
                f"escalated:{recorded.id}:{person.id}",
                case=case,
                account=account,
                reason=event.reason,
                by_client=event.side == "client",
            )


def tell_of_merge(recorded: Recorded) -> None:
    """Mail the client's people who followed the case that is gone where it is found now, if they may see that one."""
    gone, _account = _case(recorded.event.merged_id)
    for person in _followers(gone.id):
        there = Case.visible_to(actor_for(person)).where(Case.id == gone.merged_into_id)
        case = db.session.scalar(there)
        if case is not None:
            _send(person, MERGE_MAIL, f"merged:{recorded.id}:{person.id}", case=case, gone=gone)


def _followers(case_id: int) -> Sequence[User]:
    """Those who sign in as one of the client's people named on a case."""
    named = select(Grant.user_id).join(
        Participant, Participant.stakeholder_id == Grant.stakeholder_id
    )
    named = named.where(Participant.case_id == case_id, Grant.ended_at.is_(None))
    wanted = select(User).where(User.id.in_(named), User.active, User.email.is_not(None))
    return db.session.scalars(opened(wanted.order_by(User.id), Participant, why=WHY)).all()


def _case(case_id: int) -> tuple[Case, Account]:
    statement = select(Case, Account).join(Account, Account.id == Case.account_id)
    case, account = db.session.execute(
        opened(statement.where(Case.id == case_id), Case, Account, why=WHY)
    ).one()
    return case, account


def _people(case: Case, team: Team, parts: Iterable[str]) -> list[User]:
    """Those of the parts who are there and see the account, each once: owner, manager or their cover, lead."""
    ids = dict.fromkeys(number for part in parts for number in _holders(part, case, team))
    wanted = select(User).where(User.id.in_(ids), User.active, User.email.is_not(None))
    found = db.session.scalars(wanted.order_by(User.id)).all()
    return [person for person in found if actor_for(person).reaches(case.account_id)]


def _holders(part: str, case: Case, team: Team) -> Iterator[int]:
    if part == "owner" and case.owner_id is not None:
        yield case.owner_id
    if part == "manager" and team.answering is not None:
        yield team.answering.id
    if part == "lead":
        yield from _leads(case, team)


def _leads(case: Case, team: Team) -> Iterator[int]:
    """Who leads the owner's team, or the account manager's; else the account's own lead, else the deputy."""
    for person in (case.owner_id, team.answering.id if team.answering else None):
        lead = None if person is None else lead_of(person)
        if lead is not None:
            yield lead
            return
    leads = [member.person.id for member in team.present if member.role == "lead"]
    yield from leads or ([team.deputy.id] if team.deputy else [])


def _send(person: User, folder: str, key: str, **context: Any) -> None:
    try:
        send_mail(
            person.email or "",
            folder,
            language=person.language,
            unique_key=key,
            name=person.name,
            **context,
        )
    except BadAddress:
        return


HANDLERS = {
    CaseAbsorbed: (tell_of_merge,),
    CaseEscalated: (tell_of_escalation,),
    PromiseWarned: (tell_of_warning,),
}
