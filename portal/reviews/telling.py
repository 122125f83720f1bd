"""Who of the client is told of a review by mail: its readers when it is issued, and who is to acknowledge it again while nobody has."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.accounts.models import Account
from portal.actor import SYSTEM
from portal.db import db, opened
from portal.delivery import BadAddress, send_mail
from portal.events import Recorded
from portal.identity.actors import actor_for
from portal.identity.models import Grant, Role, User
from portal.reviews import documents, policy, queries
from portal.reviews.events import ReviewHandedTo, ReviewIssued
from portal.reviews.models import Review, ReviewState, Stage
from portal.reviews.periods import Period
from portal.reviews.phrasing import LOCALES

WHY = "who is told of a review"
MAIL = "reviews/emails"
REMINDED_AFTER = (timedelta(days=7), timedelta(days=14))


def tell_of_issue(recorded: Recorded) -> None:
    """Mail each reader a link in their language; who reads another than the review's is told once that one is made."""
    review, _account = found(recorded.event.review_id)
    for person in readers(review):
        _tell_as_soon_as_made(person, review)


def _tell_as_soon_as_made(person: User, review: Review) -> None:
    """Tell the person now, or have the document made in their language first."""
    language = person.language if person.language in documents.languages() else review.language
    if (
        language == review.language
        or documents.document_in(review, language).state == ReviewState.READY
    ):
        _tell(person, review, language)


def tell_who_was_named(recorded: Recorded) -> None:
    """Whoever of the client was named after the issue, and may read it by that, is told then."""
    review, _account = found(recorded.event.review_id)
    for person in readers(review):
        if recorded.event.person_id in actor_for(person).stakeholder_ids.values():
            _tell_as_soon_as_made(person, review)


def tell_in(review: Review, language: str) -> None:
    """The document in this language is made, or cannot be: nobody waits for it any longer. Once each, as by any way."""
    if review.is_issued:
        for person in readers(review):
            if person.language == language:
                _tell(person, review, language)


def _tell(person: User, review: Review, language: str) -> None:
    """The mail about the issue, with the document in this language if the account wants it and it is there."""
    _review, account = found(review.id)
    wanted = queries.mails_pdf(review)
    file = queries.file_in(SYSTEM, review, language) if wanted else None
    send(person, "issued", f"issued:{review.id}:{person.id}", review, account, attached=file)


def remind() -> None:
    """A week and two weeks after the issue, once each, while nobody has acknowledged it."""
    statement = Review.unscoped(WHY).where(Review.stage == Stage.ISSUED)
    for review in db.session.scalars(statement.order_by(Review.id)):
        passed = clock.now() - review.issued_at if review.issued_at else timedelta(0)
        due = [number for number, after in enumerate(REMINDED_AFTER) if passed >= after]
        if due and passed < REMINDED_AFTER[-1] + timedelta(days=7):
            _review, account = found(review.id)
            for person in acknowledging(review):
                key = f"reminded:{due[-1]}:{review.id}:{person.id}"
                send(person, "reminded", key, review, account)


def acknowledging(review: Review) -> Sequence[User]:
    """Those of its readers who are to acknowledge it; the one person it is asked of, if there is one."""
    people = [(one, actor_for(one)) for one in readers(review)]
    chosen = [one for one, actor in people if policy.is_chosen(actor, review)]
    return chosen or [one for one, actor in people if policy.may_acknowledge(actor, review)]


def readers(review: Review) -> Sequence[User]:
    """The client's people who can read it now."""
    granted = select(Grant.user_id).where(
        Grant.role.in_((Role.SPONSOR, Role.CONTACT)),
        Grant.account_id == review.account_id,
        Grant.ended_at.is_(None),
    )
    wanted = select(User).where(User.id.in_(granted), User.active, User.email.is_not(None))
    people = db.session.scalars(wanted.order_by(User.id)).all()
    return [person for person in people if policy.may_read(actor_for(person), review)]


def found(review_id: int) -> tuple[Review, Account]:
    """A review by its key, with its account."""
    review = queries.by_id(review_id)
    assert review is not None
    statement = opened(select(Account).where(Account.id == review.account_id), Account, why=WHY)
    return review, db.session.scalars(statement).one()


def send(
    person: User, folder: str, key: str, review: Review, account: Account, **context: Any
) -> None:
    """One of the mails about reviews in the person's language, once for each key; nothing to an address that is none."""
    name = Period.parse(review.period).name(LOCALES.get(person.language, person.language))
    try:
        send_mail(
            person.email or "",
            f"{MAIL}/{folder}",
            language=person.language,
            unique_key=key,
            name=person.name,
            review=review,
            account=account,
            period=name,
            **context,
        )
    except BadAddress:
        return


HANDLERS = {ReviewIssued: (tell_of_issue,), ReviewHandedTo: (tell_who_was_named,)}
