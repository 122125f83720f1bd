"""Accounts and people found by name, within the actor's reach; one statement."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Row, Select, String, bindparam, or_

from portal.accounts.keyset import at_most
from portal.accounts.models import Account
from portal.accounts.names import named_like, query_of
from portal.actor import Actor
from portal.db import db, through
from portal.stakeholders.models import Stakeholder
from portal.workspace.parts import by_part, ordered, part, together

MOST = 6
KEPT = 128
_query = bindparam("query", type_=String)


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
    query, plain = query_of(text), text.strip()
    if not query or len(text) > 200:
        return Named()
    found = by_part(
        _statement(actor, db.engine.dialect.name),
        query=query,
        plain=plain,
        upper=plain.upper(),
        lower=plain.lower(),
    )
    return Named(
        ordered(found.get("account"), "title", "ref"), ordered(found.get("person"), "title", "ref")
    )


@lru_cache(KEPT)
def _statement(actor: Actor, dialect: str) -> CompoundSelect[Any]:
    """Built once for each reader; names are looked for in another way on each kind of database."""
    return together(_accounts(actor), _people(actor))


def _accounts(actor: Actor) -> Select[Any]:
    wanted = or_(
        Account.ref == bindparam("upper"),
        Account.ref == bindparam("plain"),
        named_like(Account.name, _query),
    )
    columns = part(
        "account", ref=Account.ref, title=Account.name, state=Account.status, note=Account.industry
    )
    return through(
        columns.where(wanted).order_by(Account.name, Account.ref).limit(at_most(MOST)),
        Account,
        actor,
    )


def _people(actor: Actor) -> Select[Any]:
    wanted = or_(Stakeholder.email == bindparam("lower"), named_like(Stakeholder.name, _query))
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
        .limit(at_most(MOST))
    )
    return through(through(mine, Stakeholder, actor), Account, actor)
