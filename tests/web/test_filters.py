"""Dates, spans, money and numbers as each reader writes them, on the reader's own clock."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask_babel import force_locale

from portal.actor import Actor, act_as
from portal.web import filters
from tests.factories import BEGINNING

pytestmark = pytest.mark.on("sqlite")

AT = datetime(2026, 3, 9, 8, 5, tzinfo=UTC)
HARD = "\N{NO-BREAK SPACE}"
LANGUAGES = ("en", "pt", "es", "it")


@pytest.fixture
def reading(app):
    """Read one filter as somebody of a language and a time zone."""

    def read(language, filter_, *values, zone="UTC", **more):
        act_as(Actor(user_id=1, language=language, timezone=zone))
        with app.test_request_context("/"):
            return str(filter_(*values, **more))

    return read


@pytest.mark.parametrize(
    ("form", "en", "pt", "es", "it"),
    [
        ("long", "9 March 2026", "9 de março de 2026", "9 de marzo de 2026", "9 marzo 2026"),
        ("short", "9 Mar", "9 de mar.", "9 mar", "9 mar"),
        ("year", "9 Mar 2026", "9 de mar. de 2026", "9 mar 2026", "9 mar 2026"),
        ("month", "March 2026", "março de 2026", "marzo de 2026", "marzo 2026"),
        ("weekday", "Mon 9 Mar", "seg., 9 de mar.", "lun, 9 mar", "lun 9 mar"),
        ("brief", "9 Mar", "9 de mar.", "9 mar", "9 mar"),
    ],
)
def test_a_date_in_every_language(reading, form, en, pt, es, it):
    read = [reading(language, filters.day, AT, form) for language in LANGUAGES]
    assert read == [en, pt, es, it]
    assert reading("en", filters.day, AT.date(), form) == en


def test_brief_names_the_year_unless_it_is_this_one(reading):
    assert reading("en", filters.day, date(2024, 3, 9), "brief") == "9 Mar 2024"


@pytest.mark.parametrize(
    ("filter_", "en", "pt", "es", "it"),
    [
        (filters.clock_time, "08:05", "08:05", "8:05", "08:05"),
        (filters.weekday, "Monday", "segunda-feira", "lunes", "lunedì"),
        (filters.month_name, "March", "março", "marzo", "marzo"),
    ],
)
def test_parts_of_an_instant_in_every_language(reading, filter_, en, pt, es, it):
    assert [reading(language, filter_, AT) for language in LANGUAGES] == [en, pt, es, it]


@pytest.mark.parametrize(
    ("value", "en", "it"),
    [
        (BEGINNING - timedelta(minutes=5), "today 08:55", "oggi 08:55"),
        (BEGINNING - timedelta(days=1), "Sun 09:00", "dom 09:00"),
        (BEGINNING - timedelta(days=6), "24 Feb, 09:00", "24 feb, 09:00"),
        (BEGINNING + timedelta(days=1), "3 Mar, 09:00", "3 mar, 09:00"),
        (datetime(2024, 3, 9, 14, 5, tzinfo=UTC), "9 Mar 2024, 14:05", "9 mar 2024, 14:05"),
        (None, "–", "–"),
    ],
)
def test_a_moment_is_as_short_as_it_stays_clear(reading, value, en, it):
    assert reading("en", filters.moment, value) == en
    assert reading("it", filters.moment, value) == it


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("UTC", "9 March 2026 23:30"),
        ("Europe/Lisbon", "9 March 2026 23:30"),
        ("Europe/Rome", "10 March 2026 00:30"),
        ("America/Sao_Paulo", "9 March 2026 20:30"),
        ("Asia/Kathmandu", "10 March 2026 05:15"),
    ],
)
def test_an_instant_is_on_the_readers_clock(reading, zone, shown):
    at = datetime(2026, 3, 9, 23, 30, tzinfo=UTC)
    day, clock = (reading("en", f, at, zone=zone) for f in (filters.day, filters.clock_time))
    assert f"{day} {clock}" == shown


@pytest.mark.parametrize(
    ("utc", "local", "zone"),
    [
        ("2026-03-29T00:59", "00:59", "WET"),
        ("2026-03-29T01:00", "02:00", "WEST"),
        ("2026-10-25T00:30", "01:30", "WEST"),
        ("2026-10-25T01:30", "01:30", "WET"),
    ],
)
def test_the_clock_changes_and_the_zone_tells_the_two_hours_apart(reading, utc, local, zone):
    at = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert reading("en", filters.clock_time, at, zone="Europe/Lisbon") == local
    mark = reading("en", filters.instant, at, "clock", zone="Europe/Lisbon")
    assert f'{local} {zone}"' in mark
    assert f'datetime="{utc}:00Z"' in mark
    assert mark.endswith(f">{local}</time>")


def test_a_zone_without_letters_is_named_by_its_place(reading):
    assert '05:05 Sao Paulo"' in reading("en", filters.instant, AT, zone="America/Sao_Paulo")
    assert reading("en", filters.instant, None) == "–"


def test_how_long_ago_keeps_count_in_the_browser(reading):
    mark = reading("es", filters.instant, BEGINNING - timedelta(minutes=12), "ago")
    assert mark.endswith(" data-ago>hace 12 minutos</time>")
    assert reading("en", filters.ago, BEGINNING - timedelta(seconds=59)) == "just now"
    assert reading("en", filters.ago, BEGINNING - timedelta(hours=3)) == "3 hours ago"
    assert reading("pt", filters.ago, BEGINNING - timedelta(days=2)) == "há 2 dias"
    assert reading("it", filters.ago, BEGINNING + timedelta(hours=3)) == "tra 3 ore"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (timedelta(seconds=59), "under 1 min"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=6, minutes=5), "6 h 05"),
        (timedelta(hours=23, minutes=59), "23 h 59"),
        (timedelta(days=1), "1 d"),
        (timedelta(days=3, hours=2, minutes=59), "3 d 2 h"),
        (3600 * 6 + 600, "6 h 10"),
        (None, "–"),
    ],
)
def test_a_span_in_its_two_largest_units(reading, value, shown):
    assert reading("en", filters.span, value) == shown


def test_a_span_in_hours_alone_and_in_other_languages(reading):
    long = timedelta(days=3, hours=2)
    assert reading("en", filters.span, long, days=False) == "74 h"
    assert reading("it", filters.span, long) == "3 g 2 h"
    assert reading("pt", filters.span, timedelta(0)) == "menos de 1 min"


@pytest.mark.parametrize(
    ("filter_", "values", "en", "comma"),
    [
        (filters.number, (0,), "0", "0"),
        (filters.number, (999,), "999", "999"),
        (filters.number, (-1234,), "-1,234", "-1.234"),
        (filters.number, (1234567.5,), "1,234,567.5", "1.234.567,5"),
        (filters.number, (2.345, 1), "2.3", "2,3"),
        (filters.number, (1234.5, 0), "1,234", "1.234"),
        (filters.number, (None,), "–", "–"),
        (filters.size, (0,), f"0{HARD}B", f"0{HARD}B"),
        (filters.size, (1023,), f"1,023{HARD}B", f"1.023{HARD}B"),
        (filters.size, (214 * 1024,), f"214{HARD}KB", f"214{HARD}KB"),
        (filters.size, (1_300_000,), f"1.2{HARD}MB", f"1,2{HARD}MB"),
        (filters.size, (25 * 1024**2,), f"25{HARD}MB", f"25{HARD}MB"),
        (filters.size, (3 * 1024**3,), f"3.0{HARD}GB", f"3,0{HARD}GB"),
        (filters.size, (None,), "–", "–"),
    ],
)
def test_numbers_have_the_readers_separators(reading, filter_, values, en, comma):
    assert reading("en", filter_, *values) == en
    assert {reading(language, filter_, *values) for language in ("pt", "es", "it")} == {comma}


def test_a_percentage_has_a_space_where_the_language_writes_one(reading):
    read = [reading(language, filters.percent, 91.4) for language in LANGUAGES]
    assert read == ["91.4%", "91,4%", f"91,4{HARD}%", "91,4%"]
    assert reading("es", filters.percent, 100, 0) == f"100{HARD}%"
    assert reading("en", filters.percent, 0.05) == "0.0%"
    assert reading("en", filters.percent, 12.25, 2) == "12.25%"
    assert reading("en", filters.percent, None) == "–"


@pytest.mark.parametrize("language", LANGUAGES)
def test_money_keeps_its_minor_units(reading, language):
    def digits(*values, **more):
        return "".join(c for c in reading(language, filters.money, *values, **more) if c.isdigit())

    assert digits(123_456_789, "EUR") == "123456789"
    assert digits(123_456_789, "EUR", whole=True) == "1234568"
    assert digits(1500, "JPY") == "1500"
    assert digits(5, "GBP") == "005"
    assert "€" in reading(language, filters.money, 100, "EUR")
    assert reading(language, filters.money, None, "EUR") == "–"


def test_money_as_the_reader_writes_it(reading):
    assert reading("en", filters.money, 123_456_789, "EUR") == "€1,234,567.89"
    assert reading("it", filters.money, 123_456_789, "EUR") == f"1.234.567,89{HARD}€"
    assert reading("es", filters.money, -100, "EUR") == f"-1,00{HARD}€"
    assert reading("es", filters.money, 123_456_789, "EUR", whole=True) == f"1.234.568{HARD}€"


@pytest.mark.parametrize(
    ("hours", "shape", "words"),
    [
        (-1, "late", "1 h overdue"),
        (0, "soon", "Today 09:00"),
        (14, "soon", "Today 23:00"),
        (15, "calm", "Tomorrow 00:00"),
        (24 * 3, "calm", "Thu 09:00"),
        (24 * 7, "calm", "9 Mar"),
        (24 * 365, "calm", "2 Mar 2027"),
    ],
)
def test_a_due_date_has_a_shape_and_words(app, hours, shape, words):
    with app.test_request_context("/"), force_locale("en"):
        due = filters.due_words(BEGINNING + timedelta(hours=hours), BEGINNING)
        assert due == (shape, words)
        assert filters.due_words(due_at=BEGINNING, now=BEGINNING, paused=True) == ("calm", "Paused")
        assert filters.due_words(None, BEGINNING) == ("calm", "No target")


@pytest.mark.parametrize(
    ("language", "lisbon", "sao_paulo", "italian"),
    [
        ("en", "Lisbon", "Sao Paulo", "Italian"),
        ("pt", "Lisboa", "São Paulo", "italiano"),
        ("es", "Lisboa", "São Paulo", "italiano"),
        ("it", "Lisbona", "San Paolo", "italiano"),
    ],
)
def test_places_and_languages_by_their_names(reading, language, lisbon, sao_paulo, italian):
    assert reading(language, filters.city, "Europe/Lisbon") == lisbon
    assert reading(language, filters.city, "America/Sao_Paulo") == sao_paulo
    assert reading(language, filters.city, "UTC")
    assert reading(language, filters.language_name, "it") == italian


def test_the_week_begins_on_monday(app):
    with app.test_request_context("/"), force_locale("es"):
        assert list(filters.weekdays()) == ["lun", "mar", "mié", "jue", "vie", "sáb", "dom"]
