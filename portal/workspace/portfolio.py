"""The accounts a staff person answers for, those that need somebody first."""

from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from portal import clock
from portal.accounts import local_days
from portal.accounts.doors import carrying
from portal.accounts.keyset import Cursor, cut, page
from portal.accounts.models import Account, AccountStatus
from portal.accounts.names import named_like, query_of
from portal.actor import Actor
from portal.cases.models import IS_OPEN, NEVER_DUE, Case, Status
from portal.db import db, opened, through
from portal.insights.health_kept import FEWEST_PARTS
from portal.insights.models import HealthDay
from portal.reviews.models import Review, ReviewState
from portal.sla.in_force import in_force_on
from portal.sla.models import Contract, ServicePlan
from portal.sla.queries import WHY_CONTRACTS
from portal.workspace.entries import FIELDS, RENEWAL_NEAR, STEADY, Entry, Filters, Portfolio

PAGE = 25
KEPT = 64
SOON = timedelta(hours=48)
NO_HEALTH = 1001
"""Above every value in tenths: what nobody knows stands last."""

BY_URGENCY = ("urgency", "next_due", "oldest", "ref")
BY_HEALTH = ("rank", "ref")


def portfolio(actor: Actor, filters: Filters, cursor: Cursor, *, limit: int = PAGE) -> Portfolio:
    """A page of the actor's accounts: overdue first, then what is near, then by promise and oldest case.

    By health those with the lowest stand first, those with too little data last.
    """
    now = clock.now()
    days = local_days.dates(today=timedelta(), near=RENEWAL_NEAR)
    rows = db.session.execute(
        _statement(actor, filters, cursor, limit, db.engine.dialect.name),
        {"now": now, "soon": now + SOON, **days},
    ).all()
    entries = [Entry(*(getattr(row, name) for name in FIELDS)) for row in rows]
    keys = {row.ref: tuple(getattr(row, name) for name in _order(filters)) for row in rows}
    shown = page(entries, cursor, limit, lambda entry: keys[entry.ref])
    if not rows:
        return Portfolio(shown)
    sums = rows[0]
    value = sums.value if sums.currency_low == sums.currency_high else None
    return Portfolio(shown, sums.total, sums.needing, int(sums.open_sum), value, sums.currency_low)


@lru_cache(KEPT)
def _statement(
    actor: Actor, filters: Filters, cursor: Cursor, limit: int, dialect: str
) -> Select[Any]:
    """Built once for each; names are looked for in another way on each kind of database."""
    live = _open_work(actor)
    accounts = _accounts(actor, live.subquery("live"), filters)
    if filters.by_health:
        rank = case((HealthDay.known >= FEWEST_PARTS, HealthDay.tenths), else_=NO_HEALTH)
        ranked = _health(rank, Account.id, actor).scalar_subquery()
        accounts = accounts.add_columns(func.coalesce(ranked, NO_HEALTH).label("rank"))
    inner = accounts.subquery()
    columns = (HealthDay.tenths, HealthDay.known, HealthDay.before_tenths)
    kept = [_health(column, inner.c.id, actor) for column in columns]
    named = zip(kept, ("health", "health_known", "health_before"), strict=True)
    rows = select(inner, *(one.scalar_subquery().label(name) for one, name in named))
    keys = [inner.c[name] for name in _order(filters)]
    return carrying(cut(rows, keys, cursor, limit), live, accounts, *kept)


def _order(filters: Filters) -> tuple[str, ...]:
    return BY_HEALTH if filters.by_health else BY_URGENCY


def _health(column: Any, account_id: Any, actor: Actor) -> Select[Any]:
    """The newest that is kept of an account's health, by the account of the row around it; for its own staff."""
    newest = select(column).where(HealthDay.account_id == account_id)
    return through(newest.order_by(HealthDay.day.desc()).limit(1), HealthDay, actor)


def _open_work(actor: Actor) -> Select[Any]:
    """Sums over open cases by account, from the partial index over open work."""
    with_us = func.sum(case((Case.status == Status.WAITING, 0), else_=1))
    columns: tuple[Any, ...] = (
        Case.account_id,
        func.count().label("open"),
        with_us.label("with_us"),
        func.sum(case((Case.escalated, 1), else_=0)).label("escalated"),
        func.min(Case.opened_at).label("oldest_at"),
        func.min(Case.due_order).label("next_due"),
    )
    return through(select(*columns).where(IS_OPEN).group_by(Case.account_id), Case, actor)


def _accounts(actor: Actor, live: Any, filters: Filters) -> Select[Any]:
    next_due = func.coalesce(live.c.next_due, NEVER_DUE, type_=Case.due_order.type)
    days = local_days.shifts(actor)
    urgency = _urgency(next_due, func.coalesce(live.c.escalated, 0), days)
    review = _last_review(actor)
    value = _agreed(Contract.value_minor, Account.annual_value_minor)
    currency = _agreed(Contract.currency, Account.currency)
    columns = (
        Account.id,
        Account.ref,
        Account.name,
        Account.timezone,
        func.coalesce(ServicePlan.name, Account.sla_plan).label("sla_plan"),
        Account.segment,
        _agreed(Contract.renewal_on, Account.contract_renewal).label("renewal_on"),
        Contract.ends_on,
        Contract.notice_on,
        value.label("value_minor"),
        currency.label("currency"),
        func.coalesce(live.c.open, 0).label("open"),
        func.coalesce(live.c.with_us, 0).label("with_us"),
        func.coalesce(live.c.escalated, 0).label("escalated"),
        func.coalesce(live.c.oldest_at, NEVER_DUE, type_=Case.due_order.type).label("oldest"),
        next_due.label("next_due"),
        review.scalar_subquery().label("last_review"),
        urgency.label("urgency"),
        func.count().over().label("total"),
        func.sum(case((urgency < STEADY, 1), else_=0)).over().label("needing"),
        func.sum(func.coalesce(live.c.open, 0)).over().label("open_sum"),
        func.sum(value).over().label("value"),
        func.min(currency).over().label("currency_low"),
        func.max(currency).over().label("currency_high"),
    )
    statement = select(*columns).join(days, days.c.id == Account.id)
    statement = statement.outerjoin(live, live.c.account_id == Account.id)
    statement = statement.outerjoin(Contract, Contract.id == _in_force(days))
    statement = statement.outerjoin(ServicePlan, ServicePlan.id == Contract.plan_id)
    statement = opened(statement, Contract, why=WHY_CONTRACTS)
    return carrying(_narrowed(through(statement, Account, actor), actor, filters), review)


def _in_force(days: CTE) -> ColumnElement[int]:
    """The contract that holds today, by the account's own date, of the account of the row around it."""
    held = select(Contract.id).where(
        Contract.account_id == Account.id, in_force_on(local_days.local_date(days, "today"))
    )
    newest = held.order_by(Contract.begins_on.desc(), Contract.id.desc()).limit(1)
    return newest.correlate(Account, days).scalar_subquery()


def _agreed(by_contract: Any, recorded: Any) -> ColumnElement[Any]:
    """What a contract in force says, else what is recorded with the account."""
    return case((Contract.id.is_not(None), by_contract), else_=recorded)


def _urgency(
    next_due: ColumnElement[Any], escalated: ColumnElement[Any], days: CTE
) -> ColumnElement[int]:
    """What ranks an account: something overdue, something near, nothing pressing."""
    last = _agreed(func.coalesce(Contract.renewal_on, Contract.ends_on), Account.contract_renewal)
    today, until = (local_days.local_date(days, name) for name in ("today", "near"))
    near = or_(
        next_due < bindparam("soon"),
        escalated > 0,
        *(and_(day >= today, day <= until) for day in (last, Contract.notice_on)),
    )
    return case(
        (next_due < bindparam("now"), literal_column("0")),
        (near, literal_column("1")),
        else_=literal_column("2"),
    )


def _last_review(actor: Actor) -> Select[Any]:
    """The latest review that is ready, by the account of the row around it."""
    newest = select(Review.period).where(
        Review.account_id == Account.id, Review.state == ReviewState.READY
    )
    return through(
        newest.order_by(Review.starts_on.desc(), Review.id.desc()).limit(1), Review, actor
    )


def _narrowed(statement: Select[Any], actor: Actor, filters: Filters) -> Select[Any]:
    status = AccountStatus.CHURNED if filters.former else AccountStatus.ACTIVE
    statement = statement.where(Account.status == status)
    if filters.mine:
        statement = statement.where(
            or_(Account.manager_id == actor.user_id, Account.deputy_id == actor.user_id)
        )
    if query := query_of(filters.name):
        statement = statement.where(named_like(Account.name, literal(query)))
    return statement
