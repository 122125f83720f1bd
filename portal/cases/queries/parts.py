"""The columns and parameters that everything beside a case has in common."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    Integer,
    String,
    bindparam,
    cast,
    literal_column,
    null,
    select,
)
from sqlalchemy.types import TypeEngine

from portal.db import AnySelect, UtcDateTime

COLUMNS: dict[str, TypeEngine[Any]] = {
    "part": String(),
    "number": Integer(),
    "ref": String(),
    "title": String(),
    "state": String(),
    "note": String(),
    "more": String(),
    "extra": String(),
    "at": UtcDateTime(),
    "since": UtcDateTime(),
    "amount": BigInteger(),
    "spent": BigInteger(),
    "counted_at": UtcDateTime(),
    "ended_at": UtcDateTime(),
    "paused": Boolean(),
    "clock": Integer(),
    "revision": Integer(),
}
CASE, OWNER, ORDER, ACCOUNT, MANAGER, DEPUTY = (
    bindparam(name, type_=Integer)
    for name in ("case", "owner", "order", "account", "manager", "deputy")
)
CASES = bindparam("cases", type_=Integer, expanding=True)
"""The case and those merged into it: what was noted of them in the log stays theirs."""
PRIORITY = bindparam("priority", type_=String)
TODAY = bindparam("today", type_=Date)
_EMPTY = {name: cast(null(), kind) for name, kind in COLUMNS.items()}


def part(name: str, **given: Any) -> AnySelect:
    """The columns of one part; what is not given stays empty."""
    columns = {**_EMPTY, "part": literal_column(f"'{name}'", String()), **given}
    return select(*(columns[column].label(column) for column in COLUMNS))
