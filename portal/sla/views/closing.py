"""Closing days from outside: public holidays by country, and files of days."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import get_locale

from portal import clock
from portal.sla import closing_days
from portal.sla.calendars import zone_called
from portal.sla.closing_days import ClosingDaysFault, Day
from portal.sla.drafts import Closing, Place
from portal.sla.forms.calendars import DaysFileForm, PlaceFields
from portal.sla.models import BusinessCalendar
from portal.sla.queries import tomorrow
from portal.web.words import gettext as _

YEARS = 3
LARGEST = 2 * 1024 * 1024


def countries() -> Mapping[str, Sequence[str]]:
    """The countries whose holidays are known, with their regions."""
    return closing_days.countries()


def place_of(form: PlaceFields) -> Place | None:
    """Country and region with this year's holidays and those of the next two; None and a fault if unknown."""
    country, region = form.place
    if not country:
        return Place()
    first = clock.now().year
    years = range(first, first + YEARS)
    try:
        found = closing_days.holidays_of(country, region, years, str(get_locale() or "en"))
    except ClosingDaysFault as fault:
        form.region.errors = [str(fault)]
        return None
    return Place(country, region, _closings(found))


def days_in_file(form: DaysFileForm, file: Any, calendar: BusinessCalendar) -> list[Closing] | None:
    """The days to come of an uploaded file; None and a fault if it is none."""
    data = file.read(LARGEST + 1) if file else b""
    if not data or len(data) > LARGEST:
        too_large = _("This file is larger than 2 MB. Take one with fewer events.")
        form.file.errors = [too_large if data else _("Choose the file first.")]
        return None
    try:
        zone = zone_called(calendar.timezone)
        return _closings(closing_days.days_of_ical(data, tomorrow(calendar), zone))
    except ClosingDaysFault as fault:
        form.file.errors = [str(fault)]
        return None


def _closings(days: Sequence[Day]) -> list[Closing]:
    return [Closing(day.day, day.name or _("Closed day")) for day in days]
