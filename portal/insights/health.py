"""How an account stands as a whole: F30 health. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.insights.figure import Figure
from portal.insights.ranks import tenths


@dataclass(frozen=True, slots=True)
class Part:
    """A score from 0 to 100 and its weight; None is without data."""

    weight: int
    score: int | None


def health(parts: Mapping[str, Part]) -> Figure:
    """F30: Σ wᵢ·sᵢ ÷ Σ wᵢ over the parts with data, 0 to 100; the others are named with their weights."""
    known = {name: part for name, part in parts.items() if part.score is not None}
    total = sum(part.weight * (part.score or 0) for part in known.values())
    data = {
        "value": tenths(total, sum(part.weight for part in known.values())),
        "weights": {name: part.weight for name, part in known.items()},
        "missing": {name: part.weight for name, part in parts.items() if name not in known},
    }
    return Figure(data)
