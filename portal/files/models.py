"""Files people attached and files we made, stored under names of our own."""

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.actor import Actor
from portal.db import AccountOwned, Base


class StoredFile(AccountOwned, Base):
    """One file; `key` is its random name in the store, `name` what the person called it.

    Which people may fetch it is decided by what it hangs on: a case, or a review.
    """

    __tablename__ = "files"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    internal: Mapped[bool] = mapped_column(default=False)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (Index("ix_files_case", "case_id", "id"),)

    @classmethod
    def visible_condition(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Files of the actor's accounts; internal ones for staff alone."""
        condition = super().visible_condition(actor)
        if actor.is_staff:
            return condition
        own = cls.internal.is_(False)
        return own if condition is None else condition & own
