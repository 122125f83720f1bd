"""Statements of an import over whole tables: the system's own work, through the doors it opens."""

from typing import Any

from sqlalchemy import (
    Executable,
    Insert,
    Result,
    Select,
    Table,
    exists,
    insert,
    literal,
    or_,
    select,
    update,
)

from portal.accounts.models import Account, TeamMember
from portal.cases.models import Case, CaseLink, Message, Participant
from portal.db import db, opened
from portal.events import Event
from portal.feedback.models import CommentConsent, Survey
from portal.orders.models import Order
from portal.stakeholders.models import Stakeholder

DOORS = (
    Account,
    TeamMember,
    Stakeholder,
    Order,
    Case,
    Participant,
    CaseLink,
    Message,
    Event,
    Survey,
    CommentConsent,
)
WHY = "import of a folder of CSV files"


def run(statement: Executable) -> Result[Any]:
    """Execute within the import's transaction."""
    options = {"synchronize_session": False, "preserve_rowcount": True}
    return db.session.execute(opened(statement, *DOORS, why=WHY), execution_options=options)


def count_of(statement: Executable) -> int:
    """Execute a statement that writes; answers how many rows it wrote."""
    result: Any = run(statement)
    return int(result.rowcount)


def merge(model: Any, source: str, rows: Select[Any], fixed: frozenset[str]) -> tuple[int, int]:
    """Bring rows (labelled as the model's columns) into it by (source, source_id): new, changed.

    Columns in `fixed` are set when a row is new and left alone afterwards.
    """
    target: Table = model.__table__
    own = rows.subquery()
    changed = 0
    before = select(target.c.id).where(target.c.source == source).limit(1)
    if run(before).first():
        names = [c.name for c in own.c if c.name not in fixed and c.name != "source_id"]
        differs = or_(*(target.c[name].is_distinct_from(own.c[name]) for name in names))
        changed = count_of(
            update(model)
            .values({name: own.c[name] for name in names})
            .where(target.c.source == source, target.c.source_id == own.c.source_id, differs)
        )
    return count_of(insert_new(model, source, rows)), changed


def insert_new(model: Any, source: str, rows: Select[Any]) -> Insert:
    """Insert the rows whose source_id the table does not hold for this source."""
    own, table = rows.subquery(), model.__table__
    there = exists(select(1).where(table.c.source == source, table.c.source_id == own.c.source_id))
    columns = [*(c.name for c in own.c), "source"]
    values = select(*own.c, literal(source)).where(~there)
    return insert(model).from_select(columns, values)
