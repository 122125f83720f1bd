"""Who answers which event, who does which job, and which routes the app has."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask, request

from portal import accounts, cases, identity, jobs
from portal.accounts import queries as account_queries
from portal.events import log
from portal.identity import actors

REACTIONS: Mapping[type[Any], Sequence[log.Reaction]] = {}
PROJECTIONS: Mapping[type[Any], Sequence[log.Reaction]] = {}


def install(app: Flask) -> None:
    """Register blueprints, reactions, projections and job handlers."""
    actors.expand_trees_by(account_queries.descendants)
    log.wire(REACTIONS, PROJECTIONS)
