"""Reads what lies beside the cases of a review: answers, deciding people, the team, the contract, escalations."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.models import Account, TeamMember
from portal.cases.models import Case, Kind, Message, Side
from portal.db import db
from portal.db.instants import Epoch
from portal.events import Event
from portal.feedback.models import Survey
from portal.identity.models import User
from portal.insights.around import DECIDES, quarter
from portal.insights.attainment import written
from portal.insights.contracts_then import Written, contracts_at
from portal.insights.coverage import LATELY
from portal.insights.entitled import MINUTES, used_by_week
from portal.insights.further import ESCALATED
from portal.insights.own_ratings import ratings
from portal.insights.reading import Span, instant, public, seconds, standing_then
from portal.reviews.beside import (
    AgreedTimes,
    Agreement,
    Beside,
    Change,
    Contact,
    Levels,
    Member,
    Row,
)
from portal.reviews.figures_beside import FEW
from portal.reviews.periods import Period
from portal.sla.credits import CreditTerms
from portal.sla.models import Contract, PlanTarget, PlanVersion, ServicePlan, Unit
from portal.sla.walls import midnight
from portal.stakeholders.models import Stakeholder

CHANGES = {
    "StakeholderAdded": "joined",
    "StakeholderLeft": "left",
    "StakeholderReturned": "returned",
    "StakeholderChanged": "changed",
}
PART = {"job_role", "job_title"}
"""Of the details of a person, those whose change is told."""


def beside_of(span: Span, account: Account, period: Period) -> Beside:
    """All of it over the span of the period, as recorded by its as-of instant; nothing of it names a case."""
    zone = ZoneInfo(account.timezone)
    own, client = ratings(span)
    gaps = sorted(own[ref] - client[ref] for ref in own.keys() & client.keys())
    contracts = contracts_at(replace(span, account_ids=[account.id]))
    contract, plan_id = _contract(span, account, _in_force(contracts, period), zone)
    return Beside(
        surveys=tuple(_surveys(span, zone)),
        rated=len(gaps),
        gaps=tuple(gaps) if len(gaps) >= FEW else (),
        contacts=tuple(_contacts(span)),
        changes=tuple(_changes(span)),
        team=tuple(_team(span, account, period)),
        contract=contract,
        times=tuple(_times(span, account, plan_id)),
        levels=tuple(_levels(contracts, period)),
    )


def escalations(span: Span) -> Mapping[int, Sequence[tuple[int, str]]]:
    """By case when it was escalated in the span, and by which side."""
    columns = (
        *(Event.case_id, Epoch(Event.occurred_at)),
        *(Event.payload["side"].as_string(), Event.stakeholder_id),
    )
    statement = select(*columns).where(
        Event.kind == ESCALATED, span.during(Event.occurred_at), Event.recorded_at <= span.as_of
    )
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    ordered = span.of(statement, Event).order_by(Event.occurred_at, Event.id)
    for case_id, at, side, person in db.session.execute(ordered):
        found[case_id].append((at, side or (Side.STAFF if person is None else Side.CLIENT)))
    return found


def _surveys(span: Span, zone: ZoneInfo) -> Iterator[Row]:
    """What was asked or answered in the period; persons and cases are numbers that stand for nothing else."""
    columns = (
        *(Survey.kind, Survey.stakeholder_id, Survey.id, span.parted.rated_on, Survey.score),
        *(Epoch(Survey.sent_at).label("sent"), Epoch(Survey.answered_at).label("answered")),
    )
    within = or_(span.during(Survey.sent_at), span.during(Survey.answered_at))
    statement = select(*columns).where(within, Survey.sent_at <= span.as_of)
    people, cases = dict[Any, int](), dict[Any, int]()
    for row in db.session.execute(span.of(statement, Survey).order_by(Survey.id)):
        person = people.setdefault(row.stakeholder_id or -row.id, len(people) + 1)
        case = cases.setdefault(row.case_id, len(cases) + 1) if row.case_id else ""
        known = row.score is not None and row.answered and row.answered <= seconds(span.as_of)
        wave = quarter(row.sent, zone) if row.kind == "nps" else ""
        answer = (written(row.answered), str(row.score)) if known else ("", "")
        yield (row.kind, f"person {person}", f"rated {case}", wave, written(row.sent), *answer)


def _contacts(span: Span) -> Iterator[Contact]:
    """The people who decide, each with the case in which both sides wrote last (F26)."""
    s = Stakeholder
    wanted = select(s.id, s.name, s.job_title).where(s.job_role.in_(list(DECIDES)), s.active)
    people = db.session.execute(span.of(wanted, s).order_by(s.name, s.id)).all()
    since = span.end - timedelta(seconds=LATELY)
    lately = (Message.occurred_at >= since, Message.occurred_at < span.end)
    on, author = span.parted.said_on, Message.author_stakeholder_id
    said = public(span, [Side.CLIENT], on, author, Epoch(func.max(Message.occurred_at)))
    said = said.where(*lately, author.in_([one.id for one in people]))
    theirs = db.session.execute(said.group_by(on, author)).all()
    cases = _normal(span, {case_id for case_id, _person, _at in theirs})
    answers = public(span, [Side.STAFF], on, Epoch(func.max(Message.occurred_at)))
    answers = answers.where(*lately, on.in_(cases)).group_by(on)
    ours = dict(map(tuple, db.session.execute(answers)))
    last = dict[int, tuple[int, int]]()
    for case_id, person, at in theirs:
        if case_id in ours:
            last[person] = max(last.get(person, (0, 0)), (at, ours[case_id]))
    for one in people:
        found = [instant(at) for at in last.get(one.id, ())]
        yield Contact(one.name, one.job_title, *found)


def _normal(span: Span, ids: set[int]) -> list[int]:
    statement = select(Case.id).where(Case.id.in_(ids), Case.kind == Kind.NORMAL)
    return list(db.session.scalars(standing_then(span, statement)))


def _changes(span: Span) -> Iterator[Change]:
    """Who of the client joined, left, returned or has another part."""
    statement = select(Event.kind, Event.occurred_at, Event.payload).where(
        Event.kind.in_(CHANGES), span.during(Event.occurred_at), Event.recorded_at <= span.as_of
    )
    rows = db.session.execute(span.of(statement, Event).order_by(Event.occurred_at, Event.id)).all()
    ids = {row.payload["person_id"] for row in rows}
    s = Stakeholder
    wanted = span.of(select(s.id, s.name, s.job_title).where(s.id.in_(ids)), s)
    known = {one.id: one for one in db.session.execute(wanted)}
    for kind, at, payload in rows:
        told = kind != "StakeholderChanged" or PART & set(payload.get("fields", ()))
        if payload["person_id"] in known and told:
            person = known[payload["person_id"]]
            yield Change(at, CHANGES[kind], person.name, person.job_title)


def _team(span: Span, account: Account, period: Period) -> Iterator[Member]:
    """Who looked after the account in the period; manager and deputy without dates of their own first."""
    away, t = aliased(User), TeamMember
    columns = (User.id, User.name, t.role, t.from_on, t.to_on, away.name.label("covers"))
    statement = (
        select(*columns)
        .join(User, User.id == t.user_id)
        .outerjoin(away, away.id == t.covers_id)
        .where(
            t.account_id == account.id,
            t.from_on < period.ends_on,
            or_(t.to_on.is_(None), t.to_on >= period.starts_on),
        )
        .order_by(t.from_on, User.name, t.id)
    )
    rows = db.session.execute(span.of(statement, t)).all()
    dated = {row.id for row in rows}
    leads = ((account.manager_id, "account_manager"), (account.deputy_id, "deputy"))
    for user_id, role in leads:
        name = db.session.scalar(select(User.name).where(User.id == user_id)) if user_id else None
        if name and user_id not in dated:
            yield Member(name, role)
    for row in rows:
        yield Member(row.name, row.role, row.from_on, row.to_on, row.covers or "")


def _in_force(contracts: Sequence[Written], period: Period) -> Written | None:
    """The latest one in force on a period's last day."""
    held = [one for one in contracts if one.in_force(period.last_day)]
    return held[-1] if held else None


def _levels(contracts: Sequence[Written], period: Period) -> Iterator[Levels]:
    """What is agreed for each month by the contract in force on its last day; neighbours under the same one together."""
    in_force = ((_in_force(contracts, month), month.starts_on) for month in period.months())
    for contract, months in groupby(in_force, key=itemgetter(0)):
        if contract is not None:
            yield Levels(tuple(month for _contract, month in months), CreditTerms.of(contract))


def _contract(
    span: Span, account: Account, row: Written | None, zone: ZoneInfo
) -> tuple[Agreement | None, int | None]:
    """The one in force at the end, as it was recorded then, and its plan."""
    if row is None:
        return None, None
    statement = (
        select(Contract.plan_id, ServicePlan.name)
        .outerjoin(ServicePlan, ServicePlan.id == Contract.plan_id)
        .where(Contract.id == row.id)
    )
    plan_id, plan = db.session.execute(span.of(statement, Contract)).one()
    uses, size = dict[int, int](), MINUTES if row.entitlement_unit == Unit.HOURS else 1
    entitled = bool(row.entitlement_unit) and row.entitlement is not None
    if entitled:
        now = min(seconds(span.end), seconds(span.as_of))
        begin = midnight(row.begins_on, zone)
        uses = dict(used_by_week(row.entitlement_unit, account.id, begin, now, span.as_of))
    agreement = Agreement(
        plan=plan or "",
        begins_on=row.begins_on,
        ends_on=row.ends_on,
        renewal_on=row.renewal_on,
        notice_on=row.notice_on,
        unit=row.entitlement_unit if entitled else "",
        allowed=(row.entitlement or 0) * size if entitled else 0,
        uses=tuple(sorted(uses.items())),
    )
    return agreement, plan_id


def _times(span: Span, account: Account, plan_id: int | None) -> Iterator[AgreedTimes]:
    """What the plan in force at the end promises by priority, whatever the category."""
    v, t = PlanVersion, PlanTarget
    named = ServicePlan.id == plan_id if plan_id else ServicePlan.name == account.sla_plan
    version = (
        select(v.id)
        .join(ServicePlan, ServicePlan.id == v.plan_id)
        .where(named, or_(v.begins_at.is_(None), v.begins_at < span.end))
        .order_by(v.begins_at.is_(None), v.begins_at.desc())
        .limit(1)
    )
    columns = (t.priority, t.response_seconds, t.next_response_seconds, t.resolution_seconds)
    wanted = select(*columns).where(t.version_id == version.scalar_subquery(), t.category == "")
    for row in db.session.execute(wanted.order_by(t.id)):
        yield AgreedTimes(*row)
