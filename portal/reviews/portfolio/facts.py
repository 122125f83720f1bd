"""Reads all that a portfolio review prints, for a named actor and through the doors: as many statements for any number of accounts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.actor import Actor
from portal.cases.models import Case
from portal.db import db
from portal.identity.models import User
from portal.insights import reading
from portal.insights.asked import Asked
from portal.insights.book import Contract
from portal.insights.health_kept import GOOD
from portal.insights.loyalty import (
    Ending,
    contracts_with,
    endings,
    endings_at,
    retention_of,
    worth_on,
)
from portal.insights.reading import Span
from portal.insights.scope import Scope
from portal.insights.standings import Standing, reports_of, span_over, standings, together
from portal.insights.standings_then import known_at
from portal.insights.sum import Sum, added
from portal.insights.workload import NOBODY, Work, desks
from portal.reviews.periods import Period
from portal.reviews.portfolio.attention import Reason, needed, reasons


@dataclass(frozen=True)
class Entry:
    """One account in the portfolio: how it stands, why it is looked at, what it is worth, what its contract does next."""

    standing: Standing
    reasons: tuple[Reason, ...]
    ending: Ending | None
    value: int | None
    currency: str
    manager: str

    @property
    def needs_attention(self) -> bool:
        """Whether it stands among the first."""
        return needed(self.standing, self.reasons)

    @property
    def account(self) -> Any:
        """Its reference and name."""
        return self.standing.account


@dataclass(frozen=True)
class Miss:
    """A promise that was missed; a confidential case has no reference here."""

    account_id: int
    case: str
    subject: str
    target: str
    at: datetime
    cause: str


@dataclass(frozen=True)
class Desk:
    """One person's work: of which team, what is open and overdue now, what they did in the period."""

    name: str
    team: str
    work: Work


@dataclass(frozen=True)
class Portfolio:
    """The accounts of a scope over a period, those that need attention first; without `manager` all accounts."""

    period: Period
    as_of: datetime
    timezone: str
    manager: str
    entries: tuple[Entry, ...]
    endings: tuple[Ending, ...]
    contracts: tuple[Contract, ...]
    misses: tuple[Miss, ...]
    desks: tuple[Desk, ...]

    @property
    def asked(self) -> Asked:
        """The period as the figures ask for it."""
        return asked(self.period)

    @property
    def attention(self) -> list[Entry]:
        """The accounts that need it."""
        return [one for one in self.entries if one.needs_attention]

    @cached_property
    def figures(self) -> dict[str, dict[str, Any]]:
        """F1 to F15, F18 and F20 of all accounts together, and F21 to F23."""
        several = [one.standing for one in self.entries]
        return {**together(several), **retention_of(self.asked, self.contracts)}

    @cached_property
    def before(self) -> Sum:
        """The period before, added up."""
        return added(one.standing.before for one in self.entries)

    @cached_property
    def now(self) -> Sum:
        """The period added up."""
        return added(one.standing.now for one in self.entries)

    @property
    def healthy(self) -> tuple[int, int]:
        """How many accounts are healthy, of how many whose health is known."""
        found = [one.standing.health for one in self.entries]
        known = [day.tenths for day in found if day is not None and day.state != "unknown"]
        return sum(tenths is not None and tenths >= GOOD for tenths in known), len(known)


def asked(period: Period) -> Asked:
    """A review's period as insights ask for it."""
    return Asked(period.starts_on, period.ends_on, period="own")


def read(
    actor: Actor,
    period: Period,
    manager: User | None,
    timezone: str,
    as_of: datetime | None = None,
) -> Portfolio:
    """The portfolio of the actor's accounts, or of those a manager answers for, as known at an instant or now (C2)."""
    wanted = asked(period)
    scope = Scope(actor, manager_id=manager.id if manager else None)
    found = _as_kept(scope, wanted) if as_of is None else _as_known(scope, wanted, as_of)
    named = _names({one.account.manager_id for one in found.standings} - {None})
    whose = manager.name if manager else ""
    return assembled(period, as_of or clock.now(), timezone, whose, found, named)


@dataclass(frozen=True)
class Found:
    """What was read about the accounts that stand in a portfolio."""

    standings: Sequence[Standing]
    contracts: Sequence[Contract]
    ahead: Sequence[Ending]
    misses: Sequence[Miss]
    desks: Sequence[Desk]


def assembled(
    period: Period,
    as_of: datetime,
    timezone: str,
    manager: str,
    found: Found,
    names: Mapping[Any, str],
) -> Portfolio:
    """What was read in the order in which it is told; `names` are those of account managers by their ids."""
    return Portfolio(
        period,
        as_of,
        timezone,
        manager,
        _entries(found, names, asked(period)),
        tuple(found.ahead),
        tuple(found.contracts),
        tuple(found.misses),
        tuple(found.desks),
    )


def _as_kept(scope: Scope, wanted: Asked) -> Found:
    """As of now, from kept sums."""
    alive = [one for one in standings(scope, wanted) if one.is_alive]
    accounts = [one.account for one in alive]
    reports = reports_of(accounts, wanted)
    span = span_over(scope, reports)
    rows = [
        row
        for row in reading.misses(span)
        if row.account_id in reports and reports[row.account_id].covers(row.at)
    ]
    return Found(
        alive,
        contracts_with(scope, accounts),
        endings(scope),
        list(_misses(span, rows)),
        list(_desks(*desks(scope, added(one.now for one in alive)))),
    )


def _as_known(scope: Scope, wanted: Asked, as_of: datetime) -> Found:
    """As of an earlier instant, from what had happened."""
    known = known_at(scope, wanted, as_of)
    alive = [one for one in known.standings if one.is_alive]
    ids = {one.account.id for one in alive}
    rows = [row for row in known.misses if row.account_id in ids]
    return Found(
        alive,
        contracts_with(scope, [one.account for one in alive], as_of),
        endings_at(scope, [one.account for one in known.standings], as_of),
        list(_misses(known.span, rows)),
        list(_desks(*desks(scope, added(one.now for one in alive), known.open))),
    )


def _entries(found: Found, names: Mapping[Any, str], wanted: Asked) -> tuple[Entry, ...]:
    """Those that need attention first, of these the ones with the most reasons, then by value and name."""
    next_of: dict[int, Ending] = {}
    for ending in found.ahead:
        next_of.setdefault(ending.account_id, ending)
    held: dict[Any, list[Contract]] = defaultdict(list)
    for contract in found.contracts:
        held[contract.account].append(contract)
    entries = [
        Entry(
            one,
            reasons(one, next_of.get(one.account.id)),
            next_of.get(one.account.id),
            worth_on(held[one.account.id], wanted.end),
            next((c.currency for c in held[one.account.id]), one.account.currency),
            names.get(one.account.manager_id, ""),
        )
        for one in found.standings
    ]
    return tuple(sorted(entries, key=_need))


def _need(one: Entry) -> tuple[Any, ...]:
    return not one.needs_attention, -len(one.reasons), -(one.value or 0), one.account.name


def _misses(span: Span, rows: Sequence[Any]) -> Iterable[Miss]:
    """Promises missed in the period, the latest first; confidential cases unnamed (C4)."""
    cases = _cases(span, {row.case_id for row in rows})
    for row in sorted(rows, key=lambda row: (-row.at, row.case_id, row.target, row.number)):
        ref, subject, confidential = cases.get(row.case_id, ("", "", True))
        named = ("", "") if confidential else (ref, subject)
        at = datetime.fromtimestamp(row.at, UTC)
        yield Miss(row.account_id, *named, row.target, at, row.cause)


def _cases(span: Span, ids: set[int]) -> dict[int, tuple[str, str, bool]]:
    """What each case is called, those too that were merged since."""
    columns = (Case.id, Case.ref, Case.subject, Case.confidential)
    rows = reading.by_ids(
        ids, lambda some: reading.standing_then(span, select(*columns).where(Case.id.in_(some)))
    )
    return {case_id: (ref, subject, confidential) for case_id, ref, subject, confidential in rows}


def _desks(work: Mapping[int, Work], names: Mapping[int, tuple[str, str]]) -> Iterable[Desk]:
    for user_id, found in work.items():
        if user_id != NOBODY:
            yield Desk(*names.get(user_id, ("", "")), found)


def _names(ids: set[Any]) -> dict[int, str]:
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {row.id: row.name for row in rows}
