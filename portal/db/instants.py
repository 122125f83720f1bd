"""Instants as whole seconds, worked out by the database where thousands of them are read."""

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class Epoch(FunctionElement[int]):
    """The whole seconds from 1970 to an instant, rounded down."""

    type = Integer()
    inherit_cache = True


@compiles(Epoch, "sqlite")
def _on_sqlite(element: Epoch, compiler: Any, **given: Any) -> str:
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **given)}) AS INTEGER)"


@compiles(Epoch, "postgresql")
def _on_postgresql(element: Epoch, compiler: Any, **given: Any) -> str:
    return (
        f"CAST(floor(extract(epoch FROM {compiler.process(element.clauses, **given)})) AS BIGINT)"
    )
