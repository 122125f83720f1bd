"""Invitations and answers of a period in statements: whose they are, and which answer is the last."""

from typing import Any

from sqlalchemy import case, func, select

from portal import clock
from portal.accounts.models import Account
from portal.db import opened, through
from portal.feedback.models import Survey, SurveyKind
from portal.insights import local_days
from portal.insights.behind import Days
from portal.insights.scope import Scope

WHY = "the time zones of accounts that were asked"


def summed(condition: Any, value: Any = 1) -> Any:
    """How often a condition holds, or the sum of a value where it does."""
    return func.coalesce(func.sum(case((condition, value), else_=0)), 0)


def answers(scope: Scope, days: Days, kind: SurveyKind, *same: Any, **more: Any) -> Any:
    """Answers of the period; `nth` 1 is the last of each person, and of the same of what is named."""
    s = Survey
    number = func.row_number().over(partition_by=same, order_by=(s.answered_at.desc(), s.id.desc()))
    columns = (s.case_id, s.stakeholder_id, s.account_id, s.score, number.label("nth"))
    wanted = select(*columns, *(value.label(name) for name, value in more.items())).where(
        s.kind == kind,
        s.score.is_not(None),
        s.answered_at <= clock.now(),
        local_days.within(s.answered_at, days.zones, days.begin, days.end, s.account_id),
    )
    return _seen(scope, wanted).subquery()


def person() -> Any:
    """Somebody unknown is a person apart."""
    return func.coalesce(Survey.stakeholder_id, -Survey.id)


def invitations(scope: Scope, days: Days, *kinds: SurveyKind) -> Any:
    """What was asked in the period, answered or not."""
    s = Survey
    wanted = select(s.kind, s.case_id, s.stakeholder_id, s.answered_at, s.score).where(
        s.kind.in_(kinds),
        local_days.within(s.sent_at, days.zones, days.begin, days.end, s.account_id),
    )
    return _seen(scope, wanted).subquery()


def replied(sent: Any) -> Any:
    """Whether an invitation has its answer by now."""
    return sent.c.score.is_not(None) & (sent.c.answered_at <= clock.now())


def _seen(scope: Scope, wanted: Any) -> Any:
    return opened(
        scope.narrowed(through(wanted, Survey, scope.actor), Survey.account_id), Account, why=WHY
    )
