"""Portfolio reviews, and the accounts each tells of."""

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, and_, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.actor import Actor
from portal.db import AccountOwned, Base
from portal.reviews.models import ReviewState


class PortfolioReview(AccountOwned, Base):
    """A review of many accounts for the provider's own executives: of those `manager_id` answers for, or of all.

    It belongs to every account that it tells of (`PortfolioAccount`): who sees one of them no longer does not see it.
    """

    __tablename__ = "portfolio_reviews"
    leans_on = ("portfolio_accounts",)
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    period: Mapped[str]
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    language: Mapped[str]
    timezone: Mapped[str]
    as_of: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default=ReviewState.QUEUED)
    error: Mapped[str] = mapped_column(default="")
    pdf_key: Mapped[str] = mapped_column(default="")
    xlsx_key: Mapped[str] = mapped_column(default="")
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    built_at: Mapped[datetime | None]

    @classmethod
    def visible_condition(cls, actor: Actor) -> ColumnElement[bool] | None:
        """For whom not all accounts are open: their own, and those about them, as long as each account in it is."""
        if actor.everywhere:
            return None
        told = select(PortfolioAccount.account_id).where(PortfolioAccount.portfolio_id == cls.id)
        foreign = told.where(PortfolioAccount.account_id.not_in(actor.accounts)).exists()
        theirs = or_(cls.requested_by_id == actor.user_id, cls.manager_id == actor.user_id)
        return and_(theirs, ~foreign)


class PortfolioAccount(AccountOwned, Base):
    """An account that a portfolio review tells of."""

    __tablename__ = "portfolio_accounts"
    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolio_reviews.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
