"""The tables of who answers for what and has how much on the desk; in the present language."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from portal.insights.definitions import name_of
from portal.insights.showing import Cell, Table, rated
from portal.insights.standings import promises
from portal.insights.sum import added
from portal.reviews.phrasing import Say, plain
from portal.reviews.portfolio.cells import NAME, count, words
from portal.reviews.portfolio.facts import Desk, Entry, Portfolio
from portal.reviews.words import gettext as _


def managers(portfolio: Portfolio, say: Say) -> Table:
    """Each account manager's accounts together, the one with most that need attention first."""
    mine: dict[int | None, list[Entry]] = defaultdict(list)
    for one in portfolio.entries:
        mine[one.account.manager_id].append(one)
    first = (_("Account manager"), _("Accounts"), _("Need attention"), _("Open at the end"))
    heads = (*first, name_of("F1"), _("Promises kept"), _("n"), _("Missed"), name_of("F18"), _("n"))
    rows = [
        (plain(several[0].manager, NAME) or _("nobody"), _managed(several, say))
        for several in sorted(mine.values(), key=_pressed)
    ]
    return Table.of("managers", _("By account manager"), heads, rows)


def _pressed(several: Sequence[Entry]) -> tuple[Any, ...]:
    needing = sum(one.needs_attention for one in several)
    return -needing, -len(several), several[0].manager


def _managed(several: Sequence[Entry], say: Say) -> list[Cell]:
    now = added(one.standing.now for one in several)
    kept, decided = promises(now)
    csat = [one.standing.figures["F18"] for one in several]
    good, said = (sum(one[part] for one in csat) for part in ("numerator", "denominator"))
    return [
        count(len(several), say),
        count(sum(one.needs_attention for one in several), say),
        count(sum(one.standing.work.total for one in several), say),
        count(now.counts["opened"], say),
        rated(kept, decided),
        count(decided, say),
        count(decided - kept, say),
        rated(good, said),
        count(said, say),
    ]


def people(portfolio: Portfolio, say: Say) -> Table:
    """What each person had open at the instant of the figures and did in the period, the most open cases first."""
    heads = (_("Person"), _("Team"), _("Still open"), _("Overdue"), name_of("F6"), name_of("F2"))
    rows = [(plain(one.name, NAME), _desk(one, say)) for one in portfolio.desks]
    return Table.of("people", _("By person"), heads, rows)


def _desk(one: Desk, say: Say) -> list[Cell]:
    counts = (one.work.open, one.work.overdue, one.work.first, one.work.done)
    return [words(plain(one.team, NAME)), *(count(n, say) for n in counts)]
