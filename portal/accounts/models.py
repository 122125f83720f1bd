"""Client accounts and the staff team around each."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.actor import Actor
from portal.db import AccountOwned, Base
from portal.db.many import one_of


class Segment(StrEnum):
    """How large the account is to the provider."""

    KEY = "key"
    STANDARD = "standard"
    SMALL = "small"


class AccountStatus(StrEnum):
    """Whether the account is still a client."""

    ACTIVE = "active"
    CHURNED = "churned"


class Account(AccountOwned, Base):
    """A client company; `path` lists its ancestors and itself ("/1/5/")."""

    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    path: Mapped[str] = mapped_column(default="", index=True)
    industry: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    timezone: Mapped[str] = mapped_column(default="UTC")
    language: Mapped[str] = mapped_column(default="en")
    segment: Mapped[str] = mapped_column(default=Segment.STANDARD)
    sla_plan: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default=AccountStatus.ACTIVE)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    contract_start: Mapped[date | None]
    contract_renewal: Mapped[date | None]
    annual_value_minor: Mapped[int | None]
    currency: Mapped[str] = mapped_column(default="EUR")
    source: Mapped[str | None]
    source_id: Mapped[str | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        Index("ix_accounts_name", "name", "id"),
    )

    @classmethod
    def visible_condition(cls, actor: Actor) -> ColumnElement[bool] | None:
        """The accounts the actor holds a grant on."""
        return None if actor.everywhere else one_of(cls.id, actor.all_accounts)


class TeamMember(AccountOwned, Base):
    """A staff person's part in an account, with dates; `covers_id` names who is being covered."""

    __tablename__ = "account_team"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[str]
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    covers_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
