"""Setting up and changing service plans; promises already begun keep the version they began under."""

from collections.abc import Sequence
from dataclasses import asdict, astuple
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from portal import clock
from portal.actor import Actor
from portal.db import db
from portal.events import publish
from portal.sla import recounting
from portal.sla.drafts import Level, PlanDraft, Promised
from portal.sla.events import PlanChanged, PlanCreated, PlanRetired
from portal.sla.models import BusinessCalendar, PlanTarget, PlanVersion, ServicePlan
from portal.sla.queries import terms_of
from portal.sla.refusals import Refused, Why
from portal.sla.written import NotUnderstood, within_reason

PERCENTS = range(1, 501)
TELLABLE = ("owner", "manager", "lead")


def create_plan(name: str, draft: PlanDraft, *, by: Actor) -> ServicePlan:
    """Set up a plan whose first version is in force from ever.

    Raises: Refused. Publishes: PlanCreated.
    """
    if db.session.scalar(
        select(ServicePlan.id).where(func.lower(ServicePlan.name) == name.lower())
    ):
        raise Refused(Why.NAME_TAKEN)
    _require_sound(draft)
    plan = ServicePlan(
        name=name, note=draft.note, levels=_levels(draft.levels), created_at=clock.now()
    )
    db.session.add(plan)
    db.session.flush()
    version = _write_version(plan, draft, None)
    publish(PlanCreated(None, plan_id=plan.id, version_id=version.id, name=name), by=by)
    return plan


def change_plan(plan: ServicePlan, draft: PlanDraft, *, by: Actor) -> list[str]:
    """Change note and levels, and put another version in force from now on if the terms differ; names what changed.

    The name stays: accounts and imports know the plan by it.
    Raises: Refused. Publishes: PlanChanged if anything changed.
    """
    if plan.retired_at is not None:
        raise Refused(Why.RETIRED)
    _require_sound(draft)
    db.session.refresh(plan, with_for_update=True)
    latest, targets = terms_of(plan)
    fields, version = [], None
    if plan.note != draft.note:
        plan.note = draft.note
        fields.append("note")
    if plan.levels != (levels := _levels(draft.levels)):
        plan.levels = levels
        recounting.warn_anew(plan)
        fields.append("levels")
    if latest.calendar_id != draft.calendar_id or sorted(map(_key, targets)) != sorted(
        map(_key, draft.targets)
    ):
        version = _write_version(plan, draft, _moment_after(latest))
        fields.append("targets")
    if fields:
        version_id = version.id if version else None
        publish(PlanChanged(None, plan_id=plan.id, version_id=version_id, fields=fields), by=by)
    return fields


def retire_plan(plan: ServicePlan, *, by: Actor) -> None:
    """No new contract can name the plan; who has it keeps it. Publishes: PlanRetired, once."""
    if plan.retired_at is None:
        plan.retired_at = clock.now()
        publish(PlanRetired(None, plan_id=plan.id), by=by)


def _moment_after(version: PlanVersion) -> datetime:
    """Now, or a second after the version before if that began in this very second."""
    now = clock.now()
    begun = version.begins_at
    return now if begun is None or begun < now else begun + timedelta(seconds=1)


def _write_version(plan: ServicePlan, draft: PlanDraft, begins_at: datetime | None) -> PlanVersion:
    version = PlanVersion(
        plan_id=plan.id,
        begins_at=begins_at,
        calendar_id=draft.calendar_id,
        created_at=clock.now(),
    )
    db.session.add(version)
    db.session.flush()
    for target in draft.targets:
        db.session.add(PlanTarget(version_id=version.id, **asdict(target)))
    db.session.flush()
    return version


def _require_sound(draft: PlanDraft) -> None:
    _require_levels(draft.levels)
    _require_targets(draft.targets)
    wanted = {draft.calendar_id, *(target.calendar_id for target in draft.targets)} - {None}
    known = db.session.scalars(select(BusinessCalendar.id).where(BusinessCalendar.id.in_(wanted)))
    if set(known) != wanted:
        raise Refused(Why.NO_CALENDAR)


def _require_levels(levels: Sequence[Level]) -> None:
    percents = [level.percent for level in levels]
    if any(percent not in PERCENTS for percent in percents):
        raise Refused(Why.PERCENT)
    if percents != sorted(set(percents)):
        raise Refused(Why.NOT_ASCENDING)
    if any(not level.tell or set(level.tell) - set(TELLABLE) for level in levels):
        raise Refused(Why.NOBODY)


def _require_targets(targets: Sequence[Promised]) -> None:
    if not any(span is not None for target in targets for span in target.spans):
        raise Refused(Why.NO_TARGET)
    if len({(target.priority, target.category) for target in targets}) != len(targets):
        raise Refused(Why.TWICE)
    try:
        for target in targets:
            for span in target.spans:
                if span is not None:
                    within_reason(span)
    except NotUnderstood:
        raise Refused(Why.TARGET) from None


def _levels(levels: Sequence[Level]) -> list[dict[str, Any]]:
    return [{"percent": level.percent, "tell": list(level.tell)} for level in levels]


def _key(target: Promised) -> str:
    return repr(astuple(target))
