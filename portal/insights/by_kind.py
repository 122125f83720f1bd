"""`portal figures --by`: the figures of cases for each channel, category, priority, team or person."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from portal.accounts.models import Account
from portal.actor import Actor
from portal.cases.models import Case
from portal.db import opened, through
from portal.identity.models import User
from portal.insights import further
from portal.insights.figures import figures, printed, promised
from portal.insights.gathering import gather
from portal.insights.history import Report
from portal.insights.quality import first_contact
from portal.insights.queries import Period, span_of
from portal.insights.reading import by_ids, seconds
from portal.stakeholders.models import Stakeholder

KINDS = ("channel", "category", "priority", "team", "stakeholder")
WHY = "which group of a breakdown a case belongs to"


def figures_by(
    actor: Actor, account: Account, period: Period, by: str, as_of: datetime | None = None
) -> dict[str, Any]:
    """F1 to F12 and F14 to F17 of each group with cases behind them, as `{"by": …, "groups": {name: {F…}}}`.

    A case belongs to the group that it belongs to now; `team` is its owner's, `stakeholder` who opened it, by e-mail
    address. An empty name is a case without one.
    """
    zone = ZoneInfo(account.timezone)
    span = span_of(actor, account, period, as_of)
    found = gather(span, further.read(span))
    report = Report(seconds(span.begin), seconds(span.end), seconds(span.as_of), zone)
    names = _names(actor, found.ids, by)
    cases, decisions = defaultdict(list), defaultdict(list)
    for case in found.histories:
        cases[names[case.ref]].append(case)
    for decision in found.decisions:
        decisions[names[decision.case]].append(decision)
    groups = {}
    for name, mine in cases.items():
        made = {
            **figures(report, mine),
            **promised(decisions[name]),
            "F14": first_contact(report, mine),
        }
        if any(figure.cases for figure in made.values()):
            groups[name] = printed(made)
    return {"by": by, "groups": dict(sorted(groups.items()))}


def _names(actor: Actor, ids: Mapping[str, int], by: str) -> dict[str, str]:
    """The group of each case, by its reference."""
    wanted = opened(through(_grouped(by), Case, actor), Stakeholder, why=WHY)
    rows = by_ids(ids.values(), lambda some: wanted.where(Case.id.in_(some)))
    return {ref: name or "" for ref, name in rows}


def _grouped(by: str) -> Any:
    if by == "team":
        return select(Case.ref, User.team).outerjoin(User, User.id == Case.owner_id)
    if by == "stakeholder":
        name = func.coalesce(Stakeholder.email, Stakeholder.name)
        return select(Case.ref, name).outerjoin(Stakeholder, Stakeholder.id == Case.opened_by_id)
    column = {"channel": Case.channel, "category": Case.category, "priority": Case.priority}[by]
    return select(Case.ref, column)
