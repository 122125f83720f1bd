"""`portal figures --by`: the figures for each channel, category, priority, team or person."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal.accounts.models import Account
from portal.actor import Actor
from portal.cases.models import Case
from portal.commitments.models import Party
from portal.db import db, opened, through
from portal.identity.models import User
from portal.insights import around, further
from portal.insights.attainment import Decision
from portal.insights.book import Book, Commitment, Person, Survey
from portal.insights.commitments import kept
from portal.insights.continuity import continuity
from portal.insights.coverage import coverage, messages_by, thread
from portal.insights.dimensions import LEFT_OUT
from portal.insights.escalation import escalation_rate
from portal.insights.figure import Figure
from portal.insights.figures import figures, printed, promised
from portal.insights.gathering import Gathered, gather
from portal.insights.history import CaseHistory, Holder, Report
from portal.insights.own_ratings import Ratings, ratings
from portal.insights.perception import perception_gap
from portal.insights.quality import first_contact
from portal.insights.queries import Period, span_of, zone_of
from portal.insights.reading import Span, by_ids, seconds
from portal.insights.repeats import repeat_rate
from portal.insights.satisfaction import CSAT, csat, nps, response_rate
from portal.stakeholders.models import Stakeholder

WHY = "which group of a breakdown a case or a person belongs to"


@dataclass(frozen=True)
class Whole:
    """What the groups are parts of."""

    by: str
    report: Report
    found: Gathered
    book: Book
    ratings: tuple[Ratings, Ratings]

    @property
    def sent(self) -> Counter[Holder]:
        """Messages of the client by person, where persons are told apart."""
        return messages_by(self.report, self.book.cases) if self.by == "stakeholder" else Counter()


@dataclass
class Group:
    """What belongs to one channel, category, priority, team or person."""

    cases: list[CaseHistory] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    surveys: list[Survey] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    ids: set[Holder] = field(default_factory=set)
    ours: dict[str, int] = field(default_factory=dict)
    theirs: dict[str, int] = field(default_factory=dict)

    def holds(self, made: Mapping[str, Figure]) -> bool:
        """Whether anything of it counts in the period."""
        beside = self.surveys or self.commitments or self.people or self.theirs
        return bool(beside) or any(figure.cases for figure in made.values())


def figures_by(
    actor: Actor,
    account: Account,
    period: Period,
    by: str,
    as_of: datetime | None = None,
    children: bool = False,
    timezone: str = "",
) -> dict[str, Any]:
    """The figures of each group that has any, as `{"by": …, "groups": {name: {F…}}, "not_by": {F…: why not}}`.

    A case belongs to the group that it belongs to now; `team` is its owner's, `stakeholder` who opened it. What a
    person was asked, answered or wrote, or is to do, is theirs. People go by e-mail address. An empty name is what has none.
    """
    zone = zone_of(account, timezone)
    span = span_of(actor, account, period, as_of, children, zone)
    found = gather(span, further.read(span))
    report = Report(seconds(span.begin), seconds(span.end), seconds(span.as_of), zone)
    whole = Whole(by, report, found, around.book(span, zone, found.histories), ratings(span))
    sent, groups = whole.sent, {}
    for name, group in sorted(_split(span, whole).items()):
        made = {**_of_cases(whole, group), **_of_people(whole, group, sent)}
        if group.holds(made):
            groups[name] = printed(made)
    return {"by": by, "groups": groups, "not_by": dict(LEFT_OUT[by])}


def _of_cases(whole: Whole, group: Group) -> dict[str, Figure]:
    report, cases = whole.report, group.cases
    by_ref = {case.ref: case for case in whole.found.histories}
    asked = response_rate(report, group.surveys).data
    return {
        **figures(report, cases),
        **promised(group.decisions),
        "F13": repeat_rate(report, cases, by_ref),
        "F14": first_contact(report, cases),
        "F18": csat(report, group.surveys),
        "F19": Figure(asked if whole.by == "stakeholder" else {CSAT: asked[CSAT]}),
        "F24": escalation_rate(report, cases),
        "F28": continuity(report, cases, whole.book.team),
        "F31": perception_gap(group.ours, group.theirs),
    }


def _of_people(whole: Whole, group: Group, sent: Counter[Holder]) -> dict[str, Figure]:
    """What the people of a group did themselves."""
    report, made = whole.report, dict[str, Figure]()
    if whole.by in OWNERS:
        side = OWNERS[whole.by]
        made["F25"] = Figure({side: kept(report, group.commitments).data[side]})
    if whole.by == "stakeholder":
        made["F20"] = nps(report, group.surveys)
        made["F26"] = coverage(report, whole.book.cases, group.people)
        made["F27"] = thread(sent, sum(sent[one] for one in group.ids))
    return made


OWNERS = {"team": Party.US, "stakeholder": Party.CLIENT}
"""Whose commitments have an owner in such a group."""


def _split(span: Span, whole: Whole) -> dict[str, Group]:
    groups: dict[str, Group] = defaultdict(Group)
    asked_about = {one.case for one in whole.book.surveys if isinstance(one.case, int)}
    rows = list(_cases(span, {*whole.found.ids.values(), *asked_about}, whole.by))
    of_case = {ref: name or "" for _id, ref, name in rows}
    of_id = {case_id: name or "" for case_id, _ref, name in rows}
    for case in whole.found.histories:
        groups[of_case[case.ref]].cases.append(case)
    for decision in whole.found.decisions:
        groups[of_case[decision.case]].decisions.append(decision)
    ours, theirs = whole.ratings
    for ref in theirs:
        groups[of_case[ref]].theirs[ref] = theirs[ref]
        if ref in ours:
            groups[of_case[ref]].ours[ref] = ours[ref]
    people = _people(span, whole.by)
    for survey in whole.book.surveys:
        if whole.by == "stakeholder":
            groups[people.get(survey.person, "")].surveys.append(survey)
        elif survey.kind == CSAT:
            groups[of_id.get(survey.case, "")].surveys.append(survey)
    _share_out(whole, groups, people)
    return groups


def _share_out(whole: Whole, groups: dict[str, Group], people: Mapping[Holder, str]) -> None:
    """Give each person of a group what is theirs."""
    for commitment in whole.book.commitments:
        if OWNERS.get(whole.by) == commitment.side:
            groups[people.get(commitment.owner, "")].commitments.append(commitment)
    if whole.by == "stakeholder":
        for person in whole.book.people:
            groups[people.get(person.ref, "")].people.append(person)
        for ref, name in people.items():
            if name in groups:
                groups[name].ids.add(ref)


def _cases(span: Span, ids: Iterable[int], by: str) -> Iterable[Any]:
    """Id, reference and group of cases."""
    wanted = opened(through(_grouped(by), Case, span.actor), Stakeholder, why=WHY)
    return by_ids(ids, lambda some: wanted.where(Case.id.in_(some)))


def _grouped(by: str) -> Any:
    known = (Case.id, Case.ref)
    if by == "team":
        return select(*known, User.team).outerjoin(User, User.id == Case.owner_id)
    if by == "stakeholder":
        wanted = select(*known, _called())
        return wanted.outerjoin(Stakeholder, Stakeholder.id == Case.opened_by_id)
    column = {"channel": Case.channel, "category": Case.category, "priority": Case.priority}[by]
    return select(*known, column)


def _called() -> Any:
    return func.coalesce(Stakeholder.email, Stakeholder.name)


def _people(span: Span, by: str) -> Mapping[Holder, str]:
    """The client's people by address, or ours by team, where a breakdown tells them apart."""
    rows: Sequence[Any] = ()
    if by == "stakeholder":
        rows = db.session.execute(span.of(select(Stakeholder.id, _called()), Stakeholder)).all()
    elif by == "team":
        rows = db.session.execute(select(User.id, User.team).where(User.is_staff)).all()
    return dict(rows)
