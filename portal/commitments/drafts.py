"""A commitment before it is one."""

from dataclasses import dataclass
from datetime import date

from portal.commitments.models import Entry, Party, Source


@dataclass(frozen=True)
class Draft:
    """A commitment as somebody writes it down."""

    side: Party
    title: str
    kind: Entry = Entry.COMMITMENT
    detail: str = ""
    effect: str = ""
    due_on: date | None = None
    user_id: int | None = None
    stakeholder_id: int | None = None
    figure: str = ""
    source: Source = Source.OTHER
    case_id: int | None = None
