"""What lies beside the cases of a review: answers, people, the contract. Plain rows, from which its figures are counted."""

from dataclasses import dataclass
from datetime import date, datetime

from portal.sla.credits import CreditTerms

Row = tuple[str, ...]


@dataclass(frozen=True)
class Contact:
    """A person who decides; when they last wrote in a case, and staff in the same one, in the 90 days before the end."""

    name: str
    title: str = ""
    wrote: datetime | None = None
    answered: datetime | None = None


@dataclass(frozen=True)
class Change:
    """What became of a person of the client: joined, left, returned or changed."""

    at: datetime
    what: str
    name: str
    title: str = ""


@dataclass(frozen=True)
class Member:
    """A staff person's part in the account, by local days both included; `covers` is who was away."""

    name: str
    role: str
    from_on: date | None = None
    to_on: date | None = None
    covers: str = ""


@dataclass(frozen=True)
class Agreement:
    """The contract in force at the end; `uses` are what was used of the entitlement by week of the term.

    An entitlement in hours is counted in minutes.
    """

    plan: str
    begins_on: date
    ends_on: date | None = None
    renewal_on: date | None = None
    notice_on: date | None = None
    unit: str = ""
    allowed: int = 0
    uses: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class AgreedTimes:
    """The business seconds agreed for a priority; None is no promise."""

    priority: str
    response: int | None = None
    following: int | None = None
    resolution: int | None = None


@dataclass(frozen=True)
class Levels:
    """What the contract in force at the end of some months, by their first days, agrees of levels and credits.

    Its value is told only where something is credited: the amounts say it then.
    """

    months: tuple[date, ...]
    terms: CreditTerms


@dataclass(frozen=True)
class Beside:
    """A survey: kind, person, case and wave by number or name, invited at, answered at, score.

    `gaps` are staff's own rating less the client's, in order of size, of at least five cases that have both.
    """

    surveys: tuple[Row, ...] = ()
    rated: int = 0
    gaps: tuple[int, ...] = ()
    contacts: tuple[Contact, ...] = ()
    changes: tuple[Change, ...] = ()
    team: tuple[Member, ...] = ()
    contract: Agreement | None = None
    times: tuple[AgreedTimes, ...] = ()
    levels: tuple[Levels, ...] = ()


@dataclass(frozen=True)
class Inside:
    """Figures for staff alone that somebody added to the review, and the rows that give them.

    A contract: account by number, first day, day after the last, value, currency. `senders` are messages by person;
    of health each part with its weight and score.
    """

    added: tuple[str, ...] = ()
    contracts: tuple[Row, ...] = ()
    senders: tuple[int, ...] = ()
    nobody: int = 0
    health: tuple[Row, ...] = ()
