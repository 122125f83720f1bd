"""Events of an iCalendar file as the days they touch. Pure; files come from strangers, so all work is bounded."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, vRecur

from portal.sla.repetition import RepetitionFault, Rule, rule_of
from portal.web.words import gettext as _

T = TypeVar("T")

MOST_BYTES = 1_000_000
LONGEST_NAME = 200
LONGEST_EVENT = timedelta(days=1000)
MOMENT = timedelta(microseconds=1)
LINE_END = re.compile(r"\r?\n")
FOLD = re.compile(r"\r?\n[ \t]")
NAME_END = re.compile(r"[;:]")
TIMES = {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID"}
NEEDED = TIMES | {"BEGIN", "END", "UID", "SUMMARY", "STATUS"}


class CalendarFileFault(ValueError):
    """A file cannot be taken; the message is a sentence for people."""


@dataclass(frozen=True)
class Event:
    """What matters of an event: `begins_at` is the wall time of its zone, None when the file does not name a known one.

    `instead_of` names the occurrence of the event with the same `uid` that this one replaces.
    """

    name: str
    uid: str
    begins_at: datetime
    length: timedelta
    zone: ZoneInfo | None
    rule: Rule | None
    also: tuple[date, ...]
    never: tuple[date, ...]
    instead_of: date | None
    cancelled: bool

    def begins_on(self, earliest: date, latest: date) -> set[date]:
        """The days of its own zone, from one to the other, on which it begins."""
        single = {self.begins_at.date(), *map(self.own_day, self.also)}
        found = {day for day in single if earliest <= day <= latest}
        if self.rule:
            found.update(self.rule.days(earliest, latest))
        return found.difference(map(self.own_day, self.never))

    def touches(self, day: date, zone: ZoneInfo | None) -> tuple[date, date]:
        """The first and the last day that the event touches when it begins on this one, in a zone or as written."""
        begin = datetime.combine(day, self.begins_at.time())
        last = max(begin, begin + self.length - MOMENT)
        if self.zone and zone:
            begin, last = (
                wall.replace(tzinfo=self.zone).astimezone(zone) for wall in (begin, last)
            )
        return begin.date(), last.date()

    def own_day(self, value: date) -> date:
        """The day of a date or an instant in the event's zone."""
        return _wall(value, self.zone).date()


def events_of(data: bytes) -> Iterator[Event]:
    """The events of a file, cancelled ones too.

    Raises: CalendarFileFault.
    """
    for calendar in _calendars(data):
        for component in calendar.subcomponents:
            if component.name == "VEVENT":
                yield _event(component)


def _calendars(data: bytes) -> list[Component]:
    if len(data) > MOST_BYTES:
        raise CalendarFileFault(_("The file is larger than 1 MB."))
    try:
        found = Calendar.from_ical(_needed(data.decode("utf-8-sig")), multiple=True)
    except Exception as error:  # the parser lets many kinds through, of zone files not found too
        raise CalendarFileFault(_("The file is not an iCalendar file (.ics) in UTF-8.")) from error
    calendars: list[Component] = [each for each in found if each.name == Calendar.name]
    if not calendars:
        raise CalendarFileFault(_("The file holds no complete calendar (VCALENDAR)."))
    return calendars


def _needed(text: str) -> str:
    """The unfolded lines that events are read by: what else is broken in a file does not matter.

    TZID is not among them, so its own time zones have no name: icalendar would keep them for all later files.
    """
    lines = LINE_END.split(FOLD.sub("", text))
    return "\r\n".join(
        line for line in lines if NAME_END.split(line, 1)[0].strip().upper() in NEEDED
    )


def _event(component: Component) -> Event:
    for broken, _reason in component.errors:
        raise _not_understood(component, broken or "VEVENT")
    if "EXRULE" in component:
        raise _not_understood(component, "EXRULE")
    start = _single(component, "DTSTART", date)
    if start is None:
        raise _not_understood(component, "DTSTART")
    zone = _zone(start)
    return Event(
        name=_text(component, "SUMMARY"),
        uid=str(component.get("UID", "")),
        begins_at=_wall(start, zone),
        length=_length(component, start),
        zone=zone,
        rule=_rule(component, start),
        also=_moments(component, "RDATE"),
        never=_moments(component, "EXDATE"),
        instead_of=_single(component, "RECURRENCE-ID", date),
        cancelled=_text(component, "STATUS").upper() == "CANCELLED",
    )


def _length(component: Component, start: date) -> timedelta:
    """From the start to the end that is no longer part of it; nothing for a day or a moment without an end."""
    zone, end = _zone(start), _single(component, "DTEND", date)
    length = _single(component, "DURATION", timedelta) or timedelta()
    if end is not None:
        length = _wall(end, zone) - _wall(start, zone)
    if length < timedelta():
        raise CalendarFileFault(
            _("The event “%(name)s” ends before it begins.", name=_label(component))
        )
    if length > LONGEST_EVENT:
        raise CalendarFileFault(
            _(
                "The event “%(name)s” is longer than %(days)s days.",
                name=_label(component),
                days=LONGEST_EVENT.days,
            )
        )
    return length


def _rule(component: Component, start: date) -> Rule | None:
    parts = component.get("RRULE")
    if parts is None:
        return None
    if not isinstance(parts, vRecur):
        raise _not_understood(component, "RRULE")
    try:
        return rule_of(parts, _wall(start, _zone(start)).date(), _last_begin(parts, start))
    except RepetitionFault as fault:
        raise CalendarFileFault(
            _(
                "The event “%(name)s” repeats in a way that is not understood: %(part)s.",
                name=_label(component),
                part=fault,
            )
        ) from fault


def _last_begin(parts: vRecur, start: date) -> date:
    """The last day on which an event with this start may begin again."""
    untils = parts.get("UNTIL", [date.max])
    if len(untils) != 1 or not isinstance(untils[0], date):
        raise RepetitionFault("UNTIL")
    if not isinstance(untils[0], datetime) or not isinstance(start, datetime):
        return _wall(untils[0], None).date()
    until = _wall(untils[0], _zone(start))
    is_later = until.time() < start.time() and until.date() > date.min
    return until.date() - timedelta(days=is_later)


def _moments(component: Component, of: str) -> tuple[date, ...]:
    lists = [getattr(values, "dts", (None,)) for values in _all(component, of)]
    found = [getattr(value, "dt", None) for values in lists for value in values]
    moments = tuple(value for value in found if isinstance(value, date))
    if len(moments) != len(found):
        raise _not_understood(component, of)
    return moments


def _single(component: Component, of: str, kind: type[T]) -> T | None:
    """The one value of a property, or None when it is not there."""
    if of not in component:
        return None
    found = _all(component, of)
    value = getattr(found[0], "dt", None)
    if len(found) != 1 or "RANGE" in found[0].params or not isinstance(value, kind):
        raise _not_understood(component, of)
    return value


def _all(component: Component, of: str) -> Sequence[Any]:
    found = component.get(of, [])
    return found if isinstance(found, list) else [found]


def _text(component: Component, of: str) -> str:
    """The property in one line of printable characters, or nothing."""
    text = " ".join(str(value) for value in _all(component, of)[:1])
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    line = " ".join(printable.split())
    return line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1] + "…"


def _label(component: Component) -> str:
    """What a fault calls the event."""
    return _text(component, "SUMMARY") or _text(component, "UID") or "VEVENT"


def _zone(value: date) -> ZoneInfo | None:
    zone = value.tzinfo if isinstance(value, datetime) else None
    return zone if isinstance(zone, ZoneInfo) else None


def _wall(value: date, zone: ZoneInfo | None) -> datetime:
    """What the clock of a zone shows at an instant, or what is written; a date is its midnight."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time())
    if zone and _zone(value) and date.min.year < value.year < date.max.year:
        value = value.astimezone(zone)
    return value.replace(tzinfo=None)


def _not_understood(component: Component, part: str) -> CalendarFileFault:
    return CalendarFileFault(
        _(
            "The event “%(name)s” cannot be read: %(part)s is not understood.",
            name=_label(component),
            part=part,
        )
    )
