"""Business-hours calendars: the list, a new one, and changes to one from tomorrow on."""

from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, request, url_for

from portal import clock
from portal.actor import current_actor
from portal.sla import policy, queries
from portal.sla.forms.calendars import (
    DayChoiceForm,
    DayForm,
    DaysFileForm,
    NewCalendarForm,
    PlaceFields,
    WeekForm,
    refuse,
    week_typed,
    zones,
)
from portal.sla.gates import kept
from portal.sla.models import BusinessCalendar
from portal.sla.operations import calendars as operations
from portal.sla.refusals import Refused
from portal.sla.views.blueprint import bp
from portal.sla.views.closing import countries, days_in_file, place_of
from portal.web.forms import PortalForm
from portal.web.gate import allowed
from portal.web.render import render
from portal.web.words import gettext as _
from portal.web.words import ngettext

OFFICE = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-18:00")
readable = kept(BusinessCalendar, "calendar", policy.may_see_terms)
changeable = kept(BusinessCalendar, "calendar", policy.may_change_terms)


@bp.get("/calendars", gate=allowed(policy.may_see_terms))
def calendars() -> Response:
    """All calendars with the hours in force."""
    return render("sla/calendars.html", lines=queries.calendar_lines())


@bp.get("/calendars/new", gate=allowed(policy.may_change_terms))
def new_calendar(form: NewCalendarForm | None = None, status: int = 200) -> Response:
    """The form for another calendar."""
    zone = current_actor().timezone
    form = form or NewCalendarForm(countries=countries(), timezone=zone, **OFFICE)
    return render("sla/new_calendar.html", status=status, form=form, zones=zones())


@bp.post("/calendars", gate=allowed(policy.may_change_terms))
def add_calendar() -> Any:
    """Set up a calendar."""
    form = NewCalendarForm(request.form, countries=countries())
    zone = (form.timezone.data or "").strip()
    if not form.validate() or (place := place_of(form)) is None:
        return new_calendar(form, 422)
    try:
        made = operations.create_calendar(form.called, zone, form.weekly, place, by=current_actor())
    except Refused as refused:
        refuse(form, refused)
        return new_calendar(form, 422)
    flash(_("%(name)s is set up. Plans and contracts can name it.", name=made.name), "ok")
    return redirect(url_for("sla.calendar", calendar=made.id), 303)


@bp.get("/calendars/<int:calendar>", gate=readable)
def calendar(calendar: BusinessCalendar) -> Response:
    """One calendar: its weeks, the days that differ, and what can be changed."""
    return _page(calendar)


def _page(calendar: BusinessCalendar, status: int = 200, **forms: Any) -> Response:
    """The calendar's page, with forms as they were sent."""
    today, weeks = clock.today(calendar.timezone), queries.weeks_of(calendar)
    first = queries.tomorrow(calendar)
    page: dict[str, Any] = {
        "calendar": calendar,
        "weeks": [week for week in weeks if week.begins_on is not None and week.begins_on > today],
        "current": [week for week in weeks if week.begins_on is None or week.begins_on <= today][
            -1
        ],
        "days": queries.days_of(calendar, today),
        "first": first,
        "plans": queries.plans_on(calendar),
        "details": PlaceFields(obj=calendar, countries=countries(), prefix="details-"),
        "week": WeekForm(prefix="week-", data={"day": first, **week_typed(weeks[-1].weekly)}),
        "day": DayForm(prefix="day-"),
        "file": DaysFileForm(prefix="file-"),
    }
    return render("sla/calendar.html", status=status, **{**page, **forms})


@bp.post("/calendars/<int:calendar>", gate=changeable)
def change_calendar(calendar: BusinessCalendar) -> Any:
    """Name it anew, or let other holidays close it."""
    form = PlaceFields(request.form, countries=countries(), prefix="details-")
    if not form.validate() or (place := place_of(form)) is None:
        return _page(calendar, 422, details=form)
    return _done(calendar, "details", form, operations.change_details, form.called, place)


@bp.post("/calendars/<int:calendar>/weeks", gate=changeable)
def change_week(calendar: BusinessCalendar) -> Any:
    """Put another week in force from a day to come."""
    form = WeekForm(request.form, prefix="week-")
    if not form.validate():
        return _page(calendar, 422, week=form)
    return _done(calendar, "week", form, operations.change_week, form.day.data, form.weekly)


@bp.post("/calendars/<int:calendar>/weeks/removal", gate=changeable)
def drop_week(calendar: BusinessCalendar) -> Any:
    """Take back a week that has not begun."""
    form = DayChoiceForm(request.form)
    if not form.validate():
        return _page(calendar, 422, choice=form)
    return _done(calendar, "choice", form, operations.drop_week, form.day.data)


@bp.post("/calendars/<int:calendar>/days", gate=changeable)
def set_day(calendar: BusinessCalendar) -> Any:
    """Close a day to come, or give it hours of its own."""
    form = DayForm(request.form, prefix="day-")
    if not form.validate():
        return _page(calendar, 422, day=form)
    return _done(calendar, "day", form, operations.set_day, form.closing)


@bp.post("/calendars/<int:calendar>/days/removal", gate=changeable)
def clear_day(calendar: BusinessCalendar) -> Any:
    """Let a day to come be like any other."""
    form = DayChoiceForm(request.form)
    if not form.validate():
        return _page(calendar, 422, choice=form)
    return _done(calendar, "choice", form, operations.clear_day, form.day.data)


@bp.post("/calendars/<int:calendar>/files", gate=changeable)
def add_file(calendar: BusinessCalendar) -> Any:
    """Close the days to come that an iCalendar file names."""
    form = DaysFileForm(prefix="file-")
    days = days_in_file(form, request.files.get("file-file"), calendar)
    if days is None:
        return _page(calendar, 422, file=form)
    added = operations.import_days(calendar, days, by=current_actor())
    flash(ngettext("%(num)d day was added.", "%(num)d days were added.", added), "ok")
    return redirect(url_for("sla.calendar", calendar=calendar.id), 303)


def _done(
    calendar: BusinessCalendar,
    name: str,
    form: PortalForm,
    operation: Callable[..., Any],
    *values: Any,
) -> Any:
    """Carry out one change; a refusal stands in its form."""
    try:
        operation(calendar, *values, by=current_actor())
    except Refused as refused:
        refuse(form, refused)
        return _page(calendar, 422, **{name: form})
    flash(
        _("%(name)s is saved. Open promises fall due by the new hours.", name=calendar.name), "ok"
    )
    return redirect(url_for("sla.calendar", calendar=calendar.id), 303)
