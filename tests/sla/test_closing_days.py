"""Closing days: public holidays by fact, and the days of iCalendar files, sound, broken and hostile."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from flask_babel import force_locale
from icalendar.timezone import tzp

from portal.sla import closing_days
from portal.sla.closing_days import (
    MOST_DAYS,
    ClosingDaysFault,
    Day,
    countries,
    days_of_ical,
    holidays_of,
)
from portal.sla.repetition import Rule

SINCE = date(2026, 1, 1)
ROME, SAO_PAULO = ZoneInfo("Europe/Rome"), ZoneInfo("America/Sao_Paulo")
CHRISTMAS = ("DTSTART;VALUE=DATE:20261225", "SUMMARY:Christmas")


def event(*lines):
    return ["BEGIN:VEVENT", *lines, "END:VEVENT"]


def calendar(*events, end="\r\n"):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *(line for each in events for line in each)]
    return end.join([*lines, "END:VCALENDAR", ""]).encode()


def found(*lines, since=SINCE, zone=None):
    """The dates that one event touches."""
    return [str(each.day) for each in days_of_ical(calendar(event(*lines)), since, zone)]


def fault(data):
    with pytest.raises(ClosingDaysFault) as refused:
        days_of_ical(data, SINCE)
    return str(refused.value)


@pytest.mark.parametrize(
    ("country", "region", "language", "day", "name"),
    [
        ("PT", "", "pt", date(2026, 4, 25), "Dia da Liberdade"),
        ("PT", "", "en", date(2026, 4, 25), "Freedom Day"),
        ("PT", "11", "pt_BR", date(2026, 6, 13), "Dia de Santo António"),
        ("BR", "SP", "pt", date(2026, 7, 9), "Revolução Constitucionalista"),
        ("IT", "", "it", date(2026, 12, 26), "Santo Stefano"),
        ("ES", "MD", "es", date(2026, 5, 2), "Fiesta de la Comunidad de Madrid"),
        ("ES", "CT", "it", date(2026, 9, 11), "Fiesta Nacional de Cataluña"),
        ("US", "", "en", date(2026, 7, 3), "Independence Day (observed)"),
        ("CA", "", "en", date(2026, 9, 7), "Labour Day"),
        ("CA", "", "en_US", date(2026, 9, 7), "Labor Day"),
        ("VC", "", "en", date(2026, 5, 25), "Whit Monday"),
    ],
)
def test_a_country_and_its_region_have_their_holidays(country, region, language, day, name):
    assert Day(day, name) in holidays_of(country, region, [2026], language)


@pytest.mark.parametrize(
    ("country", "region", "day"),
    [
        ("BR", "SP", date(2026, 7, 9)),
        ("ES", "MD", date(2026, 5, 2)),
        ("PT", "11", date(2026, 6, 13)),
    ],
)
def test_a_day_of_one_region_is_none_of_the_country(country, region, day):
    national = {each.day for each in holidays_of(country, "", [2026])}
    regional = {each.day for each in holidays_of(country, region, [2026])}
    assert day not in national
    assert day in regional


def test_several_holidays_of_a_day_are_one_entry_and_all_are_in_order():
    days = holidays_of("IT", "", [2027, 2026], "it")
    assert Day(date(2026, 11, 1), "Giorno dell'unità nazionale, Ognissanti") in days
    dates = [each.day for each in days]
    assert dates == sorted(set(dates))
    assert {day.year for day in dates} == {2026, 2027}


def test_without_years_there_are_no_holidays():
    assert holidays_of("PT", "", []) == []


@pytest.mark.parametrize("country", ["XX", "", "pt", "Portugal"])
def test_an_unknown_country_is_refused(country):
    with pytest.raises(ClosingDaysFault, match=f"the country “{country}”"):
        holidays_of(country, "", [2026])


def test_an_unknown_region_is_refused():
    with pytest.raises(ClosingDaysFault, match="No region “99” is known in “PT”"):
        holidays_of("PT", "99", [2026])


def test_a_form_finds_all_countries_and_regions_and_each_can_be_asked():
    known = countries()
    assert "SP" in known["BR"] and "CT" in known["ES"] and "RM" in known["IT"]
    assert list(known) == sorted(known)
    assert len(known) > 200
    known.clear()
    assert all(holidays_of("BR", region, [2026]) for region in countries()["BR"])


def test_an_event_of_a_day_is_that_day_with_or_without_its_end():
    assert days_of_ical(calendar(event(*CHRISTMAS)), SINCE) == [
        Day(date(2026, 12, 25), "Christmas")
    ]
    for end in ("DTEND;VALUE=DATE:20261226", "DURATION:P1D", "DTEND;VALUE=DATE:20261225"):
        assert found(*CHRISTMAS, end) == ["2026-12-25"]


def test_the_end_of_several_days_is_no_longer_part_of_them():
    expected = ["2026-12-25", "2026-12-26", "2026-12-27"]
    assert found(*CHRISTMAS, "DTEND;VALUE=DATE:20261228") == expected
    assert found(*CHRISTMAS, "DURATION:P3D") == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("DTSTART:20261224T140000", "DTEND:20261224T180000", ["2026-12-24"]),
        ("DTSTART:20261224T220000", "DTEND:20261225T020000", ["2026-12-24", "2026-12-25"]),
        ("DTSTART:20261224T220000", "DTEND:20261225T000000", ["2026-12-24"]),
        ("DTSTART:20261224T000000", "DURATION:PT0S", ["2026-12-24"]),
        ("DTSTART:20261224T235900", "DURATION:PT2M", ["2026-12-24", "2026-12-25"]),
        (
            "DTSTART;TZID=Europe/Rome:20261224T230000",
            "DTEND:20261225T010000Z",
            ["2026-12-24", "2026-12-25"],
        ),
    ],
)
def test_an_event_with_times_closes_each_date_it_touches(start, end, expected):
    assert found(start, end) == expected


def test_instants_count_by_the_dates_of_the_zone_and_floating_times_as_written():
    instant = ("DTSTART:20261224T210000Z", "DTEND:20261225T010000Z")
    assert found(*instant) == ["2026-12-24", "2026-12-25"]
    assert found(*instant, zone=SAO_PAULO) == ["2026-12-24"]
    roman = ("DTSTART;TZID=Europe/Rome:20261225T010000", "DURATION:PT1H")
    assert found(*roman) == found(*roman, zone=ROME) == ["2026-12-25"]
    assert found(*roman, zone=SAO_PAULO) == ["2026-12-24"]
    floating = ("DTSTART:20261225T010000", "DURATION:PT1H")
    assert found(*floating, zone=SAO_PAULO) == ["2026-12-25"]
    assert found(*CHRISTMAS, zone=SAO_PAULO) == ["2026-12-25"]


def test_days_before_the_first_are_left_out_also_of_an_event_that_began_earlier():
    long = ("DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261228")
    assert found(*long, since=date(2026, 12, 26)) == ["2026-12-26", "2026-12-27"]


def test_days_are_taken_for_five_years():
    (last,) = days_of_ical(calendar(event("DTSTART;VALUE=DATE:20310101")), SINCE)
    assert last.day == date(2031, 1, 1)
    assert "no day" in fault(calendar(event("DTSTART;VALUE=DATE:20310102")))


def test_the_first_and_the_last_day_are_those_of_the_zone():
    late = ("DTSTART;TZID=America/Sao_Paulo:20251231T233000", "RRULE:FREQ=YEARLY;COUNT=2")
    assert found(*late, zone=ROME) == ["2026-01-01", "2027-01-01"]
    far = ("DTSTART;TZID=Etc/GMT+12:20251230T233000", "DURATION:PT1H", "RRULE:FREQ=YEARLY;COUNT=1")
    assert found(*far, zone=ZoneInfo("Pacific/Kiritimati")) == ["2026-01-01"]
    early = ("DTSTART;TZID=Europe/Rome:20310102T010000",)
    assert found(*early, zone=SAO_PAULO) == ["2031-01-01"]


def test_a_yearly_rule_is_honoured_for_five_years():
    yearly = ("DTSTART;VALUE=DATE:20200425", "RRULE:FREQ=YEARLY")
    assert found(*yearly) == [f"{year}-04-25" for year in range(2026, 2031)]
    assert found(*yearly, "EXDATE;VALUE=DATE:20270425")[:2] == ["2026-04-25", "2028-04-25"]


def test_every_repetition_has_the_length_of_the_first():
    lines = (*CHRISTMAS, "DTEND;VALUE=DATE:20261227", "RRULE:FREQ=YEARLY;UNTIL=20271231")
    assert found(*lines) == ["2026-12-25", "2026-12-26", "2027-12-25", "2027-12-26"]


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("20260302", ["2026-03-01", "2026-03-02"]),
        ("20260302T130000Z", ["2026-03-01", "2026-03-02"]),
        ("20260302T125959Z", ["2026-03-01"]),
        ("20260302T100000", ["2026-03-01", "2026-03-02"]),
        ("20260303T005959Z", ["2026-03-01", "2026-03-02"]),
        ("00010101T000000Z", ["2026-03-01"]),
    ],
)
def test_a_rule_ends_at_an_instant_in_the_zone_of_its_event(until, expected):
    start = "DTSTART;TZID=America/Sao_Paulo:20260301T100000"
    assert found(start, f"RRULE:FREQ=DAILY;UNTIL={until}") == expected


def test_a_rule_without_an_end_may_say_so_by_the_last_of_years():
    lines = ("DTSTART;TZID=Europe/Rome:20260301T100000", "RRULE:FREQ=YEARLY;UNTIL=99991231T235959Z")
    assert len(found(*lines)) == 5


def test_further_dates_count_and_excluded_ones_do_not():
    lines = ("RDATE;VALUE=DATE:20261228,20261230", "EXDATE;VALUE=DATE:20261225,20261230")
    assert found(*CHRISTMAS, *lines) == ["2026-12-28"]


def test_an_occurrence_is_replaced_by_what_stands_for_it():
    series = event("UID:1", "DTSTART;VALUE=DATE:20260107", "RRULE:FREQ=YEARLY;COUNT=3")
    moved = event("UID:1", "DTSTART;VALUE=DATE:20270111", "RECURRENCE-ID;VALUE=DATE:20270107")
    gone = event("UID:1", *CHRISTMAS, "RECURRENCE-ID;VALUE=DATE:20280107", "STATUS:CANCELLED")
    other = event("UID:2", "DTSTART;VALUE=DATE:20280107")
    days = [str(each.day) for each in days_of_ical(calendar(moved, series, gone), SINCE)]
    assert days == ["2026-01-07", "2027-01-11"]
    assert Day(date(2028, 1, 7), "") in days_of_ical(calendar(moved, series, gone, other), SINCE)


def test_events_without_a_uid_replace_nothing():
    single = event("DTSTART;VALUE=DATE:20260107")
    instead = event("DTSTART;VALUE=DATE:20260108", "RECURRENCE-ID;VALUE=DATE:20260107")
    assert len(days_of_ical(calendar(single, instead), SINCE)) == 2


def test_cancelled_events_and_what_is_no_event_are_left_out():
    cancelled = event("DTSTART;VALUE=DATE:20260107", "STATUS:CANCELLED")
    task = ["BEGIN:VTODO", "DTSTART;VALUE=DATE:20260108", "END:VTODO"]
    days = days_of_ical(calendar(cancelled, task, event(*CHRISTMAS)), SINCE)
    assert [each.name for each in days] == ["Christmas"]


def test_lines_may_be_folded_and_end_either_way():
    folded = event("DTSTART;VALUE=DA", " TE:20261225", "SUMMARY:Christ", "\tmas \\, all day")
    expected = [Day(date(2026, 12, 25), "Christmas , all day")]
    assert days_of_ical(calendar(folded), SINCE) == expected
    assert days_of_ical(calendar(folded, end="\n"), SINCE) == expected


def test_names_are_utf8_in_one_line_joined_and_not_endless():
    accents = event("DTSTART;VALUE=DATE:20260613", "SUMMARY:Santo António\\n\x07 (Łódź\u2028)")
    other = event("DTSTART;VALUE=DATE:20260613", "SUMMARY:" + "x" * 900)
    (day,) = days_of_ical(b"\xef\xbb\xbf" + calendar(accents, other, accents), SINCE)
    assert day.name == f"Santo António (Łódź ), {'x' * 199}…"


def test_what_is_broken_beside_the_days_does_not_matter():
    zone = ["BEGIN:VTIMEZONE", "TZID:Ours", "BEGIN:STANDARD", "RRULE:FREQ=SECONDLY"]
    zone += ["DTSTART:19700101T000000", "TZOFFSETFROM:+0000", "TZOFFSETTO:+0100"]
    zone += ["END:STANDARD", "END:VTIMEZONE"]
    odd = event(
        "DTSTART;TZID=Ours:20261225T100000", "CATEGORIES;VALUE=INTEGER:x", "GEO:?", "a line"
    )
    assert [str(each.day) for each in days_of_ical(calendar(zone, odd), SINCE, ROME)] == [
        "2026-12-25"
    ]
    assert tzp.timezone("Ours") is None, "a file's zone stays for the next file"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "holds no complete calendar"),
        (b"\r\n \r\n", "holds no complete calendar"),
        (b"day,name\n2026-12-25,Christmas\n", "holds no complete calendar"),
        (b"\r\n".join(calendar(event(*CHRISTMAS)).splitlines()[:-1]), "no complete calendar"),
        ("\r\n".join(event(*CHRISTMAS)).encode(), "holds no complete calendar"),
        (calendar(event(*CHRISTMAS, "SUMMARY:Épiphanie")).decode().encode("latin-1"), "in UTF-8"),
        (b"\x00\xff" * 50, "in UTF-8"),
        (b"END:VCALENDAR", "not an iCalendar file"),
        (calendar(), "holds no day from 2026-01-01 on"),
        (calendar(event("DTSTART;VALUE=DATE:20251231")), "holds no day from 2026-01-01 on"),
        (calendar(event("DTSTART;VALUE=DATE:20400101")), "holds no day from 2026-01-01 on"),
        (b"X" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_a_file_that_holds_no_days_is_refused_in_one_sentence(data, sentence):
    said = fault(data)
    assert sentence in said
    assert said.count(". ") == 0 and said.endswith(".")


def test_a_file_of_just_1_mb_is_read():
    data = calendar(event(*CHRISTMAS))
    padding = b"X-PAD:" + b"x" * (1_000_000 - len(data) - 8) + b"\r\n"
    data = data.replace(b"VERSION:2.0\r\n", b"VERSION:2.0\r\n" + padding)
    assert len(data) == 1_000_000
    assert len(days_of_ical(data, SINCE)) == 1


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("DTSTART;VALUE=DATE:20261301", "DTSTART"),
        ("DTSTART:Christmas", "DTSTART"),
        ("DTSTART:PT1H", "DTSTART"),
        ("DTSTART;VALUE=TEXT:20261225", "DTSTART"),
        ("SUMMARY:no start", "DTSTART"),
        ("DTEND:never", "DTEND"),
        ("DURATION:long", "DURATION"),
        ("DURATION:P99999999999D", "DURATION"),
        ("RRULE:FREQ=SOMETIMES", "RRULE"),
        ("RRULE;VALUE=TEXT:FREQ=YEARLY", "RRULE"),
        ("RRULE:FREQ=YEARLY;COUNT=" + "9" * 5000, "RRULE"),
        ("RRULE:FREQ=YEARLY\r\nRRULE:FREQ=DAILY", "RRULE"),
        ("RDATE;VALUE=PERIOD:20261225T000000/PT1H", "RDATE"),
        ("EXDATE:soon", "EXDATE"),
        ("EXRULE:FREQ=YEARLY", "EXRULE"),
        ("RECURRENCE-ID;RANGE=THISANDFUTURE:20261225T000000", "RECURRENCE-ID"),
        ("RRULE", "VEVENT"),
    ],
)
def test_an_event_that_is_not_understood_refuses_the_file_and_is_named(line, part):
    start = [] if "DTSTART" in part else ["DTSTART:20261225T000000"]
    name = [] if "SUMMARY" in line else ["UID:feast-1"]
    said = fault(calendar(event(*CHRISTMAS), event(*start, *name, line)))
    called = "no start" if "SUMMARY" in line else "feast-1"
    assert said == f"The event “{called}” cannot be read: {part} is not understood."


def test_an_event_without_a_name_is_called_by_its_kind():
    said = fault(calendar(event("RRULE:FREQ=YEARLY")))
    assert said == "The event “VEVENT” cannot be read: DTSTART is not understood."


@pytest.mark.parametrize(
    "line",
    [
        "EXDATE;TZID=A,B:20261225",
        "DTSTART;TZID=Europe:20261225T000000",
        f"DTSTART;TZID={'a' * 300}:20261225T000000",
        "DTSTART;VALUE=DATE,TEXT:20261225",
    ],
)
def test_what_the_parser_stumbles_over_is_a_fault_of_the_file(line):
    assert "is not an iCalendar file" in fault(calendar(event(line)))


def test_an_event_ends_after_it_begins_and_within_a_thousand_days():
    assert "“Christmas” ends before" in fault(
        calendar(event(*CHRISTMAS, "DTEND;VALUE=DATE:20261224"))
    )
    assert "longer than 1000 days" in fault(
        calendar(event(*CHRISTMAS, "DTEND;VALUE=DATE:99991231"))
    )


def test_a_thousand_days_are_taken_and_one_more_is_not():
    assert len(found(*CHRISTMAS, f"RRULE:FREQ=DAILY;COUNT={MOST_DAYS}")) == MOST_DAYS
    assert "more than 1000 days" in fault(
        calendar(event(*CHRISTMAS, f"RRULE:FREQ=DAILY;COUNT={MOST_DAYS + 1}"))
    )


@pytest.fixture
def looks(monkeypatch):
    """Counts the days that rules are asked about."""
    counted = []
    whole = Rule.matches
    monkeypatch.setattr(Rule, "matches", lambda rule, day: counted.append(day) or whole(rule, day))
    return counted


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("FREQ=SECONDLY", "repeats in a way that is not understood: FREQ=SECONDLY"),
        ("FREQ=MINUTELY;COUNT=1000000000", "FREQ=MINUTELY"),
        ("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=HOURLY"),
        ("FREQ=DAILY", "more than 1000 days"),
        ("FREQ=DAILY;COUNT=1000000000", "more than 1000 days"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "holds no day"),
        ("FREQ=DAILY;INTERVAL=1000000000;COUNT=1000000000", "holds no day"),
        ("FREQ=YEARLY;BYDAY=99MO;BYSETPOS=366", "holds no day"),
    ],
)
def test_a_hostile_rule_looks_at_no_more_days_than_the_span_has(looks, rule, sentence):
    assert sentence in fault(calendar(event("DTSTART;VALUE=DATE:00010101", f"RRULE:{rule}")))
    assert len(looks) <= 7 * 366


def test_many_hostile_rules_end_where_the_days_to_look_at_end(looks, monkeypatch):
    monkeypatch.setattr(closing_days, "MOST_LOOKED_AT", 10_000)
    never = event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")
    assert "repeats too often" in fault(calendar(*[never] * 100))
    assert 5_000 < len(looks) <= 10_000


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART;VALUE=DATE:00010101", "RRULE:FREQ=DAILY;COUNT=700000"),
        ("DTSTART;VALUE=DATE:20260101", "DURATION:P900D", "RRULE:FREQ=DAILY;UNTIL=20260301"),
    ],
)
def test_long_counts_and_long_overlaps_are_bounded_too(looks, monkeypatch, lines):
    monkeypatch.setattr(closing_days, "MOST_LOOKED_AT", 10_000)
    assert "repeats too often" in fault(calendar(event(*lines)))
    assert len(looks) <= 10_000


def test_events_that_replace_each_other_are_bounded_too(monkeypatch):
    monkeypatch.setattr(closing_days, "MOST_LOOKED_AT", 10_000)
    same = event("UID:1", *CHRISTMAS)
    instead = event("UID:1", *CHRISTMAS, "RECURRENCE-ID;VALUE=DATE:20261224")
    assert "repeats too often" in fault(calendar(*[same] * 150, *[instead] * 150))


def test_a_fault_is_said_in_the_language_of_the_reader(app):
    with app.test_request_context(), force_locale("pt"):
        assert fault(b"") == "O arquivo não contém um calendário completo (VCALENDAR)."
