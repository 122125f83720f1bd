"""Who has how much on their desk, and what they did in the period: by person and by team, for staff."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select

from portal import clock
from portal.cases.models import IS_OPEN, Case, Kind
from portal.db import db, through
from portal.identity.models import User
from portal.insights.asked import Asked
from portal.insights.behind import NONE
from portal.insights.definitions import name_of
from portal.insights.scope import Scope
from portal.insights.showing import Cell, Table, counted
from portal.insights.sum import Sum
from portal.web.words import gettext as _

MOST = 50
NOBODY = 0


@dataclass
class Work:
    """Open and overdue now, first answers and solutions in the period."""

    open: int = 0
    overdue: int = 0
    first: int = 0
    done: int = 0

    def add(self, other: "Work") -> None:
        """Add another person's."""
        self.open += other.open
        self.overdue += other.overdue
        self.first += other.first
        self.done += other.done


def workload(scope: Scope, asked: Asked, period: Sum) -> tuple[Table, Table]:
    """By team and by person, the most open cases first; two statements besides the sums."""
    found, people = desks(scope, period)
    teams: dict[str, Work] = defaultdict(Work)
    for user_id, work in found.items():
        teams[people.get(user_id, ("", ""))[1]].add(work)
    by_person = [
        (
            people[user_id][0] if user_id in people else _("nobody"),
            _cells(asked, work, staff=str(user_id)),
        )
        for user_id, work in list(found.items())[:MOST]
    ]
    by_team = [
        (team or _("no team"), _cells(asked, work, owners=team or NONE, first_too=False))
        for team, work in sorted(teams.items(), key=lambda one: (-one[1].open, one[0]))
    ]
    names = [name_of("open"), name_of("overdue"), name_of("F6"), name_of("F2")]
    return (
        Table.of("teams", _("By team"), (_("Team"), *names), by_team),
        Table.of("people", _("By person"), (_("Person"), *names), by_person),
    )


def desks(
    scope: Scope, period: Sum, at: dict[int, Work] | None = None
) -> tuple[dict[int, Work], dict[int, tuple[str, str]]]:
    """Each person's work by their id, the most open cases first, and their names and teams.

    `at` is what lay open at another instant than now.
    """
    found = _open_now(scope) if at is None else at
    for kind in ("first", "done"):
        for user, n in period.named(kind):
            setattr(found[int(user)], kind, n)
    ordered = sorted(found.items(), key=lambda one: (-one[1].open, -one[1].done, one[0]))
    return dict(ordered), _people(found)


def _cells(asked: Asked, work: Work, *, first_too: bool = True, **which: Any) -> list[Cell]:
    first = counted(asked, "F6", work.first, **which)
    return [
        counted(asked, "open", work.open, **which),
        counted(asked, "overdue", work.overdue, **which),
        first if first_too else Cell(first.value, first.text),
        counted(asked, "F2", work.done, **which),
    ]


def _open_now(scope: Scope) -> dict[int, Work]:
    late = func.sum(case((Case.due_order < clock.now(), 1), else_=0))
    wanted = select(Case.owner_id, func.count(), late).where(IS_OPEN, Case.kind == Kind.NORMAL)
    statement = scope.cases(through(wanted.group_by(Case.owner_id), Case, scope.actor))
    found: dict[int, Work] = defaultdict(Work)
    for owner_id, n, overdue in db.session.execute(statement):
        found[owner_id or NOBODY] = Work(n, int(overdue))
    return found


def _people(found: Mapping[int, Work]) -> dict[int, tuple[str, str]]:
    wanted = select(User.id, User.name, User.team).where(User.id.in_(found.keys()))
    return {row.id: (row.name, row.team) for row in db.session.execute(wanted)}
