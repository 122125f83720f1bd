"""What is credited for a missed level, in a sentence; the same on pages and on paper."""

from collections.abc import Callable
from decimal import Decimal

from portal.web.filters import percent
from portal.web.words import gettext as _


def tenths(value: int) -> str:
    """Tenths of a percent as the reader writes them, 2.5% or 10%."""
    return percent(Decimal(value) / 10, 1 if value % 10 else 0)


def credit_terms(
    credit: int, cap: int | None, stretch: str, said: Callable[[int], str] = tenths
) -> str:
    """Credit and cap, of the fee of a month or quarter; `said` writes tenths of a percent."""
    each = said(credit)
    if stretch == "quarter":
        if cap is None:
            return _("%(credit)s of the quarter’s fee for each missed level", credit=each)
        return _(
            "%(credit)s of the quarter’s fee for each missed level, at most %(cap)s",
            credit=each,
            cap=said(cap),
        )
    if cap is None:
        return _("%(credit)s of the month’s fee for each missed level", credit=each)
    return _(
        "%(credit)s of the month’s fee for each missed level, at most %(cap)s",
        credit=each,
        cap=said(cap),
    )
