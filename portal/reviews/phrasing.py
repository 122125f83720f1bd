"""Numbers, days and spans as the review's reader writes them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import (
    format_date,
    format_datetime,
    format_skeleton,
    get_day_names,
    get_timezone_location,
)
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision

from portal.reviews.words import gettext as _
from portal.reviews.words import ngettext

LOCALES = {"en": "en_GB"}
UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
SHORT = {"hour": "h", "minute": "min", "second": "s"}
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")


@dataclass(frozen=True)
class Say:
    """Formats for one language and one time zone."""

    language: str
    timezone: str

    @property
    def locale(self) -> str:
        """The locale behind the language; English days are written day first."""
        return LOCALES.get(self.language, self.language)

    def count(self, number: float | None) -> str:
        """A whole number with the locale's grouping; a dash for none."""
        return "–" if number is None else str(format_decimal(number, locale=self.locale))

    def signed(self, number: int) -> str:
        """A difference with its sign, ±0 for none."""
        sign = "+" if number > 0 else "−" if number < 0 else "±"
        return sign + self.count(abs(number))

    def tenths(self, value: float) -> str:
        """A number to one decimal."""
        return str(format_decimal(Decimal(str(value)), "#,##0.0", locale=self.locale))

    def percent(self, value: float | None) -> str:
        """A share given in per cent, to one decimal (C9); "n/a" without a denominator."""
        if value is None:
            return _("n/a")
        whole = str(Locale.parse(self.locale).percent_formats[None].pattern)
        pattern = re.sub(r"0(?=\s*%)", "0.0", whole)
        return str(format_percent(Decimal(str(value)) / 100, pattern, locale=self.locale))

    def money(self, minor: int, currency: str) -> str:
        """An amount of minor units; a currency may have none, or three decimals of them."""
        amount = Decimal(minor).scaleb(-get_currency_precision(currency))
        return str(format_currency(amount, currency, locale=self.locale))

    def points(self, value: float) -> str:
        """A difference of two shares in percentage points."""
        sign = "+" if value > 0 else "−" if value < 0 else "±"
        return sign + str(
            format_decimal(Decimal(str(abs(round(value, 1)))), "0.0", locale=self.locale)
        )

    def span(self, seconds: float | None) -> str:
        """A span by its two largest units: "2 days 4 h", "1 h 12 min", "40 s"; a dash for none."""
        if seconds is None:
            return "–"
        parts: list[tuple[str, int]] = []
        rest = int(seconds)
        for unit, size in UNITS:
            number, rest = divmod(rest, size)
            if parts or number:
                parts.append((unit, number))
        parts = parts[:2] if parts and parts[0][0] != "minute" else parts[:1]
        named = [self._unit(number, unit) for unit, number in parts if number]
        return " ".join(named) or self._unit(0, "minute")

    def _unit(self, number: int, unit: str) -> str:
        if unit == "day":
            words = ngettext("%(count)s day", "%(count)s days", number, count=self.count(number))
            return words.replace(" ", "\u00a0")
        return f"{self.count(number)}\u00a0{SHORT[unit]}"

    def day(self, day: date) -> str:
        """1 October 2026."""
        return str(format_date(day, "long", locale=self.locale))

    def short_day(self, day: date) -> str:
        """1 Oct, without the year."""
        return str(format_skeleton("MMMd", day, locale=self.locale))

    def day_seen_from(self, day: date, year: int) -> str:
        """Without the year inside it, like 1 Oct; a day of another year in digits, like 01/10/2025."""
        skeleton = "MMMd" if day.year == year else "yMd"
        return str(format_skeleton(skeleton, day, locale=self.locale))

    def local_day(self, instant: datetime) -> date:
        """The day an instant falls on, in the review's zone."""
        return instant.astimezone(ZoneInfo(self.timezone)).date()

    def instant(self, instant: datetime) -> str:
        """6 October 2026, 00:00, in the review's zone."""
        local = instant.astimezone(ZoneInfo(self.timezone))
        return f"{self.day(local.date())}, {format_datetime(local, 'HH:mm', locale=self.locale)}"

    def clock(self, instant: datetime) -> str:
        """The time of day in the review's zone: 14:05."""
        return f"{instant.astimezone(ZoneInfo(self.timezone)):%H:%M}"

    def month(self, day: date) -> str:
        """The month's own name."""
        return str(format_date(day, "LLLL", locale=self.locale))

    def short_month(self, day: date) -> str:
        """The month's name in few letters."""
        return str(format_date(day, "LLL", locale=self.locale)).rstrip(".")

    def weekdays(self, width: Literal["abbreviated", "wide"] = "abbreviated") -> list[str]:
        """Names of the days, Monday first."""
        names = get_day_names(width, "stand-alone", self.locale)
        return [str(names[index]).rstrip(".") for index in range(7)]

    def zone(self) -> str:
        """The zone as people call it: "Lisbon time"."""
        if self.timezone == "UTC":
            return "UTC"
        city = get_timezone_location(self.timezone, locale=self.locale, return_city=True)
        return _("%(city)s time", city=city)


def plain(text: str, most: int = 200) -> str:
    """A text of others fit for print: one line, no control or direction characters, cut with an ellipsis."""
    cut = text[: 4 * most]
    words = "".join(" " if _no_letter(c) else c for c in BIDI.sub("", cut)).split()
    line = " ".join(words)
    return line if len(line) <= most and len(cut) == len(text) else line[: most - 1].rstrip() + "…"


def _no_letter(c: str) -> bool:
    """Whether it is a control character, half of a pair, or one of those that Unicode keeps out of any text."""
    number = ord(c)
    if number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF:
        return True
    return unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs")
