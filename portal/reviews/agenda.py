"""What a person's calendar shows: meetings about reviews and the days of what is theirs to do, as they may see them now."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from icalendar import Calendar
from icalendar import Event as Entry
from sqlalchemy import or_, select

from portal import clock
from portal.accounts.models import Account
from portal.actor import Actor
from portal.commitments.models import Commitment, Outcome
from portal.db import db, opened, through
from portal.events import Event
from portal.reviews import policy
from portal.reviews.meetings import event_of
from portal.reviews.models import Review
from portal.reviews.queries import readable_by_client
from portal.reviews.words import gettext as _
from portal.web.security import settings

BACK, AHEAD, CALLED_OFF = timedelta(days=60), timedelta(days=400), timedelta(days=30)
MOST = 200
A_DAY = timedelta(days=1)
REFRESH = timedelta(hours=1)
OF_A_MEETING, OF_A_COMMITMENT = "ReviewMeetingSet", "CommitmentChanged"
WHY = "how often a visible meeting or commitment was changed"


def agenda(actor: Actor) -> bytes:
    """The calendar of a person as an iCalendar file, in the present language."""
    calendar = Calendar()
    calendar.add("prodid", "-//Vinculo//Agenda//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", settings().brand_name)
    calendar.add("x-wr-timezone", actor.timezone)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry in (*_meetings(actor), *_commitments(actor)):
        calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _meetings(actor: Actor) -> Iterator[Entry]:
    """Meetings about reviews the person may read; of staff those about the accounts or reviews that are theirs."""
    rows = db.session.execute(_reviews(actor)).all()
    changes = _changes(OF_A_MEETING, "review_id", {account.id for _review, account in rows})
    for review, account in rows:
        if policy.may_read(actor, review):
            yield from _meeting(review, account, changes.get(review.id, ()))


def _reviews(actor: Actor) -> Any:
    now = clock.now()
    joined = select(Review, Account).join(Account, Account.id == Review.account_id)
    statement = through(through(joined, Review, actor), Account, actor)
    if actor.is_staff:
        me = actor.user_id
        mine = (Review.owner_id == me, Account.manager_id == me, Account.deputy_id == me)
        statement = statement.where(or_(*mine))
    else:
        statement = statement.where(readable_by_client(actor))
    near = Review.meeting_at.between(now - BACK, now + AHEAD)
    told = select(Event.payload["review_id"].as_integer()).where(
        Event.kind == OF_A_MEETING,
        Event.account_id == Review.account_id,
        Event.occurred_at >= now - CALLED_OFF,
    )
    called_off = Review.meeting_at.is_(None) & Review.id.in_(told)
    ordered = statement.where(or_(near, called_off)).order_by(Review.id.desc()).limit(MOST)
    return opened(ordered, Event, why=WHY)


def _meeting(
    review: Review, account: Account, changes: Sequence[Mapping[str, Any]]
) -> Iterator[Entry]:
    """The meeting, or that the one that was planned last is called off."""
    planned = [one["at"] for one in changes if one["at"]]
    if review.meeting_at is None and not planned:
        return
    at = None if review.meeting_at else datetime.fromisoformat(planned[-1])
    entry = event_of(review, account, at)
    entry.add("sequence", max(0, len(changes) - 1))
    entry.add("status", "CONFIRMED" if review.meeting_at else "CANCELLED")
    yield entry


def _commitments(actor: Actor) -> Iterator[Entry]:
    """The days of what the person has still to do, and for a while of what was dropped."""
    theirs = Commitment.stakeholder_id.in_(actor.stakeholder_ids.values())
    mine = Commitment.user_id == actor.user_id if actor.is_staff else theirs
    now = clock.now()
    dropped = (Commitment.outcome == Outcome.DROPPED) & (Commitment.closed_at >= now - CALLED_OFF)
    joined = select(Commitment, Account).join(Account, Account.id == Commitment.account_id)
    statement = through(through(joined, Commitment, actor), Account, actor).where(
        mine, Commitment.due_on.is_not(None), or_(Commitment.outcome == Outcome.OPEN, dropped)
    )
    rows = db.session.execute(
        statement.order_by(Commitment.due_on, Commitment.id).limit(MOST)
    ).all()
    changes = _changes(OF_A_COMMITMENT, "commitment_id", {account.id for _row, account in rows})
    for row, account in rows:
        yield _due(row, account, len(changes.get(row.id, ())))


def _due(row: Commitment, account: Account, changes: int) -> Entry:
    entry = Entry()
    dropped = row.outcome == Outcome.DROPPED
    entry.add("uid", f"{row.ref}@commitments")
    entry.add("dtstamp", clock.now())
    assert row.due_on is not None
    entry.add("dtstart", row.due_on)
    entry.add("dtend", row.due_on + A_DAY)
    entry.add("summary", _("Due: %(title)s (%(account)s)", title=row.title, account=account.name))
    entry.add("transp", "TRANSPARENT")
    entry.add("url", f"{settings().base_url}/accounts/{account.ref}/commitments")
    entry.add("sequence", changes + dropped)
    entry.add("status", "CANCELLED" if dropped else "CONFIRMED")
    return entry


def _changes(kind: str, key: str, account_ids: set[int]) -> dict[int, list[Mapping[str, Any]]]:
    """What changed of each meeting or commitment, in order."""
    found: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    statement = select(Event.payload).where(
        Event.kind == kind,
        Event.account_id.in_(account_ids),
        Event.occurred_at >= clock.now() - AHEAD,
    )
    for payload in db.session.scalars(opened(statement.order_by(Event.id), Event, why=WHY)):
        found[payload[key]].append(payload)
    return found
