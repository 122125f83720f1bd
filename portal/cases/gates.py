"""Gates of cases and their files: loaded through the door, with what the page needs beside, in one statement."""

from functools import lru_cache
from typing import Any

from flask import redirect, request, url_for
from sqlalchemy import bindparam, select
from werkzeug.exceptions import Conflict, Forbidden, HTTPException, NotFound, Unauthorized

from portal.accounts.models import Account
from portal.actor import Actor
from portal.cases.models import Case
from portal.cases.queries.naming import became
from portal.db import AnySelect, db, opened, through
from portal.files.models import StoredFile
from portal.web.gate import Gate, Policy
from portal.web.routes import SAFE
from portal.web.words import gettext as _

KEPT = 128


def on_case(policy: Policy | None = None) -> Gate:
    """The case of the path with its account, if visible (else 404) and permitted (else 403).

    The view receives `case` and `account`; the case knows whether it names the reader. Whoever comes to change a case
    holds it until the transaction ends. The reference of a case that became part of another leads there, for those who
    see that one.
    """

    def check(actor: Actor, values: dict[str, Any]) -> dict[str, Any]:
        _signed_in(actor)
        changes = request.method not in SAFE
        row = db.session.execute(_visible(actor, changes), {"ref": values["case"]}).one_or_none()
        if row is None:
            raise _elsewhere(actor, values["case"], changes)
        case, account, named = row
        case.names_reader = named
        if policy is not None and not policy(actor, case):
            raise Forbidden
        return {**values, "case": case, "account": account}

    return Gate(f"one(Case{f', cases.{policy.__name__}' if policy else ''})", check)


@lru_cache(KEPT)
def _visible(actor: Actor, held: bool) -> AnySelect:
    """A case by its reference with its account, built once for all an actor opens."""
    statement = select(Case, Account, Case.naming(actor)).join(
        Account, Account.id == Case.account_id
    )
    statement = through(statement.where(Case.ref == bindparam("ref")), Case, actor)
    statement = opened(statement, Account, why="the account of a visible case")
    return statement.with_for_update(of=Case, key_share=True) if held else statement


def _elsewhere(actor: Actor, ref: str, changes: bool) -> HTTPException:
    """Where a case that became part of another is found now; nothing, for those who may not see that one."""
    into = became(actor, ref)
    if into is None:
        return NotFound()
    if changes:
        return Conflict(gone_words(ref, into))
    return HTTPException(response=redirect(url_for("cases.show", case=into), 303))


def gone_words(ref: str, into: str) -> str:
    """What whoever comes too late is told."""
    return _("%(ref)s became part of %(into)s. Nothing was changed.", ref=ref, into=into)


def held_words() -> str:
    """What is said of two cases of which somebody else is changing one, or one that is linked to them."""
    return _(
        "Somebody is changing one of the two right now, or a case linked to it. Try again in a moment."
    )


def _attached(actor: Actor, values: dict[str, Any]) -> dict[str, Any]:
    """The file of the path, if both it and the case it hangs on are visible."""
    _signed_in(actor)
    statement = select(StoredFile).join(Case, Case.id == StoredFile.case_id)
    statement = statement.where(StoredFile.key == values["storedfile"])
    file = db.session.scalar(through(through(statement, StoredFile, actor), Case, actor))
    if file is None:
        raise NotFound
    return {**values, "storedfile": file}


def _signed_in(actor: Actor) -> None:
    if not actor.signed_in:
        raise Unauthorized


attached = Gate("one(StoredFile, Case)", _attached)
