"""The last page of a portfolio review: which accounts come first, what is left out, and how to check it."""

from typing import Any

from portal.reviews.content import Brand
from portal.reviews.phrasing import Say
from portal.reviews.portfolio.facts import Portfolio
from portal.reviews.snapshot import fingerprint
from portal.reviews.words import gettext as _
from portal.reviews.words import ngettext


def page(portfolio: Portfolio, say: Say, brand: Brand, frozen: bytes) -> dict[str, Any]:
    """What its template prints; `frozen` are the rows inside the file."""
    return {
        "rules": _rules(),
        "left_out": _left_out(portfolio, say),
        "checks": _checks(portfolio, brand.verify_at),
        "fingerprint": fingerprint(frozen),
    }


def _rules() -> list[str]:
    return [
        _(
            "An account needs attention when its health is at risk (below 60), or when two of these hold: health "
            "at risk or five points lower than a month before; fewer than nine in ten of at least ten promises "
            "kept; a case escalated; fewer than three in four of at least five ratings good; a backlog that grew by "
            "five cases and a quarter; two cases and a quarter of the backlog open for more than 30 days; a "
            "contract that renews, ends or can be given notice of within 90 days."
        ),
        _(
            "Accounts with the most reasons come first, among these the one with the highest yearly value. Health is "
            "the one kept on the last day up to the end of the period; it looks at the 90 days before."
        ),
    ]


def _checks(portfolio: Portfolio, verify_at: str) -> list[str]:
    """How a reader can compute the figures again."""
    ref = portfolio.entries[0].account.ref if portfolio.entries else "REF"
    days = f"--from {portfolio.period.starts_on} --to {portfolio.period.ends_on}"
    as_of = portfolio.as_of.strftime("%Y-%m-%dT%H:%M:%SZ")
    return [
        _(
            "This file holds what it is made of: rows.json the rows of each account, portfolio.json every figure in the "
            "shape of the last command below, and the tables as CSV."
        ),
        _("Anyone can have every figure counted again and compared with these pages:"),
        *([verify_at] if verify_at else []),
        "portal review verify FILE.pdf",
        _("The provider computes them from its own records with this command:"),
        f"portal figures --account {ref} {days} --as-of {as_of} --json",
        _("The fingerprint is the SHA-256 of rows.json; it is the same in every language:"),
    ]


def _left_out(portfolio: Portfolio, say: Say) -> list[str]:
    hidden = sum(not one.case for one in portfolio.misses)
    lines = [
        _(
            "Accounts that are no longer clients stand here only where something happened in the period or was "
            "open at its end; retention counts all."
        ),
        _(
            "Spam, tests and internal work are in no figure; confidential cases are counted and not named."
        ),
    ]
    if hidden:
        lines.append(
            ngettext(
                "%(count)s missed promise is on a confidential case.",
                "%(count)s missed promises are on confidential cases.",
                hidden,
                count=say.count(hidden),
            )
        )
    return lines
