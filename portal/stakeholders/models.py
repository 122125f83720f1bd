"""The people of an account and their part in it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import AccountOwned, Base


class JobRole(StrEnum):
    """What the person is to the relationship."""

    REQUESTER = "requester"
    TECHNICAL = "technical"
    FINANCE = "finance"
    APPROVER = "approver"
    EXECUTIVE = "executive"


class Stakeholder(AccountOwned, Base):
    """A person of an account, with or without a log-in."""

    __tablename__ = "stakeholders"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(index=True)
    phone: Mapped[str] = mapped_column(default="")
    job_role: Mapped[str] = mapped_column(default=JobRole.REQUESTER)
    job_title: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    timezone: Mapped[str] = mapped_column(default="")
    portal_access: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    source: Mapped[str | None]
    source_id: Mapped[str | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        Index("ix_stakeholders_account_name", "account_id", "name", "id"),
    )
