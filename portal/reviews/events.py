"""What happens to a review."""

from dataclasses import dataclass, field
from typing import Any

from portal.events import Happening


@dataclass(frozen=True)
class ReviewOrdered(Happening):
    """A review was ordered, or ordered again."""

    review_id: int
    period: str
    language: str


@dataclass(frozen=True)
class ReviewBuilt(Happening):
    """A review's file is ready; `summary` holds the main figures as they were printed."""

    review_id: int
    fingerprint: str
    summary: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ReviewFailed(Happening):
    """A review could not be made; `reason` is one of `pdf.reason`."""

    review_id: int
    reason: str


@dataclass(frozen=True)
class ReviewDownloaded(Happening):
    """Somebody took a review's file away."""

    review_id: int
