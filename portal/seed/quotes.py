"""What the demonstration's largest client says to the quoting of its comments of the last whole quarter."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from portal import clock
from portal.accounts.models import Account
from portal.cases.models import Case
from portal.db import db, opened
from portal.events import Event
from portal.feedback.events import QuoteAnswered, QuoteAsked
from portal.feedback.models import RELEASED, CommentConsent, Consent, Survey
from portal.feedback.queries import is_confidential, ref_of
from portal.identity.models import Grant
from portal.reviews.models import Review
from portal.reviews.periods import Period

WHY = "comments of the demonstration that may be quoted"
QUARTER, LATER, ANSWERED = 3, timedelta(days=12), timedelta(hours=7)
SAID = (Consent.NAMED, Consent.UNNAMED, Consent.NAMED, Consent.NO, None)
"""What their authors say; the last one was asked and has not answered."""

Row = dict[str, Any]


def release(account: Account) -> None:
    """Let the authors of some comments of the last whole quarter be asked, and the review quote those that agree."""
    quarter = Period.containing(clock.today(account.timezone), QUARTER).previous
    asked = _happiest(account, quarter)
    rows, told = list[Row](), list[Row]()
    for survey, answer in zip(asked, SAID, strict=False):
        rows.append(_consent(account, survey, answer))
        told += _events(account, rows[-1])
    for model, found in ((CommentConsent, rows), (Event, told)):
        if found:
            db.session.execute(opened(insert(model.__table__), model, why=WHY), found)
    reviews = Review.unscoped(WHY).where(Review.account_id == account.id)
    for review in db.session.scalars(reviews.where(Review.period == quarter.code)):
        review.quoted = sorted(row["survey_id"] for row in rows if row["answer"] in RELEASED)


def _happiest(account: Account, quarter: Period) -> Any:
    """The happiest comment of each author, then further ones; whose author can sign in, none of a confidential case."""
    begin, end = quarter.limits(account.timezone)
    s = Survey
    statement = (
        select(s.id, s.stakeholder_id, s.answered_at, Grant.user_id)
        .join(Grant, Grant.stakeholder_id == s.stakeholder_id)
        .where(s.account_id == account.id, s.comment != "", ~is_confidential())
        .where(s.answered_at >= begin, s.answered_at < end)
        .order_by(s.score.desc(), s.answered_at.desc(), s.id)
    )
    found = db.session.execute(opened(statement, s, Case, why=WHY)).all()
    first = {row.stakeholder_id: row for row in reversed(found)}
    return [*first.values(), *(row for row in found if row not in first.values())]


def _consent(account: Account, survey: Any, answer: Consent | None) -> Row:
    asked_at: datetime = min(survey.answered_at + LATER, clock.now() - 2 * ANSWERED)
    return {
        "ref": ref_of(survey.id),
        "account_id": account.id,
        "survey_id": survey.id,
        "stakeholder_id": survey.stakeholder_id,
        "asked_at": asked_at,
        "asked_by_id": account.manager_id,
        "answer": answer,
        "answered_at": asked_at + ANSWERED if answer else None,
        "answered_by_id": survey.user_id if answer else None,
    }


def _events(account: Account, consent: Row) -> list[Row]:
    """What the log holds of it."""
    survey_id = consent["survey_id"]
    asked = (QuoteAsked, consent["asked_at"], consent["asked_by_id"], {"survey_id": survey_id})
    payload = {"survey_id": survey_id, "answer": consent["answer"], "old": ""}
    said = (QuoteAnswered, consent["answered_at"], consent["answered_by_id"], payload)
    return [
        {
            "account_id": account.id,
            "case_id": None,
            "kind": kind.__name__,
            "occurred_at": at,
            "recorded_at": at,
            "user_id": user_id,
            "payload": told,
        }
        for kind, at, user_id, told in (asked, said)
        if at is not None
    ]
