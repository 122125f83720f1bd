"""With whom a review begins: those of the one before, so that nobody types them each quarter."""

from collections.abc import Iterator

from sqlalchemy import select

from portal.accounts.models import Account
from portal.actor import SYSTEM, Actor
from portal.db import db, opened
from portal.identity.models import Grant, Role, User
from portal.reviews.models import Part, Review, ReviewParticipant
from portal.reviews.naming import name_participant
from portal.reviews.participants import Candidate, participants_of, team
from portal.reviews.periods import Period
from portal.stakeholders.models import Stakeholder

WHY = "who took part in the account's review before"
LOOKED_AT = 40
"""Of so many reviews before, the latest over a period of the same length is looked for."""


def carry_over(review: Review, *, by: Actor) -> None:
    """Name those with whom a draft begins, besides who was named already. Publishes: ReviewParticipantNamed."""
    statement = opened(select(Account).where(Account.id == review.account_id), Account, why=WHY)
    account = db.session.scalars(statement).one()
    known = {(one.user_id, one.stakeholder_id) for one in participants_of(review)}
    for one, part in beginners(review, account):
        if (one.user_id, one.stakeholder_id) not in known:
            name_participant(review, one, part, by=by)


def beginners(review: Review, account: Account) -> list[tuple[Candidate, Part]]:
    """Those of the review before who still belong to their side; else the client's sponsors and the account manager."""
    ours = {one.user_id: one for one in team(SYSTEM, account)}
    found = list(_of_before(review, set(ours)))
    if found:
        return found
    manager = ours.get(account.manager_id)
    leads = [manager] if manager else []
    return [(one, Part.ATTENDS) for one in (*_sponsors(account), *leads)]


def _of_before(review: Review, ours: set[int | None]) -> Iterator[tuple[Candidate, Part]]:
    before = _before(review)
    for one in participants_of(before) if before else ():
        if one.user_id in ours if one.is_staff else one.belongs:
            whose = {"user_id": one.user_id, "stakeholder_id": one.stakeholder_id}
            yield Candidate(one.name, one.title, one.email, **whose), Part(one.part)


def _before(review: Review) -> Review | None:
    """The account's latest review before with anybody on its list: over a period of the same length, else over any."""
    named = select(ReviewParticipant.id).where(ReviewParticipant.review_id == Review.id)
    statement = (
        select(Review)
        .where(
            Review.account_id == review.account_id,
            Review.starts_on < review.starts_on,
            Review.children.is_(False),
            named.exists(),
        )
        .order_by(Review.starts_on.desc(), Review.id.desc())
        .limit(LOOKED_AT)
    )
    found = db.session.scalars(opened(statement, Review, ReviewParticipant, why=WHY)).all()
    length = Period.parse(review.period).length
    alike = (one for one in found if Period.parse(one.period).length == length)
    return next(alike, found[0] if found else None)


def _sponsors(account: Account) -> list[Candidate]:
    """The account's people who read its reviews in the portal anyhow."""
    s = Stakeholder
    granted = (
        select(Grant.stakeholder_id)
        .join(User, User.id == Grant.user_id)
        .where(Grant.role == Role.SPONSOR, Grant.ended_at.is_(None), User.active)
    )
    statement = (
        select(s.name, s.job_title, s.email, s.id)
        .where(s.account_id == account.id, s.active, s.id.in_(granted))
        .order_by(s.name, s.id)
    )
    rows = db.session.execute(opened(statement, s, why="with whom a review begins")).all()
    return [Candidate(*row[:3], stakeholder_id=row.id) for row in rows]
