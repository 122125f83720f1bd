"""What each part of health counts, version by version."""

from collections.abc import Mapping

from portal import clock
from portal.actor import Actor
from portal.db import db
from portal.events import publish
from portal.insights.account_health import weights_at
from portal.insights.events import HealthWeightsChanged
from portal.insights.health_parts import DEFAULT_WEIGHTS
from portal.insights.models import HealthWeights

MOST = 100


class WeightsRefused(Exception):
    """Nothing was changed: weights must be whole numbers from 0 to 100, one for each part, and not all 0."""


def set_weights(weights: Mapping[str, int], *, by: Actor) -> bool:
    """Let the parts count so from now on; what was kept before keeps its weights. False if they already did.

    Raises: WeightsRefused. Publishes: HealthWeightsChanged if anything changed.
    """
    sound = all(0 <= weight <= MOST for weight in weights.values())
    if weights.keys() != DEFAULT_WEIGHTS.keys() or not sound or not any(weights.values()):
        raise WeightsRefused
    now = clock.now()
    if dict(weights) == weights_at(now):
        return False
    version = HealthWeights(begins_at=now, weights=dict(weights), user_id=by.user_id)
    db.session.add(version)
    db.session.flush()
    publish(HealthWeightsChanged(None, version_id=version.id, weights=dict(weights)), by=by)
    return True
