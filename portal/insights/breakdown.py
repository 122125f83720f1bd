"""The figures of one account by channel, category, priority, team or person: two statements for each half."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import case, func, or_, select

from portal.accounts.models import Account
from portal.cases.models import Case, Kind
from portal.db import db, opened, through
from portal.db.instants import Epoch
from portal.insights.asked import Asked
from portal.insights.behind import NONE, Days, decided
from portal.insights.breakdown_groups import (
    WHY,
    Key,
    group_of,
    grouped,
    kind_name,
    label,
    narrowing,
)
from portal.insights.breakdown_quality import Judged, judged, known
from portal.insights.definitions import name_of
from portal.insights.history import Turn
from portal.insights.models import CaseStretch
from portal.insights.quality import MATURES_AFTER
from portal.insights.ranks import tenths
from portal.insights.scope import Scope
from portal.insights.showing import (
    Cell,
    Table,
    counted,
    few_or_rated,
    link,
    not_known,
    rated,
    spanned,
)
from portal.insights.sum import Sum
from portal.insights.sums import figures
from portal.sla.models import PromiseRow
from portal.stakeholders.models import Stakeholder
from portal.web import filters
from portal.web.words import gettext as _

MOST = 100
SHOWN = ("F1", "F2", "F3", "F6", "F7", "F8", "F9", "F10", "F12")


def breakdown(scope: Scope, asked: Asked) -> Table:
    """A row for each group with cases in the period, most opened first."""
    ordered = sorted(
        groups(scope, asked).items(), key=lambda item: (-item[1].counts["opened"], item[0][1])
    )
    rows = [(label(asked.by, key), _row(asked, key[0], one)) for key, one in ordered[:MOST]]
    caption = _("Figures by %(kind)s", kind=kind_name(asked.by))
    return Table.of("breakdown", caption, _heads(asked), rows)


def groups(scope: Scope, asked: Asked) -> dict[Key, Sum]:
    """The sums of each group: two statements."""
    found: dict[Key, Sum] = defaultdict(Sum)
    days = Days(asked.begin, asked.end, tuple(scope.timezones))
    for key, row in _stretches(scope, asked, days):
        _count(found[key], row, days)
    for key, row in _promises(scope, asked, days):
        found[key].counts.update({f"met:{row.target}": row.met, f"missed:{row.target}": row.missed})
    for one in found.values():
        for values in one.lists.values():
            values[:] = [sorted(value for some in values for value in some)]
    return found


def _heads(asked: Asked) -> list[str]:
    return [kind_name(asked.by).capitalize(), *map(name_of, SHOWN)]


def _row(asked: Asked, code: str, one: Sum) -> list[Cell]:
    which, found = narrowing(asked.by, code), figures(one)
    cells = [counted(asked, name, found[name]["value"], **which) for name in ("F1", "F2", "F3")]
    cells.append(spanned(found["F6"]["p50"], link(asked, "F6", **which)))
    for name in ("F7", "F8", "F9", "F12"):
        parts = found[name]["numerator"], found[name]["denominator"]
        cells.append(
            rated(*parts, link(asked, name, **which) if name != "F12" or parts[0] else None)
        )
    cells.insert(7, spanned(found["F10"]["p50"], link(asked, "F2", **which)))
    return cells


def quality(scope: Scope, asked: Asked) -> Table:
    """What became of each group's cases, and what the client thinks of it; those with most cases first."""
    staff = scope.actor.is_staff
    rows = [
        (label(asked.by, key), [cell for _head, cell in _judgement(asked, key[0], one, staff)])
        for key, one in known(judged(scope, asked))[:MOST]
    ]
    heads = [head for head, _cell in _judgement(asked, "", Judged(), staff)]
    caption = _("Quality and opinion by %(kind)s", kind=kind_name(asked.by))
    return Table.of("quality", caption, [kind_name(asked.by).capitalize(), *heads], rows)


def _judgement(asked: Asked, code: str, one: Judged, for_staff: bool) -> Iterator[tuple[str, Cell]]:
    """The cells of a row with their heads; what a person thinks is shown to staff alone."""
    which, counts = narrowing(asked.by, code), one.counts

    def share(figure: str, name: str) -> Cell:
        return rated(*one.share(name), link(asked, figure, **which) if counts[name] else None)

    yield name_of("F4"), counted(asked, "F4", counts["left"], **which)
    waited = _("Waiting for the client") if for_staff else name_of("F11")
    yield waited, share("F11", "waited")
    yield name_of("F13"), share("F13", "repeated")
    yield name_of("F14"), share("F14", "settled")
    yield name_of("F16"), counted(asked, "F16", counts["complaint"], **which)
    escalated = rated(*one.share("escalated"))
    yield name_of("F24"), Cell(None, not_known()) if counts["undated"] else escalated
    yield name_of("F28"), rated(*one.share("team"))
    if for_staff or asked.by != "stakeholder":
        yield name_of("F18"), few_or_rated(*one.share("happy"))
        yield name_of("F19"), few_or_rated(*one.share("replied"))
    if for_staff:
        yield from _inner(asked, one)


def _inner(asked: Asked, one: Judged) -> Iterator[tuple[str, Cell]]:
    gap, n = one.share("gap")
    value = tenths(gap, n)
    yield name_of("F31"), Cell(value, not_known() if value is None else filters.number(value, 1))
    if asked.by == "stakeholder":
        text = not_known() if one.latest is None else filters.number(one.latest)
        yield _("Would recommend us, 0 to 10"), Cell(one.latest, text)


def _keyed(scope: Scope, asked: Asked, statement: Any, door: Any) -> Iterator[tuple[Key, Any]]:
    statement = scope.cases(grouped(statement, asked.by)).where(Case.kind == Kind.NORMAL)
    statement = through(statement, Case, scope.actor)
    statement = opened(statement, door, Stakeholder, Account, why=WHY)
    for row in db.session.execute(statement):
        yield (str(row.code or NONE), row.name or ""), row


def _stretches(scope: Scope, asked: Asked, days: Days) -> Iterator[tuple[Key, Any]]:
    s = CaseStretch
    columns = (
        *(s.number, s.begun_on, s.ended_on, s.answered_on, s.ending, s.clock, s.answer_clock),
        Epoch(s.begins_at).label("begin"),
        Epoch(s.ends_at).label("ended"),
        Epoch(s.back_at).label("back"),
    )
    dates = (s.begun_on, s.ended_on, s.answered_on)
    statement = select(*columns).join(Case, Case.id == s.case_id)
    statement = scope.narrowed(statement, s.account_id).where(or_(*map(days.has, dates)))
    yield from _keyed(scope, asked, statement, s)


def _promises(scope: Scope, asked: Asked, days: Days) -> Iterator[tuple[Key, Any]]:
    p = PromiseRow
    met, missed = decided(days)
    sums = [func.sum(case((wanted, 1), else_=0)) for wanted in (met, missed)]
    columns = (p.target, sums[0].label("met"), sums[1].label("missed"))
    statement = select(*columns).join(Case, Case.id == p.case_id)
    statement = scope.narrowed(statement, p.account_id).where(or_(met, missed))
    yield from _keyed(scope, asked, statement.group_by(p.target, *group_of(asked.by)), p)


def _count(one: Sum, row: Any, days: Days) -> None:
    """Add what a stretch holds of the period; values stand alone until all are known."""

    def inside(day: Any) -> bool:
        return day is not None and days.begin <= day < days.end

    if inside(row.begun_on):
        one.counts["opened" if row.number == 1 else "reopened"] += 1
    if inside(row.answered_on) and row.answer_clock is not None:
        one.lists["first"].append([row.answer_clock])
    if not inside(row.ended_on) or row.ending != Turn.RESOLVED:
        return
    one.counts["resolved"] += 1
    for name, value in (
        ("clock", row.clock),
        ("lived", row.ended - row.begin),
        ("resolved", row.ended),
    ):
        one.lists[name].append([value])
    if row.back is not None and row.back <= row.ended + MATURES_AFTER:
        one.lists["back"].append([row.ended])
