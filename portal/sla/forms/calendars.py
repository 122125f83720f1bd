"""What administrators type about calendars."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, FileField, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from portal.sla.drafts import Closing, Week
from portal.sla.refusals import Refused, Why
from portal.sla.written import Fault, NotUnderstood, hours_text, hours_written
from portal.web.forms import PortalForm, one_line, options

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAME = [InputRequired(), Length(max=80), one_line]
HOURS = [Length(max=200), one_line]
WRONG_HOURS: Mapping[Fault, Any] = {
    Fault.FORM: _l("Write hours like 09:00-13:00, 14:00-18:00. Leave it empty for a closed day."),
    Fault.BACKWARDS: _l(
        "An interval ends after it begins. Write a night in two parts: until 24:00, and from 00:00 on the next day."
    ),
    Fault.OVERLAP: _l("Two intervals of this day overlap."),
}
REFUSALS: Mapping[Why, tuple[str, Any]] = {
    Why.NAME_TAKEN: ("name", _l("Another one has this name already. Choose a different one.")),
    Why.ZONE: ("timezone", _l("No such time zone is known. Write it like Europe/Lisbon.")),
    Why.NO_HOURS: ("mon", _l("A week needs open hours on at least one day.")),
    Why.OVERLAP: ("mon", WRONG_HOURS[Fault.OVERLAP]),
    Why.BACKWARDS: ("mon", WRONG_HOURS[Fault.BACKWARDS]),
    Why.HOURS: ("mon", WRONG_HOURS[Fault.FORM]),
    Why.PAST: (
        "day",
        _l("Today and what has passed stay as they are. Choose tomorrow or a later day."),
    ),
    Why.TOO_FAR: ("day", _l("This is more than ten years ahead.")),
    Why.NO_SUCH_DAY: ("day", _l("Nothing is written for this day any more.")),
    Why.PERCENT: ("levels", _l("A warning comes at 1 to 500 percent of the time promised.")),
    Why.NOT_ASCENDING: (
        "levels",
        _l("Each warning comes at a higher percentage than the one before."),
    ),
    Why.NOBODY: ("levels", _l("Say for each warning whom to tell.")),
    Why.TARGET: ("promises", _l("A target is longer than nothing and ten years at most.")),
    Why.TWICE: ("exceptions", _l("A category has two rows for the same priority.")),
    Why.NO_TARGET: ("promises", _l("A plan promises something: fill in at least one target.")),
    Why.NO_CALENDAR: ("calendar", _l("This calendar is no longer there. Choose another.")),
    Why.RETIRED: ("name", _l("This plan is retired and stays as it is.")),
}


def refuse(form: PortalForm, refused: Refused) -> None:
    """Say at the field it is about why nothing was changed."""
    name, words = REFUSALS[refused.why]
    if name in form and not isinstance(form, DayChoiceForm):
        form[name].errors = [str(words)]
    else:
        form.form_errors.append(str(words))


class HoursField(StringField):
    """Intervals of a day, written like `09:00-13:00, 14:00-18:00`; `intervals` are in minutes."""

    intervals: list[list[int]]

    def pre_validate(self, form: Any) -> None:
        """Read what was written."""
        try:
            self.intervals = hours_written(self.data or "")
        except NotUnderstood as wrong:
            raise ValidationError(str(WRONG_HOURS[wrong.fault])) from None


class WeekFields(PortalForm):
    """The hours of each weekday."""

    mon = HoursField(_l("Monday"), HOURS)
    tue = HoursField(_l("Tuesday"), HOURS)
    wed = HoursField(_l("Wednesday"), HOURS)
    thu = HoursField(_l("Thursday"), HOURS)
    fri = HoursField(_l("Friday"), HOURS)
    sat = HoursField(_l("Saturday"), HOURS)
    sun = HoursField(_l("Sunday"), HOURS)

    @property
    def days(self) -> list[Any]:
        """The fields from Monday to Sunday."""
        return [self[name] for name in DAYS]

    @property
    def weekly(self) -> Week:
        """What was typed."""
        return [field.intervals for field in self.days]


def week_typed(weekly: Week) -> dict[str, str]:
    """A week as its fields show it."""
    return {name: hours_text(hours) for name, hours in zip(DAYS, weekly, strict=True)}


class PlaceFields(PortalForm):
    """A calendar's name and whose holidays close it."""

    name = StringField(_l("Name"), NAME)
    country = SelectField(_l("Public holidays of"))
    region = StringField(_l("Region"), [Length(max=12), one_line])

    def __init__(self, *args: Any, countries: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = options([("", _("No country")), *_named(countries)])
        self.countries = countries

    @property
    def called(self) -> str:
        """The name as it is kept."""
        return (self.name.data or "").strip()

    @property
    def place(self) -> tuple[str, str]:
        """Country and region, in capitals or not; no region without a country."""
        country, typed = self.country.data or "", (self.region.data or "").strip()
        codes = {code.lower(): code for code in self.countries.get(country, ())}
        return country, codes.get(typed.lower(), typed) if country else ""


class NewCalendarForm(PlaceFields, WeekFields):
    """A calendar that is set up."""

    timezone = StringField(_l("Time zone"), [InputRequired(), Length(max=64), one_line])


class WeekForm(WeekFields):
    """Another week, and from when on."""

    day = DateField(_l("In force from"), [InputRequired()])


class DayForm(PortalForm):
    """A day that is unlike the week's."""

    day = DateField(_l("Day"), [InputRequired()])
    title = StringField(_l("Why"), [InputRequired(), Length(max=120), one_line])
    hours = HoursField(_l("Open"), HOURS)

    @property
    def closing(self) -> Closing:
        """What was typed."""
        assert isinstance(self.day.data, date)
        return Closing(self.day.data, (self.title.data or "").strip(), self.hours.intervals)


class DayChoiceForm(PortalForm):
    """A day to which something is written; its field is on no page, so that its faults stand above all."""

    day = DateField(_l("Day"), [InputRequired()])

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether a day was named."""
        valid = super().validate(extra_validators)
        self.form_errors.extend(map(str, self.day.errors))
        self.day.errors = ()
        return valid


class DaysFileForm(PortalForm):
    """A file of closing days."""

    file = FileField(_l("iCalendar file (.ics)"))


def zones() -> list[str]:
    """The time zones people know by a place, in order."""
    return sorted(name for name in available_timezones() if "/" in name and "Etc/" not in name)


def _named(countries: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Countries by their name in the reader's language."""
    locale = get_locale()
    names = locale.territories if locale else {}
    return sorted(((code, names.get(code, code)) for code in countries), key=lambda pair: pair[1])
