"""What is asked for of calendars, plans and contracts, before any rule looked at it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

Week = Sequence[Iterable[Sequence[int]]]
"""The intervals of each day from Monday to Sunday, in minutes from midnight."""


@dataclass(frozen=True)
class Closing:
    """A day to come that is unlike the week's: closed unless it has hours."""

    day: date
    name: str
    hours: Iterable[Sequence[int]] = ()


@dataclass(frozen=True)
class Place:
    """Whose public holidays close a calendar, and which these are."""

    country: str = ""
    region: str = ""
    holidays: Sequence[Closing] = ()


@dataclass(frozen=True)
class Promised:
    """Business seconds for a priority, and for one category where it is named; None is no promise."""

    priority: str
    category: str = ""
    response_seconds: int | None = None
    next_response_seconds: int | None = None
    resolution_seconds: int | None = None
    calendar_id: int | None = None

    @property
    def spans(self) -> tuple[int | None, int | None, int | None]:
        """The three targets."""
        return self.response_seconds, self.next_response_seconds, self.resolution_seconds


@dataclass(frozen=True)
class Level:
    """At which percent of a target whom to tell."""

    percent: int
    tell: tuple[str, ...]


@dataclass(frozen=True)
class PlanDraft:
    """What a plan says apart from its name."""

    note: str
    calendar_id: int
    levels: Sequence[Level]
    targets: Sequence[Promised]


@dataclass(frozen=True)
class ContractDraft:
    """What an account has agreed; the last day is one on which it still holds, None for no end.

    Levels, credit and cap are in tenths of a percent.
    """

    plan_id: int
    calendar_id: int | None
    begins_on: date
    last_on: date | None = None
    renewal_on: date | None = None
    notice_on: date | None = None
    unit: str = ""
    amount: int | None = None
    value_minor: int | None = None
    currency: str = "EUR"
    response_level: int | None = None
    next_response_level: int | None = None
    resolution_level: int | None = None
    credit: int | None = None
    credit_cap: int | None = None
    credit_stretch: str = ""
    callers: frozenset[int] = frozenset()
    """The people, by their number among stakeholders, who may open cases; nobody named is everybody."""
