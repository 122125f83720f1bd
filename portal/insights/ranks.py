"""Percentiles and shares as the definitions want them (C8, C9). Pure."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def nearest_rank(ordered: Sequence[T], percent: int) -> T | None:
    """The value at rank ceil(percent/100 · n) of ascending values, always a real one; None without values (C8)."""
    if not ordered:
        return None
    return ordered[max(1, -(-percent * len(ordered) // 100)) - 1]


def percent(numerator: int, denominator: int) -> float | None:
    """In per cent to one decimal, half up; None when there is no whole (C9)."""
    return tenths(100 * numerator, denominator)


def tenths(numerator: int, denominator: int) -> float | None:
    """A quotient to one decimal, half up; None when the denominator is 0 (C9)."""
    if not denominator:
        return None
    return (numerator * 20 + denominator) // (2 * denominator) / 10


def share(numerator: int, denominator: int) -> dict[str, int | float | None]:
    """A share with what it is made of (C9)."""
    return {
        "numerator": numerator,
        "denominator": denominator,
        "value": percent(numerator, denominator),
    }
