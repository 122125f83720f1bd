"""The figures as CSV, the same in every language; attached to the PDF, and what its fingerprint is taken from."""

import csv
import hashlib
from collections.abc import Iterator
from io import StringIO
from typing import TYPE_CHECKING

from portal.reviews.figures import AGES, DAYS, Figures, Identity, Spread

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
    """One row for each number; the period before beside it where there is one."""
    old = before.identity if before else None
    yield ("F1", part, None, None, now.opened, "cases", before.opened if before else None)
    yield ("F2", part, None, None, now.resolved, "resolutions", before.resolved if before else None)
    yield (
        "F2",
        f"{part}, cases",
        None,
        None,
        now.resolved_cases,
        "cases",
        before.resolved_cases if before else None,
    )
    yield ("F3", part, None, None, now.reopened, "reopenings", before.reopened if before else None)
    yield ("F4", part, None, None, now.backlog, "cases", before.backlog if before else None)
    for name in Identity.__dataclass_fields__:
        yield (
            "F5",
            f"{part}, {_spaced(name)}",
            None,
            None,
            getattr(now.identity, name),
            "cases",
            getattr(old, name, None),
        )
    yield from _spread("F6", part, now.first, before.first if before else None)
    yield from _spread("F10", part, now.solved, before.solved if before else None)
    again, earlier = now.again, before.again if before else None
    yield (
        "F12",
        part,
        again.numerator,
        again.denominator,
        again.value,
        "%",
        earlier.value if earlier else None,
    )
    yield (
        "F12",
        f"{part}, too recent",
        None,
        None,
        again.immature,
        "resolutions",
        earlier.immature if earlier else None,
    )


def _spread(
    figure: str, part: str, now: Spread, before: Spread | None
) -> Iterator[tuple[Cell, ...]]:
    for name in Spread.__dataclass_fields__:
        value = getattr(now, name)
        if value is not None:
            unit = "values" if name == "n" else "seconds"
            yield (
                figure,
                f"{part}, {_spaced(name)}",
                None,
                None,
                value,
                unit,
                getattr(before, name, None),
            )


def _spaced(name: str) -> str:
    return name.replace("_", " ")
