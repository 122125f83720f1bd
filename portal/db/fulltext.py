"""The search index in each database's own form: FTS5 in SQLite, tsvector with GIN in PostgreSQL.

`search_entries` has one row for each case (its reference and subject) and each message; the higher its
id, the newer. Accounts and visibility are words of the index too, so that the newest hits of one small
account are found without walking through those of a large one. They narrow the search; who sees a hit
is decided by the doors of cases and messages in the same statement.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Subquery,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import REGCONFIG, TSQUERY

from portal.db import newest
from portal.db.base import db
from portal.db.guard import AnySelect

entries = table(
    "search_entries",
    column("id"),
    column("case_id"),
    column("message_id"),
    column("account_id"),
    column("internal"),
    column("words"),
)
_matches = table("search_words", column("rowid"), column("search_words"))
INDEX = "ix_search_entries_words"
LANGUAGES = ("english", "portuguese", "spanish", "italian")
LONGEST = 100_000
MANY_ACCOUNTS = 200
AT_ONCE = 500
_QUERY = bindparam("query", type_=Text, literal_execute=True)
"""Written out when it is executed: the planner must see how rare the words are."""


@dataclass(frozen=True)
class Wanted:
    """What to look for: all of the words, and phrases as they stand."""

    words: Sequence[str]
    phrases: Sequence[str] = ()
    stems: Sequence[str] = ()
    """For each word the beginning that its other forms share, for a database that knows no grammar."""


@dataclass(frozen=True)
class Scope:
    """Whose entries to look at: None is all accounts; internal ones only for staff."""

    accounts: Collection[int] | None
    internal: bool


def found_in(statement: AnySelect, *, later_page: bool) -> AnySelect:
    """The statement over `entries` cut down to what matches, newest first.

    Its parameters are `query`, from `query_of`, and on a later page `before`, the last entry of the one before.
    """
    if _dialect() == "postgresql":
        number: ColumnElement[int] = entries.c.id
        statement = statement.where(
            entries.c.words.op("@@", is_comparison=True)(cast(_QUERY, TSQUERY))
        )
    else:
        number = _matches.c.rowid
        statement = statement.join(_matches, number == entries.c.id)
        statement = statement.where(_matches.c.search_words.match(bindparam("query")))
    if later_page:
        statement = statement.where(number < bindparam("before"))
    return statement.order_by(number.desc())


def query_of(wanted: Wanted, scope: Scope) -> str:
    """What is wanted, in the query language of the database."""
    return _tsquery(wanted, scope) if _dialect() == "postgresql" else _fts_query(wanted, scope)


def near_hits(limit: ColumnElement[int]) -> Subquery:
    """What matches among the newest entries, in place of `entries`; its parameters are `query` and those of `newest.stretches`."""
    hits = select(entries.c.id, entries.c.case_id, entries.c.message_id)
    return newest.alone(found_in(hits, later_page=False)).limit(limit).subquery("hits")


def _narrow(scope: Scope) -> Collection[int]:
    """The accounts worth naming in the query; with very many the doors alone are faster."""
    if scope.accounts is None or len(scope.accounts) > MANY_ACCOUNTS:
        return ()
    return sorted(scope.accounts)


def _tsquery(wanted: Wanted, scope: Scope) -> str:
    words = _parsed(tuple(wanted.words), tuple(wanted.phrases))
    if not words:
        return ""
    parts = [words]
    if accounts := _narrow(scope):
        parts.append(" | ".join(f"'@a{number}'" for number in accounts))
    if not scope.internal:
        parts.append("'@public'")
    return " & ".join(f"({part})" for part in parts)


@lru_cache(1024)
def _parsed(words: Sequence[str], phrases: Sequence[str]) -> str:
    """What was typed in the database's query language, in the grammar of each language; "" if nothing is left."""
    plain, forms = " ".join(words), list[ColumnElement[str]]()
    for name in (*LANGUAGES, "simple"):
        config = cast(literal(name), REGCONFIG)
        folded = func.unaccent if name == "simple" else literal
        parts = [func.plainto_tsquery(config, folded(plain))] if plain else []
        parts += [func.phraseto_tsquery(config, folded(phrase)) for phrase in phrases]
        forms.append(cast(_both(parts), Text))
    last = select(func.coalesce(func.max(entries.c.id), 0)).scalar_subquery()
    *written, number = db.session.execute(select(*forms, last)).one()
    newest.heard_of(number)
    found = dict.fromkeys(written)
    return " | ".join(f"({form})" for form in found if form)


def _both(parts: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.op("&&")(part)
    return whole.self_group()


def _fts_query(wanted: Wanted, scope: Scope) -> str:
    """The query in FTS5's language; every word is quoted, so that nothing typed is part of it."""
    stems = [*wanted.stems, *[""] * len(wanted.words)]
    terms = [
        f"({_quoted(word)} OR {_quoted(stem)} *)" if stem else _quoted(word)
        for word, stem in zip(wanted.words, stems, strict=False)
    ]
    query = "{words} : (" + " AND ".join([*terms, *map(_quoted, wanted.phrases)]) + ")"
    if accounts := _narrow(scope):
        query += " AND {scope} : (" + " OR ".join(f'"a{number}"' for number in accounts) + ")"
    if not scope.internal:
        query += ' AND {scope} : "public"'
    return query


def _quoted(words: str) -> str:
    return '"' + words.replace('"', '""').replace("\0", " ") + '"'


# Keeping the index


def add(*, case_ids: Collection[int] = (), message_ids: Collection[int] = ()) -> None:
    """Index new cases and messages within the present transaction."""
    for name, ids in (("cases", case_ids), ("messages", message_ids)):
        for number in ids:
            _run(
                _INSERT[_dialect()][name].format(which="source.id = :number", order=""),
                number=number,
            )


def catch_up() -> None:
    """Index every case and message that is not in the index yet, the older first."""
    missing = {
        "cases": "not exists (select 1 from search_entries e where e.case_id = source.id and e.message_id is null)",
        "messages": "not exists (select 1 from search_entries e where e.message_id = source.id)",
    }
    order = {
        "cases": "order by source.opened_at, source.id",
        "messages": "order by source.occurred_at, source.id",
    }
    for name, which in missing.items():
        _run(_INSERT[_dialect()][name].format(which=which, order=order[name]))


def index_missing() -> None:
    """Index what is not in the index yet; an index with nothing in it is built in one sweep."""
    if db.session.scalar(select(entries.c.id).limit(1)) is None:
        rebuild()
    else:
        catch_up()


def rebuild() -> None:
    """Empty the index and build it anew."""
    if _dialect() == "postgresql":
        _run(["set local maintenance_work_mem = '256MB'", f"drop index if exists {INDEX}"])
        _run("truncate search_entries restart identity")
        catch_up()
        _run([newest.INDEX.format(name=INDEX), "analyze search_entries"])
        return
    _run(
        [
            "delete from search_entries",
            "insert into search_words (search_words) values ('delete-all')",
        ]
    )
    catch_up()
    _run(["insert into search_words (search_words) values ('optimize')"])


def reindex(case_ids: Collection[int]) -> None:
    """Index cases and their messages again, after they moved or their words changed."""
    old = text("delete from search_entries where case_id in :numbers")
    numbers = list(case_ids)
    for start in range(0, len(numbers), AT_ONCE):
        some: BindParameter[list[int]] = bindparam(
            "numbers", numbers[start : start + AT_ONCE], expanding=True
        )
        db.session.execute(old.bindparams(some))
    if numbers:
        catch_up()


def moved(old: int, new: int) -> None:
    """The messages of a case hang on another of the account now; its own entry is gone. Order and words stay."""
    _run("delete from search_entries where case_id = :old and message_id is null", old=old)
    _run("update search_entries set case_id = :new where case_id = :old", old=old, new=new)


def _dialect() -> str:
    return db.session.get_bind().dialect.name


def _run(statements: str | Sequence[str], **values: Any) -> None:
    for statement in [statements] if isinstance(statements, str) else statements:
        for single in statement.split(";;"):
            db.session.execute(text(single), values)


_CONFIG = """(case left({language}, 2) when 'pt' then 'portuguese' when 'es' then 'spanish' when 'it' then 'italian'
 when 'en' then 'english' else 'simple' end)::regconfig"""
_WORDS = (
    "array_to_tsvector(array[{scope}]) || to_tsvector("
    + _CONFIG
    + ", {words}) || to_tsvector('simple', unaccent({words}))"
)
_SUBJECT = f"left(source.ref || ' ' || source.subject, {LONGEST})"
_BODY = f"left(source.body, {LONGEST})"
_SEEN = "case when source.internal then '@internal' else '@public' end"

# In SQLite the row of the entry comes first and its words follow, found by there being none yet.
_INSERT = {
    "postgresql": {
        "cases": (
            "insert into search_entries (case_id, account_id, internal, words) "
            "select source.id, source.account_id, false, "
            + _WORDS.format(
                scope="'@a' || source.account_id, '@public'",
                language="source.language",
                words=_SUBJECT,
            )
            + " from cases source where {which} {order}"
        ),
        "messages": (
            "insert into search_entries (case_id, message_id, account_id, internal, words) "
            "select source.case_id, source.id, source.account_id, source.internal, "
            + _WORDS.format(
                scope="'@a' || source.account_id, " + _SEEN,
                language="coalesce(nullif(source.language, ''), c.language)",
                words=_BODY,
            )
            + " from messages source join cases c on c.id = source.case_id where {which} {order}"
        ),
    },
    "sqlite": {
        "cases": (
            "insert into search_entries (case_id, account_id, internal) "
            "select source.id, source.account_id, 0 from cases source where {which} {order};;"
            "insert into search_words (rowid, scope, words) "
            "select e.id, 'a' || source.account_id || ' public', source.ref || ' ' || source.subject "
            "from search_entries e join cases source on source.id = e.case_id "
            "where e.id > (select coalesce(max(id), 0) from search_words_docsize) and e.message_id is null order by e.id"
        ),
        "messages": (
            "insert into search_entries (case_id, message_id, account_id, internal) "
            "select source.case_id, source.id, source.account_id, source.internal from messages source "
            "where {which} {order};;"
            "insert into search_words (rowid, scope, words) "
            "select e.id, 'a' || source.account_id || case when source.internal then ' internal' else ' public' end, "
            f"substr(source.body, 1, {LONGEST}) "
            "from search_entries e join messages source on source.id = e.message_id "
            "where e.id > (select coalesce(max(id), 0) from search_words_docsize) order by e.id"
        ),
    },
}
