"""Answers to surveys: satisfaction with one case (CSAT) and with the relationship (NPS)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import AccountOwned, Base


class SurveyKind(StrEnum):
    """What was asked."""

    CSAT = "csat"
    NPS = "nps"


class Survey(AccountOwned, Base):
    """One invitation and its answer, if there was one.

    `came_from_id` is the case it asked about, where that became part of the one it counts for now.
    """

    __tablename__ = "surveys"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    came_from_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    stakeholder_id: Mapped[int | None] = mapped_column(ForeignKey("stakeholders.id"))
    kind: Mapped[str]
    sent_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    score: Mapped[int | None]
    comment: Mapped[str] = mapped_column(default="")
    source: Mapped[str | None]
    source_id: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        Index("ix_surveys_account_answered", "account_id", "answered_at", "id"),
        Index("ix_surveys_answered", "answered_at"),
        Index("ix_surveys_sent", "sent_at"),
    )
