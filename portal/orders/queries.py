"""Reads over orders and returns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from portal.accounts.keyset import FIRST, Cursor, Page, cut, page
from portal.accounts.models import Account
from portal.actor import Actor
from portal.db import db, through
from portal.orders.models import Order

PAGE = 25
KEYS: tuple[Any, ...] = (Order.placed_at, Order.ref)


@dataclass(frozen=True)
class OrderLine:
    """An order in a list."""

    id: int
    ref: str
    placed_at: datetime
    delivered_at: datetime | None
    status: str
    currency: str
    amount_minor: int
    returned_at: datetime | None
    return_reason: str
    summary: str
    ordered_by_id: int | None


def orders_of(
    actor: Actor,
    account: Account,
    *,
    returns: bool = False,
    cursor: Cursor = FIRST,
    limit: int = PAGE,
) -> Page[OrderLine]:
    """A page of the account's orders, the newest first; with `returns` only those sent back."""
    statement = _lines(actor, account)
    if returns:
        statement = statement.where(Order.returned_at.is_not(None))
    statement = cut(statement, KEYS, cursor, limit, descending=True)
    rows = [OrderLine(*row) for row in db.session.execute(statement)]
    return page(rows, cursor, limit, lambda order: (order.placed_at, order.ref))


def latest_orders(actor: Actor, account: Account, *, limit: int = 4) -> Sequence[OrderLine]:
    """The account's newest orders."""
    statement = (
        _lines(actor, account).order_by(Order.placed_at.desc(), Order.ref.desc()).limit(limit)
    )
    return [OrderLine(*row) for row in db.session.execute(statement)]


def _lines(actor: Actor, account: Account) -> Select[Any]:
    columns: tuple[Any, ...] = (
        Order.id,
        Order.ref,
        Order.placed_at,
        Order.delivered_at,
        Order.status,
        Order.currency,
        Order.amount_minor,
        Order.returned_at,
        Order.return_reason,
        Order.summary,
        Order.ordered_by_id,
    )
    return through(select(*columns).where(Order.account_id == account.id), Order, actor)
