"""Writing staff, accounts, stakeholders and orders of a folder."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Table,
    and_,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import aliased

from portal import clock
from portal.accounts.models import Account, TeamMember
from portal.db import UtcDateTime
from portal.identity.models import Grant, Reach, Role, User
from portal.imports.staging import Staging
from portal.imports.statements import merge, run
from portal.orders.models import Order
from portal.stakeholders.models import Stakeholder

Counted = tuple[int, int]
CREATED = frozenset({"created_at"})
DEPUTY = "deputy"


def given(staging: Staging, table: Table, *names: str) -> list[ColumnElement[Any]]:
    """Those of the columns that stand in the file under the same name as in our table."""
    return [table.c[name] for name in names if name in staging.columns[table.name]]


def write_staff(staging: Staging) -> Counted:
    """Staff as users without a password; new agents and executives are granted every account."""
    table = staging.tables["staff"]
    newest = run(select(func.max(User.id))).scalar() or 0
    rows = select(
        table.c.staff_id.label("source_id"),
        *given(staging, table, "title", "phone", "hours"),
        *(table.c[name] for name in ("name", "email", "team", "language", "created_at")),
        true().label("is_staff"),
    )
    counted = merge(User, staging.source, rows, CREATED | {"is_staff"})
    everywhere = select(User.id, table.c.role, literal(Reach.ACCOUNT.value), _now()).where(
        User.source == staging.source,
        User.source_id == table.c.staff_id,
        User.id > newest,
        table.c.role.in_([Role.AGENT.value, Role.EXECUTIVE.value]),
    )
    run(insert(Grant).from_select(["user_id", "role", "reach", "created_at"], everywhere))
    return counted


def _now() -> ColumnElement[datetime]:
    return literal(clock.now(), UtcDateTime())


def write_accounts(staging: Staging) -> Counted:
    """Accounts, with their managers and deputies as team members and grant holders."""
    table, source = staging.tables["accounts"], staging.source
    manager, deputy = aliased(User), aliased(User)
    rows = (
        select(
            table.c.account_id.label("source_id"),
            table.c.code.label("ref"),
            *(
                table.c[name]
                for name in ("name", "industry", "country", "timezone", "language", "segment")
            ),
            *(table.c[name] for name in ("sla_plan", "status", "contract_start")),
            table.c.contract_renewal,
            table.c.annual_value_eur.label("annual_value_minor"),
            manager.id.label("manager_id"),
            deputy.id.label("deputy_id"),
            _now().label("created_at"),
            literal("").label("path"),
        )
        .select_from(table)
        .outerjoin(manager, _own(manager, source, table.c.manager_id))
        .outerjoin(deputy, _own(deputy, source, table.c.deputy_id))
    )
    counted = merge(Account, source, rows, CREATED | {"path"})
    path = literal("/") + cast(Account.id, String) + literal("/")
    run(update(Account).values(path=path).where(Account.source == source, Account.path == ""))
    for column, role in (
        (Account.manager_id, Role.ACCOUNT_MANAGER.value),
        (Account.deputy_id, DEPUTY),
    ):
        _keep_team(source, column, role)
    _keep_grants(source)
    return counted


def rezoned_accounts(staging: Staging) -> list[int]:
    """Accounts imported before to which the folder gives another time zone: their days begin at another instant."""
    table = staging.tables["accounts"]
    mine = _own(Account, staging.source, table.c.account_id)
    query = select(Account.id).join_from(table, Account, mine)
    return list(run(query.where(Account.timezone != table.c.timezone)).scalars())


def _own(model: Any, source: str, own_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """That a row of the model is the one with this id of this source."""
    return and_(model.source == source, model.source_id == own_id)


def _keep_team(source: str, person: Any, role: str) -> None:
    """End the part of whoever no longer holds it, begin that of whoever now does."""
    today = clock.today("UTC")
    holds = exists(
        select(1).where(Account.id == TeamMember.account_id, person == TeamMember.user_id)
    )
    ours = select(Account.id).where(Account.source == source)
    run(
        update(TeamMember)
        .values(to_on=today)
        .where(TeamMember.role == role, TeamMember.to_on.is_(None))
        .where(TeamMember.covers_id.is_(None), TeamMember.account_id.in_(ours), ~holds)
    )
    has = select(1).where(TeamMember.account_id == Account.id, TeamMember.role == role)
    begun = has.where(TeamMember.user_id == person, TeamMember.to_on.is_(None))
    first = func.coalesce(Account.contract_start, literal(today))
    since = case((exists(has), literal(today)), else_=first)
    members = select(Account.id, person, literal(role), since).where(
        Account.source == source, person.is_not(None), ~exists(begun)
    )
    run(insert(TeamMember).from_select(["account_id", "user_id", "role", "from_on"], members))


def _keep_grants(source: str) -> None:
    """Managers and deputies may work in their accounts; who is neither any more may not."""
    ours = select(Account.id).where(Account.source == source)
    still = exists(
        select(1).where(
            Account.id == Grant.account_id,
            or_(Account.manager_id == Grant.user_id, Account.deputy_id == Grant.user_id),
        )
    )
    was = exists(
        select(1).where(
            TeamMember.account_id == Grant.account_id,
            TeamMember.user_id == Grant.user_id,
            TeamMember.to_on == clock.today("UTC"),
        )
    )
    run(
        update(Grant)
        .values(ended_at=clock.now())
        .where(Grant.role == Role.ACCOUNT_MANAGER.value, Grant.ended_at.is_(None))
        .where(Grant.account_id.in_(ours), was, ~still)
    )
    for person in (Account.manager_id, Account.deputy_id):
        held = exists(
            select(1).where(
                Grant.user_id == person,
                Grant.account_id == Account.id,
                Grant.role == Role.ACCOUNT_MANAGER.value,
                Grant.ended_at.is_(None),
            )
        )
        role = literal(Role.ACCOUNT_MANAGER.value)
        values = select(person, role, Account.id, literal(Reach.ACCOUNT.value), _now())
        rows = values.where(Account.source == source, person.is_not(None), ~held)
        columns = ["user_id", "role", "account_id", "reach", "created_at"]
        run(insert(Grant).from_select(columns, rows))


def write_stakeholders(staging: Staging) -> Counted:
    """People of the accounts; `portal_access` marks who may be invited, it makes no log-in."""
    table = staging.tables["stakeholders"]
    names = ("name", "email", "phone", "job_role", "language", "portal_access", "active")
    rows = _of_account(
        staging,
        table,
        table.c.stakeholder_id.label("source_id"),
        *given(staging, table, "job_title"),
        *(table.c[name] for name in names),
        table.c.created_at,
    )
    return merge(Stakeholder, staging.source, rows, CREATED)


def write_orders(staging: Staging) -> Counted:
    """Orders and returns."""
    table, person = staging.tables["orders"], aliased(Stakeholder)
    names = ("placed_at", "delivered_at", "status", "currency", "returned_at", "return_reason")
    rows = _of_account(
        staging,
        table,
        table.c.order_id.label("source_id"),
        table.c.reference.label("ref"),
        person.id.label("ordered_by_id"),
        table.c.amount.label("amount_minor"),
        *given(staging, table, "summary"),
        *(table.c[name] for name in names),
    ).outerjoin(person, _own(person, staging.source, table.c.ordered_by))
    return merge(Order, staging.source, rows, frozenset())


def _of_account(staging: Staging, table: Table, *columns: Any) -> Select[Any]:
    account = _own(Account, staging.source, table.c.account_id)
    return (
        select(Account.id.label("account_id"), *columns).select_from(table).join(Account, account)
    )
