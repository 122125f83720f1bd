"""Contracts of the demonstration: hours and cases with what is used, credits, callers by name, dates that come near."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select

from portal import clock
from portal.accounts.models import Account
from portal.cases.events import TimeSpent
from portal.cases.models import Case, Message, Side
from portal.db import db, opened
from portal.events import Event
from portal.sla.credits import Stretch
from portal.sla.models import Contract, NamedCaller, ServicePlan, Unit
from portal.stakeholders.models import JobRole, Stakeholder

WHY = "the demonstration's contracts"
CALLERS = (JobRole.EXECUTIVE, JobRole.TECHNICAL)


@dataclass(frozen=True)
class Deal:
    """What one account has agreed; `used` is about the share of its entitlement that is gone."""

    months_ago: int
    unit: str = ""
    used: float = 0.0
    named: bool = False
    credited: bool = False


DEALS = {
    "SERRA": Deal(9, Unit.HOURS, 0.9, credited=True),
    "SANTAMB": Deal(5, Unit.HOURS, 0.35),
    "NORTHM": Deal(7, Unit.CASES, 0.62),
    "FERRA": Deal(4, named=True),
}


def sign(account: Account) -> None:
    """Write down the contract before and the one in force, and the time spent on the account's cases."""
    deal = DEALS.get(account.ref)
    if deal is None:
        return
    begins_on = _first_of_month(clock.today(account.timezone), -deal.months_ago)
    ends_on = _first_of_month(begins_on, 12)
    _contract(account, account.contract_start or begins_on, begins_on)
    contract = _contract(account, begins_on, ends_on)
    contract.notice_on = _first_of_month(ends_on, -2) - timedelta(days=1)
    contract.renewal_on = ends_on
    if deal.unit:
        spent = _spend(account, begins_on) / 60
        amount = spent if deal.unit == Unit.HOURS else _opened_since(account, begins_on)
        contract.entitlement_unit = deal.unit
        contract.entitlement = max(10, round(amount / deal.used / 5) * 5)
    if deal.credited:
        contract.response_level, contract.next_response_level = 800, 800
        contract.resolution_level = 900
        contract.credit, contract.credit_cap, contract.credit_stretch = 20, 100, Stretch.MONTH
    if deal.named:
        contract.named_callers = True
        db.session.add_all(_callers(account, contract))
    db.session.flush()


def _contract(account: Account, begins_on: date, ends_on: date) -> Contract:
    plan_id = db.session.scalar(select(ServicePlan.id).where(ServicePlan.name == account.sla_plan))
    contract = Contract(
        account_id=account.id,
        plan_id=plan_id,
        begins_on=begins_on,
        ends_on=ends_on,
        value_minor=account.annual_value_minor,
        currency=account.currency,
        created_at=_start(begins_on),
    )
    db.session.add(contract)
    db.session.flush()
    return contract


def _callers(account: Account, contract: Contract) -> Iterator[NamedCaller]:
    people = Stakeholder.unscoped(WHY).where(
        Stakeholder.account_id == account.id, Stakeholder.job_role.in_(CALLERS)
    )
    for person in db.session.scalars(people.order_by(Stakeholder.id)):
        yield NamedCaller(account_id=account.id, contract_id=contract.id, stakeholder_id=person.id)


def _spend(account: Account, since: date) -> int:
    """Note time at the words of staff since a day, some longer, some not at all; the sum in minutes."""
    dice, total = random.Random(account.ref), 0
    columns = (Message.case_id, Message.author_user_id, Message.occurred_at)
    said = select(*columns).where(
        Message.account_id == account.id,
        Message.side == Side.STAFF,
        Message.internal.is_(False),
        Message.occurred_at >= _start(since),
    )
    for case_id, user_id, at in db.session.execute(opened(said, Message, why=WHY)).all():
        if dice.random() < 0.2:
            continue
        minutes = dice.choice((10, 15, 20, 25, 30, 45, 60, 90))
        total += minutes
        event = TimeSpent(account.id, case_id, minutes=minutes, note="", corrects_id=None)
        db.session.add(_logged(event, user_id, at))
    return total


def _logged(event: TimeSpent, user_id: int | None, at: datetime) -> Event:
    return Event(
        account_id=event.account_id,
        case_id=event.case_id,
        kind=TimeSpent.__name__,
        occurred_at=at,
        recorded_at=at,
        user_id=user_id,
        payload={
            "minutes": event.minutes,
            "note": event.note,
            "corrects_id": event.corrects_id,
            "submission": event.submission,
        },
    )


def _opened_since(account: Account, day: date) -> int:
    found = select(func.count(Case.id)).where(
        Case.account_id == account.id, Case.opened_at >= _start(day)
    )
    return db.session.scalar(opened(found, Case, why=WHY)) or 0


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _first_of_month(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
