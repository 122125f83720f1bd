"""What administrators type about an account's contract."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from flask_babel import lazy_gettext as _l
from wtforms import DateField, DecimalField, IntegerField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.sla.credits import Stretch
from portal.sla.drafts import ContractDraft
from portal.sla.models import Contract, Unit
from portal.sla.refusals import Refused, Why
from portal.web.forms import PortalForm, options
from portal.workspace.percentages import PercentField, typed_tenths

CURRENCIES = ("EUR", "USD", "GBP", "BRL", "CHF", "MXN", "ARS", "CLP", "COP")
STRETCHES = ((Stretch.MONTH, _l("Month")), (Stretch.QUARTER, _l("Quarter")))
UNITS = (("", _l("Without a limit")), (Unit.HOURS, _l("Hours")), (Unit.CASES, _l("Cases")))
PERCENTAGES = (
    *("response_level", "next_response_level", "resolution_level"),
    *("credit", "credit_cap"),
)
REFUSALS: Mapping[Why, tuple[str, Any]] = {
    Why.NO_PLAN: ("plan", _l("This plan is no longer there. Choose another.")),
    Why.RETIRED_PLAN: ("plan", _l("This plan is retired. Choose one that is in use.")),
    Why.NO_CALENDAR: ("calendar", _l("This calendar is no longer there. Choose another.")),
    Why.ENDS_FIRST: ("last_on", _l("The last day lies before the first.")),
    Why.RENEWS_FIRST: ("renewal_on", _l("The contract renews after it begins.")),
    Why.CONTRACTS_OVERLAP: (
        "begins_on",
        _l("Another contract holds on some of these days. End that one first."),
    ),
    Why.NOTICE: ("notice_on", _l("Notice is given between the first day and renewal or end.")),
    Why.ENTITLEMENT: (
        "amount",
        _l("Say how many hours or cases, from 1 to 1,000,000, or choose no limit."),
    ),
    Why.VALUE: ("value", _l("Write a value of zero or more, below ten billion.")),
    Why.PERCENTAGE: ("credit", _l("A percentage is more than 0 and at most 100.")),
    Why.CREDIT: (
        "credit",
        _l("Say first what a missed level is worth, or empty the highest credit."),
    ),
    Why.CAP: ("credit_cap", _l("The highest credit lies below the credit for one missed level.")),
    Why.NO_LEVEL: (
        "credit",
        _l("A credit needs a level that can be missed: say which share of promises is to be kept."),
    ),
}


class MoneyField(DecimalField):
    """An amount written with a comma or a point before its decimals; three digits after one are thousands."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was written."""
        super().process_formdata([_plain(str(text)) for text in valuelist])


def _plain(text: str) -> str:
    digits = re.sub(r"[\s'’]", "", text)
    whole, decimals = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", digits, re.DOTALL).groups()  # type: ignore[union-attr]
    grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", whole)
    plain = re.sub(r"[.,]", "", whole) if grouped else whole
    return f"{plain}.{decimals}" if decimals else plain


class ContractForm(PortalForm):
    """What an account has agreed: plan, dates, entitlement, value, levels and credits, people."""

    plan = SelectField(_l("Plan"), coerce=int)
    calendar = SelectField(_l("Business hours"), coerce=int, default=0)
    begins_on = DateField(_l("First day"), [InputRequired()])
    last_on = DateField(_l("Last day"), [Optional()])
    renewal_on = DateField(_l("Renews on"), [Optional()])
    notice_on = DateField(_l("Notice until"), [Optional()])
    unit = SelectField(_l("Entitlement"), choices=options(UNITS), default="")
    amount = IntegerField(_l("How many"), [Optional()])
    value = MoneyField(
        _l("Value a year"), [Optional(), NumberRange(min=0, max=Decimal(10) ** 10)], places=None
    )
    currency = SelectField(_l("Currency"), choices=options((c, c) for c in CURRENCIES))
    response_level = PercentField(_l("First responses, in %"))
    next_response_level = PercentField(_l("Next responses, in %"))
    resolution_level = PercentField(_l("Resolutions, in %"))
    credit = PercentField(_l("Credit per level, in %"))
    credit_cap = PercentField(_l("Highest credit, in %"))
    credit_stretch = SelectField(
        _l("Reckoned by"), choices=options(STRETCHES), default=Stretch.MONTH
    )
    callers = SelectMultipleField(
        _l("Who may open cases"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def __init__(
        self,
        *args: Any,
        plans: Sequence[tuple[int, str]],
        calendars: Sequence[tuple[int, str]],
        people: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.plan.choices = list(plans)
        self.calendar.choices = [(0, _l("The plan’s own")), *calendars]
        self.callers.choices = list(people)
        if self.currency.data and self.currency.data not in CURRENCIES and not (args and args[0]):
            self.currency.choices = options((c, c) for c in (self.currency.data, *CURRENCIES))

    @property
    def draft(self) -> ContractDraft:
        """What was typed."""
        currency = self.currency.data or "EUR"
        return ContractDraft(
            plan_id=self.plan.data,
            calendar_id=self.calendar.data or None,
            begins_on=self.begins_on.data,  # type: ignore[arg-type]
            last_on=self.last_on.data,
            renewal_on=self.renewal_on.data,
            notice_on=self.notice_on.data,
            unit=self.unit.data or "",
            amount=self.amount.data,
            value_minor=_minor(self.value.data, currency),
            currency=currency,
            response_level=self.response_level.tenths,
            next_response_level=self.next_response_level.tenths,
            resolution_level=self.resolution_level.tenths,
            credit=self.credit.tenths,
            credit_cap=self.credit_cap.tenths,
            credit_stretch=self.credit_stretch.data if self.credit.tenths else "",
            callers=frozenset(self.callers.data or ()),
        )


def refuse(form: ContractForm, refused: Refused) -> None:
    """Say at the field it is about why nothing was changed."""
    name, words = REFUSALS[refused.why]
    form[name].errors = [str(words)]


def contract_typed(contract: Contract, last_on: Any, callers: frozenset[int]) -> dict[str, Any]:
    """A contract as its fields show it."""
    return {
        "plan": contract.plan_id,
        "calendar": contract.calendar_id or 0,
        "begins_on": contract.begins_on,
        "last_on": last_on,
        "renewal_on": contract.renewal_on,
        "notice_on": contract.notice_on,
        "unit": contract.entitlement_unit,
        "amount": contract.entitlement,
        "value": _major(contract.value_minor, contract.currency),
        "currency": contract.currency,
        **{name: typed_tenths(getattr(contract, name)) for name in PERCENTAGES},
        "credit_stretch": contract.credit_stretch or Stretch.MONTH,
        "callers": list(callers),
    }


def _minor(value: Decimal | None, currency: str) -> int | None:
    if value is None:
        return None
    return int(value.scaleb(get_currency_precision(currency)).to_integral_value())


def _major(minor: int | None, currency: str) -> Decimal | None:
    return None if minor is None else Decimal(minor).scaleb(-get_currency_precision(currency))
