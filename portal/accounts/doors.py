"""Statements put together from parts that each came through their door."""

from typing import Any, TypeVar

from sqlalchemy.sql.base import Executable

from portal.db.guard import DOORS

E = TypeVar("E", bound=Executable)


def carrying(statement: E, *parts: Executable) -> E:
    """The statement with the doors that its parts (union members, subqueries) already passed.

    Say only parts that stand in the statement as they came through their doors.
    """
    doors: frozenset[Any] = statement.get_execution_options().get(DOORS, frozenset())
    for part in parts:
        doors |= part.get_execution_options().get(DOORS, frozenset())
    return statement.execution_options(**{DOORS: doors})
