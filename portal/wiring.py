"""Who answers which event, who does which job, and which routes the app has."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from flask import Flask

from portal.accounts import agreed
from portal.accounts import policy as account_policy
from portal.accounts import queries as account_queries
from portal.accounts import views as account_views
from portal.cases import due_dates, promising
from portal.cases import policy as case_policy
from portal.cases import reactions as case_reactions
from portal.cases import views as case_views
from portal.delivery import sending
from portal.events import log
from portal.identity import actors, login
from portal.identity import policy as identity_policy
from portal.identity import reactions as identity_reactions
from portal.identity import views as identity_views
from portal.insights import months
from portal.jobs import schedule, worker
from portal.orders import policy as order_policy
from portal.reviews import operations as review_operations
from portal.reviews import policy as review_policy
from portal.reviews import reactions as review_reactions
from portal.reviews import views as review_views
from portal.sla import in_force
from portal.sla import policy as sla_policy
from portal.sla import reactions as sla_reactions
from portal.sla import views as sla_views
from portal.sla.events import CalendarChanged
from portal.stakeholders import policy as stakeholder_policy
from portal.stakeholders import views as stakeholder_views
from portal.workspace import contracts, health, teams
from portal.workspace import views as workspace_views

REACTIONS: Mapping[type[Any], Sequence[log.Reaction]] = {**case_reactions.HANDLERS}
PROJECTIONS: Mapping[type[Any], Sequence[log.Reaction]] = {
    event: tuple(
        keep
        for keep, events in ((promising.keep, promising.KEEPERS), (months.apply, months.COUNTED))
        if event in events
    )
    for event in {*promising.KEEPERS, *months.COUNTED}
} | {CalendarChanged: (due_dates.follow_calendar,)}

POLICIES: Mapping[str, Any] = {
    "accounts": account_policy,
    "cases": case_policy,
    "identity": identity_policy,
    "orders": order_policy,
    "reviews": review_policy,
    "sla": sla_policy,
    "stakeholders": stakeholder_policy,
}

JOBS: Mapping[str, Callable[[dict[str, Any]], None]] = {
    case_reactions.WATCH: case_reactions.watch,
    due_dates.FALL_DUE: due_dates.fall_due,
    sla_reactions.WRITE_HOLIDAYS: sla_reactions.write_holidays,
    "reset": identity_reactions.send_reset,
}
LONG_JOBS: Mapping[str, Callable[[dict[str, Any]], None]] = {
    "mail": sending.send,
    review_operations.JOB: review_reactions.build_review,
}
SCHEDULE: Mapping[str, timedelta] = {
    case_reactions.WATCH: timedelta(minutes=1),
    sla_reactions.WRITE_HOLIDAYS: timedelta(days=1),
}


def install(app: Flask) -> None:
    """Register blueprints, reactions, projections and job handlers."""
    actors.expand_trees_by(account_queries.descendants)
    agreed.agreed_by(in_force.agreed_with)
    log.wire(REACTIONS, PROJECTIONS)
    worker.handle("react", log.react)
    schedule.wire(SCHEDULE)
    for kind, handler in JOBS.items():
        worker.handle(kind, handler)
    for kind, handler in LONG_JOBS.items():
        worker.handle(kind, handler, long=True)
    login.install(app)
    app.jinja_env.globals["policy"] = SimpleNamespace(**POLICIES)
    for blueprint in _blueprints():
        app.register_blueprint(blueprint)


def _blueprints() -> list[Any]:
    return [
        account_views.bp,
        case_views.bp,
        contracts.bp,
        health.bp,
        identity_views.bp,
        review_views.bp,
        sla_views.bp,
        stakeholder_views.bp,
        teams.bp,
        workspace_views.bp,
    ]
