"""The append-only event log: audit, case history and the source of the figures."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import AccountOwned, Base


class Event(AccountOwned, Base):
    """One thing that happened. `kind` is the class name of the event; rows are never changed."""

    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    stakeholder_id: Mapped[int | None] = mapped_column(ForeignKey("stakeholders.id"))
    payload: Mapped[dict[str, Any]]

    __table_args__ = (
        Index("ix_events_case", "case_id", "occurred_at", "id"),
        Index("ix_events_account_kind", "account_id", "kind", "occurred_at"),
    )
