"""Setting up and changing business-hours calendars; what has passed is never rewritten."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from portal import clock
from portal.actor import Actor
from portal.db import db
from portal.events import publish
from portal.sla import recounting
from portal.sla.calendars import CalendarFault, zone_called
from portal.sla.drafts import Closing, Place, Week
from portal.sla.events import CalendarChanged, CalendarCreated
from portal.sla.models import BusinessCalendar, CalendarDay, CalendarVersion, DaySource
from portal.sla.queries import tomorrow
from portal.sla.refusals import Refused, Why
from portal.sla.written import Fault, Intervals, NotUnderstood, in_order

FARTHEST = timedelta(days=10 * 366)
REASONS = {Fault.OVERLAP: Why.OVERLAP, Fault.BACKWARDS: Why.BACKWARDS}


def create_calendar(
    name: str, timezone: str, weekly: Week, place: Place, *, by: Actor
) -> BusinessCalendar:
    """Set up a calendar whose week is in force from ever.

    Raises: Refused. Publishes: CalendarCreated.
    """
    _require_free(name)
    try:
        zone_called(timezone)
    except CalendarFault:
        raise Refused(Why.ZONE) from None
    week = _week(weekly)
    now = clock.now()
    calendar = BusinessCalendar(
        name=name,
        timezone=timezone,
        country=place.country,
        region=place.region,
        revision=1,
        created_at=now,
    )
    db.session.add(calendar)
    db.session.flush()
    db.session.add(
        CalendarVersion(calendar_id=calendar.id, begins_on=None, weekly=week, created_at=now)
    )
    _write_days(calendar, place.holidays, DaySource.HOLIDAY, since=date.min)
    db.session.flush()
    publish(CalendarCreated(None, calendar_id=calendar.id, name=name), by=by)
    return calendar


def change_details(calendar: BusinessCalendar, name: str, place: Place, *, by: Actor) -> None:
    """Name a calendar anew, or let other holidays close it from tomorrow on; the zone stays.

    Holidays of the same place are added for years of which none is written yet.

    Raises: Refused. Publishes: CalendarChanged if anything changed.
    """
    _require_free(name, besides=calendar)
    elsewhere = (calendar.country, calendar.region) != (place.country, place.region)
    missing = () if elsewhere else _of_later_years(calendar, place.holidays)
    if not elsewhere and calendar.name == name and not missing:
        return
    before = recounting.hold(calendar)
    calendar.name, calendar.country, calendar.region = name, place.country, place.region
    if elsewhere:
        later = CalendarDay.day >= tomorrow(calendar)
        of_here = (CalendarDay.calendar_id == calendar.id, CalendarDay.source == DaySource.HOLIDAY)
        db.session.execute(delete(CalendarDay).where(*of_here, later))
    holidays = place.holidays if elsewhere else missing
    _write_days(calendar, holidays, DaySource.HOLIDAY, since=tomorrow(calendar))
    _changed(calendar, before, "details", (), by)


def change_week(calendar: BusinessCalendar, begins_on: date, weekly: Week, *, by: Actor) -> None:
    """Put another week in force from a day to come; what stood written for that very day is replaced.

    Raises: Refused. Publishes: CalendarChanged.
    """
    _require_ahead(calendar, begins_on)
    week = _week(weekly)
    before = recounting.hold(calendar)
    same = (CalendarVersion.calendar_id == calendar.id, CalendarVersion.begins_on == begins_on)
    version = db.session.scalar(select(CalendarVersion).where(*same))
    if version is None:
        version = CalendarVersion(
            calendar_id=calendar.id, begins_on=begins_on, weekly=week, created_at=clock.now()
        )
        db.session.add(version)
    version.weekly = week
    _changed(calendar, before, "week", [begins_on], by)


def drop_week(calendar: BusinessCalendar, begins_on: date, *, by: Actor) -> None:
    """Take back a week that has not begun.

    Raises: Refused. Publishes: CalendarChanged.
    """
    same = (CalendarVersion.calendar_id == calendar.id, CalendarVersion.begins_on == begins_on)
    version = db.session.scalar(select(CalendarVersion).where(*same))
    if version is None:
        raise Refused(Why.NO_SUCH_DAY)
    _require_ahead(calendar, begins_on)
    before = recounting.hold(calendar)
    db.session.delete(version)
    _changed(calendar, before, "week", [begins_on], by)


def set_day(calendar: BusinessCalendar, closing: Closing, *, by: Actor) -> None:
    """Close a day to come, or give it hours of its own; it takes the place of what is written for it.

    Raises: Refused. Publishes: CalendarChanged.
    """
    _require_ahead(calendar, closing.day)
    hours = _hours(closing.hours)
    before = recounting.hold(calendar)
    row = _day(calendar, closing.day) or CalendarDay(calendar_id=calendar.id, day=closing.day)
    row.name, row.hours, row.source = closing.name, hours, DaySource.OWN
    db.session.add(row)
    _changed(calendar, before, "days", [closing.day], by)


def clear_day(calendar: BusinessCalendar, day: date, *, by: Actor) -> None:
    """Let a day to come be like any other of its week, a holiday too.

    Raises: Refused. Publishes: CalendarChanged.
    """
    row = _day(calendar, day)
    if row is None:
        raise Refused(Why.NO_SUCH_DAY)
    _require_ahead(calendar, day)
    before = recounting.hold(calendar)
    db.session.delete(row)
    _changed(calendar, before, "days", [day], by)


def import_days(calendar: BusinessCalendar, days: Iterable[Closing], *, by: Actor) -> int:
    """Close the days to come that a file names; days already written stay. Answers how many were added.

    Publishes: CalendarChanged if any was.
    """
    before = recounting.hold(calendar)
    added = _write_days(calendar, days, DaySource.IMPORTED, since=tomorrow(calendar))
    if added:
        _changed(calendar, before, "file", added, by)
    return len(added)


def _changed(
    calendar: BusinessCalendar, before: Any, part: str, days: Iterable[date], by: Actor
) -> None:
    """Another revision, the promises that run on it counted anew, and the log told."""
    calendar.revision += 1
    db.session.flush()
    recounting.recount(calendar.id, clock.now(), old=before)
    said = [day.isoformat() for day in days]
    changed = CalendarChanged(
        None, calendar_id=calendar.id, revision=calendar.revision, part=part, days=said
    )
    publish(changed, by=by)


def _write_days(
    calendar: BusinessCalendar, days: Iterable[Closing], source: DaySource, *, since: date
) -> list[date]:
    """Write down days from a date on of which nothing is written yet; those that were."""
    mine = select(CalendarDay.day).where(CalendarDay.calendar_id == calendar.id)
    known, added = set(db.session.scalars(mine)), []
    for closing in days:
        if closing.day < since or closing.day in known:
            continue
        known.add(closing.day)
        added.append(closing.day)
        row = CalendarDay(
            calendar_id=calendar.id, day=closing.day, name=closing.name, hours=[], source=source
        )
        db.session.add(row)
    return added


def _of_later_years(calendar: BusinessCalendar, holidays: Sequence[Closing]) -> list[Closing]:
    mine = (CalendarDay.calendar_id == calendar.id, CalendarDay.source == DaySource.HOLIDAY)
    last = db.session.scalar(select(func.max(CalendarDay.day)).where(*mine))
    return [one for one in holidays if last is None or one.day.year > last.year]


def _day(calendar: BusinessCalendar, day: date) -> CalendarDay | None:
    mine = (CalendarDay.calendar_id == calendar.id, CalendarDay.day == day)
    return db.session.scalar(select(CalendarDay).where(*mine))


def _week(weekly: Week) -> list[Intervals]:
    week = [_hours(day) for day in weekly]
    if len(week) != 7:
        raise Refused(Why.HOURS)
    if not any(week):
        raise Refused(Why.NO_HOURS)
    return week


def _hours(intervals: Iterable[Sequence[int]]) -> Intervals:
    try:
        return in_order(intervals)
    except NotUnderstood as wrong:
        raise Refused(REASONS.get(wrong.fault, Why.HOURS)) from None


def _require_ahead(calendar: BusinessCalendar, day: date) -> None:
    first = tomorrow(calendar)
    if day < first:
        raise Refused(Why.PAST)
    if day > first + FARTHEST:
        raise Refused(Why.TOO_FAR)


def _require_free(name: str, besides: BusinessCalendar | None = None) -> None:
    same = select(BusinessCalendar.id).where(func.lower(BusinessCalendar.name) == name.lower())
    if any(found != (besides and besides.id) for found in db.session.scalars(same)):
        raise Refused(Why.NAME_TAKEN)
