"""The routes of reviews, and what their pages share."""

from typing import Any

from flask import flash, redirect, url_for

from portal.reviews.models import Review
from portal.web.routes import Routes

bp = Routes("reviews", __name__, url_prefix="/reviews")


def back_to(review: Review, told: str, anchor: str = "", *, page: str = "reviews.show") -> Any:
    """The review's page again, or the review as a page, saying what was done."""
    flash(told, "ok")
    return redirect(url_for(page, review=review.ref, _anchor=anchor or None), 303)
