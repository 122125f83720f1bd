"""What a page of insights shows: numbers that lead to their cases and their definition, and tables of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for

from portal.insights.asked import Asked
from portal.insights.definitions import name_of
from portal.insights.ranks import percent as rate
from portal.web import filters
from portal.web.words import gettext as _

Value = int | float | str | None
Between = tuple[date, date]


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
    heads: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell]]]

    @property
    def empty(self) -> bool:
        """Whether it has nothing to show."""
        return not self.rows


def link(asked: Asked, figure: str, days: Between | None = None, **more: Any) -> str:
    """The address of the cases behind a figure, of the period or of other days [begin, end)."""
    given: dict[str, Any] = asked.cases
    if days:
        given |= {"from": days[0].isoformat(), "to": (days[1] - timedelta(days=1)).isoformat()}
    return url_for("cases.index", figure=figure, **given, **more)


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


def not_known() -> str:
    """What stands for a figure without data: never 0."""
    return _("n/a")


def number(figure: str, cell: Cell, note: str, reason: str, label: str = "") -> Number:
    """A figure of a pair; one without data says why in place of the note."""
    label = label or name_of(figure)
    return Number(figure, label, cell.text, reason if cell.value is None else note, cell.url)
