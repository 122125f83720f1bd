"""The lists of cases in a review, each case as it stood at the as-of instant (C2).

Which cases are listed, and their dates, states and priorities, come from what had been recorded by then. What keeps no
history is read as it is now: subject, category, who asked for it, whether it is confidential.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from portal.accounts.doors import carrying
from portal.cases.models import OPEN, Case, Status
from portal.db import through
from portal.events import Event
from portal.insights.gathering import Gathered
from portal.insights.history import CaseHistory, Turn
from portal.insights.reading import Span, by_ids, standing_then
from portal.reviews.content import ROWS, CaseLine, MissLine
from portal.reviews.exceptional import MOST
from portal.reviews.figures import Figures
from portal.stakeholders.models import Stakeholder

OLDEST = 5
MOST_MISSES = 80
DAY = 86_400
TURNED = ("CaseReopened", "StatusChanged")
MOVES = (*TURNED, "CaseResolved", "CaseCancelled", "CaseClosed", "CaseMerged")


@dataclass(frozen=True)
class CaseLists:
    """What was read about the cases of a review, and which of them no document for several people may name.

    `span` is how it was read; `begin` and `end` are the period's in seconds.
    """

    span: Span
    gathered: Gathered
    confidential: frozenset[str]
    begin: int
    end: int
    zone: ZoneInfo

    @cached_property
    def known(self) -> dict[str, CaseHistory]:
        """The histories by reference."""
        return {case.ref: case for case in self.gathered.histories}

    @cached_property
    def concerned(self) -> list[CaseHistory]:
        """Cases opened or resolved in the period."""
        return [case for case in self.gathered.histories if self._concerns(case)]

    def _concerns(self, case: CaseHistory) -> bool:
        if self.begin <= case.opened_at < self.end:
            return True
        return any(
            step.turn is Turn.RESOLVED and self.begin <= step.at < self.end for step in case.steps
        )

    def counts(self) -> tuple[int, int]:
        """How many of them may be named, and how many are confidential."""
        hidden = sum(case.ref in self.confidential for case in self.concerned)
        return len(self.concerned) - hidden, hidden

    def cases(self) -> tuple[CaseLine, ...]:
        """Those that may be named: open ones first when the list must be cut, shown by opening."""
        named = [case for case in self.concerned if case.ref not in self.confidential]
        ids = self.gathered.ids
        named.sort(key=lambda case: (not case.is_open, -case.opened_at, -ids[case.ref]))
        found = self.lines(case.ref for case in named[:ROWS])
        return tuple(sorted(found.values(), key=lambda line: (line.opened_on, line.ref)))

    def oldest(self, figures: Figures) -> tuple[CaseLine, ...]:
        """The five oldest of F4 that may be named."""
        refs = [ref for ref in figures.open_refs if ref not in self.confidential]
        refs.sort(key=lambda ref: (self.known[ref].opened_at, self.gathered.ids[ref]))
        return tuple(self.lines(refs[:OLDEST]).values())

    def misses(self, figures: Figures) -> tuple[MissLine, ...]:
        """The misses of cases that may be named, the first of a long list."""
        first = figures.misses[:MOST_MISSES]
        found = self.lines(dict.fromkeys(miss.case for miss in first))
        return tuple(
            MissLine(
                miss.case,
                found[miss.case].subject,
                miss.target.rstrip(" 0123456789"),
                datetime.fromisoformat(miss.at),
                miss.cause,
            )
            for miss in first
            if miss.case in found
        )

    def notable(self, names: Sequence[str]) -> tuple[CaseLine, ...]:
        """Of these the ones that may be named, the first of a long list."""
        named = [name for name in names if name in self.known and name not in self.confidential]
        return tuple(self.lines(named[:MOST]).values())

    def lines(self, refs: Iterable[str]) -> dict[str, CaseLine]:
        """A line for each of some cases that may be named, in their order."""
        wanted = [ref for ref in refs if ref not in self.confidential]
        ids = {self.gathered.ids[ref]: ref for ref in wanted}
        rows = {row.ref: row for row in by_ids(ids, self._rows)}
        told = defaultdict[int, list[Any]](list)
        for row in by_ids(ids, self._told):
            told[row.case_id].append(row)
        return {
            ref: self._line(rows[ref], self.known[ref], told[rows[ref].id])
            for ref in wanted
            if ref in rows
        }

    def _rows(self, some: Any) -> Any:
        columns = (
            *(Case.id, Case.ref, func.substr(Case.subject, 1, 500).label("subject")),
            *(Case.status, Case.category, Stakeholder.name.label("asked_by")),
        )
        statement = select(*columns).outerjoin(Stakeholder, Stakeholder.id == Case.opened_by_id)
        statement = standing_then(self.span, statement.where(Case.id.in_(some)))
        return carrying(statement, through(select(Stakeholder.id), Stakeholder, self.span.actor))

    def _told(self, some: Any) -> Any:
        """What moved the cases between states, in order; also what was recorded too late to be known."""
        known = (Event.recorded_at <= self.span.as_of).label("known")
        old, new = (Event.payload[name].as_string().label(name) for name in ("old", "new"))
        statement = select(Event.case_id, Event.id, Event.kind, old, new, known).where(
            Event.kind.in_(MOVES), Event.case_id.in_(some)
        )
        return self.span.of(statement, Event).order_by(Event.occurred_at, Event.id)

    def _line(self, row: Any, case: CaseHistory, told: Sequence[Any]) -> CaseLine:
        priorities = (case.priority, *(value for _at, value in case.priorities))
        return CaseLine(
            ref=row.ref,
            subject=row.subject,
            opened_on=self._day(case.opened_at),
            resolved_on=None if (at := resolved_at(case)) is None else self._day(at),
            status=status_of(case, told, row.status),
            priority=priorities[-1],
            category=row.category,
            asked_by=row.asked_by or "",
            days=(self.end - case.opened_at) // DAY,
        )

    def _day(self, at: int) -> date:
        return datetime.fromtimestamp(at, self.zone).date()


def resolved_at(case: CaseHistory) -> int | None:
    """The instant of the resolution that still stands, if one does."""
    last = case.steps[-1] if case.steps else None
    return last.at if last is not None and last.turn is Turn.RESOLVED else None


def status_of(case: CaseHistory, told: Sequence[Any], now: str) -> str:
    """The state that a case was known to be in: whether it was finished as the figures say, in which way as the log says.

    `told` are its moves in order. Where none was known, what the first one recorded later says was before; else `now`.
    """
    kinds = [row.kind for row in told if row.known]
    if not case.is_open:
        if case.steps[-1].turn is Turn.CANCELLED:
            return Status.CANCELLED
        return Status.CLOSED if kinds[-1:] == ["CaseClosed"] else Status.RESOLVED
    known = [row.new for row in told if row.known and row.kind in TURNED]
    later = [(row.id, row.old) for row in told if not row.known and row.old in OPEN]
    then = known[-1] if known else min(later)[1] if later else now
    return Status(then) if then in OPEN else Status.OPEN
