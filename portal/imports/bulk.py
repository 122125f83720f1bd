"""Many rows into one table quickly: COPY on PostgreSQL, one prepared INSERT on SQLite.

Both run inside the session's own transaction, so that an import is all or nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, FromClause, Table, func, select

from portal.db import db

CHUNK = 5_000
Values = Sequence[Any]


def connection() -> Connection:
    """The session's connection, within its transaction."""
    return db.session.connection()


def on_postgres() -> bool:
    """Whether the database takes COPY."""
    return connection().dialect.name == "postgresql"


def prepare() -> None:
    """Settings of PostgreSQL for the rest of the transaction: UTC, and memory for large joins."""
    if on_postgres():
        connection().exec_driver_sql("set local timezone = 'UTC'")
        connection().exec_driver_sql("set local work_mem = '64MB'")


def analyse(*tables: FromClause) -> None:
    """Let PostgreSQL look at tables that this transaction has filled, before it plans joins."""
    if on_postgres():
        for table in tables:
            connection().exec_driver_sql(f'analyze "{_named(table).name}"')


def next_ids(table: FromClause, count: int) -> Iterator[int]:
    """Ids that nobody else will use, ascending, for rows about to be inserted.

    On SQLite the transaction must hold the writer's place and insert them before it asks again.
    """
    if on_postgres():
        sequence = func.nextval(f"{_named(table).name}_id_seq")
        numbers = select(sequence).select_from(func.generate_series(1, count))
        return iter(sorted(connection().execute(numbers).scalars()))
    last = connection().execute(select(func.max(table.c.id))).scalar() or 0
    return iter(range(last + 1, last + 1 + count))


def insert_rows(table: FromClause, columns: Sequence[str], rows: Iterable[Values]) -> int:
    """Insert rows given as values of `columns`; other columns get their constant default."""
    table = _named(table)
    given = [table.c[name] for name in columns]
    rest = {c.name: _default(c) for c in table.c if c.name not in columns and c.default is not None}
    makers = [_maker(table.c[name]) for name in columns]
    constants = [_maker(table.c[name])(value) for name, value in rest.items()]
    names = [column.name for column in given] + list(rest)

    def ready() -> Iterator[list[Any]]:
        for row in rows:
            yield [make(value) for make, value in zip(makers, row, strict=True)] + constants

    return write(table.name, names, ready())


def write(table: str, columns: Sequence[str], rows: Iterable[Values]) -> int:
    """Insert rows whose values are already what the driver takes; answers how many."""
    return (_copy if on_postgres() else _insert)(table, columns, iter(rows))


def _copy(table: str, columns: Sequence[str], rows: Iterator[Values]) -> int:
    driver = connection().connection.driver_connection
    assert driver is not None
    count = 0
    names = ", ".join(f'"{name}"' for name in columns)
    with driver.cursor() as cursor, cursor.copy(f'copy "{table}" ({names}) from stdin') as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _insert(table: str, columns: Sequence[str], rows: Iterator[Values]) -> int:
    driver = connection().connection.driver_connection
    assert driver is not None
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("?" * len(columns))
    count = 0
    while chunk := list(islice(rows, CHUNK)):
        driver.executemany(f'insert into "{table}" ({names}) values ({marks})', chunk)
        count += len(chunk)
    return count


def _named(table: FromClause) -> Table:
    assert isinstance(table, Table)
    return table


def _default(column: Any) -> Any:
    value = column.default.arg
    return value(None) if callable(value) else value


def _maker(column: Any) -> Callable[[Any], Any]:
    """What turns a Python value into the driver's, as an ordinary statement would."""
    dialect = connection().dialect
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    return process or _plain


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value
