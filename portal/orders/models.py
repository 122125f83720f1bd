"""Orders and returns of an account."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint, or_
from sqlalchemy.orm import Mapped, mapped_column

from portal.actor import Actor
from portal.db import AccountOwned, Base


class OrderStatus(StrEnum):
    """Where an order stands."""

    IN_TRANSIT = "in transit"
    DELIVERED = "delivered"
    RETURNED = "returned"


class Order(AccountOwned, Base):
    """One order; a return is told by `returned_at` and its reason. Money in minor units."""

    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    ref: Mapped[str]
    ordered_by_id: Mapped[int | None] = mapped_column(ForeignKey("stakeholders.id"))
    placed_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    status: Mapped[str]
    currency: Mapped[str]
    amount_minor: Mapped[int]
    returned_at: Mapped[datetime | None]
    return_reason: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    source: Mapped[str | None]
    source_id: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        Index("ix_orders_account_placed", "account_id", "placed_at", "id"),
    )

    @classmethod
    def visible_condition(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Orders of accounts seen whole; of the others only those the person placed."""
        if actor.is_staff or not actor.own_accounts:
            return super().visible_condition(actor)
        mine = cls.account_id.in_(actor.own_accounts) & cls.ordered_by_id.in_(
            actor.stakeholder_ids.values()
        )
        return or_(cls.account_id.in_(actor.accounts), mine)
