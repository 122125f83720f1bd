"""Who reads a page: side, language, time zone and day, which decide how anything is worded."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import g, has_request_context
from flask_babel import get_locale, get_timezone

from portal import clock
from portal.actor import current_actor
from portal.web import words

Reader = tuple[bool, str, str, date]


def reader() -> Reader:
    """Whether staff reads, in which locale and time zone, on which day."""
    return words.kept("portal_reader", _reader)


def reader_locale() -> str:
    """The locale of dates and numbers; English speaks with the day first and 24 hours."""
    return words.kept("portal_locale", _locale)


def local(value: datetime) -> datetime:
    """The instant on the reader's clock."""
    return value.astimezone(zone())


def zone() -> ZoneInfo:
    """The reader's time zone."""
    if has_request_context() and "portal_zone" in g:
        found = g.portal_zone
    else:
        found = ZoneInfo(str(get_timezone() or "UTC"))
        if has_request_context():
            g.portal_zone = found
    assert isinstance(found, ZoneInfo)
    return found


def _reader() -> Reader:
    return current_actor().is_staff, reader_locale(), str(zone()), local(clock.now()).date()


def _locale() -> str:
    found = str(get_locale() or "en")
    return "en_GB" if found == "en" else found
