"""The ledger of commitments: of either side, with an owner and a date; nothing in it is deleted."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, or_
from sqlalchemy.orm import Mapped, mapped_column

from portal.actor import Actor
from portal.db import AccountOwned, Base


class Entry(StrEnum):
    """What an entry of the ledger is; F25 counts commitments alone."""

    COMMITMENT = "commitment"
    DECISION = "decision"
    IMPROVEMENT = "improvement"
    REQUIREMENT = "requirement"


class Party(StrEnum):
    """Whose it is."""

    US = "us"
    CLIENT = "client"


class Source(StrEnum):
    """Where it was agreed."""

    REVIEW = "review"
    CASE = "case"
    CALL = "call"
    OTHER = ""


class Outcome(StrEnum):
    """What became of it; whether an open one is late, the day says."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


IS_OPEN = "open"


class Commitment(AccountOwned, Base):
    """One entry: `due_at` is the last second of `due_on` in the account's time zone.

    `user_id` is the owner on our side, `stakeholder_id` the one on the client's. A decision or an improvement may
    name a figure it should move; `before` is that figure when it was written down, as the issued review had it.
    """

    __tablename__ = "commitments"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    ref: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(default=Entry.COMMITMENT)
    side: Mapped[str]
    title: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
    effect: Mapped[str] = mapped_column(default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    stakeholder_id: Mapped[int | None] = mapped_column(ForeignKey("stakeholders.id"))
    due_on: Mapped[date | None]
    due_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default=Outcome.OPEN)
    done_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default=Source.OTHER)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    figure: Mapped[str] = mapped_column(default="")
    before: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (
        Index("ix_commitments_account_due", "account_id", "due_at", "id"),
        Index("ix_commitments_account_open", "account_id", "outcome", "due_on", "id"),
    )

    @classmethod
    def visible_condition(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Staff by account; the client's people where they see the account whole, others what is theirs to do."""
        if actor.is_staff:
            return super().visible_condition(actor)
        theirs = cls.stakeholder_id.in_(actor.stakeholder_ids.values())
        return or_(cls.account_id.in_(actor.accounts), theirs)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.outcome == Outcome.OPEN
