"""What belongs beside orders: the cases about them and who placed them; one statement."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, func
from sqlalchemy.orm import aliased

from portal.actor import Actor
from portal.cases.models import Case
from portal.db import through
from portal.orders.queries import OrderLine
from portal.stakeholders.models import Stakeholder
from portal.workspace.parts import by_part, part, together

MOST = 100


@dataclass(frozen=True)
class Beside:
    """Cases the actor may see by order id, the newest first, and names by stakeholder id.

    A case that was opened about an order and became part of another leaves its place to that one.
    """

    cases: dict[int, list[Row[Any]]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)


def beside(actor: Actor, orders: Sequence[OrderLine]) -> Beside:
    """The cases and people of some orders."""
    if not orders:
        return Beside()
    found = Beside()
    people = [order.ordered_by_id for order in orders if order.ordered_by_id]
    opened = aliased(Case)
    stands = func.coalesce(opened.merged_into_id, opened.id)
    about = part(
        "case", ref=Case.ref, title=Case.subject, at=Case.opened_at, number=opened.order_id
    )
    about = about.select_from(opened).join(Case, Case.id == stands)
    about = about.where(opened.order_id.in_([order.id for order in orders]))
    newest = about.order_by(Case.opened_at.desc(), Case.id.desc()).limit(MOST)
    who = part("person", title=Stakeholder.name, number=Stakeholder.id).where(
        Stakeholder.id.in_(people)
    )
    rows = by_part(together(through(newest, Case, actor), through(who, Stakeholder, actor)))
    for row in sorted(rows.get("case", ()), key=lambda row: (row.at, row.ref), reverse=True):
        known = found.cases.setdefault(row.number, [])
        if row.ref not in {one.ref for one in known}:
            known.append(row)
    found.names.update((row.number, row.title) for row in rows.get("person", ()))
    return found
