"""Who stays and at what value (F21 to F23), and what ends or can be given notice of soon; for staff."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy import ColumnElement, and_, or_, select

from portal import clock
from portal.accounts.models import Account, AccountStatus
from portal.db import db, opened, through
from portal.insights import retention
from portal.insights.around import contracts_of
from portal.insights.asked import Asked
from portal.insights.book import Contract
from portal.insights.contracts_then import contracts_at
from portal.insights.day_sources import BEGINNING, FOREVER
from portal.insights.history import Report
from portal.insights.ranks import percent
from portal.insights.reading import Span, seconds
from portal.insights.scope import Scope
from portal.insights.showing import Cell, Number, Table, not_known, number
from portal.sla.models import Contract as ContractRow
from portal.sla.walls import midnight
from portal.web import filters
from portal.web.words import gettext as _

SOON = timedelta(days=90)
A_DAY = timedelta(days=1)
MOST = 50
WHY = "names beside contracts that their door let through"


@dataclass(frozen=True)
class Loyalty:
    """The three figures, the accounts behind them, and the contracts that end or can be ended soon."""

    numbers: Sequence[Number]
    accounts: Table
    ending: Table


@dataclass(frozen=True)
class Ending:
    """A contract's dates that lie ahead, its account, and what it is worth a year in minor units."""

    account_id: int
    name: str
    ref: str
    notice_on: date | None
    renewal_on: date | None
    ends_on: date | None
    value: int | None
    currency: str
    seen_on: date

    @property
    def soonest(self) -> date:
        """The first of its dates that is not over, as seen on a day."""
        return min(self._ahead)

    @property
    def is_soon(self) -> bool:
        """Whether one of its dates lies within 90 days from that day."""
        return any(day <= self.seen_on + SOON for day in self._ahead)

    @property
    def _ahead(self) -> list[date]:
        days = (self.notice_on, self.renewal_on, self.ends_on)
        return [day for day in days if day and day >= self.seen_on]


def loyalty(scope: Scope, asked: Asked) -> Loyalty:
    """What the contracts of the reader's accounts say of the period; three statements."""
    accounts = accounts_in(scope)
    contracts = contracts_with(scope, accounts)
    return Loyalty(
        retained(asked, contracts),
        _changes(asked, accounts, contracts),
        _ending(scope),
    )


def retained(asked: Asked, contracts: Sequence[Contract]) -> list[Number]:
    """F21 to F23 of the period as a page or a document prints them."""
    reasons = {"F21": _("no contract was in force at the start")}
    currency = next((one.currency for one in contracts), "EUR")
    return [
        number(
            figure,
            _rate(data),
            _note(figure, data, currency),
            reasons.get(figure) or _no_value(contracts),
        )
        for figure, data in retention_of(asked, contracts).items()
    ]


def retention_of(asked: Asked, contracts: Sequence[Contract]) -> dict[str, dict[str, Any]]:
    """F21 to F23 of the period in the shape of `portal figures`."""
    zone = ZoneInfo("UTC")
    begin, end = (midnight(day, zone) for day in (asked.begin, asked.end))
    report = Report(begin, end, seconds(clock.now()), zone)
    made = {
        "F21": retention.logos(report, contracts),
        "F22": retention.gross_revenue(report, contracts),
        "F23": retention.net_revenue(report, contracts),
    }
    return {name: figure.data for name, figure in made.items()}


def contracts_with(
    scope: Scope, accounts: Sequence[Any], as_of: datetime | None = None
) -> list[Contract]:
    """Every contract with some accounts that the reader may see, as recorded at an instant or now."""
    return list(contracts_of(_ever(scope, accounts, as_of), accounts))


def _ever(scope: Scope, accounts: Sequence[Any], as_of: datetime | None) -> Span:
    ids = [one.id for one in accounts]
    return Span(scope.actor, ids, BEGINNING, FOREVER, as_of or clock.now(), as_of is not None)


def endings_at(scope: Scope, accounts: Sequence[Any], as_of: datetime) -> list[Ending]:
    """What `endings` says, from the contracts as they were recorded at an instant, seen from each account's day then."""
    named = {one.id: one for one in accounts}
    today = {one.id: as_of.astimezone(ZoneInfo(one.timezone)).date() for one in accounts}
    written = contracts_at(_ever(scope, accounts, as_of))
    has = {row.account_id for row in written}
    rows: list[tuple[Any, ...]] = [
        (row.account_id, row.notice_on, row.renewal_on, row.ends_on, row.value_minor, row.currency)
        for row in written
    ]
    rows += [
        (one.id, None, one.contract_renewal, None, one.annual_value_minor, one.currency)
        for one in accounts
        if one.id not in has and one.status == AccountStatus.ACTIVE
    ]
    found = [
        Ending(*(key, named[key].name, named[key].ref, *rest, today[key])) for key, *rest in rows
    ]
    soon = [one for one in found if one.is_soon]
    return sorted(soon, key=lambda one: (one.soonest, one.name))


def accounts_in(scope: Scope) -> Sequence[Any]:
    """The accounts of a scope by name, in the shape in which contracts and standings are read."""
    columns = (
        *(Account.id, Account.ref, Account.name, Account.status, Account.contract_start),
        *(Account.contract_renewal, Account.annual_value_minor, Account.currency),
        *(Account.timezone, Account.manager_id, Account.created_at),
    )
    wanted = through(select(*columns).order_by(Account.name, Account.id), Account, scope.actor)
    return db.session.execute(scope.narrowed(wanted, Account.id)).all()


def _no_value(contracts: Sequence[Contract]) -> str:
    if len({one.currency for one in contracts}) > 1:
        return _("values in several currencies have no sum")
    return _("no contract with a known value was in force at the start")


def _rate(data: dict[str, Any]) -> Cell:
    value = percent(data["numerator"], data["denominator"])
    if value is None:
        return Cell(None, not_known())
    return Cell(value, filters.percent(value), "#accounts")


def _note(figure: str, data: dict[str, Any], currency: str) -> str:
    kept, whole = data["numerator"], data["denominator"]
    if figure != "F21":
        kept, whole = (filters.money(value, currency, whole=True) for value in (kept, whole))
    return _("%(n)s of %(all)s", n=kept, all=whole)


def _changes(asked: Asked, accounts: Sequence[Any], contracts: Sequence[Contract]) -> Table:
    """Accounts with a contract at the start or the end, those that lost most first."""
    heads = (_("Account"), _("Worth at the start"), _("Worth at the end"), _("Difference"))
    held: dict[Hashable, list[Contract]] = defaultdict(list)
    for contract in contracts:
        held[contract.account].append(contract)
    found = []
    for one in accounts:
        before, after = (worth_on(held[one.id], day) for day in (asked.begin, asked.end))
        if before is not None or after is not None:
            found.append(((after or 0) - (before or 0), one, before, after))
    found.sort(key=lambda row: (row[0], row[1].name))
    rows = [
        (
            one.name,
            [
                _money(before, one, url_for("workspace.account", account=one.ref)),
                _money(after, one, None),
                _money(change, one, None),
            ],
        )
        for change, one, before, after in found[:MOST]
    ]
    return Table.of("accounts", _("Accounts behind these figures"), heads, rows)


def worth_on(contracts: Sequence[Contract], day: date) -> int | None:
    """What is in force on a day; None without a contract."""
    values = [one.value or 0 for one in contracts if one.in_force(day)]
    return sum(values) if values else None


def _money(value: int | None, account: Any, url: str | None) -> Cell:
    text = _("no contract") if value is None else filters.money(value, account.currency, whole=True)
    return Cell(value, text, url)


def endings(scope: Scope) -> list[Ending]:
    """Contracts that end, renew or can be given notice of within 90 days, the soonest first; two statements.

    The days count from the present date of each account.
    """
    c = ContractRow
    dates = (c.notice_on, c.renewal_on, c.ends_on)
    worth = (c.value_minor, c.currency)
    wanted = select(Account.id, Account.name, Account.ref, *dates, *worth, Account.timezone)
    wanted = wanted.join(c, c.account_id == Account.id)
    wanted = wanted.where(or_(*(_about_soon(day) for day in dates)))
    statement = scope.narrowed(
        opened(through(wanted, Account, scope.actor), c, why=WHY), Account.id
    )
    found = [_written(row) for row in db.session.execute(statement)] + _by_account(scope)
    soon = [one for one in found if one.is_soon]
    return sorted(soon, key=lambda one: (one.soonest, one.name))


def _written(row: Any) -> Ending:
    columns = (row.id, row.name, row.ref, row.notice_on, row.renewal_on, row.ends_on)
    return Ending(*columns, row.value_minor, row.currency, clock.today(row.timezone))


def _about_soon(day: Any) -> ColumnElement[bool]:
    """Whether a date may lie ahead within 90 days, wherever on earth the account is."""
    today = clock.now().date()
    return and_(day >= today - A_DAY, day <= today + SOON + A_DAY)


def _ending(scope: Scope) -> Table:
    heads = (_("Account"), _("Notice by"), _("Renews"), _("Ends"))
    return Table.of(
        "ending",
        _("Contracts in the next 90 days"),
        heads,
        [_line(one) for one in endings(scope)[:MOST]],
    )


def _by_account(scope: Scope) -> list[Ending]:
    """Renewals of accounts without a contract of their own on record."""
    has = select(ContractRow.id).where(ContractRow.account_id == Account.id)
    worth = (Account.annual_value_minor, Account.currency)
    columns = (Account.id, Account.name, Account.ref, Account.contract_renewal, *worth)
    wanted = select(*columns, Account.timezone).where(
        _about_soon(Account.contract_renewal),
        Account.status == AccountStatus.ACTIVE,
        ~has.exists(),
    )
    statement = opened(through(wanted, Account, scope.actor), ContractRow, why=WHY)
    found = db.session.execute(scope.narrowed(statement, Account.id))
    return [
        Ending(id, name, ref, None, renews, None, value, currency, clock.today(zone))
        for id, name, ref, renews, value, currency, zone in found
    ]


def _line(one: Ending) -> tuple[str, list[Cell]]:
    url = url_for("contracts.index", account=one.ref)
    return one.name, [
        Cell(
            None if day is None else day.isoformat(),
            "–" if day is None else filters.day(day, "year"),
            url if day else None,
        )
        for day in (one.notice_on, one.renewal_on, one.ends_on)
    ]
