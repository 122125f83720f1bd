"""Template filters that know the reader's language and time zone."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from babel import Locale, numbers
from babel.dates import format_date, format_skeleton, format_timedelta, get_timezone_location
from flask import Flask
from markupsafe import Markup, escape

from portal import clock
from portal.web import text, words
from portal.web.reader import Reader, local, reader, reader_locale, zone
from portal.web.words import gettext as _

NOTHING = "–"
HARD_SPACE = "\N{NO-BREAK SPACE}"
DATE_FORMS = {"short": "MMMd", "year": "yMMMd", "month": "yMMMM", "weekday": "MMMEd"}


def install(app: Flask) -> None:
    """Make every filter known to the templates."""
    own = (day, instant, moment, weekday, span, ago, money, number, percent, month_name, city)
    plain = (text.initials, text.linkify, text.marked, text.device, text.attrs)
    app.jinja_env.filters.update({function.__name__: function for function in (*own, *plain)})
    app.jinja_env.filters.update({"clock": clock_time, "bytes": size})


def day(value: date | datetime | None, form: str = "long") -> str:
    """A date: 9 March 2026; `short` 9 Mar, `year` 9 Mar 2026, `month` March 2026, `weekday` Mon 9 Mar.

    `brief` is short in the present year and names any other.
    """
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        value = local(value).date()
    if form == "brief":
        form = "short" if value.year == local(clock.now()).year else "year"
    return _dated(value, form, reader_locale())


def clock_time(value: datetime | None) -> str:
    """The time of day, 14:05."""
    if value is None:
        return NOTHING
    here = local(value)
    hour = f"{here.hour}" if reader_locale().startswith("es") else f"{here.hour:02}"
    return f"{hour}:{here.minute:02}"


def weekday(value: date | datetime, form: str = "long") -> str:
    """The day of the week; `short` for three letters."""
    if isinstance(value, datetime):
        value = local(value).date()
    return _weekday(value.weekday(), "wide" if form == "long" else "abbreviated", reader_locale())


def month_name(value: date, form: str = "long") -> str:
    """The month alone; `short` for its abbreviation."""
    names = Locale.parse(reader_locale()).months["stand-alone" if form == "long" else "format"]
    return str(names["wide" if form == "long" else "abbreviated"][value.month])


def moment(value: datetime | None) -> str:
    """When something was, as short as it stays clear: 14:05, Wed 14:05, 9 Mar 14:05, 9 Mar 2024 14:05."""
    if value is None:
        return NOTHING
    then, today = local(value).date(), local(clock.now()).date()
    if then == today:
        return _("today %(time)s", time=clock_time(value))
    if 0 < (today - then).days < 6:
        return f"{weekday(then, 'short')} {clock_time(value)}"
    return f"{day(then, 'brief')}, {clock_time(value)}"


def instant(value: datetime | None, form: str = "moment") -> Markup | str:
    """A `<time>` in short words with the exact instant and zone on hover; `form` ago, day or clock."""
    if value is None:
        return NOTHING
    return (
        _made_time(value, ago(value), " data-ago")
        if form == "ago"
        else _time(value, form, reader())
    )


@lru_cache(4096)
def _time(value: datetime, form: str, reader: Reader) -> Markup:
    return _made_time(value, {"moment": moment, "day": day, "clock": clock_time}[form](value))


def _made_time(value: datetime, short: str, mark: str = "") -> Markup:
    place = _zone_name(local(value).tzname() or "", str(zone()))
    exact = escape(f"{day(value)} {clock_time(value)} {place}")
    iso = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Markup(f'<time datetime="{iso}" title="{exact}"{mark}>{escape(short)}</time>')


def ago(value: datetime | None) -> str:
    """How long ago, in one unit: 12 minutes ago."""
    if value is None:
        return NOTHING
    passed = value - clock.now()
    if abs(passed) < timedelta(minutes=1):
        return _("just now")
    return format_timedelta(passed, add_direction=True, threshold=1.2, locale=reader_locale())


def span(value: timedelta | float | None, days: bool = True) -> str:
    """A stretch of time in its two largest units: 6 h 10, 3 d 2 h, 47 min; hours only without `days`."""
    if value is None:
        return NOTHING
    seconds = value.total_seconds() if isinstance(value, timedelta) else float(value)
    minutes = int(seconds // 60)
    wording = words.kept("portal_spans", _span_words)
    if minutes < 1:
        return wording["moment"]
    if minutes < 60:
        return wording["minutes"] % {"minutes": minutes}
    hours, rest = divmod(minutes, 60)
    if days and hours >= 24:
        whole, left = divmod(hours, 24)
        return wording["both" if left else "days"] % {"days": whole, "hours": left}
    return wording["hours"] % {"hours": hours} + (f" {rest:02}" if rest else "")


def _span_words() -> dict[str, str]:
    """The wording of spans in the reader's language, for lists with many of them."""
    return {
        "moment": _("under 1 min"),
        "minutes": _("%(minutes)s min"),
        "hours": _("%(hours)s h"),
        "days": _("%(days)s d"),
        "both": _("%(days)s d %(hours)s h"),
    }


def money(minor: int | None, currency: str, whole: bool = False) -> str:
    """An amount of minor units as the reader writes it; `whole` leaves the minor units out."""
    if minor is None:
        return NOTHING
    return _money(minor, currency, whole, reader_locale())


@lru_cache(4096)
def _money(minor: int, currency: str, whole: bool, locale: str) -> str:
    amount = Decimal(minor).scaleb(-numbers.get_currency_precision(currency))
    if not whole:
        return numbers.format_currency(amount, currency, locale=locale)
    pattern = Locale.parse(locale).currency_formats["standard"].pattern.replace("0.00", "0")
    return numbers.format_currency(
        amount.to_integral_value(), currency, pattern, locale=locale, currency_digits=False
    )


def number(value: float | Decimal | None, decimals: int | None = None) -> str:
    """A number with the reader's separators."""
    if value is None:
        return NOTHING
    if decimals is None and isinstance(value, int) and 0 <= value < 1000:
        return str(value)
    return _number(value, decimals, reader_locale())


@lru_cache(4096, typed=True)
def _number(value: float | Decimal, decimals: int | None, locale: str) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return numbers.format_decimal(value, None if decimals is None else pattern, locale)


def percent(value: float | Decimal | None, decimals: int = 1) -> str:
    """A value that is a percentage already: 91.4%, or 91,4 % where the language writes a space."""
    return NOTHING if value is None else _percent(value, decimals, reader_locale())


@lru_cache(4096, typed=True)
def _percent(value: float | Decimal, decimals: int, locale: str) -> str:
    whole = str(Locale.parse(locale).percent_formats[None].pattern)
    fine = whole.replace("#,##0", "#,##0" + ("." + "0" * decimals if decimals else ""))
    return numbers.format_percent(Decimal(str(value)) / 100, format=fine, locale=locale)


def size(value: int | None) -> str:
    """The size of a file: 214 KB, 1.2 MB."""
    if value is None:
        return NOTHING
    if value < 1024:
        return f"{number(value)}{HARD_SPACE}B"
    amount, unit = value / 1024, "KB"
    for bigger in ("MB", "GB"):
        if amount >= 1000:
            amount, unit = amount / 1024, bigger
    decimals = 1 if unit != "KB" and amount < 10 else 0
    return f"{number(amount, decimals)}{HARD_SPACE}{unit}"


def due_words(due_at: datetime | None, now: datetime, paused: bool = False) -> tuple[str, str]:
    """The shape and the words of a due date: late, soon (today) or calm."""
    if paused:
        return "calm", _("Paused")
    if due_at is None:
        return "calm", _("No target")
    if due_at < now:
        return "late", _("%(span)s overdue", span=span(now - due_at))
    away = (local(due_at).date() - local(now).date()).days
    if away == 0:
        return "soon", _("Today %(time)s", time=clock_time(due_at))
    if away == 1:
        return "calm", _("Tomorrow %(time)s", time=clock_time(due_at))
    if away < 7:
        return "calm", f"{weekday(due_at, 'short')} {clock_time(due_at)}"
    return "calm", day(due_at, "brief")


def language_name(code: str) -> str:
    """What a language is called in the reader's own."""
    return str(Locale.parse(code).get_display_name(reader_locale()) or code)


def city(zone: str) -> str:
    """The place a time zone is named after, in the reader's language: Lisbon, Lisboa."""
    return get_timezone_location(zone, locale=reader_locale(), return_city=True)


def weekdays() -> Iterable[str]:
    """The seven days from Monday, short."""
    return [_weekday(number, "abbreviated", reader_locale()) for number in range(7)]


@lru_cache(4096)
def _dated(value: date, form: str, locale: str) -> str:
    if form == "long":
        return format_date(value, "long", locale=locale)
    return format_skeleton(DATE_FORMS[form], value, locale=locale)


@lru_cache(256)
def _weekday(number: int, width: str, locale: str) -> str:
    return str(Locale.parse(locale).days["format"][width][number])


@lru_cache(256)
def _zone_name(abbreviation: str, zone: str) -> str:
    """The zone's own short name where it has letters, else the place."""
    return abbreviation if abbreviation.isalpha() else zone.rpartition("/")[2].replace("_", " ")
