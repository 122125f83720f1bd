"""What lies beside the cases of a review: answers, contracts, commitments, people, teams. Frozen, plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.insights.history import CaseHistory, Holder


@dataclass(frozen=True, slots=True)
class Survey:
    """An invitation to answer and, once answered, the score; of answers at one instant the later `order` is last.

    `wave` names a round of NPS; CSAT has none.
    """

    kind: str
    account: Holder
    person: Holder
    case: Holder
    wave: str
    order: tuple[int, str]
    invited_at: int | None
    delivered: bool
    answered_at: int | None
    score: int


@dataclass(frozen=True, slots=True)
class Contract:
    """A value agreed from a local date on, until before another one; None is open, and a value nobody knows."""

    account: Holder
    begins_on: date
    ends_on: date | None
    value: int | None
    currency: str = ""

    def in_force(self, day: date) -> bool:
        """Whether it is in force on a local date."""
        return self.begins_on <= day and (self.ends_on is None or day < self.ends_on)


@dataclass(frozen=True, slots=True)
class Commitment:
    """What one side, `us` or `client`, is to do by an instant; `owner` is the person of that side."""

    account: Holder
    side: str
    due_at: int
    done_at: int | None
    owner: Holder = None


@dataclass(frozen=True, slots=True)
class Person:
    """A person of a client and their part in it."""

    ref: Holder
    account: Holder
    role: str


@dataclass(frozen=True, slots=True)
class Membership:
    """A staff person in an account's team, or covering for it, in [begin, end); None is open."""

    account: Holder
    person: Holder
    begin: int
    end: int | None


@dataclass(frozen=True)
class Book:
    """Everything the figures of a review are made of, as recorded by its as-of instant."""

    cases: Sequence[CaseHistory]
    surveys: Sequence[Survey] = ()
    contracts: Sequence[Contract] = ()
    commitments: Sequence[Commitment] = ()
    people: Sequence[Person] = ()
    team: Sequence[Membership] = ()
