"""Several short lists of one page in one statement: each part through its own door, all with the same columns."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Row,
    Select,
    String,
    cast,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.types import TypeEngine

from portal.accounts.doors import carrying
from portal.db import UtcDateTime, db

COLUMNS: dict[str, TypeEngine[Any]] = {
    "part": String(),
    "ref": String(),
    "title": String(),
    "state": String(),
    "note": String(),
    "who": String(),
    "language": String(),
    "at": UtcDateTime(),
    "moved_at": UtcDateTime(),
    "due_at": UtcDateTime(),
    "ends_on": Date(),
    "number": Integer(),
}
_EMPTY = {name: cast(null(), kind) for name, kind in COLUMNS.items()}


def part(name: str, **given: Any) -> Select[Any]:
    """The columns of one part; what is not given stays empty."""
    columns = {**_EMPTY, "part": constant(name), **given}
    return select(*(columns[column].label(column) for column in COLUMNS))


def constant(word: str) -> ColumnElement[str]:
    """A word of ours as a column of its own."""
    return literal_column(f"'{word}'", String())


def together(*parts: Select[Any]) -> CompoundSelect[Any]:
    """All parts as one statement."""
    return carrying(union_all(*(select(part.subquery()) for part in parts)), *parts)


def by_part(statement: CompoundSelect[Any], **wanted: Any) -> dict[str, list[Row[Any]]]:
    """The rows by part name, each part's in no particular order."""
    found: dict[str, list[Row[Any]]] = {}
    for row in db.session.execute(statement, wanted):
        found.setdefault(row.part, []).append(row)
    return found


def ordered(rows: Sequence[Row[Any]] | None, *names: str) -> list[Row[Any]]:
    """Rows sorted by columns, empty values last."""
    return sorted(
        rows or (), key=lambda row: [(getattr(row, n) is None, getattr(row, n)) for n in names]
    )
