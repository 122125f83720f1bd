"""Writing down what an account has agreed; promises already begun keep what they began under."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete

from portal import clock
from portal.accounts.models import Account
from portal.actor import Actor
from portal.db import db, opened
from portal.events import publish
from portal.sla.credits import WHOLE, CreditTerms, Stretch
from portal.sla.drafts import ContractDraft
from portal.sla.events import ContractAgreed, ContractChanged
from portal.sla.models import BusinessCalendar, Contract, NamedCaller, ServicePlan, Unit
from portal.sla.queries import WHY_CONTRACTS, callers_of, contracts_of
from portal.sla.refusals import Refused, Why

MOST = 1_000_000
MOST_VALUE = 10**12
CREDITS = (
    *("response_level", "next_response_level", "resolution_level"),
    *("credit", "credit_cap", "credit_stretch"),
)
ONE_DAY = timedelta(days=1)


def agree_contract(account: Account, draft: ContractDraft, *, by: Actor) -> Contract:
    """Write down a contract of the account.

    Raises: Refused. Publishes: ContractAgreed.
    """
    _require_sound(account, draft, None)
    contract = Contract(account_id=account.id, created_at=clock.now(), **_columns(draft))
    db.session.add(contract)
    db.session.flush()
    _name_callers(contract, draft)
    agreed = ContractAgreed(
        account.id,
        contract_id=contract.id,
        plan_id=contract.plan_id,
        begins_on=contract.begins_on,
        ends_on=contract.ends_on,
    )
    publish(agreed, by=by)
    return contract


def change_contract(
    account: Account, contract: Contract, draft: ContractDraft, *, by: Actor
) -> list[str]:
    """Correct a contract; names the fields that changed.

    Raises: Refused. Publishes: ContractChanged if anything changed.
    """
    _require_sound(account, draft, contract)
    columns = _columns(draft)
    changed = [name for name, value in columns.items() if getattr(contract, name) != value]
    old = {name: _plain(getattr(contract, name)) for name in changed}
    for name in changed:
        setattr(contract, name, columns[name])
    if callers_of(contract) != draft.callers:
        mine = delete(NamedCaller).where(NamedCaller.contract_id == contract.id)
        db.session.execute(opened(mine, NamedCaller, why=WHY_CONTRACTS))
        _name_callers(contract, draft)
        changed.append("callers")
    db.session.flush()
    if changed:
        event = ContractChanged(account.id, contract_id=contract.id, fields=changed, old=old)
        publish(event, by=by)
    return changed


def _plain(value: Any) -> Any:
    """A value as the log of events keeps it."""
    return value.isoformat() if isinstance(value, date) else value


def _columns(draft: ContractDraft) -> dict[str, Any]:
    return {
        "plan_id": draft.plan_id,
        "calendar_id": draft.calendar_id,
        "begins_on": draft.begins_on,
        "ends_on": draft.last_on + ONE_DAY if draft.last_on else None,
        "renewal_on": draft.renewal_on,
        "notice_on": draft.notice_on,
        "entitlement_unit": draft.unit,
        "entitlement": draft.amount,
        "named_callers": bool(draft.callers),
        "value_minor": draft.value_minor,
        "currency": draft.currency,
        **{name: getattr(draft, name) for name in CREDITS},
    }


def _name_callers(contract: Contract, draft: ContractDraft) -> None:
    for stakeholder_id in sorted(draft.callers):
        caller = NamedCaller(
            account_id=contract.account_id, contract_id=contract.id, stakeholder_id=stakeholder_id
        )
        db.session.add(caller)
    db.session.flush()


def _require_sound(account: Account, draft: ContractDraft, contract: Contract | None) -> None:
    plan = db.session.get(ServicePlan, draft.plan_id)
    if plan is None:
        raise Refused(Why.NO_PLAN)
    if plan.retired_at is not None and not (contract and contract.plan_id == plan.id):
        raise Refused(Why.RETIRED_PLAN)
    if draft.calendar_id and db.session.get(BusinessCalendar, draft.calendar_id) is None:
        raise Refused(Why.NO_CALENDAR)
    _require_dates(draft)
    for other in contracts_of(account):
        if not (contract and other.id == contract.id) and _overlap(other, draft):
            raise Refused(Why.CONTRACTS_OVERLAP)
    if bool(draft.unit) is not (draft.amount is not None):
        raise Refused(Why.ENTITLEMENT)
    if draft.unit and (draft.unit not in set(Unit) or not 0 < (draft.amount or 0) <= MOST):
        raise Refused(Why.ENTITLEMENT)
    if draft.value_minor is not None and not 0 <= draft.value_minor <= MOST_VALUE:
        raise Refused(Why.VALUE)
    _require_credits(draft)


def _require_dates(draft: ContractDraft) -> None:
    if draft.last_on and draft.last_on < draft.begins_on:
        raise Refused(Why.ENDS_FIRST)
    if draft.renewal_on and draft.renewal_on < draft.begins_on:
        raise Refused(Why.RENEWS_FIRST)
    until = draft.renewal_on or draft.last_on
    if draft.notice_on and (
        draft.notice_on < draft.begins_on or (until and draft.notice_on > until)
    ):
        raise Refused(Why.NOTICE)


def _require_credits(draft: ContractDraft) -> None:
    levels = [level for _target, level in CreditTerms.of(draft).levels]
    percentages = (*levels, draft.credit, draft.credit_cap)
    if any(one is not None and not 0 < one <= WHOLE for one in percentages):
        raise Refused(Why.PERCENTAGE)
    if draft.credit is None:
        if draft.credit_cap is not None or draft.credit_stretch:
            raise Refused(Why.CREDIT)
        return
    if draft.credit_stretch not in set(Stretch):
        raise Refused(Why.CREDIT)
    if draft.credit_cap is not None and draft.credit_cap < draft.credit:
        raise Refused(Why.CAP)
    if not levels:
        raise Refused(Why.NO_LEVEL)


def _overlap(other: Contract, draft: ContractDraft) -> bool:
    ends_before = other.ends_on is not None and other.ends_on <= draft.begins_on
    begins_after = draft.last_on is not None and draft.last_on < other.begins_on
    return not (ends_before or begins_after)
