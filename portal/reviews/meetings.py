"""The meeting about a review, as an event for calendars."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

from flask_babel import get_locale
from icalendar import Calendar, Event, vCalAddress

from portal import clock
from portal.accounts.models import Account
from portal.actor import Actor
from portal.delivery.mail import BadAddress, address
from portal.events import publish
from portal.reviews.events import ReviewMeetingSet
from portal.reviews.models import Part, Review
from portal.reviews.participants import Participant
from portal.reviews.periods import Period
from portal.reviews.phrasing import Say, plain
from portal.reviews.stages import hold
from portal.reviews.words import gettext as _
from portal.web.security import settings

LASTS = timedelta(hours=1)
ROLES = {Part.ATTENDS: "REQ-PARTICIPANT", Part.INFORMED: "NON-PARTICIPANT"}


def set_meeting(review: Review, at: datetime | None, place: str, *, by: Actor) -> None:
    """Plan, move or call off the meeting.

    Publishes: ReviewMeetingSet if anything changed.
    """
    hold(review)
    if (review.meeting_at, review.meeting_place) == (at, place.strip()):
        return
    review.meeting_at, review.meeting_place = at, place.strip()
    event = ReviewMeetingSet(
        review.account_id, review_id=review.id, at=at.isoformat() if at else "", place=place.strip()
    )
    publish(event, by=by)


def invitation(review: Review, account: Account, people: Sequence[Participant]) -> bytes:
    """One meeting as an iCalendar file that names these people with their addresses; without a meeting an empty calendar."""
    calendar = Calendar()
    calendar.add("prodid", "-//Vinculo//Service reviews//EN")
    calendar.add("version", "2.0")
    if review.meeting_at is not None:
        event = event_of(review, account)
        for name, one in _invited(review, people):
            event.add(name, one)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _invited(review: Review, people: Sequence[Participant]) -> Iterator[tuple[str, vCalAddress]]:
    """Who invites (the review's owner, else the first of staff) and who is invited, by RFC 5545."""
    ours = sorted(
        (one for one in people if one.is_staff), key=lambda one: one.user_id != review.owner_id
    )
    for one in ours[:1]:
        yield from (("organizer", found) for found in _addressed(one))
    for one in people:
        for found in _addressed(one):
            found.params["ROLE"] = ROLES[Part(one.part)]
            found.params["PARTSTAT"] = "NEEDS-ACTION"
            yield "attendee", found


def _addressed(one: Participant) -> Iterator[vCalAddress]:
    """The person's address with their name; nothing if it is not one that a calendar could write to."""
    try:
        found = vCalAddress(f"mailto:{quote(address(one.email or ''), safe='@+')}")
    except BadAddress:
        return
    found.params["CN"] = plain(one.name, 120)
    yield found


def event_of(review: Review, account: Account, at: datetime | None = None) -> Event:
    """The meeting as an event that keeps its identity when it is moved, in the present language.

    `at` stands in for one that was called off.
    """
    at = review.meeting_at or at
    name = Period.parse(review.period).name(Say(str(get_locale()), review.timezone).locale)
    event = Event()
    event.add("uid", f"{review.ref}@reviews")
    event.add("dtstamp", clock.now())
    event.add("dtstart", at)
    event.add("dtend", at + LASTS if at else None)
    event.add(
        "summary",
        _("Service review of %(account)s, %(period)s", account=account.name, period=name),
    )
    if review.meeting_place:
        event.add("location", review.meeting_place)
    event.add("url", f"{settings().base_url}/reviews/{review.ref}")
    return event
