"""Teams of the provider among the settings: an administrator says who leads each."""

from typing import Any

from flask import Response, flash, redirect, request, url_for
from wtforms import HiddenField, IntegerField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from portal.actor import current_actor
from portal.identity import policy, teams
from portal.web.forms import PortalForm
from portal.web.gate import allowed
from portal.web.render import render
from portal.web.routes import Routes
from portal.web.words import gettext as _

bp = Routes("teams", __name__, url_prefix="/settings/teams")
changeable = allowed(policy.may_change_teams)


class LeadForm(PortalForm):
    """A team and the number of who leads it; nothing is nobody."""

    team = HiddenField(validators=[DataRequired(), Length(max=200)])
    lead = IntegerField(validators=[Optional(), NumberRange(0, 2**31 - 1)])


@bp.get("", gate=changeable)
def index(fault: str = "", status: int = 200) -> Response:
    """Every team with its people and its lead."""
    found = teams.staff_teams()
    page: dict[str, Any] = {"teams": found, "fault": fault, "nav_current": "settings"}
    return render("workspace/teams.html", status=status, **page)


@bp.post("", gate=changeable)
def name_lead() -> Any:
    """Say who leads a team."""
    form = LeadForm(request.form)
    wrong = _("Choose somebody who is in this team. Nothing was changed.")
    if not form.validate():
        return index(wrong, 422)
    team = form.team.data or ""
    try:
        teams.name_lead(team, form.lead.data or None, by=current_actor())
    except teams.NotInTeam:
        return index(wrong, 422)
    flash(_("The lead of %(team)s is saved.", team=team), "ok")
    return redirect(url_for("teams.index"), 303)
