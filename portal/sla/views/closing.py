"""Closing days from outside: public holidays by country, and files of days."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.sla.drafts import Closing, Place
from portal.sla.forms.calendars import DaysFileForm, PlaceFields
from portal.sla.models import BusinessCalendar

YEARS = 3
LARGEST = 2 * 1024 * 1024


def countries() -> Mapping[str, Sequence[str]]:
    """The countries whose holidays are known, with their regions."""
    return {}


def place_of(form: PlaceFields) -> Place | None:
    """Country and region with this year's holidays and those of the next two; None and a fault if unknown."""
    return Place(*form.place)


def days_in_file(form: DaysFileForm, file: Any, calendar: BusinessCalendar) -> list[Closing] | None:
    """The days to come of an uploaded file; None and a fault if it is none."""
    return []
