"""A review that is there and reviews nobody has ordered yet, for the pages under measurement."""

import random
import time
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import Account
from portal.actor import SYSTEM
from portal.cases.models import Case
from portal.db import db, opened, transaction
from portal.identity.models import Grant, User
from portal.reviews import operations, queries
from portal.reviews.models import ReviewState
from portal.reviews.periods import Period
from portal.reviews.reactions import build_review

WHY = "a benchmark's reviews"
QUARTER = Period.parse("2026-Q2")
"""The last one that the data sets fill."""

MONTHS = [f"{year}-{month:02}" for year in range(1990, 2026) for month in range(1, 13)]


def stored(app: Flask) -> str:
    """The reference of the last quarter's review of an account of some hundred cases; made if need be."""
    with app.app_context():
        with transaction():
            review = operations.order_review(_account(), QUARTER, "en", by=SYSTEM)
            found, ref, ready = review.id, review.ref, review.state == ReviewState.READY
        if not ready:
            build_review({"review": found})
        review_now = queries.by_id(found)
        assert review_now is not None
        assert review_now.state == ReviewState.READY, review_now.error
    return ref


def _account() -> Account:
    """The one with the number of cases nearest to five hundred."""
    near = func.abs(func.count() - 500)
    counted = opened(select(Case.account_id), Case, why=WHY).group_by(Case.account_id)
    account_id = db.session.scalar(counted.order_by(near, Case.account_id).limit(1))
    return db.session.scalars(Account.unscoped(WHY).where(Account.id == account_id)).one()


def orders(app: Flask, manager: str, count: int) -> list[str]:
    """Bodies of a manager's orders of months, drawn anew each time so that hardly one is ordered twice."""
    theirs = (
        select(Grant.account_id).join(User, User.id == Grant.user_id).where(User.email == manager)
    )
    with app.app_context():
        wanted = opened(select(Account.ref), Account, why=WHY).where(Account.id.in_(theirs))
        refs = db.session.scalars(wanted).all()
    drawn = random.Random(time.time_ns())
    wanted = ((drawn.choice(refs), drawn.choice(MONTHS)) for _ in range(count))
    return [urlencode({"account": ref, "period": month, "language": "en"}) for ref, month in wanted]
