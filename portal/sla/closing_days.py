"""Days on which a business-hours calendar is closed: public holidays and those of an iCalendar file. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from holidays import country_holidays, list_supported_countries

from portal.sla.calendar_files import CalendarFileFault, Event, events_of
from portal.web.words import gettext as _

AHEAD = timedelta(days=5 * 365 + 1)
MARGIN = timedelta(days=2)
"""By which a day in one zone may lie beside that in another."""

MOST_DAYS = 1000
MOST_LOOKED_AT = 1_000_000
"""Days that one file may make us look at: the rules of some 400 events repeated each year."""


class ClosingDaysFault(ValueError):
    """There are no such holidays, or a file cannot be taken; the message is a sentence for people."""


@dataclass(frozen=True)
class Day:
    """A local day and what is celebrated on it."""

    day: date
    name: str


def countries() -> dict[str, tuple[str, ...]]:
    """The countries whose public holidays are known, by ISO code in order, and the codes of their regions."""
    known = list_supported_countries(include_aliases=False)
    return {code: tuple(regions) for code, regions in sorted(known.items())}


def holidays_of(country: str, region: str, years: Iterable[int], language: str = "en") -> list[Day]:
    """The public holidays of a country, and of its region unless that is empty, in order; one entry a day.

    Days taken instead of one on a weekend are in; optional days and those of banks or schools alone are left out.
    Names are in the language, a code like `pt` or `pt_BR`, as far as the library has them, else in the country's.

    Raises: ClosingDaysFault.
    """
    regions = countries().get(country)
    if regions is None:
        raise ClosingDaysFault(_("No holidays are known of the country “%(code)s”.", code=country))
    if region and region not in regions:
        raise ClosingDaysFault(
            _("No region “%(code)s” is known in “%(country)s”.", code=region, country=country)
        )
    known = country_holidays(country)
    found = country_holidays(
        country,
        subdiv=region or None,
        years=years,
        language=_nearest(language, known.supported_languages, known.default_language),
    )
    return [Day(day, ", ".join(dict.fromkeys(found.get_list(day)))) for day in sorted(found)]


def _nearest(language: str, offered: Sequence[str], own: str | None) -> str | None:
    """The offered language that is this one or at least its tongue, the country's own variety first."""
    tongue = language.split("_")[0]
    of_tongue = [code for code in offered if code.split("_")[0] == tongue]
    return min(of_tongue, key=lambda code: (code != language, code != own, code), default=own)


def days_of_ical(data: bytes, since: date, zone: ZoneInfo | None = None) -> list[Day]:
    """The days from `since` on, for five years, that the events of an iCalendar file touch, in order; one entry a day.

    Events with times count on each date they touch: in `zone` when it is given and the file says which zone it
    means, else as written. Cancelled events are left out.

    Raises: ClosingDaysFault.
    """
    tally = _Tally(since, zone)
    try:
        tally.take(list(events_of(data)))
    except CalendarFileFault as fault:
        raise ClosingDaysFault(str(fault)) from fault
    if not tally.names:
        raise ClosingDaysFault(_("The file holds no day from %(date)s on.", date=since.isoformat()))
    return [Day(day, ", ".join(filter(None, names))) for day, names in sorted(tally.names.items())]


class _Tally:
    """The days found so far with their names, and how many more may be looked at."""

    def __init__(self, since: date, zone: ZoneInfo | None) -> None:
        self.since, self.until, self.zone = since, since + AHEAD, zone
        self.names: defaultdict[date, dict[str, None]] = defaultdict(dict)
        self.left = MOST_LOOKED_AT

    def take(self, events: Sequence[Event]) -> None:
        """Count the days of all events, those of single occurrences in place of what they replace."""
        replaced: defaultdict[str, list[date]] = defaultdict(list)
        for event in events:
            if event.instead_of and event.uid:
                replaced[event.uid].append(event.instead_of)
        for event in events:
            if event.instead_of is None and event.uid in replaced:
                event = replace(event, never=(*event.never, *replaced[event.uid]))
            if not event.cancelled:
                self._take(event)

    def _take(self, event: Event) -> None:
        earliest, latest = self.since - event.length - MARGIN, self.until + MARGIN
        self._look(len(event.never))
        self._look(len(event.rule.looked_at(earliest, latest)) if event.rule else 0)
        for begin in event.begins_on(earliest, latest):
            first, last = event.touches(begin, self.zone)
            self._look((last - first).days)
            for number in range((last - first).days + 1):
                self._add(first + timedelta(days=number), event.name)

    def _look(self, days: int) -> None:
        self.left -= days
        if self.left < 0:
            raise ClosingDaysFault(_("The calendar repeats too often to be worked out."))

    def _add(self, day: date, name: str) -> None:
        if self.since <= day <= self.until:
            self.names[day][name] = None
        if len(self.names) > MOST_DAYS:
            raise ClosingDaysFault(_("The file closes more than %(days)s days.", days=MOST_DAYS))
