"""The figures as CSV, the same in every language; attached to the PDF."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import TYPE_CHECKING, Any

from portal.insights.cells import Cell, cell
from portal.reviews.credits import dues
from portal.reviews.figures import AGES, DAYS, Figures, Identity, Share, Spread
from portal.reviews.figures_beside import figures_beside
from portal.reviews.lasting import Lasting
from portal.reviews.sample import QUESTIONS, Sample

if TYPE_CHECKING:
    from portal.reviews.content import Material

HEAD = ("figure", "part", "numerator", "denominator", "value", "unit", "previous")
INSTANT = "%Y-%m-%dT%H:%M:%SZ"
Row = tuple[Cell, ...]


def figures_csv(material: "Material") -> str:
    """Every figure with its counts; lines end in CR LF, no cell starts a formula (T33)."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for row in _rows(material):
        writer.writerow([cell(value) for value in row])
    return out.getvalue()


def _rows(material: "Material") -> Iterator[Row]:
    limits = material.period.limits(material.timezone)
    yield ("period", "account", None, None, material.account_ref, "", None)
    for name, at in (("start", limits[0]), ("end", limits[1]), ("as of", material.as_of)):
        yield ("period", name, None, None, at.strftime("%Y-%m-%dT%H:%M:%SZ"), "instant", None)
    yield from _counts(material.figures, material.before, "all")
    for month in material.months:
        yield from _counts(month.figures, None, month.period.code)
    now, before = material.figures, material.before
    known = dict(before.categories) if before else {}
    for name, number in now.categories:
        old = known.get(name, 0) if before else None
        yield ("F16", name, number, now.opened, number, "cases", old)
    for miss in material.missed:
        yield ("misses", miss.ref, None, None, miss.at.strftime(INSTANT), miss.target, miss.cause)
    for day, row in zip(DAYS, now.hours, strict=True):
        for hour, number in enumerate(row):
            if number:
                yield ("F17", f"{day}-{hour:02d}", number, now.messages, number, "messages", None)
    yield from _lasting(material.lasting)
    yield from _sample(material.sample)
    yield from _beside(figures_beside(material))
    yield from _credits(material)


def _lasting(found: Lasting | None) -> Iterator[Row]:
    """F13 and F14, and of F13 who asked again."""
    if found is None:
        return
    for figure, share in (("F13", found.repeated), ("F14", found.settled)):
        yield (figure, "all", share.numerator, share.denominator, share.value, "%", None)
    for name in ("same_person", "other_person", "suggested"):
        yield ("F13", _spaced(name), None, None, getattr(found, name), "cases", None)


def _sample(found: Sample | None) -> Iterator[Row]:
    """How many cases of the quality sample were read, and the answers; counts alone."""
    if found is None:
        return
    read = len(found.read)
    yield ("sample", "read", read, found.drawn_from, read, "cases", None)
    for question in QUESTIONS:
        yield ("sample", question, found.yes(question), read, found.yes(question), "cases", None)


def _beside(found: dict[str, Any]) -> Iterator[Row]:
    """Figures not counted from cases; those of several parts row by row."""
    for figure, data in found.items():
        parts = data.items() if figure in ("F19", "F20") else [("all", data)]
        for part, one in parts:
            top, whole = one.get("numerator", one.get("top")), one.get("denominator", one.get("n"))
            value = one.get("value", one.get("used"))
            yield (figure, part, top, whole, value, one.get("unit") or "", None)


def _credits(material: "Material") -> Iterator[Row]:
    """Each missed level with its credit, and the money that is."""
    for due in dues(material):
        months = " to ".join(
            dict.fromkeys(f"{day:%Y-%m}" for day in (due.months[0], due.months[-1]))
        )
        for one in due.missed:
            part = f"{months}, {one.target}"
            yield ("SC", part, one.kept, one.decided, one.credit / 10, "% of the fee", None)
            if one.amount is not None:
                unit = f"{due.currency} in minor units"
                yield ("SC", f"{part}, amount", None, None, one.amount, unit, None)


def _counts(now: Figures, before: Figures | None, part: str) -> Iterator[Row]:
    """One row for each number; what was issued before beside it where there is any."""
    yield _count("F1", part, now, before, "opened", "cases")
    yield _count("F2", part, now, before, "resolved", "resolutions")
    yield _count("F2", f"{part}, cases", now, before, "resolved_cases", "cases")
    yield _count("F3", part, now, before, "reopened", "reopenings")
    yield _count("F4", part, now, before, "backlog", "cases")
    for name in Identity.__dataclass_fields__:
        old = before.identity if before else None
        yield _count("F5", f"{part}, {_spaced(name)}", now.identity, old, name, "cases")
    yield from _spread("F6", part, now.first, before.first if before else None)
    yield from _spread("F10", part, now.solved, before.solved if before else None)
    for figure, name in (
        ("F7", "response"),
        ("F8", "resolution"),
        ("F9", "following"),
        ("F11", "waiting"),
    ):
        share, old = getattr(now, name), getattr(before, name, None)
        yield (
            figure,
            part,
            share.numerator,
            share.denominator,
            share.value,
            "%",
            old and old.value,
        )
    yield from _again(part, now.again, before.again if before else None)
    for place, (age, number) in enumerate(zip(AGES, now.ages, strict=True)):
        earlier = before.ages[place] if before else None
        yield ("F15", f"{part}, {age} days", number, now.backlog, number, "cases", earlier)


def _count(figure: str, part: str, now: object, before: object, name: str, unit: str) -> Row:
    """A number by its name, and the same of the period before if there is one."""
    return figure, part, None, None, getattr(now, name), unit, getattr(before, name, None)


def _spread(figure: str, part: str, now: Spread, before: Spread | None) -> Iterator[Row]:
    for name in Spread.__dataclass_fields__:
        if getattr(now, name) is not None:
            unit = "values" if name == "n" else "seconds"
            yield _count(figure, f"{part}, {_spaced(name)}", now, before, name, unit)


def _again(part: str, now: Share, before: Share | None) -> Iterator[Row]:
    old = before.value if before else None
    yield ("F12", part, now.numerator, now.denominator, now.value, "%", old)
    yield _count("F12", f"{part}, too recent", now, before, "immature", "resolutions")


def _spaced(name: str) -> str:
    return name.replace("_", " ")
