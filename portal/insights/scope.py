"""Whose cases a page of insights counts: the whole house, some accounts of the reader, or one."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Select, or_, select

from portal.accounts.doors import carrying
from portal.accounts.models import Account
from portal.actor import Actor
from portal.cases.models import Case
from portal.db import db, through
from portal.identity.models import User
from portal.insights.asked import Asked
from portal.insights.models import StaleMark


@dataclass(frozen=True)
class Scope:
    """The reader, and what narrows their accounts; with `account` that one alone or with its `children`, with `manager_id`
    those somebody answers for.
    """

    actor: Actor
    account: Account | None = None
    manager_id: int | None = None
    team: str = ""
    children: bool = False

    @classmethod
    def of(cls, actor: Actor, asked: Asked, account: Account | None) -> "Scope":
        """What the reader asked for."""
        mine = actor.user_id if asked.mine else None
        return cls(actor, account, mine, asked.team, asked.children)

    @property
    def whole_house(self) -> bool:
        """Whether the sums of the house say it all."""
        return self.actor.everywhere and not (self.account or self.manager_id or self.team)

    @property
    def confidential(self) -> bool:
        """Whether confidential cases count: for staff, who see them in every list."""
        return self.actor.is_staff

    def narrowed(self, statement: Any, column: Any) -> Any:
        """The statement about these accounts alone; `column` is the account's id in it."""
        if self.account is not None:
            return self._of_account(statement, column, self.account)
        if not self.actor.is_staff:
            return statement.where(column.in_(self.actor.sponsored))
        accounts = self.accounts()
        return (
            statement
            if accounts is None
            else carrying(statement.where(column.in_(accounts)), accounts)
        )

    def _of_account(self, statement: Any, column: Any, account: Account) -> Any:
        if not (self.children and account.path):
            return statement.where(column == account.id)
        below = select(Account.id).where(Account.path.startswith(account.path, autoescape=True))
        if not self.actor.is_staff:
            below = below.where(Account.id.in_(self.actor.sponsored))
        family = through(below, Account, self.actor)
        return carrying(statement.where(column.in_(family)), family)

    def accounts(self) -> Select[Any] | None:
        """Ids of the accounts; None where there is nothing to narrow."""
        if self.account is not None or not (self.manager_id or self.team):
            return None
        found = through(select(Account.id), Account, self.actor)
        if self.manager_id:
            who = self.manager_id
            found = found.where(or_(Account.manager_id == who, Account.deputy_id == who))
        if self.team:
            team = select(User.id).where(User.team == self.team, User.is_staff)
            found = found.where(Account.manager_id.in_(team))
        return found

    def cases(self, statement: Any) -> Any:
        """The statement with the cases that count; of clients none that are confidential."""
        if not self.confidential:
            statement = statement.where(Case.confidential.is_(False))
        return self.narrowed(statement, Case.account_id)

    @property
    def timezones(self) -> list[str]:
        """The zones in which these accounts live."""
        return self._around[0]

    @property
    def stale_since(self) -> datetime | None:
        """Since when something is not in the sums; None when all is."""
        return self._around[1]

    @cached_property
    def _around(self) -> tuple[list[str], datetime | None]:
        """Zones and the oldest mark, in one statement."""
        marked = through(select(StaleMark.marked_at), StaleMark, self.actor)
        marked = self.narrowed(marked, StaleMark.account_id).order_by(StaleMark.id).limit(1)
        wanted = select(Account.timezone, marked.scalar_subquery()).distinct()
        zoned = self.narrowed(through(wanted, Account, self.actor), Account.id)
        rows = db.session.execute(carrying(zoned, marked)).all()
        return sorted(row[0] for row in rows), next((row[1] for row in rows), None)
