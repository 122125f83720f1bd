"""Reads all that a review prints, for a named actor and through the doors."""

import gc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select

from portal.accounts.doors import carrying
from portal.accounts.models import Account
from portal.actor import Actor
from portal.cases.models import Case, Kind, Message, Side
from portal.db import db
from portal.db.instants import Epoch
from portal.events import Event
from portal.identity.models import User
from portal.insights.gathering import Gathered
from portal.insights.queries import PeriodsRead, read_periods
from portal.insights.reading import Span, seconds, standing_then
from portal.reviews import surroundings
from portal.reviews.case_lists import CaseLists
from portal.reviews.content import Material, Month, Rule
from portal.reviews.credits import without_idle_values
from portal.reviews.definitions import in_english
from portal.reviews.evidence import evidence_of, shown
from portal.reviews.exceptional import exceptional
from portal.reviews.figures import Figures
from portal.reviews.lasting_rows import lasting_of
from portal.reviews.periods import Period

HALF_AN_HOUR = 1800
"""Days of every zone begin on a grid of half-hours; where it lies, the period's own beginning says."""


@dataclass(frozen=True)
class Read:
    """A review's material, and the number of each case by the name that its rows give it."""

    material: Material
    cases: Mapping[str, int]


def material_for(
    actor: Actor, account: Account, period: Period, as_of: datetime, *, children: bool = False
) -> Material:
    """Figures, lists and daily messages of one account and period as known at an instant (C2)."""
    return read_for(actor, account, period, as_of, children=children).material


def read_for(
    actor: Actor, account: Account, period: Period, as_of: datetime, *, children: bool = False
) -> Read:
    """The same, with which case each of its rows is about."""
    below = _below(actor, account) if children else []
    ids = [account.id, *(child.id for child in below)]
    limits = period.limits(account.timezone)
    span = _span(actor, ids, limits, as_of)
    with _no_search_for_garbage():
        now, previous, months, read = _figures(actor, account, period, as_of, children)
        lists = _lists(read, limits, account.timezone)
        evidence, names = evidence_of(
            read.gathered.histories,
            read.gathered.decisions,
            lists.confidential,
            _escalated(span, read.gathered),
        )
        then = _then(span, read.span)
        lasting = lasting_of(then, lists.zone, read.gathered, names)
    material = Material(
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
        rules=tuple(Rule(*rule) for rule in in_english()),
        evidence=evidence,
        lasting=lasting,
        beside=surroundings.beside_of(then, account, period),
    )
    cases = {names(ref): number for ref, number in read.gathered.ids.items()}
    return Read(without_idle_values(_listed(material, span, lists, now)), cases)


def _listed(material: Material, span: Span, lists: CaseLists, now: Figures) -> Material:
    """The material with its days and its lists of cases; `now` are the figures that name every case."""
    named, confidential = lists.counts()
    found = exceptional(material.evidence, lists.begin, lists.end)
    return replace(
        material,
        days=_days(span, material.period, material.timezone),
        oldest=lists.oldest(now),
        cases=lists.cases(),
        case_total=named,
        confidential=confidential,
        excluded=_excluded(span),
        missed=lists.misses(now),
        notable=lists.notable([one.name for one in found]),
    )


def _span(actor: Actor, ids: list[int], limits: tuple[datetime, datetime], as_of: datetime) -> Span:
    return Span(actor=actor, account_ids=ids, begin=limits[0], end=limits[1], as_of=as_of)


def _then(span: Span, read: Span) -> Span:
    """A span that looks back as far as what was read for the figures."""
    return replace(span, past=read.past, parted=read.parted)


def _escalated(span: Span, gathered: Gathered) -> dict[str, Sequence[tuple[int, str]]]:
    found = surroundings.escalations(span)
    return {ref: found[case_id] for ref, case_id in gathered.ids.items() if case_id in found}


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
) -> tuple[Figures, Figures, list[tuple[Period, Figures]], PeriodsRead]:
    """Of the period, of the one before and of each month inside, from one reading; and what was read."""
    months = period.months()
    asked = [period, period.previous, *(months if len(months) > 1 else ())]
    days = [(each.starts_on, each.ends_on) for each in asked]
    read = read_periods(actor, account, days, as_of, children)
    now, previous, *inside = (
        Figures.of({name: figure.data for name, figure in found.items()}) for found in read.figures
    )
    return now, previous, list(zip(months, inside or [now], strict=True)), read


def _lists(read: PeriodsRead, limits: tuple[datetime, datetime], timezone: str) -> CaseLists:
    begin, end = map(seconds, limits)
    hidden = _confidential(read.span)
    return CaseLists(read.span, read.gathered, hidden, begin, end, ZoneInfo(timezone))


def _confidential(span: Span) -> frozenset[str]:
    """The references of cases that no document for several people may name; those too that were merged since."""
    statement = select(Case.ref).where(Case.confidential.is_(True))
    return frozenset(db.session.scalars(standing_then(span, statement)))


def _name(user_id: int | None) -> str:
    return db.session.scalar(select(User.name).where(User.id == user_id)) or "" if user_id else ""


def _excluded(span: Span) -> int:
    """Cases opened or resolved in the period that are in no figure."""
    resolved = select(Event.case_id).where(
        Event.kind == "CaseResolved",
        span.during(Event.occurred_at),
        Event.recorded_at <= span.as_of,
    )
    resolved = span.of(resolved, Event)
    statement = select(func.count()).where(
        Case.kind != Kind.NORMAL,
        Case.recorded_at <= span.as_of,
        or_(span.during(Case.opened_at), Case.id.in_(resolved)),
    )
    return db.session.scalar(carrying(span.of(statement, Case), resolved)) or 0


def _days(span: Span, period: Period, timezone: str) -> tuple[tuple[int, int], ...]:
    """For each local day what the client's people and ours wrote to each other."""
    zone = ZoneInfo(timezone)
    shift = seconds(span.begin) % HALF_AN_HOUR
    uncounted = span.of(select(Case.id).where(Case.kind != Kind.NORMAL), Case)
    slot = ((Epoch(Message.occurred_at) - shift) // HALF_AN_HOUR).label("slot")
    statement = (
        select(slot, Message.side, func.count())
        .where(
            Message.side.in_((Side.CLIENT, Side.STAFF)),
            Message.internal.is_(False),
            span.during(Message.occurred_at),
            Message.recorded_at <= span.as_of,
            Message.case_id.not_in(uncounted),
        )
        .group_by(slot, Message.side)
    )
    counted: Counter[tuple[date, str]] = Counter()
    for number, side, n in db.session.execute(carrying(span.of(statement, Message), uncounted)):
        at = datetime.fromtimestamp(number * HALF_AN_HOUR + shift, zone)
        counted[at.date(), side] += n
    length = (period.ends_on - period.starts_on).days
    days = (period.starts_on + timedelta(days=index) for index in range(length))
    return tuple((counted[day, Side.CLIENT], counted[day, Side.STAFF]) for day in days)
