"""Pages of reviews: list, order, the review itself, its words, its steps, its disputes."""

from portal.reviews.views import (
    disputes,
    participants,
    portfolios,
    reviews,
    schedules,
    stages,
    texts,
)
from portal.reviews.views.blueprint import bp

__all__ = [
    "bp",
    "disputes",
    "participants",
    "portfolios",
    "reviews",
    "schedules",
    "stages",
    "texts",
]
