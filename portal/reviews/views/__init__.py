"""Pages of reviews: list, order, the review itself, its words, its steps, its disputes."""

from portal.reviews.views import (
    comments,
    disputes,
    participants,
    portfolios,
    reading,
    reviews,
    samples,
    schedules,
    stages,
    texts,
)
from portal.reviews.views.blueprint import bp

__all__ = [
    "bp",
    "comments",
    "disputes",
    "participants",
    "portfolios",
    "reading",
    "reviews",
    "samples",
    "schedules",
    "stages",
    "texts",
]
