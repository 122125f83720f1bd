"""The tables of a portfolio review as a workbook."""

from flask_babel import force_locale

from portal.insights import sheets
from portal.reviews.phrasing import Say
from portal.reviews.portfolio.facts import Portfolio
from portal.reviews.portfolio.tables import tables


def workbook(portfolio: Portfolio, language: str) -> bytes:
    """A sheet for each table; text stays text, whatever it begins with (T33).

    Raises: ImportError where the extra `xlsx` is not installed.
    """
    with force_locale(language):
        return sheets.as_xlsx({"tables": tables(portfolio, Say(language, portfolio.timezone))})
