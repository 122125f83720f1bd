"""People who sign in, what they were granted, and their sessions."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, UniqueConstraint, func, select
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.actor import Actor
from portal.db import Base


class Role(StrEnum):
    """What a person is to the portal; the first two are the client's people."""

    CONTACT = "contact"
    SPONSOR = "sponsor"
    AGENT = "agent"
    ACCOUNT_MANAGER = "account_manager"
    EXECUTIVE = "executive"
    ADMIN = "admin"

    @property
    def of_staff(self) -> bool:
        """Whether the role belongs to the provider's side."""
        return self not in (Role.CONTACT, Role.SPONSOR)


class Reach(StrEnum):
    """How far a client's grant goes: own cases, the account's, or its child accounts' as well."""

    OWN = "own"
    ACCOUNT = "account"
    TREE = "tree"


class Purpose(StrEnum):
    """What a token may be used for."""

    INVITATION = "invitation"
    RESET = "reset"
    CALENDAR = "calendar"


class User(Base):
    """Anyone who signs in, staff or client; imported staff without a password too."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    is_staff: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str] = mapped_column(default="")
    team: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    hours: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    timezone: Mapped[str] = mapped_column(default="UTC")
    theme: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    source: Mapped[str | None]
    source_id: Mapped[str | None]
    created_at: Mapped[datetime]
    grants: Mapped[list["Grant"]] = relationship(lazy="raise", viewonly=True)

    __table_args__ = (UniqueConstraint("source", "source_id"),)


class TeamLead(Base):
    """Who leads a team of the provider; teams are what users name as theirs."""

    __tablename__ = "team_leads"
    team: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


class Grant(Base):
    """User, role and account (or everywhere): the only source of access. Ended, never deleted."""

    __tablename__ = "grants"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    reach: Mapped[str] = mapped_column(default=Reach.ACCOUNT)
    stakeholder_id: Mapped[int | None] = mapped_column(ForeignKey("stakeholders.id"))
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class LoginSession(Base):
    """A signed-in browser; the cookie holds a random token, the row its hash."""

    __tablename__ = "login_sessions"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    agent: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")

    @hybrid_property
    def ref(self) -> str:
        """What the session is called in addresses: the first half of its token's hash."""
        return self.token_hash[:32]

    @ref.inplace.expression
    @classmethod
    def _ref_expression(cls) -> ColumnElement[str]:
        return func.substr(cls.token_hash, 1, 32)

    @classmethod
    def visible_to(cls, actor: Actor) -> Select[Self]:
        """A person's own sessions that have not ended; everybody's for an administrator."""
        live = select(cls).where(cls.ended_at.is_(None))
        return live if actor.has(Role.ADMIN) else live.where(cls.user_id == actor.user_id)


class Token(Base):
    """A one-time right that was mailed or printed; only its hash is stored."""

    __tablename__ = "tokens"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Attempt(Base):
    """One counted try (log-in, reset) of a person or a peer address, for the limits."""

    __tablename__ = "attempts"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    at: Mapped[datetime]
    failed: Mapped[bool]

    __table_args__ = (Index("ix_attempts_subject", "kind", "subject", "at"),)
