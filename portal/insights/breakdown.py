"""The figures of one account's cases by channel, category, priority, team or person: two statements."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import case, func, or_, select

from portal.accounts.models import Account
from portal.cases.models import Case, Kind
from portal.db import db, opened, through
from portal.db.instants import Epoch
from portal.identity.models import User
from portal.insights.asked import Asked
from portal.insights.behind import NONE, Days, decided
from portal.insights.definitions import name_of
from portal.insights.history import Turn
from portal.insights.models import CaseStretch
from portal.insights.quality import MATURES_AFTER
from portal.insights.scope import Scope
from portal.insights.showing import Cell, Table, counted, link, rated, spanned
from portal.insights.sums import Sum, figures
from portal.sla.models import PromiseRow
from portal.stakeholders.models import Stakeholder
from portal.web.ui import CHANNELS, PRIORITIES
from portal.web.words import gettext as _

WHY = "which group of a breakdown a case belongs to"
MOST = 100
Key = tuple[str, str]
"""How an address calls a group, and how people do."""
SHOWN = ("F1", "F2", "F3", "F6", "F7", "F8", "F9", "F10", "F12")


def breakdown(scope: Scope, asked: Asked) -> Table:
    """A row for each group with cases in the period, most opened first."""
    ordered = sorted(
        groups(scope, asked).items(), key=lambda item: (-item[1].counts["opened"], item[0][1])
    )
    rows = [(_name(asked.by, key), _row(asked, key[0], one)) for key, one in ordered[:MOST]]
    caption = _("Figures by %(kind)s", kind=kind_name(asked.by))
    return Table("breakdown", caption, _heads(asked), rows)


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


def kind_name(by: str) -> str:
    """What a breakdown is by, in a word."""
    return {
        "channel": _("channel"),
        "category": _("category"),
        "priority": _("priority"),
        "team": _("team"),
        "stakeholder": _("person"),
    }[by]


def _heads(asked: Asked) -> list[str]:
    return [kind_name(asked.by).capitalize(), *map(name_of, SHOWN)]


def _name(by: str, key: Key) -> str:
    known: Mapping[str, Any] = {"channel": CHANNELS, "priority": PRIORITIES}.get(by, {})
    if key[1] in known:
        return str(known[key[1]])
    empty = {
        "category": _("without a category"),
        "team": _("no team"),
        "stakeholder": _("nobody known"),
    }
    return key[1] or empty.get(by, _("unknown"))


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


def narrowing(by: str, code: str) -> dict[str, Any]:
    """A group as a list of cases is narrowed to it."""
    if by == "category" and code == NONE:
        return {"without": "category"}
    names = {"team": "owners", "stakeholder": "opener"}
    return {names.get(by, by): code}


def _grouped(statement: Any, by: str) -> Any:
    """The statement with the group of its case as columns `code` and `name`."""
    if by == "team":
        columns: tuple[Any, ...] = (User.team.label("code"), User.team.label("name"))
        return statement.add_columns(*columns).outerjoin(User, User.id == Case.owner_id)
    if by == "stakeholder":
        columns = (Case.opened_by_id.label("code"), Stakeholder.name.label("name"))
        return statement.add_columns(*columns).outerjoin(
            Stakeholder, Stakeholder.id == Case.opened_by_id
        )
    column = {"channel": Case.channel, "category": Case.category, "priority": Case.priority}[by]
    return statement.add_columns(column.label("code"), column.label("name"))


def _keyed(scope: Scope, asked: Asked, statement: Any, door: Any) -> Iterator[tuple[Key, Any]]:
    statement = scope.cases(_grouped(statement, asked.by)).where(Case.kind == Kind.NORMAL)
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
    yield from _keyed(scope, asked, _together(statement, asked.by), p)


def _together(statement: Any, by: str) -> Any:
    groups: dict[str, tuple[Any, ...]] = {
        "channel": (Case.channel,),
        "category": (Case.category,),
        "priority": (Case.priority,),
        "team": (User.team,),
        "stakeholder": (Case.opened_by_id, Stakeholder.name),
    }
    return statement.group_by(PromiseRow.target, *groups[by])


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
