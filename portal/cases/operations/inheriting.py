"""What a case that becomes part of another leaves to it besides words, files and people: links, alarms, staff's own ratings.

Each is told anew of the other, known from the merge on: before it both are what they were (C2).
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import or_, select

from portal import clock
from portal.actor import Actor
from portal.cases.events import CaseEscalated, CaseLinked, WorkRated
from portal.cases.models import Case, CaseLink, LinkKind, Side
from portal.db import db, opened
from portal.events import Event, Happening, publish

WHY = "what a case leaves to the one it becomes part of"
Neighbours = Sequence[tuple[CaseLink, Case]]


class Busy(Exception):
    """Somebody is changing a case that is linked to the one that goes."""


def neighbours_of(case: Case, into: Case) -> Neighbours:
    """The links of a case to others that stand, these kept where they are until this transaction ends.

    Raises: Busy.
    """
    either = or_(CaseLink.case_id == case.id, CaseLink.of_case_id == case.id)
    links = db.session.scalars(CaseLink.unscoped(WHY).where(either).order_by(CaseLink.id)).all()
    others = {_other(link, case) for link in links} - {into.id}
    held = select(Case).where(Case.id.in_(others)).order_by(Case.id)
    held = held.with_for_update(read=True, skip_locked=True)
    held = held.execution_options(populate_existing=True)
    found = {one.id: one for one in db.session.scalars(opened(held, Case, why=WHY))}
    if len(found) < len(others):
        raise Busy(case.ref)
    return [(link, found[_other(link, case)]) for link in links if _stands(found, link, case)]


def _other(link: CaseLink, case: Case) -> int:
    return link.of_case_id if link.case_id == case.id else link.case_id


def _stands(found: dict[int, Case], link: CaseLink, case: Case) -> bool:
    other = found.get(_other(link, case))
    return other is not None and other.merged_into_id is None


def bring_links(case: Case, into: Case, neighbours: Neighbours, *, by: Actor) -> None:
    """Link the other to whatever the case was linked to. Publishes: CaseLinked for each.

    Where the other was opened before what the case repeats, it cannot repeat that: the two belong together then.
    """
    there = {
        (link.case_id, link.of_case_id, link.kind)
        for link in db.session.scalars(
            CaseLink.unscoped(WHY).where(
                or_(CaseLink.case_id == into.id, CaseLink.of_case_id == into.id)
            )
        )
    }
    now = clock.now()
    for link, other in neighbours:
        one, earlier = (into, other) if link.case_id == case.id else (other, into)
        repeats = link.kind == LinkKind.REPEAT and earlier.opened_at <= one.opened_at
        kind = LinkKind.REPEAT if repeats else LinkKind.RELATED
        if (one.id, earlier.id, kind) in there:
            continue
        there.add((one.id, earlier.id, kind))
        same = {"account_id": into.account_id, "case_id": one.id, "of_case_id": earlier.id}
        known = {"confirmed": link.confirmed, "created_at": now, "recorded_at": now}
        db.session.add(CaseLink(**same, kind=kind, **known))
        publish(CaseLinked(**same, link=kind, confirmed=link.confirmed), by=by)


def bring_alarms_and_ratings(case: Case, into: Case, *, by: Actor) -> None:
    """Who said that the case cannot wait has said so of the other; how well staff thought they did stands there too.

    Each keeps its instant and its author, and nobody is told again. Publishes: CaseEscalated, WorkRated for each.
    """
    into.escalated = into.escalated or case.escalated
    wanted = Event.unscoped(WHY).where(
        Event.case_id == case.id, Event.kind.in_((CaseEscalated.__name__, WorkRated.__name__))
    )
    told = db.session.scalars(wanted.order_by(Event.id)).all()
    for row, event in _told_of(into, told):
        again = publish(event, by=by, occurred_at=row.occurred_at)
        again.user_id, again.stakeholder_id = row.user_id, row.stakeholder_id


def _told_of(into: Case, told: Sequence[Event]) -> Iterator[tuple[Event, Happening]]:
    for row in told:
        came_from = row.payload.get("came_from_id") or row.case_id
        if row.kind == WorkRated.__name__:
            rating = row.payload["rating"]
            yield row, WorkRated(into.account_id, into.id, rating=rating, came_from_id=came_from)
            continue
        side = row.payload.get("side") or (
            Side.STAFF if row.stakeholder_id is None else Side.CLIENT
        )
        reason = row.payload.get("reason", "")
        about = {"side": side, "reason": reason, "came_from_id": came_from}
        yield row, CaseEscalated(into.account_id, into.id, **about)
