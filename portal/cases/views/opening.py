"""Opening a case."""

import secrets
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _

from portal.accounts.models import Account
from portal.actor import Actor, current_actor
from portal.cases import operations, policy, queries
from portal.cases.forms import NewCaseForm, attached
from portal.cases.models import Channel, Priority
from portal.cases.views.blueprint import bp
from portal.orders.models import Order
from portal.stakeholders.models import Stakeholder
from portal.web.gate import allowed
from portal.web.render import render


@bp.get("/cases/new", gate=allowed(policy.may_open_cases))
def new(
    form: NewCaseForm | None = None, faults: list[str] | None = None, status: int = 200
) -> Response:
    """The form for a new case."""
    actor = current_actor()
    accounts = queries.accounts_offered(actor)
    if form is None:
        ref = (
            accounts[0].ref
            if len(accounts) == 1 and not actor.is_staff
            else request.args.get("account", "")
        )
        form = NewCaseForm(account=ref, submission=secrets.token_urlsafe(18))
    chosen = _account(form)
    page = {
        "accounts": accounts,
        "chosen": chosen,
        "offered": queries.offered(actor, chosen) if chosen else None,
    }
    return render(
        "cases/new.html", fragment="form", status=status, form=form, faults=faults or [], **page
    )


@bp.post("/cases", gate=allowed(policy.may_open_cases))
def open_case() -> Any:
    """Open it."""
    actor, form = current_actor(), NewCaseForm(request.form)
    uploads, faults = attached()
    valid = form.validate()
    account = _account(form)
    opener = queries.opener_called(actor, account, form.person.data) if account else None
    order = (
        queries.order_called(actor, account.id, form.order.data)
        if account and form.order.data
        else None
    )
    if account is None or not _fits(form, account, opener, order) or not valid or faults:
        return new(form, [*faults, *_nowhere(account)], status=422)
    written = _written(form, order, actor)
    case = operations.open_case(
        account, written, by=actor, opener=opener, submission=form.submission.data, uploads=uploads
    )
    flash(_("%(ref)s is open. Everything about it stands here from now on.", ref=case.ref), "ok")
    return redirect(url_for("cases.show", case=case.ref), 303)


def _written(form: NewCaseForm, order: Order | None, actor: Actor) -> operations.NewCase:
    return operations.NewCase(
        subject=form.subject.data or "",
        body=form.body.data or "",
        category=form.category.data or "",
        priority=Priority(form.priority.data),
        channel=Channel(form.channel.data) if actor.is_staff else Channel.PORTAL,
        confidential=form.confidential.data,
        order_id=order.id if order else None,
    )


def _account(form: NewCaseForm) -> Account | None:
    """The account meant, if the actor may open a case there."""
    actor = current_actor()
    account = queries.account_called(actor, form.account.data) if form.account.data else None
    return account if account and policy.may_open_case(actor, account) else None


def _nowhere(account: Account | None) -> list[str]:
    return (
        []
        if account
        else [_("Choose one of your accounts, by its reference or name. What you typed is kept.")]
    )


def _fits(
    form: NewCaseForm, account: Account, opener: Stakeholder | None, order: Order | None
) -> bool:
    """What the form alone cannot know: person and order exist, for this reader, in this account."""
    wrong = {
        "person": opener is None and bool(form.person.data or not current_actor().is_staff),
        "order": order is None and bool(form.order.data),
    }
    words = {
        "person": _("Nobody of this account has that name or e-mail."),
        "order": _(
            "This account has no order with that number. Leave it empty if you are not sure."
        ),
    }
    for name in (name for name, is_wrong in wrong.items() if is_wrong):
        form[name].errors = [*form[name].errors, words[name]]
    return not any(wrong.values())
