"""Lists page by page from where one was, never by counting rows past: a cursor names the row at the edge."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from urllib.parse import unquote

from sqlalchemy import ColumnElement, Integer, Select, literal, literal_column, tuple_

T = TypeVar("T")
MARK = "~"
LARGEST = 2**31 - 1


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after (or before) a row with these key values; `start` is its first row's number."""

    values: tuple[Any, ...] = ()
    start: int = 1
    backward: bool = False


FIRST = Cursor()


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of a list; `earlier` and `later` go into the address as `before` and `after`."""

    rows: Sequence[T]
    first: int = 1
    earlier: str | None = None
    later: str | None = None

    @property
    def last(self) -> int:
        """The number of the last row."""
        return self.first + len(self.rows) - 1


def cursor_from(after: str | None, before: str | None, *kinds: type[Any]) -> Cursor:
    """The cursor an address asks for; one that cannot be read begins the list anew."""
    text = after or before
    if not text:
        return FIRST
    start, *parts = text.split(MARK)
    try:
        values = tuple(_read(kind, part) for kind, part in zip(kinds, parts, strict=True))
        return Cursor(values, max(1, int(start[:9])), backward=not after)
    except ValueError:
        return FIRST


def _read(kind: type[Any], text: str) -> Any:
    if kind is str and not unquote(text).isprintable():
        raise ValueError("a key has no control characters")
    if kind is int:
        return _number(text)
    if kind is not datetime:
        return kind(unquote(text))
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return value


def _number(text: str) -> int:
    number = int(unquote(text)[:12])
    if abs(number) > LARGEST:
        raise ValueError("no key is so large")
    return number


def at_most(most: int) -> ColumnElement[int]:
    """A limit that is written out: bound, PostgreSQL could not tell how few rows are wanted, and planned each time anew."""
    return literal_column(str(most), Integer)


def cut(
    statement: Select[Any],
    keys: Sequence[ColumnElement[Any]],
    cursor: Cursor,
    limit: int,
    *,
    descending: bool = False,
) -> Select[Any]:
    """The statement ordered by the keys, from the cursor on, one row more than a page shows."""
    downward = descending is not cursor.backward
    if cursor.values:
        here = tuple_(
            *(literal(value, key.type) for value, key in zip(cursor.values, keys, strict=True))
        )
        statement = statement.where(tuple_(*keys) < here if downward else tuple_(*keys) > here)
    return statement.order_by(*(key.desc() if downward else key for key in keys)).limit(
        at_most(limit + 1)
    )


def page(
    rows: Sequence[T], cursor: Cursor, limit: int, key: Callable[[T], tuple[Any, ...]]
) -> Page[T]:
    """What `cut` found as a page with cursors to both sides; `key` tells a row's key values."""
    more, shown = len(rows) > limit, list(rows[:limit])
    if cursor.backward:
        shown.reverse()
    first = max(1, cursor.start - len(shown)) if cursor.backward else cursor.start
    if not shown:
        return Page([], first)
    has_earlier = more if cursor.backward else bool(cursor.values)
    has_later = True if cursor.backward else more
    return Page(
        shown,
        first,
        earlier=_written(first, key(shown[0])) if has_earlier else None,
        later=_written(first + len(shown), key(shown[-1])) if has_later else None,
    )


def _written(start: int, values: tuple[Any, ...]) -> str:
    texts = (value.isoformat() if isinstance(value, datetime) else str(value) for value in values)
    return MARK.join(
        (str(start), *(text.replace("%", "%25").replace(MARK, "%7E") for text in texts))
    )
