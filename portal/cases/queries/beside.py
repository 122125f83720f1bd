"""What stands beside a case: who is asking, who takes part, the account, its orders, cases like it; one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    and_,
    case,
    func,
    or_,
    select,
    union_all,
)

from portal import clock
from portal.accounts.doors import carrying
from portal.accounts.models import Account, TeamMember
from portal.actor import Actor
from portal.cases.models import IS_OPEN, Case, CaseLink, Participant
from portal.cases.queries import promised, spent
from portal.cases.queries.parts import ACCOUNT, CASE, DEPUTY, MANAGER, ORDER, OWNER, TODAY, part
from portal.db import AnyRow, AnySelect, db, opened, through
from portal.identity.models import User
from portal.orders.models import Order
from portal.stakeholders.models import Stakeholder

Rows = Sequence[AnyRow]
ORDERS = 4
OFFERED = 12
MOST_PEOPLE = 60
MOST_OPEN = 100
KEPT = 128
WHY = "people around a case that its door let through"


@dataclass(frozen=True)
class Beside:
    """The parts, each a list of rows with the same columns (`title` is a name, `note` a line about it)."""

    people: Rows
    staff: Rows
    manager: AnyRow | None
    cover: AnyRow | None
    asking: AnyRow | None
    orders: Rows
    links: Rows
    offered: Rows
    team: Rows
    open_cases: int
    owner: AnyRow | None
    promises: Rows
    pauses: Rows
    times: Rows
    agreed: AnyRow | None
    odds: Rows = ()

    @property
    def minutes(self) -> int:
        """Working time noted on the case, what was taken back taken off."""
        return self.times[0].spent if self.times else 0

    @property
    def standing_times(self) -> list[AnyRow]:
        """Notes of time that were not taken back, the newest first."""
        back = {row.clock for row in self.times}
        return [row for row in self.times[::-1] if row.amount > 0 and row.number not in back]

    @property
    def names(self) -> list[str]:
        """First names of the client's people who read a reply, in the order they came."""
        return [row.title for row in self.people]


def beside(actor: Actor, found: Case, account: Account) -> Beside:
    """Everything beside a case that its door let through."""
    rows: dict[str, list[AnyRow]] = {}
    for row in db.session.execute(_all(actor), _wanted(found, account)):
        rows.setdefault(row.part, []).append(row)
    staff = {row.number: row for row in rows.get("staff", ())}
    people = sorted(
        rows.get("person", ()),
        key=lambda row: (row.number != found.opened_by_id, row.at, row.number),
    )
    followers = [
        staff[number] for number in dict.fromkeys((found.owner_id, *staff)) if number in staff
    ]
    return Beside(
        people=people,
        staff=[row for row in followers if row.number == found.owner_id or row.extra],
        manager=staff.get(account.manager_id or 0),
        cover=next(iter(rows.get("cover", ())), None),
        asking=next((row for row in people if row.number == found.opened_by_id), None),
        orders=sorted(rows.get("order", ()), key=lambda row: row.at, reverse=True),
        links=sorted(rows.get("link", ()), key=lambda row: row.at, reverse=True),
        offered=tuple(sorted(rows.get("offered", ()), key=lambda row: row.title)),
        team=tuple(sorted(rows.get("team", ()), key=lambda row: row.title)),
        open_cases=sum(row.number for row in rows.get("open", ())),
        owner=staff.get(found.owner_id or 0),
        promises=sorted(rows.get("promise", ()), key=lambda row: row.number),
        pauses=sorted(rows.get("pause", ()), key=lambda row: row.at),
        times=sorted(rows.get("time", ()), key=lambda row: row.number),
        agreed=max(rows.get("agreed", ()), key=lambda row: row.number, default=None),
        odds=rows.get("odds", ()),
    )


def _wanted(found: Case, account: Account) -> dict[str, Any]:
    """The parameters of the parts."""
    return {
        "case": found.id,
        "cases": found.family,
        "owner": found.owner_id,
        "order": found.order_id,
        "account": account.id,
        "manager": account.manager_id,
        "deputy": account.deputy_id,
        "priority": found.priority,
        "today": clock.today(account.timezone),
    }


@lru_cache(KEPT)
def _all(actor: Actor) -> CompoundSelect[Any]:
    """Every part in one statement, built once for all the cases an actor opens."""
    parts = [_people(), _staff(), _cover(), _orders(actor), _links(actor), _offered()]
    parts += [promised.promises(), promised.pauses()]
    if actor.is_staff:
        parts += [_team(), _open(actor), spent.times(), promised.agreed(), promised.odds()]
    return carrying(union_all(*(select(part.subquery()) for part in parts)), *parts)


def _people() -> AnySelect:
    columns = part(
        "person",
        number=Stakeholder.id,
        ref=Stakeholder.email,
        title=Stakeholder.name,
        state=Stakeholder.job_role,
        note=Stakeholder.job_title,
        more=Stakeholder.language,
        extra=Stakeholder.timezone,
        at=Participant.added_at,
    )
    named = columns.join(Participant, Participant.stakeholder_id == Stakeholder.id)
    named = named.where(Participant.case_id == CASE).order_by(Participant.id).limit(MOST_PEOPLE)
    return opened(named, Participant, Stakeholder, why=WHY)


def _staff() -> AnySelect:
    """The owner, the account's manager and staff who follow; `extra` tells the latter."""
    following = and_(Participant.user_id == User.id, Participant.case_id == CASE)
    columns = part(
        "staff",
        number=User.id,
        ref=User.email,
        title=User.name,
        note=User.title,
        more=User.phone,
        state=User.hours,
        extra=case((Participant.id.is_not(None), "follows"), else_=""),
    )
    mine = select(Participant.user_id).where(
        Participant.case_id == CASE, Participant.user_id.is_not(None)
    )
    joined = columns.outerjoin(Participant, following).where(
        or_(User.id == OWNER, User.id == MANAGER, User.id.in_(mine))
    )
    return opened(joined.limit(MOST_PEOPLE), Participant, why=WHY)


def _cover() -> AnySelect:
    """Who stands in for the manager today."""
    columns = part(
        "cover", number=User.id, ref=User.email, title=User.name, note=User.title, more=User.phone
    )
    cover = columns.join(TeamMember, TeamMember.user_id == User.id).where(
        TeamMember.account_id == ACCOUNT,
        TeamMember.covers_id == MANAGER,
        TeamMember.from_on <= TODAY,
        or_(TeamMember.to_on.is_(None), TeamMember.to_on >= TODAY),
    )
    return opened(
        cover.order_by(TeamMember.from_on.desc(), TeamMember.id).limit(1), TeamMember, why=WHY
    )


def _orders(actor: Actor) -> AnySelect:
    """The order the case is about; for staff the account's newest besides."""
    columns = part(
        "order",
        number=Order.id,
        ref=Order.ref,
        title=Order.summary,
        state=Order.status,
        note=Order.return_reason,
        extra=Order.currency,
        at=Order.placed_at,
        since=func.coalesce(Order.returned_at, Order.delivered_at),
        amount=Order.amount_minor,
    )
    if not actor.is_staff:
        return through(columns.where(Order.id == ORDER), Order, actor)
    newest = columns.where(Order.account_id == ACCOUNT)
    return through(
        newest.order_by(Order.placed_at.desc(), Order.id.desc()).limit(ORDERS), Order, actor
    )


def _links(actor: Actor) -> AnySelect:
    """Cases linked to this one, in either direction, as far as the reader sees them."""
    here = or_(
        and_(CaseLink.case_id == CASE, CaseLink.of_case_id == Case.id),
        and_(CaseLink.of_case_id == CASE, CaseLink.case_id == Case.id),
    )
    columns = part(
        "link",
        ref=Case.ref,
        title=Case.subject,
        state=Case.status,
        note=CaseLink.kind,
        more=Case.language,
        extra=case((CaseLink.case_id == CASE, "of"), else_="by"),
        at=Case.opened_at,
        since=Case.resolved_at,
    ).join(CaseLink, here)
    linked = columns.where(or_(CaseLink.case_id == CASE, CaseLink.of_case_id == CASE)).limit(20)
    return opened(
        through(linked, Case, actor), CaseLink, why="links of a case that its door let through"
    )


def _open(actor: Actor) -> AnySelect:
    few = through(select(Case.id).where(Case.account_id == ACCOUNT, IS_OPEN), Case, actor).limit(
        MOST_OPEN
    )
    return carrying(part("open", number=func.count()).select_from(few.subquery()), few)


def _team() -> AnySelect:
    """Staff to whom the case may be given, as far as they belong to the account's team."""
    columns = part("team", number=User.id, ref=User.email, title=User.name, note=User.title)
    members = select(TeamMember.user_id).where(
        TeamMember.account_id == ACCOUNT,
        or_(TeamMember.to_on.is_(None), TeamMember.to_on >= TODAY),
    )
    mine = columns.where(
        User.active, or_(User.id == MANAGER, User.id == DEPUTY, User.id.in_(members))
    )
    return opened(mine.order_by(User.name).limit(OFFERED), TeamMember, why=WHY)


def _offered() -> AnySelect:
    """Colleagues of the client who do not take part yet, to be offered by name."""
    named = select(Participant.stakeholder_id).where(
        Participant.case_id == CASE, Participant.stakeholder_id.is_not(None)
    )
    columns = part(
        "offered",
        number=Stakeholder.id,
        ref=Stakeholder.email,
        title=Stakeholder.name,
        note=Stakeholder.job_title,
    )
    others = columns.where(
        Stakeholder.account_id == ACCOUNT, Stakeholder.active, Stakeholder.id.not_in(named)
    )
    return opened(
        others.order_by(Stakeholder.name, Stakeholder.id).limit(OFFERED),
        Stakeholder,
        Participant,
        why=WHY,
    )
