"""One figure with the cases behind it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """Values in the shape of `portal figures`, and the references of the cases that were counted, in order."""

    data: Any
    cases: tuple[str, ...] = ()


def refs(found: set[str] | list[str]) -> tuple[str, ...]:
    """References without repetition, in order."""
    return tuple(sorted(set(found)))
