"""What a cell of the product's own import files may hold.

A reader takes the text of a cell and answers what is stored while checking, or raises ValueError
with what is wrong. Empty means unknown.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from portal.imports.problems import quoted

Reader = Callable[[str], str | int | None]
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
MONEY = re.compile(r"-?\d{1,12}(\.\d{1,2})?", re.ASCII)
MOST = 2_147_483_647
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?", re.ASCII)
CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


def optional(reader: Reader) -> Reader:
    """The same, or empty."""
    return lambda text: reader(text) if text else None


def line(text: str) -> str:
    """Words on one line."""
    if not text.strip():
        raise ValueError("is empty; a value is needed")
    if not text.isprintable():
        raise ValueError(f"{quoted(text)} holds a line break or control character")
    return text


def reference(text: str) -> str:
    """A name that stands in addresses of pages."""
    if any(sign in text for sign in r"/\?#%") or text in (".", ".."):
        raise ValueError(f"{quoted(text)} cannot stand in an address; leave out / \\ ? # %")
    return line(text)


def words(text: str) -> str:
    """Words on one line, or none."""
    return line(text) if text else ""


def prose(text: str) -> str:
    """Any text, line breaks included."""
    return text


def own_id(text: str) -> str:
    """The id of a row, or of the row it points to."""
    if not text or len(text) > 200 or not text.isprintable():
        raise ValueError(
            "is empty; an id is needed" if not text else f"{quoted(text)} is not an id"
        )
    return text


def one_of(meanings: Iterable[str] | dict[str, str]) -> Reader:
    """One of some words, each with the word we use for it."""
    known = meanings if isinstance(meanings, dict) else {str(word): str(word) for word in meanings}

    def read(text: str) -> str:
        try:
            return known[text]
        except KeyError:
            raise ValueError(f"{quoted(text)} is not one of {', '.join(known)}") from None

    return read


def flag(text: str) -> str:
    """0 or 1."""
    if text not in ("0", "1"):
        raise ValueError(f"{quoted(text)} is neither 0 nor 1")
    return text


def instant(text: str) -> str:
    """An instant in UTC, to the second; answered as both databases read it when told UTC."""
    if INSTANT.fullmatch(text):
        try:
            datetime.fromisoformat(text)
            return f"{text[:10]} {text[11:19]}.000000"
        except ValueError:
            pass
    raise ValueError(f"{quoted(text)} is not an instant written as 2026-01-31T08:00:00Z")


def day(text: str) -> str:
    """A date."""
    if DAY.fullmatch(text):
        try:
            date.fromisoformat(text)
            return text
        except ValueError:
            pass
    raise ValueError(f"{quoted(text)} is not a date written as 2026-01-31")


def money(text: str) -> int:
    """An amount with a point and at most two decimals, in minor units."""
    if not MONEY.fullmatch(text):
        raise ValueError(f"{quoted(text)} is not an amount written as 1234.50")
    whole, _, cents = text.partition(".")
    minor = int(whole.lstrip("-")) * 100 + int(cents.ljust(2, "0") or 0)
    if minor > MOST:
        raise ValueError(f"{quoted(text)} is more than {MOST // 100:,}")
    return -minor if text.startswith("-") else minor


def score(text: str) -> int:
    """A whole number from 0 to 10."""
    if text not in ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"):
        raise ValueError(f"{quoted(text)} is not a whole number from 0 to 10")
    return int(text)


def address(text: str) -> str:
    """A mail address, in small letters."""
    if not ADDRESS.fullmatch(text) or not text.isprintable() or len(text) > 254:
        raise ValueError(f"{quoted(text)} is not a mail address")
    return text.lower()


def language(text: str) -> str:
    """A language tag such as en or pt-BR."""
    if not LANGUAGE.fullmatch(text):
        raise ValueError(f"{quoted(text)} is not a language such as en")
    return text


def currency(text: str) -> str:
    """A currency code."""
    if not CURRENCY.fullmatch(text):
        raise ValueError(f"{quoted(text)} is not a currency code such as EUR")
    return text


@lru_cache(maxsize=1000)
def zone(text: str) -> str:
    """An IANA time zone."""
    try:
        return ZoneInfo(text).key
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{quoted(text)} is not an IANA time zone such as Europe/Rome") from None
