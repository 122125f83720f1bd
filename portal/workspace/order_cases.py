"""Which cases concern which orders."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, select

from portal.actor import Actor
from portal.cases.models import Case
from portal.db import db, through
from portal.orders.queries import OrderLine


def cases_of_orders(actor: Actor, orders: Iterable[OrderLine]) -> dict[int, list[Row[Any]]]:
    """The cases the actor may see that concern the orders, by order id, the newest first."""
    wanted = [order.id for order in orders]
    found: dict[int, list[Row[Any]]] = {}
    if not wanted:
        return found
    columns = select(Case.order_id, Case.ref, Case.subject, Case.status, Case.language)
    newest = (
        columns.where(Case.order_id.in_(wanted))
        .order_by(Case.opened_at.desc(), Case.id.desc())
        .limit(100)
    )
    for row in db.session.execute(through(newest, Case, actor)):
        found.setdefault(row.order_id, []).append(row)
    return found
