"""Service plans: the list, a new one, changes from now on, retirement."""

from typing import Any

from flask import Response, flash, redirect, request, url_for

from portal.actor import current_actor
from portal.sla import policy, queries
from portal.sla.forms.calendars import refuse
from portal.sla.forms.plans import NewPlanForm, PlanForm, plan_typed
from portal.sla.gates import kept
from portal.sla.models import ServicePlan
from portal.sla.operations import plans as operations
from portal.sla.refusals import Refused
from portal.sla.views.blueprint import bp
from portal.web.gate import allowed
from portal.web.render import render
from portal.web.words import gettext as _

STARTING_LEVELS = [
    {"percent": 70, "tell": ["owner"]},
    {"percent": 90, "tell": ["owner", "manager"]},
    {"percent": 110, "tell": ["manager", "lead"]},
]
readable = kept(ServicePlan, "plan", policy.may_see_terms)
changeable = kept(ServicePlan, "plan", policy.may_change_terms)


@bp.get("/plans", gate=allowed(policy.may_see_terms))
def plans() -> Response:
    """All plans, those retired last."""
    return render("sla/plans.html", lines=queries.plan_lines(), calendars=queries.calendars())


@bp.get("/plans/new", gate=allowed(policy.may_change_terms))
def new_plan(form: NewPlanForm | None = None, status: int = 200) -> Response:
    """The form for another plan."""
    form = form or NewPlanForm(calendars=queries.calendars(), data={"levels": STARTING_LEVELS})
    return render("sla/new_plan.html", status=status, form=form)


@bp.post("/plans", gate=allowed(policy.may_change_terms))
def add_plan() -> Any:
    """Set up a plan."""
    form = NewPlanForm(request.form, calendars=queries.calendars())
    if not form.validate():
        return new_plan(form, 422)
    try:
        name = (form.name.data or "").strip()
        made = operations.create_plan(name, form.draft, by=current_actor())
    except Refused as refused:
        refuse(form, refused)
        return new_plan(form, 422)
    flash(_("%(name)s is set up. Contracts can name it.", name=made.name), "ok")
    return redirect(url_for("sla.plan", plan=made.id), 303)


@bp.get("/plans/<int:plan>", gate=readable)
def plan(plan: ServicePlan) -> Response:
    """One plan: what it promises, and what can be changed."""
    return _page(plan)


def _page(plan: ServicePlan, form: PlanForm | None = None, status: int = 200) -> Response:
    version, targets = queries.terms_of(plan)
    calendars = queries.calendars()
    typed = plan_typed(plan, version.calendar_id, targets)
    page: dict[str, Any] = {
        "plan": plan,
        "targets": queries.in_reading_order(targets),
        "versions": queries.versions_of(plan),
        "calendar_names": {calendar.id: calendar.name for calendar in calendars},
        "calendar_id": version.calendar_id,
        "form": form or PlanForm(calendars=calendars, data=typed),
    }
    return render("sla/plan.html", status=status, **page)


@bp.post("/plans/<int:plan>", gate=changeable)
def change_plan(plan: ServicePlan) -> Any:
    """Change what a plan promises from now on."""
    form = PlanForm(request.form, calendars=queries.calendars())
    if not form.validate():
        return _page(plan, form, 422)
    try:
        changed = operations.change_plan(plan, form.draft, by=current_actor())
    except Refused as refused:
        refuse(form, refused)
        return _page(plan, form, 422)
    flash(_said(plan, changed), "ok")
    return redirect(url_for("sla.plan", plan=plan.id), 303)


def _said(plan: ServicePlan, changed: list[str]) -> str:
    if "targets" in changed:
        return _(
            "%(name)s promises this from now on. Promises already begun keep theirs.",
            name=plan.name,
        )
    return _("%(name)s is saved.", name=plan.name) if changed else _("Nothing was different.")


@bp.post("/plans/<int:plan>/retirement", gate=changeable)
def retire_plan(plan: ServicePlan) -> Any:
    """Let no new contract name the plan."""
    operations.retire_plan(plan, by=current_actor())
    flash(_("%(name)s is retired. Accounts that have it keep it.", name=plan.name), "ok")
    return redirect(url_for("sla.plan", plan=plan.id), 303)
