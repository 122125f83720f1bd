"""Who answers which event, who does which job, and which routes the app has."""

from collections.abc import Callable, Collection, Mapping, Sequence
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
from portal.cases.queries import behind as case_behind
from portal.commitments import merging as commitment_merging
from portal.commitments import policy as commitment_policy
from portal.commitments import views as commitment_views
from portal.delivery import sending
from portal.events import log
from portal.feedback import merging as ratings
from portal.feedback import policy as feedback_policy
from portal.feedback import views as feedback_views
from portal.files import tidying
from portal.identity import actors, login
from portal.identity import policy as identity_policy
from portal.identity import reactions as identity_reactions
from portal.identity import views as identity_views
from portal.insights import behind, days, months
from portal.insights import policy as insight_policy
from portal.insights import reactions as insight_reactions
from portal.insights import views as insight_views
from portal.jobs import schedule, worker
from portal.orders import policy as order_policy
from portal.reviews import answering as review_answering
from portal.reviews import documents as review_documents
from portal.reviews import feed as review_feed
from portal.reviews import policy as review_policy
from portal.reviews import public as review_proof
from portal.reviews import reactions as review_reactions
from portal.reviews import telling as review_telling
from portal.reviews import views as review_views
from portal.sla import in_force
from portal.sla import policy as sla_policy
from portal.sla import reactions as sla_reactions
from portal.sla import views as sla_views
from portal.sla.events import CalendarChanged
from portal.stakeholders import policy as stakeholder_policy
from portal.stakeholders import views as stakeholder_views
from portal.workspace import account_health, contracts, forecast, health, health_weights, teams
from portal.workspace import views as workspace_views

REACTIONS: Mapping[type[Any], Sequence[log.Reaction]] = {
    **case_reactions.HANDLERS,
    **review_telling.HANDLERS,
    **review_answering.HANDLERS,
}
KEPT: Sequence[tuple[log.Reaction, Collection[type[Any]]]] = (
    (promising.keep, promising.KEEPERS),
    (months.apply, months.COUNTED),
    (months.follow_merge, months.MERGES),
    (ratings.follow_merge, ratings.MERGES),
    (commitment_merging.follow_merge, commitment_merging.MERGES),
    (due_dates.follow_calendar, (CalendarChanged,)),
    (days.mark, days.OF_A_CASE),
    (days.mark_all, days.OF_ALL),
)
PROJECTIONS: Mapping[type[Any], Sequence[log.Reaction]] = {
    event: tuple(keep for keep, events in KEPT if event in events)
    for event in {event for _, events in KEPT for event in events}
}

POLICIES: Mapping[str, Any] = {
    "accounts": account_policy,
    "cases": case_policy,
    "commitments": commitment_policy,
    "feedback": feedback_policy,
    "identity": identity_policy,
    "insights": insight_policy,
    "orders": order_policy,
    "reviews": review_policy,
    "sla": sla_policy,
    "stakeholders": stakeholder_policy,
}

JOBS: Mapping[str, Callable[[dict[str, Any]], None]] = {
    case_reactions.WATCH: case_reactions.watch,
    days.COUNT: days.catch_up,
    due_dates.FALL_DUE: due_dates.fall_due,
    sla_reactions.WRITE_HOLIDAYS: sla_reactions.write_holidays,
    "reset": identity_reactions.send_reset,
}
LONG_JOBS: Mapping[str, Callable[[dict[str, Any]], None]] = {
    "mail": sending.send,
    review_reactions.KEEP_UP: review_reactions.keep_up,
}
PATIENT_JOBS: Mapping[str, Callable[[dict[str, Any]], None]] = {
    review_documents.JOB: review_reactions.build_review,
    insight_reactions.MEASURE_HEALTH: insight_reactions.measure_health,
    sla_reactions.FORECAST: sla_reactions.forecast_promises,
    tidying.TIDY: tidying.tidy,
}
GIVEN_UP: Mapping[str, Callable[[dict[str, Any]], None]] = {
    review_documents.JOB: review_reactions.give_up,
}
SCHEDULE: Mapping[str, timedelta] = {
    case_reactions.WATCH: timedelta(minutes=1),
    review_reactions.KEEP_UP: timedelta(minutes=15),
    days.COUNT: timedelta(minutes=1),
    sla_reactions.WRITE_HOLIDAYS: timedelta(days=1),
    sla_reactions.FORECAST: timedelta(days=1),
    insight_reactions.MEASURE_HEALTH: timedelta(hours=1),
    tidying.TIDY: timedelta(days=1),
}


def install(app: Flask) -> None:
    """Register blueprints, reactions, projections and job handlers."""
    actors.expand_trees_by(account_queries.descendants)
    agreed.agreed_by(in_force.agreed_with)
    case_behind.find_by(behind.behind)
    log.wire(REACTIONS, PROJECTIONS)
    worker.handle("react", log.react)
    schedule.wire(SCHEDULE)
    for kind, handler in JOBS.items():
        worker.handle(kind, handler)
    for kind, handler in LONG_JOBS.items():
        worker.handle(kind, handler, long=True)
    for kind, handler in PATIENT_JOBS.items():
        worker.handle(kind, handler, long=True, patient=True, given_up=GIVEN_UP.get(kind))
    login.install(app)
    app.jinja_env.globals["policy"] = SimpleNamespace(**POLICIES)
    for blueprint in _blueprints():
        app.register_blueprint(blueprint)


def _blueprints() -> list[Any]:
    return [
        account_health.bp,
        account_views.bp,
        case_views.bp,
        commitment_views.bp,
        contracts.bp,
        feedback_views.bp,
        forecast.bp,
        health.bp,
        health_weights.bp,
        identity_views.bp,
        review_feed.bp,
        review_proof.bp,
        insight_views.bp,
        review_views.bp,
        sla_views.bp,
        stakeholder_views.bp,
        teams.bp,
        workspace_views.bp,
    ]
