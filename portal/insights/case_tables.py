"""The CSV files of a folder of case files, each cell checked once as it is read."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portal.sla.case_files import CaseFileFault, instant
from portal.sla.course import Origin
from portal.sla.terms import Target

Row = Mapping[str, str]


@dataclass(frozen=True)
class Files:
    """The rows of the CSV files that the figures read."""

    accounts: Sequence[Row]
    cases: Sequence[Row]
    events: Sequence[Row]
    surveys: Sequence[Row]
    links: Sequence[Row] = ()
    persons: Sequence[Row] = ()
    team: Sequence[Row] = ()
    contracts: Sequence[Row] = ()
    commitments: Sequence[Row] = ()
    promises: Sequence[Row] | None = None


NEEDED: Mapping[str, tuple[str, ...]] = {
    "accounts": ("account_id", "parent_id"),
    "cases": (
        *("case_id", "account_id", "opened_at", "recorded_at", "origin", "category", "priority"),
        *("kind", "complaint"),
    ),
    "events": (
        *("event_id", "case_id", "occurred_at", "recorded_at", "type", "side", "public", "value"),
    ),
    "surveys": ("kind", "case_id", "answered_at", "score", "comment"),
}
"""Columns without which nothing can be counted; others that are absent are taken as empty."""

FURTHER: Mapping[str, tuple[str, ...]] = {
    "links": ("case_id", "of_case_id", "confirmed", "recorded_at"),
    "persons": ("person_id", "account_id", "side", "role"),
    "team": ("account_id", "person_id", "from", "to"),
    "contracts": ("account_id", "valid_from", "valid_to", "value"),
    "commitments": ("account_id", "side", "due_at", "done_at"),
    "promises": ("case_id", "target", "number", "decided_at", "met", "cause"),
}
"""Files that may be absent: their figures then have no data, and promises are decided by what happened."""


def read(folder: Path) -> Files:
    """The rows of a folder's files.

    Raises: CaseFileFault with file, line, column and what is wrong.
    """
    present = {name: columns for name, columns in FURTHER.items() if _path(folder, name).exists()}
    tables = {**NEEDED, **present}
    return Files(**{name: list(_rows(_path(folder, name), tables[name])) for name in tables})


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.csv"


def _rows(path: Path, needed: tuple[str, ...]) -> Iterator[Row]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if missing := set(needed) - set(reader.fieldnames or ()):
                raise CaseFileFault(f"{path.name}: column {sorted(missing)[0]} is missing")
            checks = [(name, CHECKS[name]) for name in reader.fieldnames or () if name in CHECKS]
            checks += [("value", _whole)] if path.stem == "contracts" else []
            for row in reader:
                place = f"{path.name}:{reader.line_num}"
                if None in row or None in row.values():
                    raise CaseFileFault(f"{place}: another number of cells than the header")
                for name, check in checks:
                    _check(check, row[name], f"{place}: {name}")
                yield row
    except OSError as error:
        raise CaseFileFault(f"{path.name}: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise CaseFileFault(f"{path.name}: {error}") from None


def _check(check: Callable[[str], object], cell: str, place: str) -> None:
    try:
        check(cell)
    except ValueError as error:
        raise CaseFileFault(f"{place}: {error}") from None


def _whole(cell: str) -> int:
    try:
        return int(cell)
    except ValueError:
        raise CaseFileFault(f"{cell!r} is not a whole number") from None


def _day(cell: str) -> date:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise CaseFileFault(f"{cell!r} is not a date") from None


def _if_any(check: Callable[[str], object]) -> Callable[[str], object]:
    return lambda cell: check(cell) if cell else None


CHECKS: Mapping[str, Callable[[str], object]] = {
    **dict.fromkeys(
        ("opened_at", "recorded_at", "occurred_at", "due_at", "decided_at", "from"), instant
    ),
    **dict.fromkeys(("invited_at", "answered_at", "done_at", "to"), _if_any(instant)),
    "valid_from": _day,
    "valid_to": _if_any(_day),
    "score": _if_any(_whole),
    "number": _whole,
    "target": Target,
    "origin": Origin,
}
"""What a cell must be, by its column; the value of a contract is a whole number, that of an event anything."""
