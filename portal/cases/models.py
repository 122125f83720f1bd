"""The shared case: conversation, participants and links."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    and_,
    exists,
    false,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.actor import Actor
from portal.db import AccountOwned, Base

NEVER_DUE = datetime(9999, 12, 31, tzinfo=UTC)


class Status(StrEnum):
    """Whose turn it is, in a word."""

    NEW = "new"
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    ON_HOLD = "on_hold"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MERGED = "merged"

    @property
    def is_open(self) -> bool:
        """Whether work is still owed by somebody."""
        return self not in FINISHED


FINISHED = frozenset({Status.RESOLVED, Status.CLOSED, Status.CANCELLED, Status.MERGED})
OPEN = tuple(status for status in Status if status not in FINISHED)


class Priority(StrEnum):
    """How pressing it is, agreed with the client."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Channel(StrEnum):
    """The way a message came or goes."""

    PORTAL = "portal"
    EMAIL = "email"
    PHONE = "phone"
    CHAT = "chat"
    SMS = "sms"
    SOCIAL = "social"


class Origin(StrEnum):
    """Who began it: the client, staff on the client's behalf, or staff."""

    CLIENT = "client"
    ON_BEHALF = "on_behalf"
    STAFF = "staff"


class Kind(StrEnum):
    """What it is to the figures; only normal cases count."""

    NORMAL = "normal"
    SPAM = "spam"
    TEST = "test"
    INTERNAL = "internal"
    MERGED = "merged"


class Side(StrEnum):
    """Whose words they are."""

    CLIENT = "client"
    STAFF = "staff"
    SYSTEM = "system"


class LinkKind(StrEnum):
    """How one case belongs to another."""

    RELATED = "related"
    REPEAT = "repeat"


class Case(AccountOwned, Base):
    """One issue, shared by all concerned, until closed.

    One that was merged away is gone for everybody (C4): `merged_into_id` is the case it became, and what was said on it
    hangs there. `merged_ids` are those that became this one.
    """

    __tablename__ = "cases"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    ref: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str]
    status: Mapped[str]
    priority: Mapped[str] = mapped_column(default=Priority.NORMAL)
    category: Mapped[str] = mapped_column(default="")
    channel: Mapped[str] = mapped_column(default=Channel.PORTAL)
    origin: Mapped[str] = mapped_column(default=Origin.CLIENT)
    kind: Mapped[str] = mapped_column(default=Kind.NORMAL)
    language: Mapped[str] = mapped_column(default="en")
    confidential: Mapped[bool] = mapped_column(default=False)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("stakeholders.id"), index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    opened_at: Mapped[datetime]
    first_response_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    due_order: Mapped[datetime] = mapped_column(default=NEVER_DUE)
    reopen_count: Mapped[int] = mapped_column(default=0)
    escalated: Mapped[bool] = mapped_column(default=False)
    complaint: Mapped[bool] = mapped_column(default=False)
    tags: Mapped[list[str]] = mapped_column(default=list)
    source: Mapped[str | None]
    source_id: Mapped[str | None]
    submission: Mapped[str | None] = mapped_column(unique=True)
    recorded_at: Mapped[datetime]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    merged_ids: Mapped[list[int]] = mapped_column(default=list, server_default="[]")

    @property
    def is_open(self) -> bool:
        """Whether work is still owed by somebody."""
        return Status(self.status).is_open

    @property
    def family(self) -> list[int]:
        """Its own number and those of the cases that became part of it."""
        return [self.id, *self.merged_ids]

    names_reader = False
    """Whether who asked for the case is named on it; set by the gate that loads it."""

    leans_on = ("case_participants",)

    @classmethod
    def visible_condition(cls, actor: Actor) -> ColumnElement[bool] | None:
        """The one rule: staff see the cases of accounts granted to them; a client's person sees the
        account's cases (or only those naming them), and confidential ones only when named. Nobody sees one merged away.
        """
        reach = cls.within_reach(actor)
        return IS_STANDING if reach is None else and_(reach, IS_STANDING)

    @classmethod
    def within_reach(cls, actor: Actor) -> ColumnElement[bool] | None:
        """The same for those merged away too: only where the past is told as it was."""
        reach = super().visible_condition(actor)
        if actor.is_staff:
            return reach
        named = or_(cls.shared_with(actor), cls.naming(actor))
        return named if reach is None else and_(reach, named)

    @classmethod
    def shared_with(cls, actor: Actor) -> ColumnElement[bool]:
        """Cases open to everybody who sees the account whole."""
        if not actor.own_accounts:
            return cls.confidential.is_(False)
        return and_(cls.account_id.in_(actor.accounts), cls.confidential.is_(False))

    @classmethod
    def naming(cls, actor: Actor) -> ColumnElement[bool]:
        """Cases that the actor is named on: the opener and the participants."""
        persons = tuple(actor.stakeholder_ids.values())
        if not persons:
            return false()
        return exists(
            select(Participant.id).where(
                Participant.case_id == cls.id, Participant.stakeholder_id.in_(persons)
            )
        )


class Participant(AccountOwned, Base):
    """A person following a case; who opened it always is one. A client's participant is named on it."""

    __tablename__ = "case_participants"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    stakeholder_id: Mapped[int | None] = mapped_column(ForeignKey("stakeholders.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("case_id", "stakeholder_id"),
        UniqueConstraint("case_id", "user_id"),
        Index("ix_case_participants_stakeholder", "stakeholder_id", "case_id"),
    )


class CaseLink(AccountOwned, Base):
    """One case belongs to another of the same account; a repeat counts when confirmed (F13)."""

    __tablename__ = "case_links"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    of_case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str]
    confirmed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("case_id", "of_case_id", "kind"),)


class Message(AccountOwned, Base):
    """One entry in a case's conversation: a reply all may read, or an internal note.

    `came_from_id` is the case it was written on, where that was merged into this one.
    """

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    came_from_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    side: Mapped[str]
    author_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    author_stakeholder_id: Mapped[int | None] = mapped_column(ForeignKey("stakeholders.id"))
    internal: Mapped[bool] = mapped_column(default=False)
    channel: Mapped[str] = mapped_column(default=Channel.PORTAL)
    language: Mapped[str] = mapped_column(default="")
    body: Mapped[str]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    source: Mapped[str | None]
    source_id: Mapped[str | None]
    submission: Mapped[str | None] = mapped_column(unique=True)

    __table_args__ = (
        Index("ix_messages_case", "case_id", "occurred_at", "id"),
        Index("ix_messages_account_side", "account_id", "side", "occurred_at"),
        Index("ix_messages_side", "side", "occurred_at"),
        UniqueConstraint("source", "source_id"),
    )

    @classmethod
    def visible_condition(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Messages of the actor's accounts; internal notes for staff alone. The case's own door comes besides."""
        condition = super().visible_condition(actor)
        if actor.is_staff:
            return condition
        read = cls.internal.is_(False)
        return read if condition is None else and_(condition, read)


# Written out, not bound: a prepared statement with parameters could not use the partial indices.
IS_STANDING: ColumnElement[bool] = Case.status != literal_column(f"'{Status.MERGED}'")
IS_OPEN: ColumnElement[bool] = Case.status.in_([literal_column(f"'{status}'") for status in OPEN])
_live: dict[str, Any] = {"sqlite_where": IS_OPEN, "postgresql_where": IS_OPEN}
Index("ix_cases_account_updated", Case.account_id, Case.updated_at.desc(), Case.id.desc())
Index("ix_cases_account_opened", Case.account_id, Case.opened_at, Case.id)
Index("ix_cases_account_resolved", Case.account_id, Case.resolved_at, Case.id)
Index("ix_cases_updated", Case.updated_at.desc(), Case.id.desc())
_beside: dict[str, Any] = {"postgresql_include": ["owner_id", "status", "account_id"]}
Index("ix_cases_open_due", Case.due_order, Case.id, **_live, **_beside)
_sums: dict[str, Any] = {"postgresql_include": ["status", "opened_at", "escalated"]}
Index("ix_cases_open_account_due", Case.account_id, Case.due_order, Case.id, **_live, **_sums)
Index("ix_cases_open_updated", Case.updated_at.desc(), Case.id.desc(), **_live)
Index("ix_cases_open_opened", Case.opened_at, Case.id, **_live)
Index("ix_cases_open_owner_due", Case.owner_id, Case.due_order, Case.id, **_live)
Index("ix_cases_order", Case.order_id)
Index("uq_cases_source", Case.source, Case.source_id, unique=True)
