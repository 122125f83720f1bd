"""Names found by the beginnings of their words, accents folded: "fig ass" finds Assunção Figueiredo-Brandão."""

import re
from typing import Any

from sqlalchemy import ColumnElement, Engine, event, func, literal_column

from portal.db import db

LETTERS = "áàâãäåāăąçćčďđéèêëēęěíìîïīłñńňóòôõöøőřśšşťúùûüūůűýÿžźż"
PLAIN_LETTERS = "aaaaaaaaacccddeeeeeeeiiiiilnnnooooooorssstuuuuuuuyyzzz"
ACCENTED = LETTERS + LETTERS.upper() + "’"
PLAIN = PLAIN_LETTERS * 2 + " "
_FOLD = str.maketrans(ACCENTED, PLAIN)
WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 6


def words_of(text: str) -> list[str]:
    """The words of a name or of what somebody looks for, folded."""
    return WORD.findall(text.translate(_FOLD).lower())


def named_like(column: Any, wanted: ColumnElement[str]) -> ColumnElement[bool]:
    """Names where each word of `query_of(…)`, given as a parameter, begins a word."""
    if db.engine.dialect.name != "postgresql":
        return func.name_begins(column, wanted) == 1
    folded = func.lower(func.translate(column, _constant(ACCENTED), _constant(PLAIN)))
    words = func.to_tsvector(literal_column("'simple'::regconfig"), folded)
    query = func.to_tsquery(literal_column("'simple'::regconfig"), wanted)
    found: ColumnElement[bool] = words.bool_op("@@")(query)
    return found


def query_of(text: str) -> str:
    """What somebody looks for in the language of `named_like`; "" when there is nothing to look for."""
    wanted = words_of(text[:200])[:MOST_WORDS]
    if db.engine.dialect.name != "postgresql":
        return " ".join(wanted)
    return " & ".join(f"{word}:*" for word in wanted)


def _constant(text: str) -> ColumnElement[str]:
    """Written out, not bound: the index knows the expression only so."""
    return literal_column(f"'{text}'")


def _begins(name: str | None, wanted: str) -> int:
    words = words_of(name or "")
    return int(all(any(word.startswith(start) for word in words) for start in wanted.split()))


@event.listens_for(Engine, "connect")
def _teach_sqlite(connection: Any, _record: object) -> None:
    """SQLite has no word search over an expression; its installations are small enough to read the names."""
    if type(connection).__module__.partition(".")[0] == "sqlite3":
        connection.create_function("name_begins", 2, _begins, deterministic=True)
