"""Who answers which event, who does which job, and which routes the app has."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Flask

from portal.accounts import queries as account_queries
from portal.delivery import sending
from portal.events import log
from portal.identity import actors, login
from portal.identity import reactions as identity_reactions
from portal.identity import views as identity_views
from portal.jobs import worker

REACTIONS: Mapping[type[Any], Sequence[log.Reaction]] = {}
PROJECTIONS: Mapping[type[Any], Sequence[log.Reaction]] = {}

JOBS: Mapping[str, Callable[[dict[str, Any]], None]] = {
    "reset": identity_reactions.send_reset,
}
LONG_JOBS: Mapping[str, Callable[[dict[str, Any]], None]] = {
    "mail": sending.send,
}


def install(app: Flask) -> None:
    """Register blueprints, reactions, projections and job handlers."""
    actors.expand_trees_by(account_queries.descendants)
    log.wire(REACTIONS, PROJECTIONS)
    worker.handle("react", log.react)
    for kind, handler in JOBS.items():
        worker.handle(kind, handler)
    for kind, handler in LONG_JOBS.items():
        worker.handle(kind, handler, long=True)
    login.install(app)
    for blueprint in _blueprints():
        app.register_blueprint(blueprint)


def _blueprints() -> list[Any]:
    return [identity_views.bp]
