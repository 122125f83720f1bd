"""A portfolio review as its file is examined: what its rows give again, and where the figures inside are others."""

import json
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from portal.insights.health import Part, health
from portal.reviews.content import Brand
from portal.reviews.portfolio.attached import FIGURES, as_json
from portal.reviews.portfolio.document import sheet, title_in
from portal.reviews.portfolio.facts import Portfolio
from portal.reviews.portfolio.rows import SOURCE, thawed
from portal.reviews.recount import Difference
from portal.reviews.sheets import Sheet


class PortfolioSubject:
    """What a file with the rows of a portfolio is about. Raises: SnapshotFault where they cannot be read."""

    source = SOURCE
    data, unsigned = "portfolio_data", "portfolio_unsigned"

    def __init__(self, frozen: bytes) -> None:
        self.frozen, self.portfolio = frozen, thawed(frozen)

    @property
    def named(self) -> dict[str, str]:
        """What the file is called."""
        found = self.portfolio
        return {
            "manager": found.manager,
            "period": found.period.code,
            "accounts": str(len(found.entries)),
            "as_of": found.as_of.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def differences(self, files: Mapping[str, bytes]) -> Iterator[Difference]:
        """Every figure inside that the rows do not give.

        Raises: ValueError, KeyError or TypeError where the file of figures cannot be read.
        """
        says, gives = json.loads(files[FIGURES]), json.loads(as_json(self.portfolio))
        yield from _health(self.portfolio)
        yield from _between("", says["figures"], gives["figures"])
        nothing: dict[str, Any] = {}
        pairs = zip_longest(says["accounts"], gives["accounts"], fillvalue=nothing)
        for place, (one, other) in enumerate(pairs, 1):
            yield from _between(other.get("account", f"no. {place}"), one, other)

    def again(self, language: str, brand: Brand) -> tuple[Sheet, str]:
        """The document that the rows give, and its title."""
        return sheet(self.portfolio, language, brand, self.frozen), title_in(
            self.portfolio, language
        )


def _between(place: str, says: Any, gives: Any) -> Iterator[Difference]:
    if says == gives:
        return
    if isinstance(says, dict) and isinstance(gives, dict):
        for name in sorted(says.keys() | gives.keys()):
            yield from _between(f"{place} {name}".strip(), says.get(name), gives.get(name))
    else:
        yield Difference(place, says, gives)


def _health(portfolio: Portfolio) -> Iterator[Difference]:
    """Where an account's health is not what its parts give (F30)."""
    for one in portfolio.entries:
        day = one.standing.health
        if day is None:
            continue
        parts = {part["name"]: Part(part["weight"], part["score"]) for part in day.parts}
        gives = health(parts).data["value"]
        if day.value != gives:
            yield Difference(f"{one.account.ref} F30", day.value, gives)
