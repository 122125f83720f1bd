"""What comes round by itself: public holidays of years to come, and what is forecast of promises."""

import logging
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.actor import SYSTEM
from portal.db import db
from portal.sla import forecasting
from portal.sla.closing_days import ClosingDaysFault, holidays_of
from portal.sla.drafts import Closing, Place
from portal.sla.models import BusinessCalendar
from portal.sla.operations.calendars import change_details

log = logging.getLogger("portal.sla")
WRITE_HOLIDAYS = "write holidays"
FORECAST = "forecast promises"
YEARS_AHEAD = 2


def write_holidays(payload: dict[str, Any]) -> None:
    """Add to every calendar of a country the holidays of years of which none is written yet.

    Publishes: CalendarChanged where there were any.
    """
    first = clock.now().year
    years = range(first, first + YEARS_AHEAD + 1)
    wanted = select(BusinessCalendar).where(BusinessCalendar.country != "")
    for calendar in db.session.scalars(wanted.order_by(BusinessCalendar.id)).all():
        try:
            days = holidays_of(calendar.country, calendar.region, years)
        except ClosingDaysFault as fault:
            log.warning("no holidays for the calendar %s: %s", calendar.name, fault)
            continue
        closings = [Closing(day.day, day.name) for day in days]
        place = Place(calendar.country, calendar.region, closings)
        change_details(calendar, calendar.name, place, by=SYSTEM)


def forecast_promises(payload: dict[str, Any]) -> None:
    """Count what came of earlier forecasts, learn from what was decided, and keep what is forecast today."""
    forecasting.judge_all()
    forecasting.learn_all()
    forecasting.record(clock.now().date())
