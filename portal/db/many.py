"""Whether a value is among many that are given as one parameter: a statement with a place for each is dear to read."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Integer, String, Text, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

FEW = 8
"""So many numbers have a place each: a database plans best for what it sees."""


class Texts(TypeDecorator[Sequence[str]]):
    """Texts as one parameter: an array, or JSON where the database has none."""

    impl = String
    cache_ok = True
    each: TypeEngine[Any] = Text()

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """An array on PostgreSQL."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(self.each))
        return dialect.type_descriptor(String())

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:
        """The values as the database takes them."""
        values = list(value or ())
        return values if dialect.name == "postgresql" else json.dumps(values)


class Numbers(Texts):
    """Whole numbers in the same way."""

    cache_ok = True
    each = Integer()


class Among(FunctionElement[bool]):
    """Whether a column is one of the values of a parameter of type `Texts` or `Numbers`."""

    type = Boolean()
    inherit_cache = True


@compiles(Among, "sqlite")
def _on_sqlite(element: Among, compiler: Any, **given: Any) -> str:
    column, values = (compiler.process(part, **given) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"


@compiles(Among, "postgresql")
def _on_postgresql(element: Among, compiler: Any, **given: Any) -> str:
    column, values = (compiler.process(part, **given) for part in element.clauses)
    return f"{column} = ANY({values})"


def one_of(column: Any, numbers: Collection[int]) -> ColumnElement[bool]:
    """Whether a column is one of the numbers."""
    many = len(numbers) > FEW
    found: ColumnElement[bool] = (
        Among(column, literal(sorted(numbers), Numbers())) if many else column.in_(numbers)
    )
    return found
