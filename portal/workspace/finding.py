"""Accounts and people found by name, within the actor's reach; one statement."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Select, or_

from portal.accounts.models import Account
from portal.accounts.names import named_like, words_of
from portal.actor import Actor
from portal.db import through
from portal.stakeholders.models import Stakeholder
from portal.workspace.parts import by_part, ordered, part, together

MOST = 6


@dataclass(frozen=True)
class Named:
    """A few accounts and a few people; each person's `ref` is their account's."""

    accounts: list[Row[Any]] = field(default_factory=list)
    people: list[Row[Any]] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether nothing was found."""
        return not (self.accounts or self.people)


def named(actor: Actor, text: str) -> Named:
    """Accounts by reference or words of their name, people by address or words of their name."""
    if not words_of(text) or len(text) > 200:
        return Named()
    found = by_part(together(_accounts(actor, text.strip()), _people(actor, text.strip())))
    return Named(
        ordered(found.get("account"), "title", "ref"), ordered(found.get("person"), "title", "ref")
    )


def _accounts(actor: Actor, text: str) -> Select[Any]:
    wanted = or_(Account.ref == text.upper(), Account.ref == text, named_like(Account.name, text))
    columns = part(
        "account", ref=Account.ref, title=Account.name, state=Account.status, note=Account.industry
    )
    return through(
        columns.where(wanted).order_by(Account.name, Account.ref).limit(MOST), Account, actor
    )


def _people(actor: Actor, text: str) -> Select[Any]:
    wanted = or_(Stakeholder.email == text.lower(), named_like(Stakeholder.name, text))
    columns = part(
        "person",
        ref=Account.ref,
        title=Stakeholder.name,
        state=Stakeholder.job_role,
        note=Stakeholder.job_title,
        who=Account.name,
    ).join_from(Stakeholder, Account, Account.id == Stakeholder.account_id)
    mine = (
        columns.where(wanted, Stakeholder.active)
        .order_by(Stakeholder.name, Stakeholder.id)
        .limit(MOST)
    )
    return through(through(mine, Stakeholder, actor), Account, actor)
