"""Answers to surveys: satisfaction with one case (CSAT) and with the relationship (NPS); whether comments may be quoted."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.actor import Actor
from portal.db import AccountOwned, Base


class SurveyKind(StrEnum):
    """What was asked."""

    CSAT = "csat"
    NPS = "nps"


class Consent(StrEnum):
    """What the author of a comment says to its being quoted."""

    NAMED = "named"
    UNNAMED = "unnamed"
    NO = "no"


RELEASED = (Consent.NAMED, Consent.UNNAMED)
"""A comment may be quoted."""


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


class CommentConsent(AccountOwned, Base):
    """Whether the comment of one survey may be quoted: when it was asked and by whom, and what its author said.

    `ref` names the comment in addresses. `answer` is a `Consent`; `answered_by_id` is who said it in the portal, empty for what
    an import brought. `printed_at` is when a review that quotes it was issued last.
    """

    __tablename__ = "comment_consents"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), unique=True)
    stakeholder_id: Mapped[int] = mapped_column(ForeignKey("stakeholders.id"))
    asked_at: Mapped[datetime | None]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    printed_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_comment_consents_stakeholder", "stakeholder_id", "id"),)

    @property
    def released(self) -> bool:
        """Whether the comment may be quoted as things stand."""
        return self.answer in RELEASED

    @classmethod
    def visible_condition(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Staff as far as the account is theirs; of the client the author alone."""
        if actor.is_staff:
            return super().visible_condition(actor)
        return cls.stakeholder_id.in_(tuple(actor.stakeholder_ids.values()))
