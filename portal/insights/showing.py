"""What a page of insights shows: numbers that lead to their cases and their definition, and tables of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from flask import url_for

from portal.insights.asked import Asked, stretch_in_address
from portal.insights.definitions import name_of
from portal.insights.ranks import percent as rate
from portal.web import filters
from portal.web.words import gettext as _
from portal.web.words import kept

Value = int | float | str | None
Between = tuple[date, date]
FEWEST_ANSWERS = 5


@dataclass(frozen=True)
class Number:
    """One figure with its unit and a note; `figure` names its definition, `url` its cases."""

    figure: str
    label: str
    value: str
    note: str
    url: str | None = None


@dataclass(frozen=True)
class Pair:
    """Two figures that are read together, and what they say together."""

    left: Number
    right: Number
    sentence: str = ""


@dataclass(frozen=True)
class Cell:
    """A value of a table as it is computed with, as it is read, and where its cases are."""

    value: Value
    text: str
    url: str | None = None


@dataclass(frozen=True)
class Table:
    """The same figures for screens, for readers of screens, and for downloads; rows are named."""

    name: str
    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]

    @classmethod
    def of(
        cls,
        name: str,
        caption: str,
        heads: Iterable[str],
        rows: Iterable[tuple[str, Iterable[Cell]]],
    ) -> "Table":
        """A table that is a value, so that what was made of it can be kept."""
        return cls(
            name, caption, tuple(heads), tuple((title, tuple(cells)) for title, cells in rows)
        )

    @property
    def empty(self) -> bool:
        """Whether it has nothing to show."""
        return not self.rows


def link(asked: Asked, figure: str, days: Between | None = None, **more: Any) -> str:
    """The address of the cases behind a figure, of the period or of other days [begin, end)."""
    when = stretch_in_address(*(days or (asked.begin, asked.end)))
    rest = "".join(f"&{name}={quote_plus(str(value))}" for name, value in more.items())
    return f"{_list()}?figure={figure}&{when}{_whose(asked)}{rest}"


def _list() -> str:
    return kept("insights_list", lambda: url_for("cases.index"))


@lru_cache(256)
def _whose(asked: Asked) -> str:
    """Whose cases, as an address continues with it."""
    return "".join(f"&{name}={quote_plus(value)}" for name, value in asked.whose.items())


def counted(asked: Asked, figure: str, n: int, days: Between | None = None, **more: Any) -> Cell:
    """A number of cases or happenings with the list of them; nothing has no list."""
    url = link(asked, figure, days, **more) if n else None
    return Cell(n, filters.number(n), url)


def spanned(seconds: int | None, url: str | None = None, *, days: bool = False) -> Cell:
    """A span of time, of agreed hours or with `days` of lived time; without values there is none."""
    if seconds is None:
        return Cell(None, not_known())
    return Cell(seconds, filters.span(seconds, days), url)


def rated(numerator: int, denominator: int, url: str | None = None) -> Cell:
    """A share; of nothing there is none (C9)."""
    value = rate(numerator, denominator)
    if value is None:
        return Cell(None, not_known())
    return Cell(value, filters.percent(value), url)


def few_or_rated(numerator: int, denominator: int) -> Cell:
    """A share of answers; of fewer than five only the counts are told (C9)."""
    if 0 < denominator < FEWEST_ANSWERS:
        return Cell(None, _("%(n)s of %(all)s", n=numerator, all=denominator))
    return rated(numerator, denominator)


def not_known() -> str:
    """What stands for a figure without data: never 0."""
    return _("n/a")


def number(figure: str, cell: Cell, note: str, reason: str, label: str = "") -> Number:
    """A figure of a pair; one without data says why in place of the note."""
    label = label or name_of(figure)
    return Number(figure, label, cell.text, reason if cell.value is None else note, cell.url)
