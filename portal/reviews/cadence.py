"""The rhythm of an account's reviews as somebody chooses it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cadence:
    """How often, how many working days later, whether a second person approves, whether the PDF is mailed."""

    months: int
    active: bool = False
    working_days: int = 3
    approval: bool = False
    mail_pdf: bool = False
