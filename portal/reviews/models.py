"""Service reviews: what was ordered, how far it is, and the file."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import AccountOwned, Base


class ReviewState(StrEnum):
    """How far the document is."""

    QUEUED = "queued"
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"


class Review(AccountOwned, Base):
    """One service review of an account over [starts_on, ends_on), local dates of `timezone`."""

    __tablename__ = "reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    ref: Mapped[str] = mapped_column(unique=True)
    period: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    timezone: Mapped[str]
    language: Mapped[str]
    children: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default=ReviewState.QUEUED)
    progress: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    as_of: Mapped[datetime]
    built_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_reviews_account_period", "account_id", "period", "language", "children", unique=True
        ),
        Index("ix_reviews_account_starts", "account_id", "starts_on", "id"),
    )
