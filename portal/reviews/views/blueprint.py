"""The routes of reviews, and what their pages share."""

from typing import Any

from flask import flash, redirect, url_for

from portal.reviews.models import Review
from portal.web.routes import Routes

bp = Routes("reviews", __name__, url_prefix="/reviews")


def back_to(review: Review, told: str, anchor: str = "") -> Any:
    """The review's page again, saying what was done."""
    flash(told, "ok")
    return redirect(url_for("reviews.show", review=review.ref, _anchor=anchor or None), 303)


def back_to_section(review: Review, told: str, section: str) -> Any:
    """The review as a page again, where that section begins, saying what was done."""
    flash(told, "ok")
    return redirect(url_for("reviews.twin", review=review.ref, _anchor=f"p-{section}"), 303)
