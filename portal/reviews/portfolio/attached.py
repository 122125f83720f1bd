"""The files inside a portfolio review: every figure as JSON, and the rows of its tables as CSV."""

import csv
import json
from collections.abc import Iterable, Sequence
from io import StringIO

from portal.insights.cells import cell
from portal.insights.showing import Table, Value
from portal.reviews.portfolio.cells import columns
from portal.reviews.portfolio.facts import Portfolio
from portal.reviews.portfolio.rows import SOURCE
from portal.reviews.sheets import Attached
from portal.reviews.words import gettext as _

FIGURES = "portfolio.json"
SCHEMA = "portal.portfolio"
RENEWALS = ("notice", "renewal", "end", "value", "currency", "manager", "health", "attention")
MISSES = ("case", "subject", "promise", "missed_at", "cause")


def attachments(
    portfolio: Portfolio, found: dict[str, Table], frozen: bytes, words: Attached
) -> tuple[Attached, ...]:
    """The files by name, described in the present language; `frozen` are the rows that all is made of."""
    stamp = portfolio.as_of.isoformat()
    accounts = _csv(found["accounts"], tuple(columns()))
    return (
        Attached("accounts.csv", accounts, _("Every account with its figures"), stamp),
        Attached("misses.csv", _csv(found["misses"], MISSES), _("Missed promises"), stamp),
        Attached(FIGURES, as_json(portfolio), _("Every figure of this review"), stamp),
        words,
        Attached(
            "renewals.csv",
            _csv(found["renewals"], RENEWALS),
            _("Contracts in the next 90 days"),
            stamp,
        ),
        Attached(
            SOURCE,
            frozen.decode(),
            _("The rows that everything here is made of"),
            stamp,
            relation="Source",
        ),
    )


def as_json(portfolio: Portfolio) -> str:
    """Every figure in the shape of `portal figures`, of all accounts together and of each."""
    told = {
        "schema": SCHEMA,
        "period": [portfolio.period.starts_on.isoformat(), portfolio.period.ends_on.isoformat()],
        "as_of": portfolio.as_of.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "figures": portfolio.figures,
        "accounts": [
            {
                "account": one.account.ref,
                "reasons": list(one.reasons),
                "escalated": one.standing.escalated,
                "figures": one.standing.figures,
            }
            for one in portfolio.entries
        ],
    }
    return json.dumps(told, sort_keys=True, indent=1)


def _csv(table: Table, keys: Sequence[str]) -> str:
    """Values as they are computed with; no cell starts a formula (T33)."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(("account", *keys))
    writer.writerows([cell(value) for value in row] for row in _values(table))
    return out.getvalue()


def _values(table: Table) -> Iterable[tuple[Value, ...]]:
    for name, cells in table.rows:
        yield name, *(found.text if found.value is None else found.value for found in cells)
