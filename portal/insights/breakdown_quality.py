"""The second half of a breakdown: what came back, was raised, by whom it was answered, and what the client thinks of it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import case, func, literal, select, union_all
from sqlalchemy.orm import aliased

from portal.accounts.doors import carrying
from portal.accounts.models import Account, TeamMember
from portal.cases.models import Case, Kind, Message, Side
from portal.db import db, opened, through
from portal.events import Event
from portal.feedback.models import Survey, SurveyKind
from portal.insights import local_days
from portal.insights.answers import answers, invitations, person, replied, summed
from portal.insights.asked import Asked
from portal.insights.behind import NONE, STRETCHES, Days
from portal.insights.breakdown_groups import WHY, Key, group_of, grouped
from portal.insights.further import ESCALATED
from portal.insights.in_team import in_team
from portal.insights.models import CaseStretch
from portal.insights.own_ratings import RATED
from portal.insights.satisfaction import HAPPY
from portal.insights.scope import Scope
from portal.stakeholders.models import Stakeholder


@dataclass
class Judged:
    """Counts of one group by name; `latest` is what its people last answered when asked for a recommendation."""

    counts: Counter[str] = field(default_factory=Counter)
    latest: int | None = None

    def share(self, name: str) -> tuple[int, int]:
        """A part and its whole."""
        return self.counts[name], self.counts[f"all:{name}"]


def judged(scope: Scope, asked: Asked) -> dict[Key, Judged]:
    """What is known of each group: two statements."""
    found: dict[Key, Judged] = defaultdict(Judged)
    days = Days(asked.begin, asked.end, tuple(scope.timezones))
    for row in db.session.execute(_stretches(scope, asked, days)):
        counts = dict(row._mapping)
        key = str(counts.pop("code") or NONE), counts.pop("name") or ""
        found[key].counts.update({name.replace("all_", "all:"): n for name, n in counts.items()})
    branches = list(_branches(scope, asked, days))
    for row in db.session.execute(carrying(union_all(*branches), *branches)):
        one = found[str(row.code or NONE), row.name or ""]
        if row.kind == "latest":
            one.latest = row.part
        else:
            one.counts.update({row.kind: row.part, f"all:{row.kind}": row.whole})
    return {key: one for key, one in found.items() if +one.counts or one.latest is not None}


def _stretches(scope: Scope, asked: Asked, days: Days) -> Any:
    s, e = CaseStretch, aliased(Event)
    ended, begun = STRETCHES["F2"](days), STRETCHES["F1"](days)
    settled, first = STRETCHES["F14"](days), STRETCHES["F2"](days) & (s.number == 1)
    early = STRETCHES["F12-early"](days)
    was_open = (s.begun_on < days.end) & (
        s.ends_at.is_(None) | local_days.later_than(s.ends_at, days.zones, days.begin)
    )
    dated = select(e.id).where(e.case_id == Case.id, e.kind == ESCALATED).exists()
    columns = {
        "left": summed(STRETCHES["F4"](days)),
        "waited": summed(ended, s.waited),
        "all_waited": summed(ended, s.counted),
        "repeated": summed(STRETCHES["F13"](days)),
        "complaint": summed(STRETCHES["F16"](days)),
        "all_repeated": summed(begun),
        "settled": summed(settled),
        "all_settled": summed(first & ~early),
        "all_escalated": func.count(case((was_open, s.case_id)).distinct()),
        "undated": func.count(case((was_open & Case.escalated & ~dated, s.case_id)).distinct()),
    }
    statement = select(*(column.label(name) for name, column in columns.items()))
    statement = statement.select_from(s).join(Case, Case.id == s.case_id)
    statement = scope.narrowed(statement, s.account_id).where(begun | ended | was_open)
    return _together(scope, asked, statement, s, e)


def _together(scope: Scope, asked: Asked, statement: Any, *doors: Any) -> Any:
    """The statement, over normal cases, by the group of the case."""
    statement = scope.cases(grouped(statement, asked.by)).where(Case.kind == Kind.NORMAL)
    statement = through(statement, Case, scope.actor).group_by(*group_of(asked.by))
    return opened(statement, *doors, Stakeholder, Account, why=WHY)


def _part(kind: str, part: Any, whole: Any) -> Any:
    return select(literal(kind).label("kind"), part.label("part"), whole.label("whole"))


def _branches(scope: Scope, asked: Asked, days: Days) -> Iterator[Any]:
    """Statements of kind, part, whole, code and name."""
    yield _escalated(scope, asked, days)
    yield _answered_by_team(scope, asked, days)
    if asked.by == "stakeholder" and not scope.actor.is_staff:
        return
    yield _happy(scope, asked, days)
    yield _invited(scope, asked, days)
    if scope.actor.is_staff:
        yield _gap(scope, asked, days)
        if asked.by == "stakeholder":
            yield _latest(scope, asked, days)


def _escalated(scope: Scope, asked: Asked, days: Days) -> Any:
    statement = _part("escalated", func.count(Event.case_id.distinct()), literal(0))
    statement = statement.select_from(Event).join(Case, Case.id == Event.case_id)
    statement = scope.narrowed(statement, Event.account_id).where(
        Event.kind == ESCALATED,
        local_days.within(Event.occurred_at, days.zones, days.begin, days.end),
    )
    return _together(scope, asked, statement, Event)


def _answered_by_team(scope: Scope, asked: Asked, days: Days) -> Any:
    """F28: the member's part, or the cover, counts by the local days of the account."""
    m = Message
    statement = _part("team", summed(in_team(m, days.zones, days.begin, days.end)), func.count())
    statement = statement.select_from(m).join(Case, Case.id == m.case_id)
    statement = statement.join(Account, Account.id == Case.account_id)
    statement = scope.narrowed(statement, m.account_id).where(
        m.side == Side.STAFF,
        m.internal.is_(False),
        local_days.within(m.occurred_at, days.zones, days.begin, days.end),
    )
    return _together(scope, asked, statement, m, TeamMember)


def _of_survey(scope: Scope, asked: Asked, statement: Any, table: Any) -> Any:
    """The statement by the person who was asked, or by the group of the case that they were asked about."""
    if asked.by == "stakeholder":
        columns = (table.c.stakeholder_id, Stakeholder.name)
        statement = statement.add_columns(columns[0].label("code"), columns[1].label("name"))
        statement = statement.outerjoin(Stakeholder, Stakeholder.id == table.c.stakeholder_id)
    else:
        statement = statement.outerjoin(Case, Case.id == table.c.case_id)
        statement, columns = grouped(statement, asked.by), group_of(asked.by)
        if not scope.confidential:
            statement = statement.where(Case.confidential.is_not(True))
    return opened(statement.group_by(*columns), Survey, Case, Stakeholder, Account, why=WHY)


def _happy(scope: Scope, asked: Asked, days: Days) -> Any:
    last = answers(scope, days, SurveyKind.CSAT, person(), Survey.case_id)
    statement = _part("happy", summed(last.c.score >= HAPPY), func.count())
    statement = statement.select_from(last).where(last.c.nth == 1)
    return _of_survey(scope, asked, statement, last)


def _invited(scope: Scope, asked: Asked, days: Days) -> Any:
    """By person whatever they were asked, else what was asked about cases."""
    kinds = tuple(SurveyKind) if asked.by == "stakeholder" else (SurveyKind.CSAT,)
    sent = invitations(scope, days, *kinds)
    statement = _part("replied", summed(replied(sent)), func.count()).select_from(sent)
    return _of_survey(scope, asked, statement, sent)


def _latest(scope: Scope, asked: Asked, days: Days) -> Any:
    last = answers(scope, days, SurveyKind.NPS, person())
    statement = _part("latest", func.max(last.c.score), literal(0))
    statement = statement.select_from(last).where(
        last.c.nth == 1, last.c.stakeholder_id.is_not(None)
    )
    return _of_survey(scope, asked, statement, last)


def _gap(scope: Scope, asked: Asked, days: Days) -> Any:
    """F31: the sum of the differences, and over how many cases."""
    last, e = answers(scope, days, SurveyKind.CSAT, Survey.case_id), aliased(Event)
    rated = select(e.payload["rating"].as_integer()).where(e.case_id == Case.id, e.kind == RATED)
    own = rated.order_by(e.occurred_at.desc(), e.id.desc()).limit(1).correlate(Case)
    value = own.scalar_subquery()
    statement = _part("gap", func.sum(value - last.c.score), func.count())
    statement = statement.select_from(last).join(Case, Case.id == last.c.case_id)
    statement = statement.where(last.c.nth == 1, value.is_not(None))
    return _together(scope, asked, statement, Survey, Event)


def known(found: Mapping[Key, Judged]) -> list[tuple[Key, Judged]]:
    """The groups, those with most cases first."""
    size = {key: one.counts["all:escalated"] for key, one in found.items()}
    return sorted(found.items(), key=lambda item: (-size[item[0]], item[0][1]))
