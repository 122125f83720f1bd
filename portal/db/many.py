"""Whether a text is among hundreds that are given as one parameter: a statement with a place for each is dear to read."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Boolean, String, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class Texts(TypeDecorator[Sequence[str]]):
    """Texts as one parameter: an array, or JSON where the database has none."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """An array on PostgreSQL."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(Text))
        return dialect.type_descriptor(String())

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> Any:
        """The texts as the database takes them."""
        texts = list(value or ())
        return texts if dialect.name == "postgresql" else json.dumps(texts)


class Among(FunctionElement[bool]):
    """Whether a column is one of the texts of a parameter of type `Texts`."""

    type = Boolean()
    inherit_cache = True


@compiles(Among, "sqlite")
def _on_sqlite(element: Among, compiler: Any, **given: Any) -> str:
    column, texts = (compiler.process(part, **given) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({texts}))"


@compiles(Among, "postgresql")
def _on_postgresql(element: Among, compiler: Any, **given: Any) -> str:
    column, texts = (compiler.process(part, **given) for part in element.clauses)
    return f"{column} = ANY({texts})"
