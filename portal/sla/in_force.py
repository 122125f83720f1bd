"""The contract in force with an account, and what is agreed with it today."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from portal import clock
from portal.accounts.agreed import Agreed
from portal.accounts.models import Account
from portal.db import db, opened
from portal.sla.models import Contract, ServicePlan
from portal.sla.queries import WHY_CONTRACTS

A_DAY = timedelta(days=1)


def in_force_on(day: Any) -> ColumnElement[bool]:
    """Contracts that hold on a local date."""
    return and_(Contract.begins_on <= day, or_(Contract.ends_on.is_(None), Contract.ends_on > day))


def agreed_with(account: Account) -> Agreed:
    """What is agreed with an account today: of its contract in force, else as recorded with the account."""
    today = clock.today(account.timezone)
    named = select(Contract, ServicePlan.name).outerjoin(
        ServicePlan, ServicePlan.id == Contract.plan_id
    )
    mine = named.where(Contract.account_id == account.id, in_force_on(today))
    statement = mine.order_by(Contract.begins_on, Contract.id)
    return _agreed(
        account, db.session.execute(opened(statement, Contract, why=WHY_CONTRACTS)).all()
    )


def with_agreement(accounts: Select[Account]) -> Iterator[tuple[Account, Agreed]]:
    """The accounts of a statement in its order, each with what is agreed with it today; still one statement."""
    today = clock.now().date()
    near = and_(
        Contract.account_id == Account.id,
        Contract.begins_on <= today + A_DAY,
        or_(Contract.ends_on.is_(None), Contract.ends_on > today - A_DAY),
    )
    statement = accounts.add_columns(Contract, ServicePlan.name).outerjoin(Contract, near)
    statement = statement.outerjoin(ServicePlan, ServicePlan.id == Contract.plan_id)
    statement = statement.order_by(Account.id, Contract.begins_on, Contract.id)
    rows = db.session.execute(opened(statement, Contract, why=WHY_CONTRACTS)).all()
    for account, found in groupby(rows, key=lambda row: row[0]):
        yield account, _agreed(account, [(one, plan) for _, one, plan in found if one is not None])


def _agreed(account: Account, rows: Sequence[Any]) -> Agreed:
    """By the last of some contracts that holds on the account's own date, else by the account itself."""
    today = clock.today(account.timezone)
    held = [(contract, plan) for contract, plan in rows if _holds(contract, today)]
    if not held:
        return Agreed(
            today,
            account.sla_plan,
            account.contract_start,
            renewal_on=account.contract_renewal,
            value_minor=account.annual_value_minor,
            currency=account.currency,
        )
    contract, plan = held[-1]
    return Agreed(
        today,
        plan or account.sla_plan,
        contract.begins_on,
        contract.ends_on,
        contract.renewal_on,
        contract.notice_on,
        contract.value_minor,
        contract.currency,
        contract.entitlement_unit,
        contract.entitlement,
        contract.credit,
        contract.credit_cap,
        contract.credit_stretch,
        by_contract=True,
    )


def _holds(contract: Contract, day: date) -> bool:
    return contract.begins_on <= day and (contract.ends_on is None or day < contract.ends_on)
