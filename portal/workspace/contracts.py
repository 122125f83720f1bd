"""What an account has agreed: read by those who see it whole, written down by administrators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Response, abort, flash, redirect, request, url_for

from portal import clock
from portal.accounts import policy as account_policy
from portal.accounts.agreed import agreed_with
from portal.accounts.models import Account
from portal.actor import current_actor
from portal.insights.shapes import TONES
from portal.sla import policy, queries
from portal.sla.credits import CreditTerms
from portal.sla.drafts import Promised
from portal.sla.models import BusinessCalendar, Contract, ServicePlan
from portal.sla.operations import contracts as operations
from portal.sla.refusals import Refused
from portal.stakeholders.models import Stakeholder
from portal.stakeholders.queries import colleagues
from portal.web.gate import one
from portal.web.render import render
from portal.web.routes import Routes
from portal.web.words import gettext as _
from portal.workspace.entitlement import entitles, pace_of
from portal.workspace.forms import ContractForm, contract_typed, refuse

bp = Routes("contracts", __name__, url_prefix="/accounts/<account>/contract")
MOST_PEOPLE = 500
ONE_DAY = timedelta(days=1)
readable = one(Account, account_policy.may_see_contract)
changeable = one(Account, policy.may_change_contract)


@dataclass(frozen=True)
class Line:
    """A contract as a page shows it; `number` counts the account's contracts as they were written down."""

    number: int
    contract: Contract
    plan: ServicePlan | None
    calendar: BusinessCalendar | None
    weekly: list[list[list[int]]]
    targets: Sequence[Promised]
    people: Sequence[str]
    today: date

    @property
    def last_on(self) -> date | None:
        """The last day on which it holds."""
        return _last_day(self.contract)

    @property
    def levels(self) -> list[tuple[str, int]]:
        """The shares of promises to be kept by target, in tenths of a percent, where any are agreed."""
        return [(target.value, level) for target, level in CreditTerms.of(self.contract).levels]

    @property
    def state(self) -> str:
        """Whether it is `current`, `coming` or `over` today, by the account's own date."""
        if self.contract.begins_on > self.today:
            return "coming"
        return "over" if self.last_on and self.last_on < self.today else "current"


@bp.get("", gate=readable)
def index(account: Account) -> Response:
    """The contracts of the account, the one in force first."""
    today, found = agreed_with(account), _contracts(account)
    page: dict[str, Any] = {"account": account, "account_name": account.name, "agreed": today}
    if entitles(today):
        used, chart = pace_of(account, today)
        page |= {"used": used, "chart": chart, "tones": TONES}
    return render("workspace/contract.html", contracts=found, **page)


def _contracts(account: Account) -> list[Line]:
    names = {person.id: person.name for person in _people(account)}
    weeks = {line.calendar.id: line for line in queries.calendar_lines()}
    plans = {line.plan.id: line.plan for line in queries.plan_lines()}
    found = []
    for number, contract in enumerate(queries.contracts_of(account), start=1):
        plan = plans.get(contract.plan_id or 0)
        version, targets = queries.terms_of(plan) if plan else (None, [])
        line = weeks.get(contract.calendar_id or (version.calendar_id if version else 0))
        agreed = Line(
            number,
            contract,
            plan,
            line.calendar if line else None,
            line.weekly if line else [],
            queries.in_reading_order(targets),
            sorted(names[who] for who in queries.callers_of(contract) if who in names),
            clock.today(account.timezone),
        )
        found.append(agreed)
    order = ("current", "coming", "over")
    found.sort(key=lambda one: one.contract.begins_on, reverse=True)
    return sorted(found, key=lambda one: order.index(one.state))


@bp.get("/new", gate=changeable)
def new(account: Account, form: ContractForm | None = None, status: int = 200) -> Response:
    """The form for another contract."""
    form = form or _form(account, data={"currency": account.currency})
    return render("workspace/contract_form.html", status=status, account=account, form=form)


@bp.post("", gate=changeable)
def add(account: Account) -> Any:
    """Write down a contract."""
    form = _form(account, request.form)
    if not form.validate():
        return new(account, form, 422)
    try:
        operations.agree_contract(account, form.draft, by=current_actor())
    except Refused as refused:
        refuse(form, refused)
        return new(account, form, 422)
    flash(_("The contract of %(name)s is written down.", name=account.name), "ok")
    return redirect(url_for("contracts.index", account=account.ref), 303)


@bp.get("/<int:contract>", gate=changeable)
def edit(account: Account, contract: int) -> Response:
    """One contract to correct."""
    return _page(account, contract)


def _page(
    account: Account, number: int, form: ContractForm | None = None, status: int = 200
) -> Response:
    found = _found(account, number)
    if form is None:
        typed = contract_typed(found, _last_day(found), queries.callers_of(found))
        form = _form(account, named=found, data=typed)
    page: dict[str, Any] = {"account": account, "form": form, "number": number}
    return render("workspace/contract_form.html", status=status, **page)


@bp.post("/<int:contract>", gate=changeable)
def change(account: Account, contract: int) -> Any:
    """Correct a contract."""
    found = _found(account, contract)
    form = _form(account, request.form, named=found)
    if not form.validate():
        return _page(account, contract, form, 422)
    try:
        operations.change_contract(account, found, form.draft, by=current_actor())
    except Refused as refused:
        refuse(form, refused)
        return _page(account, contract, form, 422)
    flash(_("The contract of %(name)s is saved.", name=account.name), "ok")
    return redirect(url_for("contracts.index", account=account.ref), 303)


def _form(
    account: Account, sent: Any = None, *, named: Contract | None = None, **data: Any
) -> ContractForm:
    """The form with what can be chosen: plans in use and the contract's own, all calendars, the account's people."""
    mine = named.plan_id if named else None
    lines = [line.plan for line in queries.plan_lines()]
    plans = [plan for plan in lines if plan.retired_at is None or plan.id == mine]
    return ContractForm(
        sent,
        plans=[(plan.id, plan.name) for plan in plans],
        calendars=[(calendar.id, calendar.name) for calendar in queries.calendars()],
        people=[(person.id, person.name) for person in _people(account)],
        **data,
    )


def _people(account: Account) -> Sequence[Stakeholder]:
    return colleagues(current_actor(), account, limit=MOST_PEOPLE)


def _found(account: Account, number: int) -> Contract:
    contracts = queries.contracts_of(account)
    if not 1 <= number <= len(contracts):
        abort(404)
    return contracts[number - 1]


def _last_day(contract: Contract) -> date | None:
    return contract.ends_on - ONE_DAY if contract.ends_on else None
