"""The people of an account: list, add, correct, invite."""

from typing import Any

from flask import Response, abort, flash, redirect, request, url_for

from portal.accounts.agreed import agreed_for
from portal.accounts.keyset import cursor_from
from portal.accounts.models import Account
from portal.accounts.queries import descendants
from portal.actor import current_actor
from portal.delivery import BadAddress
from portal.identity.invitations import WrongSide
from portal.stakeholders import access, operations, policy, queries
from portal.stakeholders.forms import EditStakeholderForm, InvitationForm, StakeholderForm
from portal.stakeholders.models import Stakeholder
from portal.stakeholders.parts import part_name
from portal.web.gate import one
from portal.web.render import render
from portal.web.routes import Routes
from portal.web.words import gettext as _

bp = Routes("stakeholders", __name__, url_prefix="/accounts/<account>/stakeholders")


@bp.get("", gate=one(Account, policy.may_see_people))
def index(account: Account) -> Response:
    """The people of the account; those who have left for staff who ask."""
    actor = current_actor()
    left = policy.may_see_details(actor, account) and request.args.get("show") == "left"
    cursor = cursor_from(request.args.get("after"), request.args.get("before"), str, int)
    people = queries.people_of(actor, account, left=left, cursor=cursor)
    page: dict[str, Any] = {
        "people": people,
        "left": left,
        "account_name": account.name,
        "agreed": agreed_for(actor, account),
        "part_name": part_name,
    }
    return render("stakeholders/index.html", fragment="people", account=account, **page)


@bp.get("/new", gate=one(Account, policy.may_change_people))
def new(account: Account, form: StakeholderForm | None = None, status: int = 200) -> Response:
    """The form for a person we did not know yet."""
    form = form or StakeholderForm(account=account, language=account.language)
    return render(
        "stakeholders/new.html", fragment="form", status=status, account=account, form=form
    )


@bp.post("", gate=one(Account, policy.may_change_people))
def add(account: Account) -> Any:
    """Add a person."""
    form = StakeholderForm(request.form, account=account)
    if not form.validate():
        return new(account, form, status=422)
    try:
        person = operations.add_stakeholder(account, form.details, by=current_actor())
    except operations.AddressTaken:
        form.email.errors = [_taken()]
        return new(account, form, status=422)
    flash(_("%(name)s was added.", name=person.name), "ok")
    return redirect(url_for("stakeholders.index", account=account.ref), 303)


@bp.get("/<int:person>", gate=one(Account, policy.may_change_people))
def edit(account: Account, person: int) -> Response:
    """One person's details and access."""
    return _page(account, person)


def _page(account: Account, number: int, status: int = 200, **forms: Any) -> Response:
    """The person's page, with forms as they were sent."""
    found = _found(account, number)
    page: dict[str, Any] = {"person": found, "number": number, "invitation": None}
    if policy.may_invite(current_actor(), account) and "invitation" not in forms:
        page["invitation"] = _invitation(account)
    if "form" not in forms:
        page["form"] = EditStakeholderForm(obj=found, account=account)
    page |= {"account": account, **forms}
    return render("stakeholders/edit.html", fragment="form", status=status, **page)


@bp.post("/<int:person>", gate=one(Account, policy.may_change_people))
def change(account: Account, person: int) -> Any:
    """Correct details; say that somebody left or came back."""
    found, form = _found(account, person), EditStakeholderForm(request.form, account=account)
    if not form.validate():
        return _page(account, person, 422, form=form)
    try:
        operations.change_stakeholder(account, found, form.details, by=current_actor())
    except operations.AddressTaken:
        form.email.errors = [_taken()]
        return _page(account, person, 422, form=form)
    (operations.mark_returned if form.active.data else operations.mark_left)(
        found, by=current_actor()
    )
    flash(_("What you changed about %(name)s is saved.", name=found.name), "ok")
    return redirect(url_for("stakeholders.index", account=account.ref), 303)


@bp.post("/<int:person>/invitation", gate=one(Account, policy.may_invite))
def invite(account: Account, person: int) -> Any:
    """Let the person in and send the link."""
    found, form = _found(account, person), _invitation(account, request.form)
    if not form.validate():
        return _page(account, person, 422, invitation=form)
    try:
        operations.require_invitable(found)
        access.give_access(found, reach=form.reach.data, by=current_actor())
    except (operations.NotInvitable, WrongSide, BadAddress):
        form.reach.errors = [
            _("This person needs an email address of their own, and to belong to the account.")
        ]
        return _page(account, person, 422, invitation=form)
    flash(_("An invitation is on its way to %(address)s.", address=found.email), "ok")
    return redirect(url_for("stakeholders.index", account=account.ref), 303)


def _invitation(account: Account, data: Any = None) -> InvitationForm:
    below = descendants([account.id])
    return InvitationForm(data, with_tree=policy.may_open_tree(current_actor(), below))


def _found(account: Account, number: int) -> Stakeholder:
    person = queries.person_at(current_actor(), account, number)
    if person is None:
        abort(404)
    return person


def _taken() -> str:
    return str(
        _("Somebody else of this account has this address. Look for them in the list first.")
    )
