"""Search over cases and messages, within what the reader may see and nowhere else.

Hits come newest first, a page at a time, and are not counted: a number would tell of what is not shown.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from sqlalchemy import false, func, literal, null, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.keyset import at_most
from portal.accounts.models import Account
from portal.actor import Actor
from portal.cases.highlights import folded, highlighted, stem
from portal.cases.models import Case, Message
from portal.db import AnySelect, db, fulltext, newest, opened, through
from portal.db.fulltext import Scope, Wanted, entries
from portal.identity.models import User
from portal.stakeholders.models import Stakeholder

PAGE = 25
KEPT = 128
LONGEST = 200
MOST_TERMS = 10
SHOWN = 20_000
TERM = re.compile(r'"([^"]*)"|(\S+)')
WHY = "names beside a case that its door let through"

catch_up, rebuild, reindex = fulltext.catch_up, fulltext.rebuild, fulltext.reindex
index_missing = fulltext.index_missing


@dataclass(frozen=True)
class Hit:
    """A case found by its subject or reference, or by the words of a message."""

    ref: str
    subject: Markup
    snippet: Markup
    status: str
    account_name: str
    language: str
    author: str
    at: datetime
    internal: bool
    message: bool


@dataclass(frozen=True)
class Found:
    """A page of hits; `next` goes into the address as `after`."""

    text: str
    hits: Sequence[Hit] = ()
    exact: Sequence[Hit] = ()
    next: str | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.hits and not self.exact


def search(actor: Actor, text: str, *, after: str | None = None) -> Found:
    """Cases and messages with all of the words, newest first; `"several words"` stand as they are.

    A case's reference and a person's email address are looked up besides (`exact`, first page only).
    """
    clean = unicodedata.normalize("NFC", text).replace("\0", " ").strip()
    wanted = _wanted(clean) if len(clean) <= LONGEST else None
    if wanted is None or not actor.signed_in or not (actor.everywhere or actor.all_accounts):
        return Found(clean)
    terms = tuple(folded(term) for term in (*wanted.words, *wanted.phrases))
    scope = Scope(None if actor.everywhere else actor.all_accounts, internal=actor.is_staff)
    query = fulltext.query_of(wanted, scope)
    older = int(after) if after and after.isdecimal() and len(after) < 19 else None
    rows = _newest(actor, query, older) if query else []
    hits = [_hit(row, terms) for row in rows[:PAGE]]
    exact = [_hit(row, terms) for row in _exact(actor, clean)] if not after else []
    return Found(clean, hits, exact, str(rows[PAGE - 1].entry) if len(rows) > PAGE else None)


def _newest(actor: Actor, query: str, older: int | None) -> Sequence[Any]:
    """The first hits, one more than a page shows; the newest entries are asked alone where they may have them all."""
    kind, values = db.engine.dialect.name, {"query": query, "before": older}
    near = newest.stretches() if actor.everywhere and older is None else {}
    if near:
        found = db.session.execute(_statement(actor, False, kind, near=True), values | near).all()
        if len(found) > PAGE:
            newest.heard_of(found[0].entry)
            return found
    rows = db.session.execute(_statement(actor, older is not None, kind), values).all()
    newest.heard_of(rows[0].entry if rows else 0)
    return rows


def _wanted(text: str) -> Wanted | None:
    words: list[str] = []
    phrases: list[str] = []
    for phrase, word in TERM.findall(text)[:MOST_TERMS]:
        term = phrase or word
        if any(c.isalnum() for c in term):
            (phrases if phrase else words).append(term)
    if not words and not phrases:
        return None
    return Wanted(words, phrases, [stem(word) for word in words])


def _named(column: Any, model: Any, here: Any) -> Any:
    """A name beside a hit, looked up after the hits are chosen: as a join it would take part in every plan."""
    statement = select(column).where(model.id == here)
    if model is not User:
        statement = opened(statement, model, why=WHY)
    return statement.scalar_subquery()


CASE = (
    Case.ref,
    Case.subject,
    Case.status,
    Case.language,
    _named(Account.name, Account, Case.account_id).label("account_name"),
)
AUTHOR = (
    _named(User.name, User, Message.author_user_id),
    _named(Stakeholder.name, Stakeholder, Message.author_stakeholder_id),
)


@lru_cache(KEPT)
def _statement(actor: Actor, later_page: bool, dialect: str, near: bool = False) -> AnySelect:
    """Built once for each reader and kind of database."""
    hits = fulltext.near_hits(at_most(PAGE + 1)) if near else entries
    statement = (
        select(
            *CASE,
            hits.c.id.label("entry"),
            Message.id.label("message_id"),
            Message.internal,
            func.coalesce(Message.occurred_at, Case.opened_at).label("at"),
            func.substr(Message.body, 1, SHOWN).label("body"),
            func.coalesce(*AUTHOR, "").label("author"),
        )
        .select_from(hits)
        .join(Case, Case.id == hits.c.case_id)
        .outerjoin(Message, Message.id == hits.c.message_id)
    )
    if not actor.is_staff:
        statement = statement.where(or_(hits.c.message_id.is_(None), Message.internal.is_(False)))
    statement = opened(through(statement, Case, actor), Account, Message, Stakeholder, why=WHY)
    if near:
        return statement.order_by(hits.c.id.desc())
    return fulltext.found_in(statement, later_page=later_page).limit(at_most(PAGE + 1))


def _exact(actor: Actor, text: str) -> Sequence[Any]:
    """The case of that reference or the one it became part of, or the newest cases of the person with that email address."""
    gone = aliased(Case)
    if " " in text or not any(c.isdigit() or c == "@" for c in text):
        return ()
    alone = (
        null().label("message_id"),
        false().label("internal"),
        literal("").label("body"),
        literal("").label("author"),
    )
    statement = select(*CASE, *alone, Case.opened_at.label("at"))
    if "@" in text:
        statement = statement.join(Stakeholder, Stakeholder.id == Case.opened_by_id)
        statement = statement.where(Stakeholder.email == text.lower())
        statement = opened(statement, Stakeholder, why=WHY)
    else:
        called = select(func.coalesce(gone.merged_into_id, gone.id))
        called = called.where(gone.ref.in_({text, text.upper()}))
        statement = statement.where(Case.id.in_(called))
    statement = opened(through(statement, Case, actor), Account, why=WHY)
    return db.session.execute(
        statement.order_by(Case.updated_at.desc(), Case.id.desc()).limit(5)
    ).all()


def _hit(row: Any, terms: tuple[str, ...]) -> Hit:
    message = row.message_id is not None
    return Hit(
        ref=row.ref,
        subject=highlighted(row.subject, terms),
        snippet=highlighted(row.body, terms, around=220) if message else Markup(""),
        status=row.status,
        account_name=row.account_name,
        language=row.language,
        author=row.author,
        at=row.at,
        internal=bool(message and row.internal),
        message=message,
    )
