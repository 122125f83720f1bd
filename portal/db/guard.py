"""The visibility guard: a table with client data is reached through a door or not at all.

A door is `Model.visible_to(actor)` or, for the system's own work, `Model.unscoped("why")`. Both mark
the statement with the table they opened; the session refuses every other SELECT, UPDATE or DELETE
that touches a marked table, in joins, counts and subqueries too.
"""

from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias, TypeVar

from flask_sqlalchemy.session import Session
from sqlalchemy import ColumnElement, Row, Select, Table, event, select
from sqlalchemy.orm import ORMExecuteState
from sqlalchemy.sql import visitors
from sqlalchemy.sql.base import Executable

from portal.db.many import one_of

if TYPE_CHECKING:
    from portal.actor import Actor

AnySelect: TypeAlias = Select[*tuple[Any, ...]]
AnyRow: TypeAlias = Row[*tuple[Any, ...]]
S = TypeVar("S", bound=AnySelect)
E = TypeVar("E", bound=Executable)

DOORS = "portal_doors"
MARKED: set[str] = set()


class DoorMissing(RuntimeError):
    """A statement touches client data without passing its door: a fault of ours, never of the person."""


class AccountOwned:
    """Mixin for every table that holds something of an account."""

    __abstract__ = True
    __tablename__: Any
    __table__: Any
    account_id: Any
    leans_on: ClassVar[tuple[str, ...]] = ()
    """Other marked tables that the door's own condition asks."""

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        if "__tablename__" in cls.__dict__:
            MARKED.add(cls.__dict__["__tablename__"])

    @classmethod
    def visible_condition(cls, actor: "Actor") -> ColumnElement[bool] | None:
        """Which rows the actor may see; None means all."""
        return None if actor.everywhere else one_of(cls.account_id, actor.all_accounts)

    @classmethod
    def visible_to(cls, actor: "Actor") -> Select[Self]:
        """The rows the actor may see; the only door for a person."""
        return through(select(cls), cls, actor)

    @classmethod
    def unscoped(cls, why: str) -> Select[Self]:
        """All rows, for the system's own work; `why` says which."""
        return opened(select(cls), cls, why=why)


def through(statement: S, model: type[AccountOwned], actor: "Actor") -> S:
    """Let a statement touch `model` as far as the actor may see it."""
    condition = model.visible_condition(actor)
    if condition is not None:
        statement = _mark(statement.where(condition), *model.leans_on)
    return _mark(statement, model.__tablename__)


def opened(statement: E, *models: type[AccountOwned], why: str) -> E:
    """Let a statement of the system's own work touch the models; `why` says which work."""
    if not why:
        raise ValueError("say why")
    for model in models:
        statement = _mark(statement, model.__tablename__)
    return statement


def _mark(statement: E, *tables: str) -> E:
    doors = statement.get_execution_options().get(DOORS, frozenset())
    return statement.execution_options(**{DOORS: doors.union(tables)})


_touched_cache: dict[Any, frozenset[str]] = {}


def _touched(statement: Executable) -> frozenset[str]:
    """Marked tables that the statement names anywhere; remembered by the statement's cache key."""
    generate = getattr(statement, "_generate_cache_key", None)
    key = generate() if generate else None
    if key is not None:
        known = _touched_cache.get(key.key)
        if known is not None:
            return known
    found = frozenset(
        table.name
        for table in visitors.iterate(statement)  # type: ignore[arg-type]
        if isinstance(table, Table) and table.name in MARKED
    ) | _named_by_columns(statement)
    if key is not None and len(_touched_cache) < 5000:
        _touched_cache[key.key] = found
    return found


def _named_by_columns(statement: Executable) -> frozenset[str]:
    names = set()
    for element in visitors.iterate(statement):  # type: ignore[arg-type]
        table = getattr(element, "table", None)
        if isinstance(table, Table) and table.name in MARKED:
            names.add(table.name)
    entity = getattr(statement, "entity_description", None)
    if entity and entity["table"].name in MARKED:
        names.add(entity["table"].name)
    return frozenset(names)


class GuardedSession(Session):
    """A session that loads client data through doors alone."""

    def get(self, entity: Any, *args: Any, **kwargs: Any) -> Any:
        """Rows by key, for unmarked tables only."""
        if getattr(entity, "__tablename__", None) in MARKED:
            raise DoorMissing(f"session.get({entity.__name__}): use its door")
        return super().get(entity, *args, **kwargs)


@event.listens_for(GuardedSession, "do_orm_execute")
def _refuse_without_door(state: ORMExecuteState) -> None:
    if state.is_column_load or state.is_relationship_load:
        return
    doors = state.execution_options.get(DOORS, frozenset())
    missing = _touched(state.statement) - doors
    if missing:
        raise DoorMissing(f"no door opened for {', '.join(sorted(missing))}")
