"""Whom we talk with (F26), and where all hangs on one person (F27), at the end of the period."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import Integer, and_, cast, func, select
from sqlalchemy.orm import aliased

from portal.accounts.doors import carrying
from portal.accounts.models import Account
from portal.cases.models import Case, Kind, Message, Side
from portal.db import db, opened, through
from portal.insights import local_days
from portal.insights.asked import Asked
from portal.insights.behind import deciding
from portal.insights.coverage import FEWEST, LATELY, MOST_PERCENT
from portal.insights.scope import Scope
from portal.insights.showing import Cell, Number, Table, link, number, rated
from portal.stakeholders.models import Stakeholder
from portal.web import filters
from portal.web.words import gettext as _

MOST = 50
WHY = "who wrote in cases of accounts that the reader sees whole"


@dataclass(frozen=True)
class Reach:
    """The figure, the deciding people or the accounts that lack some, and accounts on a single thread."""

    number: Number
    people: Table
    threads: Table | None


def reach(scope: Scope, asked: Asked) -> Reach:
    """Coverage of the reader's accounts: two statements."""
    people = _deciding(scope)
    said = _said(scope, asked)
    met = {row.person for row in said if row.both and row.person is not None}
    reached = [one for one in people if one.id in met]
    cell = rated(len(reached), len(people), link(asked, "F26") if reached else None)
    note = _("%(n)s of %(all)s", n=filters.number(len(reached)), all=filters.number(len(people)))
    figure = number("F26", cell, note, _("no deciding person is known"))
    table = _people(people, met) if scope.account else _gaps(people, met)
    return Reach(figure, table, _threads(asked, said) if scope.actor.is_staff else None)


def _deciding(scope: Scope) -> Sequence[Any]:
    s = Stakeholder
    columns = (s.id, s.name, s.job_title, Account.name.label("account"), Account.ref)
    wanted = select(*columns).join(Account, Account.id == s.account_id).where(s.id.in_(deciding()))
    wanted = through(through(wanted, s, scope.actor), Account, scope.actor)
    return db.session.execute(scope.narrowed(wanted, s.account_id).order_by(s.name, s.id)).all()


def _said(scope: Scope, asked: Asked) -> Sequence[Any]:
    """For each account and person of the client: messages in the 90 days, and whether staff wrote in the same case too.

    Counted by case first: cases and accounts are then looked up once for each. What was answered is a set of its own and no
    join: prepared for any days, PostgreSQL takes both sides of a join for a handful of rows.
    """
    m, ours = Message, aliased(Message)

    def lately(message: Any, side: Side) -> Any:
        within = local_days.shortly_before(
            message.occurred_at, scope.timezones, asked.end, LATELY, message.account_id
        )
        return and_(message.side == side, message.internal.is_(False), within)

    wrote = opened(select(ours.case_id).where(lately(ours, Side.STAFF)), Message, why=WHY)
    answered = scope.narrowed(wrote, ours.account_id)
    by = (m.account_id, m.case_id, m.author_stakeholder_id)
    counted = select(*by, func.count().label("n")).where(lately(m, Side.CLIENT)).group_by(*by)
    counted = scope.narrowed(through(counted, Message, scope.actor), m.account_id)
    sent = counted.subquery()
    columns = (
        *(Account.name, Account.ref, sent.c.author_stakeholder_id.label("person")),
        cast(func.sum(sent.c.n), Integer).label("n"),
        func.count().filter(sent.c.case_id.in_(answered)).label("both"),
    )
    wanted = (
        select(*columns)
        .join(Case, Case.id == sent.c.case_id)
        .join(Account, Account.id == sent.c.account_id)
        .where(Case.kind == Kind.NORMAL)
        .group_by(Account.id, sent.c.author_stakeholder_id)
    )
    wanted = through(carrying(wanted, counted, answered), Case, scope.actor)
    return db.session.execute(scope.cases(opened(wanted, Account, why=WHY))).all()


def _people(people: Sequence[Any], met: set[int]) -> Table:
    heads = (_("Person"), _("Part"), _("Talked with in 90 days"))
    rows = [
        (
            one.name,
            [
                Cell(one.job_title, one.job_title or "–"),
                Cell(int(one.id in met), _("yes") if one.id in met else _("no")),
            ],
        )
        for one in people[:MOST]
    ]
    return Table.of("people", _("Deciding people"), heads, rows)


def _gaps(people: Sequence[Any], met: set[int]) -> Table:
    """Accounts with deciding people whom nobody has talked with, those with most first."""
    wanted, reached = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for one in people:
        wanted[one.account, one.ref] += 1
        reached[one.account, one.ref] += one.id in met
    ordered = sorted(wanted, key=lambda key: (reached[key] - wanted[key], key))
    heads = (_("Account"), _("Deciding people"), _("Talked with in 90 days"))
    rows = []
    for name, ref in ordered[:MOST]:
        url = url_for("stakeholders.index", account=ref)
        n, of = reached[name, ref], wanted[name, ref]
        rows.append((name, [Cell(of, filters.number(of), url), Cell(n, filters.number(n), url)]))
    return Table.of("people", _("By account"), heads, rows)


def _threads(asked: Asked, said: Sequence[Any]) -> Table:
    """Accounts where one person sends nearly everything (F27)."""
    sent: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in said:
        sent[row.name, row.ref].append(row)
    heads = (_("Account"), _("Messages"), _("Of one person"), _("Share"))
    rows = []
    for (name, ref), lines in sorted(sent.items()):
        n = sum(row.n for row in lines)
        top = max((row.n for row in lines if row.person is not None), default=0)
        if n >= FEWEST and 100 * top > MOST_PERCENT * n:
            url = link(asked, "F27", account=ref) if not asked.account else link(asked, "F27")
            cells = [
                Cell(n, filters.number(n), url),
                Cell(top, filters.number(top), url),
                rated(top, n, url),
            ]
            rows.append((name, cells))
    return Table.of("threads", _("One person alone"), heads, rows[:MOST])
