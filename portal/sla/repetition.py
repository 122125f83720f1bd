"""On which days an event begins that repeats by days, weeks, months or years (RFC 5545, RRULE). Pure.

Each day of a span is asked whether it matches, instead of following the rule from one match to the next: a rule that
matches nothing costs no more than another, and how many days are looked at is known beforehand.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import groupby, islice
from typing import Any

Parts = Mapping[str, Sequence[Any]]
"""A rule as icalendar reads it: each part's name and values."""

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
SINGLE = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"})
HONOURED = SINGLE | {"BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYDAY", "BYSETPOS"}
LONGEST_PERIOD = timedelta(days=366)


class RepetitionFault(ValueError):
    """A rule is not honoured; the message is the part of it that is the reason."""


@dataclass(frozen=True)
class Rule:
    """A repetition from its first day to its last; an empty set of days or months allows all."""

    first: date
    last: date
    frequency: str
    interval: int = 1
    count: int | None = None
    week_begins: int = 0
    months: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    year_days: frozenset[int] = frozenset()
    weekdays: frozenset[tuple[int, int]] = frozenset()
    positions: frozenset[int] = frozenset()

    def days(self, earliest: date, latest: date) -> Iterator[date]:
        """The days from `earliest` to `latest` on which the event begins, in order."""
        matching = filter(self.matches, map(date.fromordinal, self.looked_at(earliest, latest)))
        picked = (
            day
            for _, period in groupby(matching, self._period)
            for day in self._picked(list(period))
            if day >= self.first
        )
        end = min(latest, self.last)
        counted = islice(picked, self.count if self._runs_out(latest) else None)
        return (day for day in counted if earliest <= day <= end)

    def looked_at(self, earliest: date, latest: date) -> range:
        """The ordinals of the days that have to be looked at: whole periods, and from the first day on when counting."""
        begin = self.first if self._runs_out(latest) else max(self.first, earliest)
        end = min(latest, self.last) + (LONGEST_PERIOD if self.positions else timedelta())
        return range(self._period_begin(begin).toordinal(), end.toordinal() + 1)

    def matches(self, day: date) -> bool:
        """Whether each part of the rule but COUNT, UNTIL and BYSETPOS allows the day."""
        return (
            (self._period(day) - self._first_period) % self.interval == 0
            and (not self.months or day.month in self.months)
            and (not self.month_days or _is_among(self.month_days, *_place_in_month(day)))
            and (not self.year_days or _is_among(self.year_days, *_place_in_year(day)))
            and (not self.weekdays or self._allows_weekday(day))
        )

    def _allows_weekday(self, day: date) -> bool:
        weekday = day.weekday()
        if (weekday, 0) in self.weekdays:
            return True
        within_month = self.frequency == "MONTHLY" or bool(self.months)
        number, of = _place_in_month(day) if within_month else _place_in_year(day)
        wanted = {(weekday, (number + 6) // 7), (weekday, -((of - number) // 7) - 1)}
        return not wanted.isdisjoint(self.weekdays)

    def _runs_out(self, latest: date) -> bool:
        """Whether COUNT can end the rule by then; at most one begins each day."""
        return self.count is not None and self.count <= (latest - self.first).days

    def _picked(self, period: list[date]) -> Iterable[date]:
        if not self.positions:
            return period
        of = len(period)
        return (
            day for number, day in enumerate(period, 1) if _is_among(self.positions, number, of)
        )

    @cached_property
    def _first_period(self) -> int:
        return self._period(self.first)

    def _period(self, day: date) -> int:
        if self.frequency == "YEARLY":
            return day.year
        if self.frequency == "MONTHLY":
            return day.year * 12 + day.month
        if self.frequency == "WEEKLY":
            return (day.toordinal() - 1 - self.week_begins) // 7
        return day.toordinal()

    def _period_begin(self, day: date) -> date:
        if self.frequency == "YEARLY":
            return day.replace(month=1, day=1)
        if self.frequency == "MONTHLY":
            return day.replace(day=1)
        if self.frequency == "WEEKLY":
            since = (day.weekday() - self.week_begins) % 7
            return day - timedelta(days=min(since, day.toordinal() - 1))
        return day


def rule_of(parts: Parts, first: date, last: date = date.max) -> Rule:
    """The rule of an event that begins on `first` and is not repeated after `last`.

    Raises: RepetitionFault.
    """
    strange = sorted(set(parts) - HONOURED)
    if strange:
        raise RepetitionFault(strange[0])
    frequency = str(_one(parts, "FREQ", "")).upper()
    if frequency not in FREQUENCIES:
        raise RepetitionFault(f"FREQ={frequency}")
    return _with_days_of_its_first(
        Rule(
            first=first,
            last=last,
            frequency=frequency,
            interval=_number(parts, "INTERVAL", 1),
            count=_number(parts, "COUNT", 1) if "COUNT" in parts else None,
            week_begins=_week_begins(parts),
            months=frozenset(int(month) for month in parts.get("BYMONTH", ())),
            month_days=frozenset(parts.get("BYMONTHDAY", ())),
            year_days=frozenset(parts.get("BYYEARDAY", ())),
            weekdays=_weekdays(parts, frequency),
            positions=frozenset(parts.get("BYSETPOS", ())),
        )
    )


def _with_days_of_its_first(rule: Rule) -> Rule:
    """A rule that names no days repeats those of its first day."""
    if rule.month_days or rule.year_days or rule.weekdays or rule.frequency == "DAILY":
        return rule
    if rule.frequency == "WEEKLY":
        return replace(rule, weekdays=frozenset({(rule.first.weekday(), 0)}))
    months = rule.months
    if rule.frequency == "YEARLY":
        months = months or frozenset({rule.first.month})
    return replace(rule, months=months, month_days=frozenset({rule.first.day}))


def _weekdays(parts: Parts, frequency: str) -> frozenset[tuple[int, int]]:
    """Weekdays with their number in the month or year; 0 is each, and weeks and days know no other."""
    numbered = frequency in ("MONTHLY", "YEARLY")
    return frozenset(
        (WEEKDAYS.index(str(day.weekday)), (day.relative or 0) if numbered else 0)
        for day in parts.get("BYDAY", ())
    )


def _week_begins(parts: Parts) -> int:
    day = str(_one(parts, "WKST", "MO")).upper()
    if day not in WEEKDAYS:
        raise RepetitionFault(f"WKST={day}")
    return WEEKDAYS.index(day)


def _number(parts: Parts, name: str, otherwise: int) -> int:
    found = int(_one(parts, name, otherwise))
    if found < 1:
        raise RepetitionFault(f"{name}={found}")
    return found


def _one(parts: Parts, name: str, otherwise: object) -> Any:
    values = parts.get(name, (otherwise,))
    if len(values) != 1:
        raise RepetitionFault(name)
    return values[0]


def _place_in_month(day: date) -> tuple[int, int]:
    return day.day, monthrange(day.year, day.month)[1]


def _place_in_year(day: date) -> tuple[int, int]:
    begins = date(day.year, 1, 1).toordinal()
    return day.toordinal() - begins + 1, date(day.year, 12, 31).toordinal() - begins + 1


def _is_among(wanted: frozenset[int], number: int, of: int) -> bool:
    """Whether the number, counted from the front or as a negative one from the end, is wanted."""
    return number in wanted or number - of - 1 in wanted
