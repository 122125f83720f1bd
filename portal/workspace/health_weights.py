"""What each part of health counts: read by those who answer for accounts, set by administrators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from portal import clock
from portal.actor import current_actor
from portal.db import db
from portal.identity.models import User
from portal.insights import policy
from portal.insights.account_health import weights_at
from portal.insights.health_parts import DEFAULT_WEIGHTS
from portal.insights.health_words import NAMES, RULES
from portal.insights.models import HealthWeights
from portal.insights.operations import MOST, WeightsRefused, set_weights
from portal.web.forms import PortalForm
from portal.web.gate import allowed
from portal.web.render import render
from portal.web.routes import Routes
from portal.web.words import gettext as _

bp = Routes("health_weights", __name__, url_prefix="/settings/health")
SHOWN = 10
ALL_ZERO = _l("At least one part must count something. Nothing was changed.")


class WeightsForm(PortalForm):
    """A whole number from 0 to 100 for each part."""


for _name in DEFAULT_WEIGHTS:
    _checks = [InputRequired(), NumberRange(0, MOST, _l("Write a whole number from 0 to 100."))]
    setattr(WeightsForm, _name, IntegerField(NAMES[_name], _checks))


@dataclass(frozen=True)
class Version:
    """Weights that were set: when, by whom, and what was different from those before."""

    begins_at: datetime
    by: str | None
    changes: Sequence[tuple[str, int, int]]


@bp.get("", gate=allowed(policy.may_see_weights))
def show(form: WeightsForm | None = None, status: int = 200) -> Response:
    """The parts with their rules and weights."""
    weights = weights_at(clock.now())
    page: dict[str, Any] = {
        "parts": [(name, str(NAMES[name]), str(RULES[name]), weights[name]) for name in NAMES],
        "total": sum(weights.values()),
        "versions": _versions(),
        "form": form or WeightsForm(data=weights),
    }
    return render("workspace/health_weights.html", status=status, **page)


@bp.post("", gate=allowed(policy.may_weigh))
def change() -> Any:
    """Let the parts count differently from now on."""
    form = WeightsForm(request.form)
    if not form.validate():
        return show(form, 422)
    try:
        changed = set_weights(form.data, by=current_actor())
    except WeightsRefused:
        form.form_errors.append(str(ALL_ZERO))
        return show(form, 422)
    said = _("Saved. Health counts so from the next day that is measured.")
    flash(said if changed else _("Nothing was different."), "ok")
    return redirect(url_for("health_weights.show"), 303)


def _versions() -> list[Version]:
    """The last times that weights were set, the newest first, each against those before."""
    columns = (HealthWeights.begins_at, HealthWeights.weights, User.name)
    newest = select(*columns).outerjoin(User, User.id == HealthWeights.user_id)
    newest = newest.order_by(HealthWeights.begins_at.desc(), HealthWeights.id.desc())
    rows = [tuple(row) for row in db.session.execute(newest.limit(SHOWN + 1))]
    following = [*rows, (None, DEFAULT_WEIGHTS, None)] if len(rows) <= SHOWN else rows
    return [
        Version(begins_at, by, _different(weights, before))
        for (begins_at, weights, by), (_at, before, _by) in pairwise(following)
    ]


def _different(now: Mapping[str, int], then: Mapping[str, int]) -> list[tuple[str, int, int]]:
    return [(str(NAMES[name]), then[name], now[name]) for name in NAMES if then[name] != now[name]]
