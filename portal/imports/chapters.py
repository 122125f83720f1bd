"""Which rows of a log are new, case by case, beside what earlier imports brought."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.cases.models import Case
from portal.db import db, opened
from portal.events import Event
from portal.imports.events import ActivityLogged
from portal.imports.history import CaseState, PastChanged, last_value, unknown_rows
from portal.imports.parties import WHY
from portal.imports.problems import Problems, quoted
from portal.imports.spool import LogRow

Grouped = tuple[str, list[LogRow]]


@dataclass
class Chapter:
    """One case and those of its rows that are new; `account` None: the case stays where it is."""

    source_id: str
    rows: list[LogRow]
    new: list[tuple[LogRow, str]]
    case: Case | None
    account: str | None
    number: int = 0
    account_id: int = 0
    state: CaseState = field(default_factory=CaseState)

    @property
    def fresh(self) -> list[LogRow]:
        """The new rows without their prints."""
        return [row for row, _ in self.new]


@dataclass
class ChapterFinder:
    """Compares grouped rows with the event log; `skipped` counts the rows already there, `notes` name those left out."""

    source: str
    file: str
    columns: Any
    problems: Problems
    notes: Problems
    skipped: int = 0

    def find(self, batch: Sequence[Grouped]) -> Iterator[Chapter]:
        """The cases with new rows; rows before what is there, or without account, are problems."""
        cases = self._cases([source_id for source_id, _ in batch])
        prints = self._prints([case.id for case in cases.values()])
        for source_id, rows in batch:
            case = cases.get(source_id)
            known, last = prints.get(case.id, (set(), None)) if case else (set(), None)
            try:
                new = unknown_rows(rows, known, last)
            except PastChanged as changed:
                self._tell_past(source_id, changed.row)
                continue
            self.skipped += len(rows) - len(new)
            account = last_value(rows, "account")
            if new and account is None and case is None:
                text = f"no row of {quoted(source_id)} names its account"
                self.problems.add(self.file, rows[-1].line, self.columns["account"], text)
            elif new and case is not None and case.merged_into_id is not None:
                self._tell_gone(source_id, new[0][0], len(new))
            elif new:
                yield Chapter(source_id, rows, new, case, account)

    def _tell_gone(self, source_id: str, row: LogRow, number: int) -> None:
        text = f"{quoted(source_id)} became part of another case here (C4); rows left out: {number}"
        self.notes.add(self.file, row.line, self.columns["case"], text)

    def _tell_past(self, source_id: str, row: LogRow) -> None:
        text = (
            f"this row of {quoted(source_id)} lies before what was imported earlier; "
            "imported history is not rewritten"
        )
        self.problems.add(self.file, row.line, self.columns["at"], text)

    def _cases(self, source_ids: list[str]) -> dict[str, Case]:
        statement = Case.unscoped(WHY).where(
            Case.source == self.source, Case.source_id.in_(source_ids)
        )
        cases: Any = db.session.scalars(statement)
        return {str(case.source_id): case for case in cases}

    def _prints(self, case_ids: list[int]) -> dict[int, tuple[set[str], datetime]]:
        statement = (
            select(Event.case_id, Event.occurred_at, Event.payload)
            .where(Event.case_id.in_(case_ids), Event.kind == ActivityLogged.__name__)
            .order_by(Event.occurred_at)
        )
        known: dict[int, set[str]] = {}
        last: dict[int, datetime] = {}
        for case_id, at, payload in db.session.execute(opened(statement, Event, why=WHY)):
            known.setdefault(case_id, set()).add(payload["row"])
            last[case_id] = at
        return {case_id: (rows, last[case_id]) for case_id, rows in known.items()}
