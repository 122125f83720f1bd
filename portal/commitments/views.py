"""The ledger of an account, writing down, and what becomes of one entry."""

from datetime import date
from typing import Any, cast

from flask import Response, abort, flash, redirect, request, url_for

from portal import clock
from portal.accounts.keyset import cursor_from
from portal.accounts.models import Account
from portal.actor import current_actor
from portal.commitments import operations, policy, queries
from portal.commitments.forms import CommitmentForm, DropForm, typed
from portal.commitments.models import Commitment, Entry
from portal.commitments.words import KINDS, ONE_OF, SIDES, SOURCES, STATES
from portal.db import db
from portal.web.gate import one
from portal.web.render import render, wants_fragment
from portal.web.routes import Routes
from portal.web.words import gettext as _

bp = Routes("commitments", __name__)
WORDS = {"kinds": KINDS, "one_of": ONE_OF, "sides": SIDES, "sources": SOURCES, "states": STATES}


@bp.get("/accounts/<account>/commitments", gate=one(Account, policy.may_see_ledger))
def index(account: Account, form: CommitmentForm | None = None, status: int = 200) -> Response:
    """One kind of entries, the open ones first."""
    actor, kind = current_actor(), _kind()
    day = cast(type[Any], date.fromisoformat)
    cursor = cursor_from(request.args.get("after"), request.args.get("before"), int, day, int)
    page: dict[str, Any] = {**WORDS, "account": account, "account_name": account.name}
    page |= {"kind": kind, "chips": _chips(account, kind), "now": clock.now()}
    page["entries"] = queries.ledger(actor, account, cursor, kind=kind)
    if policy.may_write(actor, account):
        page["form"] = form or _form(account, data={"kind": kind})
    return render("commitments/index.html", fragment="ledger", status=status, **page)


def _chips(account: Account, current: Entry) -> list[dict[str, Any]]:
    """One for each kind, with how many are open."""
    open_now = queries.counts(current_actor(), account)
    return [
        {
            "label": f"{name} {open_now[kind]}" if open_now.get(kind) else str(name),
            "url": url_for("commitments.index", account=account.ref, kind=kind),
            "current": kind is current,
        }
        for kind, name in KINDS.items()
    ]


def _kind() -> Entry:
    asked = request.args.get("kind", Entry.COMMITMENT)
    if asked not in set(Entry):
        abort(404)
    return Entry(asked)


@bp.post("/accounts/<account>/commitments", gate=one(Account, policy.may_write))
def add(account: Account) -> Any:
    """Write one down."""
    form = _form(account, request.form)
    if not form.validate():
        return index(account, form, 422)
    row = operations.make_commitment(account, form.draft, by=current_actor())
    flash(_("%(ref)s is written down.", ref=row.ref), "ok")
    return redirect(url_for("commitments.index", account=account.ref, kind=row.kind), 303)


def _form(
    account: Account, sent: Any = None, row: Commitment | None = None, **data: Any
) -> CommitmentForm:
    return CommitmentForm(sent, owners=queries.owners(current_actor(), account, row), **data)


@bp.get("/commitments/<commitment>", gate=one(Commitment))
def show(commitment: Commitment) -> Response:
    """One entry, and what may be done with it."""
    return _page(commitment)


def _page(row: Commitment, status: int = 200, **forms: Any) -> Response:
    actor = current_actor()
    account = _account(row)
    page: dict[str, Any] = {**WORDS, "commitment": row, "account": account, "now": clock.now()}
    page |= {"line": queries.line_of(actor, row), "account_name": account.name}
    if policy.may_change(actor, row) and row.is_open:
        page |= {"form": _form(account, row=row, data=typed(row)), "drop": DropForm()}
    page |= forms
    return render("commitments/show.html", fragment="commitment", status=status, **page)


def _account(row: Commitment) -> Account:
    statement = Account.visible_to(current_actor()).where(Account.id == row.account_id)
    return db.session.scalars(statement).one()


@bp.post("/commitments/<commitment>", gate=one(Commitment, policy.may_change))
def change(commitment: Commitment) -> Any:
    """Correct or move it."""
    account = _account(commitment)
    form = _form(account, request.form, commitment)
    if not form.validate():
        return _page(commitment, 422, form=form)
    try:
        operations.change_commitment(account, commitment, form.draft, by=current_actor())
    except operations.CommitmentClosed:
        return _refused(commitment, _("It was closed meanwhile. Take it up again to change it."))
    return _done(commitment, _("%(ref)s is saved.", ref=commitment.ref))


@bp.post("/commitments/<commitment>/completion", gate=one(Commitment, policy.may_tick))
def complete(commitment: Commitment) -> Any:
    """It is done."""
    try:
        operations.finish_commitment(commitment, by=current_actor())
    except operations.CommitmentClosed:
        return _refused(commitment, _("%(ref)s was closed already.", ref=commitment.ref))
    return _done(commitment, _("%(ref)s is done. Thank you.", ref=commitment.ref))


@bp.post("/commitments/<commitment>/reopening", gate=one(Commitment, policy.may_tick))
def reopen(commitment: Commitment) -> Any:
    """It is to be done after all."""
    try:
        operations.reopen_commitment(commitment, by=current_actor())
    except operations.NotClosed:
        return _refused(commitment, _("%(ref)s is open already.", ref=commitment.ref))
    return _done(commitment, _("%(ref)s is open again.", ref=commitment.ref))


@bp.post("/commitments/<commitment>/withdrawal", gate=one(Commitment, policy.may_change))
def withdraw(commitment: Commitment) -> Any:
    """It will not be done, and why."""
    form = DropForm(request.form)
    if not form.validate():
        return _page(commitment, 422, drop=form)
    try:
        operations.drop_commitment(commitment, reason=form.reason.data or "", by=current_actor())
    except (operations.CommitmentClosed, operations.ReasonMissing):
        return _refused(commitment, _("%(ref)s was closed already.", ref=commitment.ref))
    return _done(commitment, _("%(ref)s is dropped; both sides see why.", ref=commitment.ref))


def _done(row: Commitment, told: str) -> Any:
    if wants_fragment():
        return _page(row)
    flash(told, "ok")
    return redirect(url_for("commitments.show", commitment=row.ref), 303)


def _refused(row: Commitment, told: str) -> Any:
    return _page(row, 409, refusal=told)
