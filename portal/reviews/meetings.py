"""The meeting about a review, as an event for calendars."""

from datetime import datetime, timedelta

from icalendar import Calendar, Event

from portal import clock
from portal.accounts.models import Account
from portal.actor import Actor
from portal.events import publish
from portal.reviews.events import ReviewMeetingSet
from portal.reviews.models import Review
from portal.reviews.periods import Period
from portal.reviews.phrasing import Say
from portal.reviews.words import gettext as _
from portal.web.security import settings

LASTS = timedelta(hours=1)


def set_meeting(review: Review, at: datetime | None, place: str, *, by: Actor) -> None:
    """Plan, move or call off the meeting.

    Publishes: ReviewMeetingSet if anything changed.
    """
    if (review.meeting_at, review.meeting_place) == (at, place.strip()):
        return
    review.meeting_at, review.meeting_place = at, place.strip()
    event = ReviewMeetingSet(
        review.account_id, review_id=review.id, at=at.isoformat() if at else "", place=place.strip()
    )
    publish(event, by=by)


def invitation(review: Review, account: Account) -> bytes:
    """One meeting as an iCalendar file; without a meeting an empty calendar."""
    calendar = Calendar()
    calendar.add("prodid", "-//Vinculo//Service reviews//EN")
    calendar.add("version", "2.0")
    if review.meeting_at is not None:
        calendar.add_component(event_of(review, account))
    return bytes(calendar.to_ical())


def event_of(review: Review, account: Account, at: datetime | None = None) -> Event:
    """The meeting as an event that keeps its identity when it is moved; `at` stands in for one that was called off."""
    at = review.meeting_at or at
    name = Period.parse(review.period).name(Say(review.language, review.timezone).locale)
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
