"""What clients think: satisfaction (F18), surveys answered (F19), recommendation by wave (F20), two views (F31)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, literal, select, union_all

from portal.accounts.doors import carrying
from portal.accounts.models import Account
from portal.cases.models import Case, Kind
from portal.db import db, opened, through
from portal.events import Event
from portal.feedback.models import Survey, SurveyKind
from portal.insights import local_days
from portal.insights.answers import answers, invitations, person, replied, summed
from portal.insights.asked import Asked, month_on
from portal.insights.behind import Days
from portal.insights.definitions import name_of
from portal.insights.own_ratings import RATED
from portal.insights.ranks import tenths
from portal.insights.satisfaction import CSAT, DETRACTOR, HAPPY, NPS, PROMOTER, net
from portal.insights.scope import Scope
from portal.insights.showing import (
    FEWEST_ANSWERS,
    Cell,
    Number,
    Table,
    few_or_rated,
    not_known,
    number,
)
from portal.stakeholders.models import Stakeholder
from portal.web import filters
from portal.web.words import gettext as _
from portal.web.words import ngettext

WHY = "names and cases beside answers that the reader may see"
LOOK_BACK, MOST = 8, 25
"""An invitation older than so many quarters counts for the first of them."""


@dataclass(frozen=True)
class Opinion:
    """The figures, the waves, and what people wrote, which is for staff alone."""

    numbers: Sequence[Number]
    waves: Table
    remarks: Table | None


def opinion(scope: Scope, asked: Asked) -> Opinion:
    """What was answered in the period: two statements for staff, one for clients."""
    days = Days(asked.begin, asked.end, tuple(scope.timezones))
    found: dict[str, dict[str, tuple[int, int, int]]] = defaultdict(dict)
    branches = list(_branches(scope, days))
    for kind, wave, *counts in db.session.execute(carrying(union_all(*branches), *branches)):
        found[kind][wave] = tuple(int(n or 0) for n in counts)  # type: ignore[assignment]
    waves = sorted(found["wave"].items(), reverse=True)
    remarks = _remarks(scope, days) if scope.actor.is_staff else None
    return Opinion(list(_numbers(found, waves, scope.actor.is_staff)), _waves(waves), remarks)


def _branches(scope: Scope, days: Days) -> Iterator[Any]:
    """Statements of kind, wave and three counts."""
    last = answers(scope, days, SurveyKind.CSAT, person(), Survey.case_id)
    happy = _part("happy", "", summed(last.c.score >= HAPPY), func.count(), literal(0))
    yield _open_to(scope, happy.select_from(last).where(last.c.nth == 1), last)
    sent = invitations(scope, days, *SurveyKind)
    asked = _part("replied", sent.c.kind, summed(replied(sent)), func.count(), literal(0))
    yield _open_to(scope, asked.select_from(sent).group_by(sent.c.kind), sent)
    wave = _wave_of(Survey.sent_at, days)
    vote = answers(scope, days, SurveyKind.NPS, person(), wave, wave=wave)
    promoters, detractors = vote.c.score >= PROMOTER, vote.c.score <= DETRACTOR
    votes = _part("wave", vote.c.wave, summed(promoters), summed(detractors), func.count())
    yield _open_to(
        scope, votes.select_from(vote).where(vote.c.nth == 1).group_by(vote.c.wave), vote
    )
    if scope.actor.is_staff:
        yield _gap(scope, days)


def _part(kind: str, wave: Any, *counts: Any) -> Any:
    group = literal(wave) if isinstance(wave, str) else wave
    names = ("first", "second", "third")
    labelled = (count.label(name) for name, count in zip(names, counts, strict=True))
    return select(literal(kind).label("kind"), group.label("wave"), *labelled)


def _open_to(scope: Scope, statement: Any, table: Any) -> Any:
    """Without what was asked about confidential cases where the reader counts none."""
    if not scope.confidential:
        statement = statement.outerjoin(Case, Case.id == table.c.case_id)
        statement = statement.where(Case.confidential.is_not(True))
    return opened(statement, Survey, Case, Account, why=WHY)


def _wave_of(sent_at: Any, days: Days) -> Any:
    """The quarter of local time in which somebody was asked, like 2026-Q1."""
    first = days.begin.replace(day=1, month=(days.begin.month - 1) // 3 * 3 + 1)
    begins = month_on(first, -3 * LOOK_BACK)
    starts = list[date]()
    while begins < days.end:
        starts.append(begins)
        begins = month_on(begins, 3)
    until = [month_on(start, 3) for start in starts]
    known = [
        (local_days.before(sent_at, days.zones, end, Survey.account_id), literal(_quarter(start)))
        for start, end in zip(starts, until, strict=True)
    ]
    return case(*known[:-1], else_=known[-1][1])


def _quarter(start: date) -> str:
    return f"{start.year}-Q{(start.month + 2) // 3}"


def _gap(scope: Scope, days: Days) -> Any:
    """F31: over how many cases, and the sum of the differences."""
    last, e = answers(scope, days, SurveyKind.CSAT, Survey.case_id), Event
    rated = select(e.payload["rating"].as_integer()).where(e.case_id == Case.id, e.kind == RATED)
    own = rated.order_by(e.occurred_at.desc(), e.id.desc()).limit(1).correlate(Case)
    value = own.scalar_subquery()
    statement = _part("gap", "", func.count(), func.sum(value - last.c.score), literal(0))
    statement = statement.select_from(last).join(Case, Case.id == last.c.case_id)
    statement = statement.where(last.c.nth == 1, value.is_not(None), Case.kind == Kind.NORMAL)
    return opened(through(statement, Case, scope.actor), Survey, Event, Account, why=WHY)


Found = Mapping[str, Mapping[str, tuple[int, int, int]]]
Waves = Sequence[tuple[str, tuple[int, int, int]]]


def _numbers(found: Found, waves: Waves, for_staff: bool) -> Iterator[Number]:
    happy, n, _none = found["happy"].get("", (0, 0, 0))
    nobody = _("nobody answered in these days")
    yield number("F18", few_or_rated(happy, n), _of(happy, n), nobody if not n else _few())
    for kind, label in ((CSAT, _("Asked about a case")), (NPS, _("Asked about us as a whole"))):
        replies, sent, _none = found["replied"].get(kind, (0, 0, 0))
        none = _("nobody was asked in these days") if not sent else _few()
        cell = few_or_rated(replies, sent)
        yield number("F19", cell, _of(replies, sent), none, f"{name_of('F19')}: {label}")
    wave, counts = waves[0] if waves else ("", (0, 0, 0))
    voters = f"{wave}: {_voters(*counts)}" if wave else nobody
    yield number("F20", _net(*counts), voters, voters)
    if for_staff:
        n, gap, _none = found["gap"].get("", (0, 0, 0))
        value = tenths(gap, n)
        cell = Cell(value, not_known() if value is None else filters.number(value, 1))
        over = ngettext("over one case", "over %(count)s cases", n, count=filters.number(n))
        yield number("F31", cell, over, _("no case was rated by both"))


def _of(part: int, whole: int) -> str:
    return _("%(n)s of %(all)s", n=filters.number(part), all=filters.number(whole))


def _few() -> str:
    return _("fewer than five answers")


def _voters(promoters: int, detractors: int, n: int) -> str:
    return _(
        "%(more)s gave 9 or 10, %(less)s gave 0 to 6, of %(n)s",
        more=promoters,
        less=detractors,
        n=n,
    )


def _net(promoters: int, detractors: int, n: int) -> Cell:
    """F20; of fewer than five answers only the counts are told (C9)."""
    if not n:
        return Cell(None, not_known())
    if n < FEWEST_ANSWERS:
        return Cell(None, _of(promoters, n))
    value = net(promoters, detractors, n)
    return Cell(value, f"{value:+d}".replace("-", "\u2212") if value else "0")


def _waves(waves: Waves) -> Table:
    heads = (_("Quarter"), _("Answers"), _("9 or 10"), _("0 to 6"), name_of("F20"))
    rows = []
    for wave, (promoters, detractors, n) in waves:
        counts = [Cell(one, filters.number(one)) for one in (n, promoters, detractors)]
        rows.append((wave, [*counts, _net(promoters, detractors, n)]))
    return Table.of("waves", _("Recommendation by quarter asked"), heads, rows)


def _remarks(scope: Scope, days: Days) -> Table:
    """The newest words written beside answers, of the period."""
    s = Survey
    columns = (s.kind, s.score, s.comment, s.answered_at, Account.name.label("account"), Case.ref)
    wanted = (
        select(*columns, Stakeholder.name)
        .join(Account, Account.id == s.account_id)
        .outerjoin(Stakeholder, Stakeholder.id == s.stakeholder_id)
        .outerjoin(Case, Case.id == s.case_id)
        .where(s.comment != "", s.score.is_not(None))
        .where(local_days.within(s.answered_at, days.zones, days.begin, days.end, s.account_id))
        .order_by(s.answered_at.desc(), s.id.desc())
        .limit(MOST)
    )
    statement = scope.narrowed(through(wanted, s, scope.actor), s.account_id)
    found = db.session.execute(opened(statement, Account, Stakeholder, Case, why=WHY))
    heads = (_("Who"), _("Account"), _("When"), _("Score"), _("Words"))
    return Table.of("remarks", _("What they wrote"), heads, [_remark(row) for row in found])


def _remark(row: Any) -> tuple[str, list[Cell]]:
    when: datetime = row.answered_at
    most = 10 if row.kind == SurveyKind.NPS else 5
    url = f"/cases/{row.ref}" if row.ref else None
    return row.name or _("nobody known"), [
        Cell(row.account, row.account),
        Cell(when.date().isoformat(), filters.day(when, "year"), url),
        Cell(row.score, _("%(n)s of %(all)s", n=row.score, all=most)),
        Cell(row.comment, row.comment),
    ]
