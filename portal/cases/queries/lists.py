"""The staff's queue and the client's list: 25 a page, from where one was, never by counting rows past."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, bindparam, func, literal, select, tuple_

from portal import clock
from portal.accounts.doors import carrying
from portal.accounts.keyset import FIRST, Cursor, Page, at_most, page
from portal.accounts.models import Account
from portal.actor import Actor
from portal.cases.models import IS_OPEN, NEVER_DUE, Case, Priority, Status
from portal.cases.queries import promised
from portal.cases.queries.behind import Behind, behind
from portal.db import AnyRow, AnySelect, db, opened, through
from portal.identity.models import User
from portal.stakeholders.models import Stakeholder

PAGE = 25
MOST_COUNTED = 1000
KEPT = 128
WHY = "names beside cases that their door let through"
GROUPS = ("open", "mine", "unassigned", "waiting", "all", "past")
ORDERS = {
    "due": (Case.due_order, False),
    "updated": (Case.updated_at, True),
    "opened": (Case.opened_at, False),
}
CaseRow = AnyRow


@dataclass(frozen=True)
class Filters:
    """What the address of a list asks for; `account` is a reference, `behind` a figure whose cases it lists."""

    status: str = "open"
    account: str = ""
    priority: str = ""
    category: str = ""
    order: str = "due"
    behind: Behind | None = None

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> "Filters":
        """Read an address; what cannot be is left out, and finished cases have no due order."""
        status = args.get("status", "open")
        if status not in GROUPS:
            status = "open"
        finished = status in ("all", "past")
        order = args.get("order", "")
        if order not in ORDERS or (finished and order == "due"):
            order = "updated" if finished else "due"
        if finished and order == "opened" and not args.get("account"):
            order = "updated"
        priority = args.get("priority", "")
        return cls(
            status=status,
            account=args.get("account", "")[:60],
            priority=priority if priority in list(Priority) else "",
            category=args.get("category", "")[:120],
            order=order,
        )

    @classmethod
    def asked(cls, actor: Actor, args: Mapping[str, str]) -> "Filters":
        """Read an address that may name a figure: its list begins with all cases, finished ones too."""
        found = behind(actor, args)
        if found is None:
            return cls.from_args(args)
        return replace(cls.from_args({"status": "all", **args}), behind=found)

    def changed(self, **changes: str) -> dict[str, str]:
        """The address of the same list with something changed, defaults left out."""
        other = replace(self, **changes)  # type: ignore[arg-type]
        values = {
            name: getattr(other, name)
            for name in ("status", "account", "priority", "category", "order")
        }
        usual = {
            "status": "all" if self.behind else "open",
            "order": "updated" if other.status in ("all", "past") else "due",
        }
        own = {name: value for name, value in values.items() if value and usual.get(name) != value}
        return (self.behind.args if self.behind else {}) | own

    @property
    def without_figure(self) -> dict[str, str]:
        """The address of the list without the figure it is about."""
        return replace(self, behind=None).changed()

    @property
    def narrowed(self) -> bool:
        """Whether more than the status is asked for."""
        return bool(self.account or self.priority or self.category or self.behind)


@dataclass(frozen=True)
class Counts:
    """How many open cases there are; from 1,000 on counting stops and `capped` says so."""

    total: int = 0
    mine: int = 0
    unassigned: int = 0
    waiting: int = 0
    overdue: int = 0
    today: int = 0

    @property
    def capped(self) -> bool:
        """Whether there are more than were counted."""
        return self.total > MOST_COUNTED

    def of(self, group: str) -> int:
        """The count of one group of the queue."""
        return self.total if group == "open" else int(getattr(self, group, 0))


def queue_for(actor: Actor, filters: Filters, cursor: Cursor = FIRST) -> Page[CaseRow]:
    """A page of cases the actor may see, by default open ones, the soonest due first.

    `likely` is this day's highest chance, in thousandths, that one of the case's open promises is missed.
    """
    return _page(_queue(actor, filters, cursor), filters, cursor)


def list_for_client(actor: Actor, filters: Filters, cursor: Cursor = FIRST) -> Page[CaseRow]:
    """A page of the cases of the actor's accounts, last moved first."""
    filters = replace(filters, order="updated")
    return _page(_client_list(actor, filters, cursor), filters, cursor)


@lru_cache(KEPT)
def _queue(actor: Actor, filters: Filters, cursor: Cursor) -> AnySelect:
    likely = promised.likely()
    statement = select(
        Case.ref,
        Case.subject,
        Case.language,
        Case.status,
        Case.priority,
        Case.confidential,
        Case.due_at,
        Case.due_order,
        Case.opened_at,
        Case.updated_at,
        Case.resolved_at,
        Account.name.label("account_name"),
        Stakeholder.name.label("opener"),
        User.name.label("owner"),
        likely.scalar_subquery().label("likely"),
    )
    joined = _joined(_filtered(statement, actor, filters))
    return _cut(carrying(joined, likely), filters, cursor)


@lru_cache(KEPT)
def _client_list(actor: Actor, filters: Filters, cursor: Cursor) -> AnySelect:
    statement = select(
        Case.ref,
        Case.subject,
        Case.language,
        Case.status,
        Case.priority,
        Case.confidential,
        Case.due_at,
        Case.opened_at,
        Case.updated_at,
        Case.resolved_at,
        Account.name.label("account_name"),
        Stakeholder.name.label("opener"),
        User.name.label("owner"),
    )
    return _cut(_joined(_filtered(statement, actor, filters)), filters, cursor)


def counts(actor: Actor, filters: Filters, now: datetime, end_of_today: datetime) -> Counts:
    """The open cases of each group, the status aside counted under the same filters; one statement."""
    statement = _counting(actor, replace(filters, status="open", order="due"))
    instants = {"now": now, "tonight": min(end_of_today, NEVER_DUE)}
    return Counts(*db.session.execute(statement, instants).one())


@lru_cache(KEPT)
def _counting(actor: Actor, filters: Filters) -> AnySelect:
    inner = _filtered(select(Case.owner_id, Case.status, Case.due_order), actor, filters)
    rows = inner.order_by(Case.due_order, Case.id).limit(at_most(MOST_COUNTED + 1)).subquery()
    count, c = func.count(), rows.c
    now, tonight = (bindparam(name, type_=Case.due_order.type) for name in ("now", "tonight"))
    statement = select(
        count,
        count.filter(c.owner_id == actor.user_id),
        count.filter(c.owner_id.is_(None)),
        count.filter(c.status == Status.WAITING),
        count.filter(c.due_order < now),
        count.filter(c.due_order < tonight, c.due_order >= now),
    ).select_from(rows)
    return carrying(statement, inner)


def how_many(actor: Actor, filters: Filters) -> int:
    """How many cases a list has, counted up to 1,001."""
    inner = _filtered(select(Case.id), actor, filters).limit(at_most(MOST_COUNTED + 1))
    statement = select(func.count()).select_from(inner.subquery())
    return db.session.scalar(carrying(statement, inner)) or 0


def _filtered(statement: AnySelect, actor: Actor, filters: Filters) -> AnySelect:
    groups: dict[str, tuple[ColumnElement[bool], ...]] = {
        "open": (IS_OPEN,),
        "mine": (IS_OPEN, Case.owner_id == actor.user_id),
        "unassigned": (IS_OPEN, Case.owner_id.is_(None)),
        "waiting": (IS_OPEN, Case.status == Status.WAITING),
        "past": (~IS_OPEN,),
        "all": (),
    }
    statement = through(statement.where(*groups[filters.status]), Case, actor)
    if filters.account and not (filters.behind and filters.behind.below_too):
        number = opened(select(Account.id).where(Account.ref == filters.account), Account, why=WHY)
        statement = opened(
            statement.where(Case.account_id == number.scalar_subquery()), Account, why=WHY
        )
    if filters.priority:
        statement = statement.where(Case.priority == filters.priority)
    if filters.category:
        statement = statement.where(Case.category == filters.category)
    return statement if filters.behind is None else filters.behind.narrowed(statement)


def _joined(statement: AnySelect) -> AnySelect:
    statement = (
        statement.join(Account, Account.id == Case.account_id)
        .outerjoin(Stakeholder, Stakeholder.id == Case.opened_by_id)
        .outerjoin(User, User.id == Case.owner_id)
    )
    return opened(statement, Account, Stakeholder, why=WHY)


def _page(statement: AnySelect, filters: Filters, cursor: Cursor) -> Page[CaseRow]:
    column, _ = ORDERS[filters.order]
    rows = db.session.execute(statement, {"day": clock.now().date()}).all()
    return page(rows, cursor, PAGE, lambda row: (getattr(row, column.key), row.ref))


def _cut(statement: AnySelect, filters: Filters, cursor: Cursor) -> AnySelect:
    column, descending = ORDERS[filters.order]
    downward = descending is not cursor.backward
    if cursor.values:
        instant, ref = cursor.values
        number = opened(
            select(Case.id).where(Case.ref == ref), Case, why="where the last page ended"
        )
        here = tuple_(literal(instant, column.type), number.correlate(None).scalar_subquery())
        keys = tuple_(column, Case.id)
        statement = statement.where(keys < here if downward else keys > here)
    order = (column.desc(), Case.id.desc()) if downward else (column, Case.id)
    return statement.order_by(*order).limit(at_most(PAGE + 1))
