"""An account's team, contract and the companies it belongs with."""

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, redirect, request, url_for

from portal.accounts import operations, policy, queries
from portal.accounts.agreed import agreed_for
from portal.accounts.forms import DepartureForm, LeadsForm, TeamMemberForm, new_member_form
from portal.accounts.models import Account
from portal.accounts.team import Team, team_of
from portal.actor import current_actor
from portal.identity.models import User
from portal.web.gate import one
from portal.web.render import render
from portal.web.routes import Routes
from portal.web.words import gettext as _

bp = Routes("accounts", __name__, url_prefix="/accounts/<account>/team")


@bp.get("", gate=one(Account, policy.may_see))
def team(account: Account) -> Response:
    """Who looks after the account, the contract, and the companies it belongs with."""
    return _page(account)


def _page(account: Account, status: int = 200, **forms: Any) -> Response:
    """The page, with forms as they were sent for those who may change the team."""
    actor = current_actor()
    found, family = team_of(actor, account), queries.family_of(actor, account)
    page: dict[str, Any] = {"team": found, "family": family, "tree": _tree(family)}
    if policy.may_change_team(actor, account):
        page |= {"member": new_member_form(found.today), "leads": _leads(found), **forms}
    page |= {"account_name": account.name, "agreed": agreed_for(actor, account)}
    return render("accounts/team.html", fragment="team", status=status, account=account, **page)


@bp.post("", gate=one(Account, policy.may_change_team))
def add(account: Account) -> Any:
    """Take somebody into the team, or let them cover somebody."""
    form = TeamMemberForm(request.form)
    person = _staff(form.person) if form.validate() else None
    if person is None:
        return _page(account, 422, member=form)
    try:
        operations.add_member(account, person, **form.part_of(account), by=current_actor())
    except operations.AlreadyThere:
        form.person.errors = [_("%(name)s already has this part in these days.", name=person.name)]
        return _page(account, 422, member=form)
    flash(_("%(name)s is in the team and can open the account.", name=person.name), "ok")
    return redirect(url_for("accounts.team", account=account.ref), 303)


@bp.post("/leads", gate=one(Account, policy.may_change_team))
def appoint(account: Account) -> Any:
    """Name the manager and the deputy."""
    form = LeadsForm(request.form)
    if not form.validate():
        return _page(account, 422, leads=form)
    manager = _staff(form.manager)
    deputy = _staff(form.deputy) if form.deputy.data else None
    if manager is None or (form.deputy.data and deputy is None):
        return _page(account, 422, leads=form)
    operations.appoint(account, manager=manager, deputy=deputy, by=current_actor())
    flash(_("%(name)s answers for the account from now on.", name=manager.name), "ok")
    return redirect(url_for("accounts.team", account=account.ref), 303)


@bp.post("/departure", gate=one(Account, policy.may_change_team))
def depart(account: Account) -> Any:
    """End somebody's part in the team today."""
    form = DepartureForm(request.form)
    person = queries.staff_called(form.person.data or "") if form.validate() else None
    if person is None:
        return _page(account, 422)
    flash(*_ended(account, person))
    return redirect(url_for("accounts.team", account=account.ref), 303)


def _ended(account: Account, person: User) -> tuple[str, str]:
    """End the person's part; what to say of it, and how."""
    try:
        operations.end_member(account, person, by=current_actor())
    except operations.StillLeads:
        return _("%(name)s is manager or deputy. Name another first.", name=person.name), "stop"
    except operations.NotInTeam:
        return _("%(name)s has no part in this team.", name=person.name), "warn"
    said = _("%(name)s left the team and can no longer open the account.", name=person.name)
    return said, "ok"


def _staff(field: Any) -> User | None:
    """The colleague a field names; a fault at the field if there is none, or several."""
    person = queries.staff_called((field.data or "").strip())
    if person is None:
        field.errors = [_("No colleague has this address or exactly this name.")]
    return person


def _leads(found: Team) -> LeadsForm:
    manager, deputy = found.manager, found.deputy
    return LeadsForm(
        manager=manager.handle if manager else "", deputy=deputy.handle if deputy else ""
    )


def _tree(family: Sequence[Account]) -> list[dict[str, Any]]:
    """The companies as nested nodes; one whose parent is not shown stands at the top."""
    nodes: dict[int, dict[str, Any]] = {}
    tops: list[dict[str, Any]] = []
    for company in family:
        url = url_for("workspace.account", account=company.ref)
        nodes[company.id] = {"name": company.name, "url": url, "note": company.ref, "children": []}
        parent = nodes.get(company.parent_id or 0)
        (parent["children"] if parent else tops).append(nodes[company.id])
    return tops
