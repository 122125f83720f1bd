"""The figures as CSV, the same in every language; attached to the PDF, and what its fingerprint is taken from."""

import csv
import hashlib
from collections.abc import Iterator
from io import StringIO
from typing import TYPE_CHECKING

from portal.reviews.figures import AGES, DAYS, Figures, Identity

if TYPE_CHECKING:
    from portal.reviews.content import Material

HEAD = ("figure", "part", "numerator", "denominator", "value", "unit", "previous")
STARTERS = ("=", "+", "-", "@", "\t", "\r", "'")
Cell = str | int | float | None


def figures_csv(material: "Material") -> str:
    """Every figure with its counts; lines end in CR LF, no cell starts a formula (T33)."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for row in _rows(material):
        writer.writerow([cell(value) for value in row])
    return out.getvalue()


def fingerprint(text: str) -> str:
    """The SHA-256 of the text as UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def cell(value: Cell) -> Cell:
    """A value that no spreadsheet takes for a formula: text that could be one gets an apostrophe in front.

    Numbers stay as they are; a text that began with an apostrophe gets another, so that taking one away
    always gives the value back.
    """
    if isinstance(value, str) and value.startswith(STARTERS):
        return f"'{value}"
    return value


def value_of(text: str) -> str:
    """The text behind a cell written by `cell`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(STARTERS) else text


def _rows(material: "Material") -> Iterator[tuple[Cell, ...]]:
    limits = material.period.limits(material.timezone)
    yield ("period", "account", None, None, material.account_ref, "", None)
    for name, at in (("start", limits[0]), ("end", limits[1]), ("as of", material.as_of)):
        yield ("period", name, None, None, at.strftime("%Y-%m-%dT%H:%M:%SZ"), "instant", None)
    yield from _counts(material.figures, material.previous, "all")
    for month in material.months:
        yield from _counts(month.figures, None, month.period.code)
    now, before = material.figures, material.previous
    for age, number, old in zip(AGES, now.ages, before.ages, strict=True):
        yield ("F15", f"{age} days", number, now.backlog, number, "cases", old)
    known = dict(before.categories)
    for name, number in now.categories:
        yield ("F16", name, number, now.opened, number, "cases", known.get(name, 0))
    for day, row in zip(DAYS, now.hours, strict=True):
        for hour, number in enumerate(row):
            if number:
                yield ("F17", f"{day}-{hour:02d}", number, now.messages, number, "messages", None)


def _counts(now: Figures, before: Figures | None, part: str) -> Iterator[tuple[Cell, ...]]:
    yield ("F1", part, None, None, now.opened, "cases", before and before.opened)
    yield ("F2", part, None, None, now.resolved, "resolutions", before and before.resolved)
    yield ("F2", f"{part}, different cases", None, None, now.resolved_cases, "cases", before and before.resolved_cases)
    yield ("F3", part, None, None, now.reopened, "reopenings", before and before.reopened)
    yield ("F4", part, None, None, now.backlog, "cases", before and before.backlog)
    for name in Identity.__dataclass_fields__:
        old = before and getattr(before.identity, name)
        yield ("F5", f"{part}, {name.replace('_', ' ')}", None, None, getattr(now.identity, name), "cases", old)
    for id, spread, earlier in (("F6", now.first, before and before.first), ("F10", now.solved, before and before.solved)):
        yield (id, f"{part}, n", None, None, spread.n, "values", earlier and earlier.n)
        for name in ("p50", "p90", "lived_p50", "lived_p90"):
            if getattr(spread, name) is not None:
                value, old = getattr(spread, name), earlier and getattr(earlier, name)
                yield (id, f"{part}, {name.replace('_', ' ')}", None, None, value, "seconds", old)
    again, old_again = now.again, before and before.again
    yield ("F12", part, again.numerator, again.denominator, again.value, "%", old_again and old_again.value)
    yield ("F12", f"{part}, too recent", None, None, again.immature, "resolutions", old_again and old_again.immature)
