"""What must hold between the rows of a folder, and between them and what is already stored."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    exists,
    func,
    insert,
    null,
    or_,
    select,
)

from portal.accounts.models import Account
from portal.cases.models import Case, Message
from portal.identity.models import User
from portal.imports.bulk import analyse
from portal.imports.columns import BY_NAME
from portal.imports.problems import SHOWN, Problems, quoted
from portal.imports.staging import Staging
from portal.imports.statements import run
from portal.orders.models import Order
from portal.stakeholders.models import Stakeholder

MODELS: dict[str, Any] = {
    "staff": User,
    "accounts": Account,
    "stakeholders": Stakeholder,
    "orders": Order,
    "cases": Case,
}
REFERENCES = (
    ("accounts", "manager_id", "staff"),
    ("accounts", "deputy_id", "staff"),
    ("stakeholders", "account_id", "accounts"),
    ("orders", "account_id", "accounts"),
    ("orders", "ordered_by", "stakeholders"),
    ("cases", "account_id", "accounts"),
    ("cases", "opened_by", "stakeholders"),
    ("cases", "owner_id", "staff"),
    ("cases", "recurrence_of", "cases"),
    ("cases", "order_id", "orders"),
    ("messages", "case_id", "cases"),
    ("surveys", "account_id", "accounts"),
    ("surveys", "case_id", "cases"),
    ("surveys", "stakeholder_id", "stakeholders"),
)
SAME_ACCOUNT = ("ordered_by", "opened_by", "recurrence_of", "order_id", "case_id", "stakeholder_id")
UNIQUE = (("staff", "email", "email"), ("accounts", "code", "ref"), ("cases", "reference", "ref"))
MOVABLE_NEVER = ("stakeholders", "orders", "cases")
SINGULAR = {
    "staff": "staff member",
    "accounts": "account",
    "stakeholders": "stakeholder",
    "orders": "order",
    "cases": "case",
}


@dataclass(frozen=True)
class Finding:
    """A query for faulty rows (line, value, more) and how to tell them."""

    file: str
    column: str
    query: Select[Any]
    text: Callable[[Any], str]


def check_folder(staging: Staging, problems: Problems) -> None:
    """Note everything that rows say about other rows and that is not so."""
    _note(_duplicates(staging), problems)
    if problems.count:
        return
    _learn(staging)
    for findings in (_references, _authors, _participants, _uniques, _moved, _rewritten):
        _note(findings(staging), problems)


def _note(findings: Iterator[Finding], problems: Problems) -> None:
    for finding in findings:
        shown = list(run(finding.query.order_by("line").limit(SHOWN + 1)))
        for row in shown:
            problems.add(finding.file, row[0], finding.column, finding.text(row))
        if len(shown) > SHOWN:
            total = run(select(func.count()).select_from(finding.query.subquery())).scalar_one()
            problems.count += total - len(shown)


def _files(staging: Staging) -> list[str]:
    return [name for name in staging.rows if staging.rows[name]]


def _learn(staging: Staging) -> None:
    """Gather the ids that may be pointed to: of this folder and of earlier imports."""
    for name, known in staging.known.items():
        table, model = staging.tables[name], MODELS[name]
        key = table.c[BY_NAME[name].key]
        account = table.c.account_id if "account_id" in table.c else null()
        if name == "accounts":
            account = key
        run(insert(known).from_select(["own_id", "account"], select(key, account)))
        earlier = select(model.source_id, _account_of(model)).where(
            model.source == staging.source,
            ~exists(select(1).where(key == model.source_id).correlate(model.__table__)),
        )
        if name not in ("staff", "accounts"):
            earlier = earlier.join(Account, Account.id == model.account_id)
        run(insert(known).from_select(["own_id", "account"], earlier))
        analyse(known)


def _account_of(model: Any) -> ColumnElement[Any]:
    return null() if model is User else Account.__table__.c.source_id


def _duplicates(staging: Staging) -> Iterator[Finding]:
    for name in _files(staging):
        table, key = staging.tables[name], BY_NAME[name].key
        yield from _twice(name, table, key)
        for file, column, _ in UNIQUE:
            if file == name:
                yield from _twice(name, table, column)


def _twice(name: str, table: Table, column: str) -> Iterator[Finding]:
    value = table.c[column]
    counted = (
        select(func.max(table.c.line).label("line"), value, func.min(table.c.line).label("first"))
        .where(value.is_not(None))
        .group_by(value)
        .having(func.count() > 1)
    )
    yield Finding(
        f"{name}.csv",
        column,
        counted,
        lambda row: f"{quoted(row[1])} is given twice; first in line {row[2]}",
    )


def _missing(file: str, column: str, target: str, query: Select[Any]) -> Finding:
    where = f"is not in {target}.csv and was not imported before"
    return Finding(file, column, query, lambda row: f"{quoted(row[1])} {where}")


def _foreign(file: str, column: str, target: str, query: Select[Any]) -> Finding:
    text = f"{SINGULAR[target]} %s belongs to another account"
    return Finding(file, column, query, lambda row: text % quoted(row[1]))


def _elsewhere(
    staging: Staging, known: Table, account: ColumnElement[Any]
) -> tuple[ColumnElement[bool], ...]:
    """That what is known belongs to another account; an account nobody knows is told where it stands."""
    accounts = staging.known["accounts"].alias()
    there = exists(select(1).where(accounts.c.own_id == known.c.account))
    return known.c.account.is_distinct_from(account), there


def _references(staging: Staging) -> Iterator[Finding]:
    for name, column, target in REFERENCES:
        if name not in _files(staging):
            continue
        table, known = staging.tables[name], staging.known[target]
        value = table.c[column]
        joined = select(table.c.line, value).where(value.is_not(None))
        unknown = joined.join_from(table, known, known.c.own_id == value, isouter=True)
        yield _missing(f"{name}.csv", column, target, unknown.where(known.c.own_id.is_(None)))
        if column in SAME_ACCOUNT and "account_id" in table.c:
            other = joined.join_from(table, known, known.c.own_id == value)
            other = other.where(*_elsewhere(staging, known, table.c.account_id))
            yield _foreign(f"{name}.csv", column, target, other)


def _authors(staging: Staging) -> Iterator[Finding]:
    if "messages" not in _files(staging):
        return
    table, cases = staging.tables["messages"], staging.known["cases"]
    for side, target in (("client", "stakeholders"), ("staff", "staff")):
        known = staging.known[target]
        joined = select(table.c.line, table.c.author_id).where(table.c.author_kind == side)
        unknown = joined.join_from(table, known, known.c.own_id == table.c.author_id, isouter=True)
        query = unknown.where(known.c.own_id.is_(None))
        yield _missing("messages.csv", "author_id", target, query)
        if side == "client":
            other = joined.join_from(table, known, known.c.own_id == table.c.author_id)
            other = other.join(cases, cases.c.own_id == table.c.case_id)
            other = other.where(*_elsewhere(staging, known, cases.c.account))
            yield _foreign("messages.csv", "author_id", target, other)


def _participants(staging: Staging) -> Iterator[Finding]:
    table, known, cases = (
        staging.tables["participants"],
        staging.known["stakeholders"],
        staging.known["cases"],
    )
    person, row = table.c.stakeholder_id, staging.tables["cases"]
    opener = exists(select(1).where(row.c.case_id == table.c.case_id, row.c.opened_by == person))
    joined = select(table.c.line, person).where(~opener)
    unknown = joined.join_from(table, known, known.c.own_id == person, isouter=True)
    query = unknown.where(known.c.own_id.is_(None))
    yield _missing("cases.csv", "participants", "stakeholders", query)
    other = joined.join_from(table, known, known.c.own_id == person)
    other = other.join(cases, cases.c.own_id == table.c.case_id)
    other = other.where(*_elsewhere(staging, known, cases.c.account))
    yield _foreign("cases.csv", "participants", "stakeholders", other)


def _uniques(staging: Staging) -> Iterator[Finding]:
    for name, column, stored in UNIQUE:
        if name not in _files(staging):
            continue
        table, model = staging.tables[name], MODELS[name]
        own = and_(model.source == staging.source, model.source_id == table.c[BY_NAME[name].key])
        query = (
            select(table.c.line, table.c[column])
            .join_from(table, model, getattr(model, stored) == table.c[column])
            .where(or_(model.source.is_(None), ~own))
        )
        text = f"%s is already used by another {SINGULAR[name]}"
        yield Finding(f"{name}.csv", column, query, lambda row, t=text: t % quoted(row[1]))  # type: ignore[misc]


def _moved(staging: Staging) -> Iterator[Finding]:
    for name in MOVABLE_NEVER:
        if name not in _files(staging):
            continue
        table, model = staging.tables[name], MODELS[name]
        own = and_(model.source == staging.source, model.source_id == table.c[BY_NAME[name].key])
        same = and_(Account.source == staging.source, Account.source_id == table.c.account_id)
        query = (
            select(table.c.line, table.c.account_id)
            .join_from(table, model, own)
            .join(Account, Account.id == model.account_id)
            .where(or_(Account.source.is_(None), ~same))
        )
        text = f"the {SINGULAR[name]} was imported for another account; an import moves nothing"
        yield Finding(f"{name}.csv", "account_id", query, lambda row, t=text: t)  # type: ignore[misc]


def _rewritten(staging: Staging) -> Iterator[Finding]:
    if "messages" not in _files(staging):
        return
    table = staging.tables["messages"]
    own = and_(Message.source == staging.source, Message.source_id == table.c.message_id)
    same_case = and_(Case.source == staging.source, Case.source_id == table.c.case_id)
    changes: tuple[tuple[str, ColumnElement[bool]], ...] = (
        ("body", Message.body != table.c.body),
        ("created_at", Message.occurred_at != table.c.created_at),
        ("visibility", Message.internal != table.c.visibility),
        ("author_kind", Message.side != table.c.author_kind),
        ("case_id", or_(Case.source.is_(None), ~same_case)),
    )
    for column, change in changes:
        query = select(table.c.line, table.c.message_id).join_from(table, Message, own)
        if column == "case_id":
            written_on = func.coalesce(Message.came_from_id, Message.case_id)
            query = query.join(Case, Case.id == written_on)
        text = "differs from the message imported before; messages are never changed"
        yield Finding("messages.csv", column, query.where(change), lambda row, t=text: t)  # type: ignore[misc]
