"""Reads all that a review prints, for a named actor and through the doors."""

import gc
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from portal.accounts.doors import carrying
from portal.accounts.models import Account
from portal.actor import Actor
from portal.cases.models import Case, Kind, Message, Side
from portal.db import db, through
from portal.db.instants import Epoch
from portal.identity.models import User
from portal.insights.gathering import Gathered
from portal.insights.queries import read_periods
from portal.insights.reading import Span
from portal.reviews import surroundings
from portal.reviews.content import ROWS, CaseLine, Material, MissLine, Month, Rule
from portal.reviews.definitions import in_english
from portal.reviews.evidence import Evidence, evidence_of, shown
from portal.reviews.exceptional import MOST, exceptional
from portal.reviews.figures import Figures
from portal.reviews.periods import Period
from portal.stakeholders.models import Stakeholder

OLDEST = 5
MOST_MISSES = 80
HALF_AN_HOUR = 1800
"""Days of every zone begin on a grid of half-hours; where it lies, the period's own beginning says."""


def material_for(
    actor: Actor, account: Account, period: Period, as_of: datetime, *, children: bool = False
) -> Material:
    """Figures, lists and daily messages of one account and period as known at an instant (C2)."""
    below = _below(actor, account) if children else []
    ids = [account.id, *(child.id for child in below)]
    limits = period.limits(account.timezone)
    span = _span(actor, ids, limits, as_of)
    with _no_search_for_garbage():
        now, previous, months, gathered = _figures(actor, account, period, as_of, children)
        evidence, names = evidence_of(
            gathered.histories,
            gathered.decisions,
            _confidential(actor, ids),
            _escalated(span, gathered),
        )
    named, confidential, excluded = _counts(actor, ids, limits)
    return Material(
        account_ref=account.ref,
        account=account.name,
        period=period,
        timezone=account.timezone,
        as_of=as_of,
        figures=shown(now, names, misses=True),
        previous=shown(previous),
        months=tuple(Month(month, shown(figures)) for month, figures in months),
        children=tuple(child.name for child in below),
        manager=_name(account.manager_id),
        days=_days(actor, ids, period, account.timezone),
        oldest=_oldest(actor, now, ids, limits, account.timezone),
        cases=_cases(actor, ids, limits, account.timezone),
        case_total=named,
        confidential=confidential,
        excluded=excluded,
        missed=_missed(actor, now, ids),
        rules=tuple(Rule(*rule) for rule in in_english()),
        evidence=evidence,
        notable=_notable(actor, evidence, ids, limits, account.timezone),
        beside=surroundings.beside_of(span, account, period),
    )


def _span(actor: Actor, ids: list[int], limits: tuple[datetime, datetime], as_of: datetime) -> Span:
    return Span(actor=actor, account_ids=ids, begin=limits[0], end=limits[1], as_of=as_of)


def _escalated(span: Span, gathered: Gathered) -> dict[str, Sequence[tuple[int, str]]]:
    found = surroundings.escalations(span)
    return {ref: found[case_id] for ref, case_id in gathered.ids.items() if case_id in found}


def _notable(
    actor: Actor,
    evidence: Evidence,
    ids: list[int],
    limits: tuple[datetime, datetime],
    timezone: str,
) -> tuple[CaseLine, ...]:
    """The cases out of the ordinary that may be named, the first of a long list."""
    begin, end = (int(at.timestamp()) for at in limits)
    refs = [one.name for one in exceptional(evidence, begin, end)]
    if not refs:
        return ()
    rows = db.session.execute(_lines(actor, ids).where(Case.ref.in_(refs[:5000]))).all()
    known = {row.ref: _line(row, limits[1], timezone) for row in rows}
    return tuple(known[ref] for ref in refs if ref in known)[:MOST]


@contextmanager
def _no_search_for_garbage() -> Iterator[None]:
    """Tens of thousands of rows live until the figures are made; looking among them in vain is a fifth of the work."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _below(actor: Actor, account: Account) -> list[Account]:
    statement = (
        Account.visible_to(actor)
        .where(Account.path.like(f"{account.path}_%"))
        .order_by(Account.name, Account.id)
    )
    return list(db.session.scalars(statement)) if account.path else []


def _figures(
    actor: Actor, account: Account, period: Period, as_of: datetime, children: bool
) -> tuple[Figures, Figures, list[tuple[Period, Figures]], Gathered]:
    """Of the period, of the one before and of each month inside, from one reading; and what was read."""
    months = period.months()
    asked = [period, period.previous, *(months if len(months) > 1 else ())]
    days = [(each.starts_on, each.ends_on) for each in asked]
    read = read_periods(actor, account, days, as_of, children)
    now, previous, *inside = (
        Figures.of({name: figure.data for name, figure in found.items()}) for found in read.figures
    )
    return now, previous, list(zip(months, inside or [now], strict=True)), read.gathered


def _confidential(actor: Actor, ids: list[int]) -> frozenset[str]:
    """The references of cases that no document for several people may name."""
    statement = select(Case.ref).where(Case.account_id.in_(ids), Case.confidential.is_(True))
    return frozenset(db.session.scalars(through(statement, Case, actor)))


def _name(user_id: int | None) -> str:
    return db.session.scalar(select(User.name).where(User.id == user_id)) or "" if user_id else ""


def _within(limits: tuple[datetime, datetime]) -> ColumnElement[bool]:
    begin, end = limits
    opened = and_(Case.opened_at >= begin, Case.opened_at < end)
    return or_(opened, and_(Case.resolved_at >= begin, Case.resolved_at < end))


def _counts(
    actor: Actor, ids: list[int], limits: tuple[datetime, datetime]
) -> tuple[int, int, int]:
    """Cases opened or resolved in the period: those that may be named, confidential ones, those in no figure."""
    normal, confidential = Case.kind == Kind.NORMAL, Case.confidential.is_(True)
    kinds = (and_(normal, ~confidential), and_(normal, confidential), ~normal)
    sums = (func.coalesce(func.sum(case((kind, 1), else_=0)), 0) for kind in kinds)
    statement = select(*sums).where(Case.account_id.in_(ids), _within(limits))
    named, hidden, excluded = db.session.execute(through(statement, Case, actor)).one()
    return int(named), int(hidden), int(excluded)


def _lines(actor: Actor, ids: list[int]) -> Any:
    """Cases that may be named in a document which several people read: never a confidential one."""
    columns = (
        Case.ref,
        func.substr(Case.subject, 1, 500).label("subject"),
        Case.opened_at,
        Case.resolved_at,
        Case.status,
        Case.priority,
        Case.category,
        Stakeholder.name.label("asked_by"),
    )
    statement = select(*columns).outerjoin(Stakeholder, Stakeholder.id == Case.opened_by_id)
    statement = statement.where(
        Case.account_id.in_(ids), Case.confidential.is_(False), Case.kind == Kind.NORMAL
    )
    return carrying(
        through(statement, Case, actor), through(select(Stakeholder.id), Stakeholder, actor)
    )


def _cases(
    actor: Actor, ids: list[int], limits: tuple[datetime, datetime], timezone: str
) -> tuple[CaseLine, ...]:
    """Opened or resolved in the period: open ones first when the list must be cut, shown by opening."""
    unfinished = case((Case.resolved_at.is_(None), 0), else_=1)
    order = unfinished, Case.opened_at.desc(), Case.id.desc()
    rows = db.session.execute(
        _lines(actor, ids).where(_within(limits)).order_by(*order).limit(ROWS)
    )
    lines = [_line(row, limits[1], timezone) for row in rows]
    return tuple(sorted(lines, key=lambda line: (line.opened_on, line.ref)))


def _oldest(
    actor: Actor, figures: Figures, ids: list[int], limits: tuple[datetime, datetime], timezone: str
) -> tuple[CaseLine, ...]:
    """The five oldest of F4 that may be named."""
    refs = list(figures.open_refs)
    lines: list[CaseLine] = []
    for start in range(0, len(refs), 5000):
        statement = _lines(actor, ids).where(Case.ref.in_(refs[start : start + 5000]))
        rows = db.session.execute(statement.order_by(Case.opened_at, Case.id).limit(OLDEST))
        lines += [_line(row, limits[1], timezone) for row in rows]
    return tuple(sorted(lines, key=lambda line: -line.days)[:OLDEST])


def _missed(actor: Actor, figures: Figures, ids: list[int]) -> tuple[MissLine, ...]:
    """The misses of cases that may be named, the first of a long list."""
    refs = {miss.case for miss in figures.misses[:MOST_MISSES]}
    statement = _lines(actor, ids).where(Case.ref.in_(refs))
    subjects = {row.ref: row.subject for row in db.session.execute(statement)} if refs else {}
    return tuple(
        MissLine(
            miss.case,
            subjects[miss.case],
            miss.target.rstrip(" 0123456789"),
            datetime.fromisoformat(miss.at),
            miss.cause,
        )
        for miss in figures.misses[:MOST_MISSES]
        if miss.case in subjects
    )


def _line(row: Any, end: datetime, timezone: str) -> CaseLine:
    zone = ZoneInfo(timezone)
    resolved = row.resolved_at.astimezone(zone).date() if row.resolved_at else None
    return CaseLine(
        ref=row.ref,
        subject=row.subject,
        opened_on=row.opened_at.astimezone(zone).date(),
        resolved_on=resolved,
        status=row.status,
        priority=row.priority,
        category=row.category,
        asked_by=row.asked_by or "",
        days=(end - row.opened_at) // timedelta(days=1),
    )


def _days(
    actor: Actor, ids: list[int], period: Period, timezone: str
) -> tuple[tuple[int, int], ...]:
    """For each local day what the client's people and ours wrote to each other."""
    begin, end = period.limits(timezone)
    zone = ZoneInfo(timezone)
    shift = int(begin.timestamp()) % HALF_AN_HOUR
    uncounted = through(
        select(Case.id).where(Case.account_id.in_(ids), Case.kind != Kind.NORMAL), Case, actor
    )
    slot = ((Epoch(Message.occurred_at) - shift) // HALF_AN_HOUR).label("slot")
    statement = (
        select(slot, Message.side, func.count())
        .where(
            Message.account_id.in_(ids),
            Message.side.in_((Side.CLIENT, Side.STAFF)),
            Message.internal.is_(False),
            Message.occurred_at >= begin,
            Message.occurred_at < end,
            Message.case_id.not_in(uncounted),
        )
        .group_by(slot, Message.side)
    )
    counted: Counter[tuple[date, str]] = Counter()
    for number, side, n in db.session.execute(
        carrying(through(statement, Message, actor), uncounted)
    ):
        at = datetime.fromtimestamp(number * HALF_AN_HOUR + shift, zone)
        counted[at.date(), side] += n
    length = (period.ends_on - period.starts_on).days
    days = (period.starts_on + timedelta(days=index) for index in range(length))
    return tuple((counted[day, Side.CLIENT], counted[day, Side.STAFF]) for day in days)
