"""Opening a case."""

import secrets
from collections.abc import Sequence
from typing import Any

from flask import Response, flash, redirect, request, url_for

from portal.accounts.models import Account
from portal.accounts.team import team_of
from portal.actor import Actor, current_actor
from portal.cases import operations, policy, queries
from portal.cases.forms import NewCaseForm, attached
from portal.cases.models import Case, Channel, Priority
from portal.cases.views.blueprint import bp
from portal.files.storing import Upload
from portal.orders.models import Order
from portal.stakeholders.models import Stakeholder
from portal.web.gate import allowed
from portal.web.render import render
from portal.web.words import gettext as _


@bp.get("/cases/new", gate=allowed(policy.may_open_cases))
def new(
    form: NewCaseForm | None = None, faults: list[str] | None = None, status: int = 200
) -> Response:
    """The form for a new case."""
    accounts = queries.accounts_offered(current_actor())
    form = form or _empty(accounts)
    page = {"accounts": accounts, "faults": faults or [], **_for(_account(form))}
    return render("cases/new.html", fragment="form", status=status, form=form, **page)


def _for(account: Account | None) -> dict[str, Any]:
    """What the form needs of the account, and whether the reader may open a case there."""
    if account is None:
        return {"chosen": None, "barred": False}
    actor, callers = current_actor(), queries.callers_for(account)
    return {
        "chosen": account,
        "callers": callers,
        "barred": not policy.may_call(actor, account, callers.numbers),
        "offered": queries.offered(actor, account),
        "team": team_of(actor, account),
    }


def _empty(accounts: Sequence[Account]) -> NewCaseForm:
    """The form as it begins; a client with one account need not name it."""
    only = accounts[0].ref if len(accounts) == 1 and not current_actor().is_staff else ""
    ref = only or request.args.get("account", "")
    return NewCaseForm(account=ref, submission=secrets.token_urlsafe(18))


@bp.post("/cases", gate=allowed(policy.may_open_cases))
def open_case() -> Any:
    """Open it."""
    form = NewCaseForm(request.form)
    uploads, faults = attached()
    valid, account = form.validate(), _account(form)
    if account is None:
        return new(form, [*faults, _nowhere()], status=422)
    opener, order = _opener(form, account), _order(form, account)
    callers = queries.callers_for(account)
    if not policy.may_call(current_actor(), account, callers.numbers):
        return new(form, status=403)
    if not _fits(form, opener, order, callers) or not valid or faults:
        return new(form, faults, status=422)
    return _done(_opened(form, account, opener, order, uploads))


def _done(case: Case) -> Any:
    flash(_("%(ref)s is open. Everything about it stands here from now on.", ref=case.ref), "ok")
    return redirect(url_for("cases.show", case=case.ref), 303)


def _opened(
    form: NewCaseForm,
    account: Account,
    opener: Stakeholder | None,
    order: Order | None,
    uploads: Sequence[Upload],
) -> Case:
    actor = current_actor()
    return operations.open_case(
        account,
        _written(form, order, actor),
        by=actor,
        opener=opener,
        submission=form.submission.data,
        uploads=uploads,
        admitted=form.admitted.data or "" if actor.is_staff else "",
    )


def _opener(form: NewCaseForm, account: Account) -> Stakeholder | None:
    return queries.opener_called(current_actor(), account, form.person.data or "")


def _order(form: NewCaseForm, account: Account) -> Order | None:
    ref = form.order.data
    return queries.order_called(current_actor(), account.id, ref) if ref else None


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


def _nowhere() -> str:
    return _("Choose one of your accounts, by its reference or name. No case was opened.")


def _fits(
    form: NewCaseForm, opener: Stakeholder | None, order: Order | None, callers: queries.Callers
) -> bool:
    """What the form alone cannot know: person and order exist here, and the person may open cases or it is said why."""
    unnamed = opener is not None and not callers.admits(opener.id)
    wrong = {
        "admitted": unnamed and not form.admitted.data,
        "person": opener is None and bool(form.person.data or not current_actor().is_staff),
        "order": order is None and bool(form.order.data),
    }
    words = {
        "admitted": _(
            "The contract does not name this person. Say why the case is opened all the same."
        ),
        "person": _("Nobody of this account has that name or email."),
        "order": _(
            "This account has no order with that number. Leave it empty if you are not sure."
        ),
    }
    for name in (name for name, is_wrong in wrong.items() if is_wrong):
        form[name].errors = [*form[name].errors, words[name]]
    return not any(wrong.values())
