"""Asking whether a comment may be quoted, and the answer of who wrote it."""

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.accounts.models import Account
from portal.actor import Actor
from portal.db import db, opened
from portal.delivery import send_mail
from portal.events import publish
from portal.feedback.events import QuoteAnswered, QuoteAsked
from portal.feedback.models import CommentConsent, Consent, Survey
from portal.feedback.queries import author_of, ref_of

WHY = "asking whether a comment may be quoted"
MAIL = "feedback/emails/asked"


class CannotAsk(Exception):
    """Nobody can sign in as the author of the comment."""


def ask_consent(survey_id: int, account: Account, *, by: Actor) -> bool:
    """Ask the author by mail whether the comment may be quoted; False if they were asked or have said so before.

    Raises: CannotAsk, BadAddress. Publishes: QuoteAsked.
    """
    author = author_of(survey_id)
    if author is None:
        raise CannotAsk
    if not _claimed(_consent_of(survey_id), by):
        return False
    publish(QuoteAsked(account.id, survey_id=survey_id), by=by)
    send_mail(
        author.email or "",
        MAIL,
        language=author.language,
        unique_key=f"quote-asked:{survey_id}:{clock.now().isoformat()}",
        name=author.name,
        by=by.name,
        account=account,
        ref=ref_of(survey_id),
    )
    return True


def _claimed(consent_id: int, by: Actor) -> bool:
    """Whether it is this one who asks: nobody has, and nothing is said."""
    c = CommentConsent
    claim = update(c).where(c.id == consent_id, c.asked_at.is_(None), c.answer.is_(None))
    claim = claim.values(asked_at=clock.now(), asked_by_id=by.user_id).returning(c.id)
    return db.session.scalar(opened(claim, c, why=WHY)) is not None


def _consent_of(survey_id: int) -> int:
    """The row that holds what is said about a comment, made if there is none; by its key."""
    known = opened(
        select(CommentConsent.id).where(CommentConsent.survey_id == survey_id),
        CommentConsent,
        why=WHY,
    )
    found = db.session.scalar(known)
    if found is not None:
        return found
    survey = db.session.scalars(Survey.unscoped(WHY).where(Survey.id == survey_id)).one()
    row = CommentConsent(
        ref=ref_of(survey_id),
        account_id=survey.account_id,
        survey_id=survey_id,
        stakeholder_id=survey.stakeholder_id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return db.session.scalars(known).one()
    return row.id


def answer_consent(consent: CommentConsent, answer: Consent, *, by: Actor) -> bool:
    """Say whether one's comment may be quoted, or say something else than before; whether that changed anything.

    Publishes: QuoteAnswered if that is a change.
    """
    c = CommentConsent
    held = c.unscoped("its author answers").where(c.id == consent.id).with_for_update()
    row = db.session.scalars(held, execution_options={"populate_existing": True}).one()
    old = row.answer or ""
    if old == answer and row.answered_by_id is not None:
        return False
    row.answer, row.answered_at, row.answered_by_id = answer, clock.now(), by.user_id
    event = QuoteAnswered(row.account_id, survey_id=row.survey_id, answer=answer, old=old)
    publish(event, by=by)
    return True


def note_printed(survey_ids: list[int]) -> None:
    """An issued review quotes these comments from now on."""
    c = CommentConsent
    printed = update(c).where(c.survey_id.in_(survey_ids)).values(printed_at=clock.now())
    db.session.execute(opened(printed, c, why="what an issued review quotes"))
