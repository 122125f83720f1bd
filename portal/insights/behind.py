"""The cases behind a number: what each figure counted, as a condition on a list of cases."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from portal import clock
from portal.accounts.models import Account
from portal.actor import Actor
from portal.cases.models import IS_OPEN, Case, Kind, Message, Side
from portal.cases.queries.behind import Behind
from portal.db import db, opened
from portal.db.instants import Epoch
from portal.identity.models import User
from portal.insights import local_days
from portal.insights.around import DECIDES
from portal.insights.asked import A_DAY, stretch_given
from portal.insights.backlog import AGES
from portal.insights.coverage import LATELY
from portal.insights.definitions import name_of
from portal.insights.history import Turn
from portal.insights.models import CaseStretch as S
from portal.insights.quality import MATURES_AFTER
from portal.insights.scope import Scope
from portal.sla.models import IS_OPEN as PROMISE_IS_OPEN
from portal.sla.models import PromiseRow
from portal.sla.promises import State
from portal.sla.terms import Target
from portal.stakeholders.models import Stakeholder
from portal.web.filters import day

WHY = "which cases of a list a figure counted"
TARGETS = {"F7": Target.RESPONSE, "F8": Target.RESOLUTION, "F9": Target.NEXT_RESPONSE}
NARROWING = ("owners", "opener", "staff", "channel", "without")
NONE = "-"
"""In an address: nobody, no team."""
GIVEN = ("figure", "days", "from", "to", "children", "manager", "team", "age", "at", *NARROWING)
Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Days:
    """Local days [begin, end), the zones of the accounts, and the instant by which 14 days must be over."""

    begin: date
    end: date
    zones: tuple[str, ...]
    age: str = ""
    hour: int | None = None

    def has(self, column: Any) -> Condition:
        """Whether a local date is one of the days."""
        return and_(column >= self.begin, column < self.end)


def _ended(days: Days, *more: Condition) -> Condition:
    return and_(days.has(S.ended_on), S.ending == Turn.RESOLVED, *more)


def _begun(days: Days, *more: Condition) -> Condition:
    return and_(days.has(S.begun_on), S.number == 1, *more)


def _mature() -> Condition:
    return S.ends_at <= clock.now() - timedelta(seconds=MATURES_AFTER)


def _came_back() -> Condition:
    late = Epoch(S.back_at) - Epoch(S.ends_at)
    return and_(S.back_at.is_not(None), late <= MATURES_AFTER)


def _open_at(days: Days) -> Condition:
    return and_(S.begun_on < days.end, or_(S.ended_on.is_(None), S.ended_on >= days.end))


STRETCHES: Mapping[str, Callable[[Days], Condition]] = {
    "F1": _begun,
    "F2": _ended,
    "F3": lambda days: and_(days.has(S.begun_on), S.number > 1),
    "F4": _open_at,
    "F6": lambda days: days.has(S.answered_on),
    "F11": lambda days: _ended(days, S.waited > 0),
    "F12": lambda days: _ended(days, _mature(), _came_back()),
    "F12-early": lambda days: _ended(days, ~_mature()),
    "F13": lambda days: _begun(days, S.repeats != ""),
    "F14": lambda days: _ended(
        days, _mature(), S.at_once.is_(True), or_(S.back_at.is_(None), ~_came_back())
    ),
    "F16": lambda days: _begun(days, S.complaint.is_(True)),
    "F5-withdrawn": lambda days: and_(days.has(S.ended_on), S.ending == Turn.CANCELLED),
}
PROMISES = {
    f"{figure}{part}": (target, part)
    for figure, target in TARGETS.items()
    for part in ("", "-met", "-missed")
}
NOW: Mapping[str, Callable[[], Condition]] = {
    "open": lambda: IS_OPEN,
    "overdue": lambda: and_(IS_OPEN, Case.due_order < clock.now()),
}
TALKED = ("F26", "F27")
FIGURES = (*STRETCHES, *PROMISES, *NOW, *TALKED, "F17")
BY_ZONE = (*PROMISES, *TALKED, "F17")


def behind(actor: Actor, args: Mapping[str, str]) -> Behind | None:
    """What a list's address asks for with `figure`; None if it names none that has cases, or no days."""
    figure, stretch = args.get("figure", ""), stretch_given(args)
    if figure not in FIGURES or stretch is None:
        return None
    account = _account(actor, args.get("account", ""))
    if account is None and args.get("account"):
        return None
    scope = _scope(actor, args, account)
    zones = tuple(scope.timezones) if figure in BY_ZONE or args.get("age") else ()
    days = Days(*stretch, zones, _age(args.get("age", "")), _hour(args.get("at", "")))
    narrowing = {name: args[name][:120] for name in NARROWING if args.get(name)}

    def narrowed(statement: Any) -> Any:
        statement = scope.cases(statement).where(Case.kind == Kind.NORMAL)
        statement = statement.where(*_conditions(figure, days, narrowing))
        return opened(statement, S, PromiseRow, Message, Account, Stakeholder, why=WHY)

    minute = clock.now().replace(second=0, microsecond=0)
    given = tuple((name, args[name][:120]) for name in GIVEN if args.get(name))
    here = (account and account.id, days, minute)
    return Behind(given, here, _label(figure, days), narrowed, scope.children)


def _scope(actor: Actor, args: Mapping[str, str], account: Account | None) -> Scope:
    children = account is not None and args.get("children") == "1"
    if not actor.is_staff:
        return Scope(actor, account, children=children)
    mine = actor.user_id if args.get("manager") == "me" else None
    return Scope(actor, account, mine, args.get("team", "")[:80], children)


def _label(figure: str, days: Days) -> str:
    """The figure in words, with its days."""
    return f"{name_of(figure)}, {day(days.begin, 'year')} – {day(days.end - A_DAY, 'year')}"


def _account(actor: Actor, ref: str) -> Account | None:
    if not ref:
        return None
    return db.session.scalar(Account.visible_to(actor).where(Account.ref == ref[:60]))


def _age(text: str) -> str:
    return text if text in {name for _, name in AGES} | {">90"} else ""


def _hour(text: str) -> int | None:
    """The hour of the local week that `day.hour` names, Monday being day 0."""
    found = re.fullmatch(r"([0-6])\.(1?[0-9]|2[0-3])", text, re.ASCII)
    return int(found[1]) * 24 + int(found[2]) if found else None


def _conditions(figure: str, days: Days, narrowing: Mapping[str, str]) -> list[Condition]:
    found: list[Condition] = []
    if figure in STRETCHES:
        mine = [S.case_id == Case.id, STRETCHES[figure](days)]
        if figure == "F6" and "staff" in narrowing:
            mine.append(
                func.coalesce(S.answered_by_id, Case.owner_id) == _number(narrowing["staff"])
            )
        found.append(select(S.id).where(*mine).exists())
    elif figure in PROMISES:
        found.append(_promised(*PROMISES[figure], days))
    elif figure in NOW:
        found.append(NOW[figure]())
    elif figure in TALKED:
        found.append(_talked(figure, days))
    else:
        found.append(_said(days))
    if days.age:
        found.append(_aged(days))
    return found + _of_kind(figure, narrowing)


def _promised(target: Target, part: str, days: Days) -> Condition:
    p = PromiseRow
    met, missed = decided(days)
    wanted = {"-met": met, "-missed": missed, "": or_(met, missed)}[part]
    return select(p.id).where(p.case_id == Case.id, p.target == target, wanted).exists()


def decided(days: Days) -> tuple[Condition, Condition]:
    """Promises met and missed in these days; one still open is missed once its last instant has passed (C7)."""
    p = PromiseRow
    known = and_(
        local_days.within(p.decided_at, days.zones, days.begin, days.end),
        p.decided_at <= clock.now(),
    )
    lapsed = and_(
        p.decided_at.is_(None),
        PROMISE_IS_OPEN,
        p.due_at < clock.now(),
        local_days.within(p.due_at, days.zones, days.begin, days.end),
    )
    return (
        and_(p.state == State.MET, known),
        or_(and_(p.state == State.MISSED, known), lapsed),
    )


def _said(days: Days) -> Condition:
    m = Message
    when = (
        local_days.within(m.occurred_at, days.zones, days.begin, days.end)
        if days.hour is None
        else local_days.within_hour(m.occurred_at, days.zones, days.begin, days.end, days.hour)
    )
    mine = (m.case_id == Case.id, m.side == Side.CLIENT, m.internal.is_(False), when)
    return select(m.id).where(*mine).exists()


def _talked(figure: str, days: Days) -> Condition:
    """A case in which the client wrote lately; for F26 a deciding person, and staff did too."""
    m, other = Message, aliased(Message)
    mine = [m.case_id == Case.id, m.side == Side.CLIENT, *_lately(m, days)]
    if figure == "F26":
        theirs = (other.case_id == Case.id, other.side == Side.STAFF, *_lately(other, days))
        mine += [m.author_stakeholder_id.in_(deciding()), select(other.id).where(*theirs).exists()]
    return select(m.id).where(*mine).exists()


def _lately(message: Any, days: Days) -> tuple[Condition, Condition]:
    when = local_days.shortly_before(message.occurred_at, days.zones, days.end, LATELY)
    return message.internal.is_(False), when


def deciding() -> Any:
    """Ids of the people who decide or approve, as they are known now (F26)."""
    s = Stakeholder
    return select(s.id).where(s.job_role.in_(list(DECIDES)), s.active.is_(True))


def _aged(days: Days) -> Condition:
    """Of an age group at the end of the days (F15)."""
    limits = [most for most, _ in AGES]
    names = [name for _, name in AGES]
    at = names.index(days.age) if days.age in names else len(names)
    found: list[Condition] = []
    if at < len(names):
        found.append(local_days.opened_since(days.zones, days.end, limits[at] + 1))
    if at:
        found.append(~local_days.opened_since(days.zones, days.end, limits[at - 1] + 1))
    return and_(*found)


def _of_kind(figure: str, narrowing: Mapping[str, str]) -> list[Condition]:
    """What a breakdown names besides the list's own filters of category and priority."""
    found: list[Condition] = []
    if "channel" in narrowing:
        found.append(Case.channel == narrowing["channel"])
    if narrowing.get("without") == "category":
        found.append(Case.category == "")
    if "owners" in narrowing:
        found.append(_owned_by_team(narrowing["owners"]))
    if "opener" in narrowing:
        opener = narrowing["opener"]
        mine = (
            Case.opened_by_id.is_(None) if opener == NONE else Case.opened_by_id == _number(opener)
        )
        found.append(mine)
    if "staff" in narrowing and figure != "F6":
        found.append(Case.owner_id == _number(narrowing["staff"]))
    return found


def _owned_by_team(team: str) -> Condition:
    if team != NONE:
        return Case.owner_id.in_(select(User.id).where(User.team == team))
    return or_(Case.owner_id.is_(None), Case.owner_id.in_(select(User.id).where(User.team == "")))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
