"""What a client is credited for agreed levels that were missed (docs/decisions/0024-service-credits.md). Pure.

Percentages are whole tenths of a percent, money is whole minor units.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from itertools import groupby

from portal.sla.terms import Target

WHOLE = 1000
"""A hundred percent."""

Counts = Mapping[Target, tuple[int, int]]
"""Of each target how many promises were kept, and how many decided."""


class Stretch(StrEnum):
    """Of what a credit is a percentage, and in what levels are looked at."""

    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True)
class CreditTerms:
    """The share of promises to be kept by target, and what is credited for each that is not; None is nothing agreed.

    Without a cap the fee itself is the most. `value_minor` is what the contract is worth a year.
    """

    response_level: int | None = None
    next_response_level: int | None = None
    resolution_level: int | None = None
    credit: int | None = None
    credit_cap: int | None = None
    credit_stretch: str = ""
    value_minor: int | None = None
    currency: str = ""

    @classmethod
    def of(cls, contract: object) -> "CreditTerms":
        """Those of a contract, or of a draft or memory of one: whatever has fields of the same names."""
        return cls(*(getattr(contract, one.name) for one in fields(cls)))

    def agreed(self, target: Target) -> int | None:
        """The share of a target that is to be kept."""
        if target is Target.RESPONSE:
            return self.response_level
        return self.next_response_level if target is Target.NEXT_RESPONSE else self.resolution_level

    @property
    def levels(self) -> list[tuple[Target, int]]:
        """The shares to be kept, where any are agreed."""
        found = ((target, self.agreed(target)) for target in Target)
        return [(target, level) for target, level in found if level is not None]


@dataclass(frozen=True)
class MissedLevel:
    """A level that was missed, and what it adds to the credit of its stretch; the amount is None without a value."""

    target: Target
    kept: int
    decided: int
    agreed: int
    credit: int
    amount: int | None


def stretches(months: Iterable[date], stretch: str) -> list[tuple[date, ...]]:
    """The months of one contract, given by their first days in order, as its credits are reckoned."""
    if stretch == Stretch.MONTH:
        return [(month,) for month in months]
    quarters = groupby(months, key=lambda month: (month.year, (month.month - 1) // 3))
    return [tuple(found) for _quarter, found in quarters]


def missed(kept: int, decided: int, agreed: int) -> bool:
    """Whether the share kept lies under the agreed one; the same share is kept, and so is none decided."""
    return WHOLE * kept < agreed * decided


def missed_levels(terms: CreditTerms, months: int, counts: Counts) -> list[MissedLevel]:
    """What was missed in a stretch of so many months, with credits and amounts that add up to those of the stretch."""
    if terms.credit is None:
        return []
    fee = None if terms.value_minor is None else fee_of(terms.value_minor, months)
    found, credit, amount = list[MissedLevel](), 0, 0
    for target, agreed in terms.levels:
        kept, decided = counts.get(target, (0, 0))
        if not missed(kept, decided, agreed):
            continue
        total = credit_for(len(found) + 1, terms)
        money = 0 if fee is None else part_of(fee, total)
        more = None if fee is None else money - amount
        found.append(MissedLevel(target, kept, decided, agreed, total - credit, more))
        credit, amount = total, money
    return found


def credit_for(levels: int, terms: CreditTerms) -> int:
    """The credit for so many missed levels, never more than the cap or the fee itself."""
    most = WHOLE if terms.credit_cap is None else min(terms.credit_cap, WHOLE)
    return min(levels * (terms.credit or 0), most)


def fee_of(value_minor: int, months: int) -> int:
    """Of a year's value what falls to so many months, half up."""
    return (2 * value_minor * months + 12) // 24


def part_of(fee: int, credit: int) -> int:
    """A credit of a fee as money, half up."""
    return (2 * fee * credit + WHOLE) // (2 * WHOLE)
