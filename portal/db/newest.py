"""The newest entries of PostgreSQL's search index, found without looking at the others.

The index has each entry's stretch beside its words: the number of 8,192 entries that it lies among. Words that are not rare have
a page of hits among the newest, and with the stretches the index alone finds them; walking back entry by entry, or reading all
that the index knows of the words, takes several times as long (decision 0026).
"""

from typing import Any

from sqlalchemy import Text, bindparam, cast, column, func, literal_column, select, table
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from portal.db.base import db
from portal.db.guard import AnySelect

BITS = 13
NEAR = 4
"""How many stretches up to the last one are looked at."""

INDEX = f"create index {{name}} on search_entries using gin (words, array_to_tsvector(array[(id >> {BITS})::text]))"

_stretch = literal_column(
    f"array_to_tsvector(array[(search_entries.id >> {BITS})::text])", TSVECTOR
)
_stretches = bindparam("stretches", type_=Text, literal_execute=True)
_entries = table("search_entries", column("id"))
_heard_of: dict[str, int] = {}
"""The newest entry that this process knows of, by database."""


def alone(statement: AnySelect) -> AnySelect:
    """The statement over entries cut down to the newest, with the parameters of `stretches`.

    It finds nothing at all when there are entries newer than those: so it never passes over one.
    """
    last = select(func.max(_entries.alias("newest").c.id)).scalar_subquery()
    return statement.where(
        _stretch.op("@@", is_comparison=True)(cast(_stretches, TSQUERY)), last < bindparam("beyond")
    )


def stretches() -> dict[str, Any]:
    """Which entries are the newest; none where the index is so small that it makes no difference, and in SQLite."""
    last = _heard_of.get(_database(), 0) >> BITS
    if last < 2 * NEAR or db.session.get_bind().dialect.name != "postgresql":
        return {}
    wanted = " | ".join(f"'{last + 1 - back}'" for back in range(NEAR + 1))
    return {"stretches": wanted, "beyond": last + 2 << BITS}


def heard_of(number: int) -> None:
    """Remember that there is an entry of this number."""
    _heard_of[_database()] = max(_heard_of.get(_database(), 0), number)


def _database() -> str:
    return str(db.session.get_bind().engine.url)
