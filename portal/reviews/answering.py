"""Who of either side is told by mail that the other one said something: of disputes, acknowledgements, comments, approvals."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import select

from portal.accounts.models import Account
from portal.accounts.team import Team, team_of
from portal.actor import SYSTEM, Actor
from portal.db import db, opened
from portal.events import Recorded
from portal.feedback import queries as comments
from portal.feedback.events import QuoteAnswered
from portal.identity.actors import actor_for
from portal.identity.models import User
from portal.reviews import policy, quoting
from portal.reviews.events import (
    DisputeAnswered,
    DisputeSettled,
    FigureDisputed,
    ReviewAcknowledged,
    ReviewSubmitted,
)
from portal.reviews.models import ISSUED, DisputeNote, Review
from portal.reviews.telling import found, send

WHY = "who is told that the other side answered"
DISPUTES, COMMENTS = "#disputes", "/comments"
Policy = Callable[[Actor, Review], bool]


def tell_of_acknowledgement(recorded: Recorded) -> None:
    """Who answers for the review learns that the client has acknowledged it, or has remarks."""
    review, account = found(recorded.event.review_id)
    _tell(recorded, responsible(review, account), review, account)


def tell_of_dispute(recorded: Recorded) -> None:
    """The other side learns of it: who answers for the review, or those of the client who wrote in the dispute."""
    review, account = found(recorded.event.review_id)
    acted = db.session.get(User, recorded.user_id) if recorded.user_id else None
    if acted is None or not acted.is_staff:
        people = responsible(review, account)
    else:
        people = [*_disputing(review, recorded.event.dispute_id), *_owner(review)]
    _tell(recorded, people, review, account, DISPUTES)


def tell_of_submission(recorded: Recorded) -> None:
    """Who answers for the review learns that approval is asked for; if that is who asked, another who may give it."""
    review, account = found(recorded.event.review_id)
    people = [one for one in responsible(review, account) if one.id != recorded.user_id]
    if not people:
        leads = (one for one in _leads(team_of(SYSTEM, account)) if one != recorded.user_id)
        people = list(_allowed(leads, review, policy.may_approve)[:1])
    _tell(recorded, people, review, account)


def tell_of_consent(recorded: Recorded) -> None:
    """Who answers for a review that could quote a comment learns that its author has answered; imports tell nobody."""
    if recorded.user_id is None:
        return
    event = recorded.event
    at = comments.answered_at(event.survey_id)
    drafts = Review.unscoped(WHY).where(
        Review.account_id == event.account_id, Review.stage.not_in(ISSUED)
    )
    for review in db.session.scalars(drafts.order_by(Review.id)).all():
        begin, end = quoting.limits(review)
        if at is not None and quoting.has_voice(review) and begin <= at < end:
            _review, account = found(review.id)
            people = responsible(review, account, policy.may_quote)
            _tell(recorded, people, review, account, COMMENTS)


def responsible(
    review: Review, account: Account, allowed: Policy = policy.may_read
) -> Sequence[User]:
    """Who of ours answers for it today: its owner with whoever covers them; if they have left, who answers for the account."""
    team = team_of(SYSTEM, account)
    covers = (
        one.person.id
        for one in team.covers
        if one.covers_id == review.owner_id and one.runs_on(team.today)
    )
    owners = _allowed((review.owner_id, *covers), review, allowed)
    return owners or _allowed(_leads(team), review, allowed)[:1]


def _leads(team: Team) -> Iterator[int]:
    """Who answers for the account today, first of all, and who else looks after it."""
    for one in (team.answering, team.manager, team.deputy):
        if one is not None:
            yield one.id


def _owner(review: Review) -> Sequence[User]:
    return _allowed((review.owner_id,), review)


def _disputing(review: Review, dispute_id: int) -> Sequence[User]:
    """Those of the client who wrote in a dispute and may still read it."""
    wrote = select(DisputeNote.by_id).where(DisputeNote.dispute_id == dispute_id)
    authors = db.session.scalars(opened(wrote, DisputeNote, why=WHY)).all()
    return [one for one in _allowed(authors, review) if not one.is_staff]


def _allowed(
    ids: Iterable[int | None], review: Review, allowed: Policy = policy.may_read
) -> Sequence[User]:
    """Those who are there, have an address and may do so with the review, each once, in this order."""
    wanted = [one for one in dict.fromkeys(ids) if one is not None]
    there = select(User).where(User.id.in_(wanted), User.active, User.email.is_not(None))
    people = sorted(db.session.scalars(there), key=lambda one: wanted.index(one.id))
    return [one for one in people if allowed(actor_for(one), review)]


def _tell(
    recorded: Recorded,
    people: Sequence[User],
    review: Review,
    account: Account,
    place: str = "",
) -> None:
    """The mail about the event to all but who did it, with a link to where that stands."""
    about: dict[str, Any] = {"kind": type(recorded.event).__name__, "place": place}
    about["accepted"] = getattr(recorded.event, "accepted", True)
    for person in people:
        if person.id != recorded.user_id:
            key = f"answered:{recorded.id}:{person.id}"
            send(person, "answered", key, review, account, **about)


HANDLERS = {
    ReviewAcknowledged: (tell_of_acknowledgement,),
    FigureDisputed: (tell_of_dispute,),
    DisputeAnswered: (tell_of_dispute,),
    DisputeSettled: (tell_of_dispute,),
    ReviewSubmitted: (tell_of_submission,),
    QuoteAnswered: (tell_of_consent,),
}
