"""From a foreign log to sorted rows: the mapping applied, every fault noted with its place."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from portal.imports.mapping import LogMapping
from portal.imports.problems import Problems, quoted
from portal.imports.progress import Progress
from portal.imports.reading import Row, read
from portal.imports.spool import LogRow, Spool

UNKNOWN_LIMIT = 1_000
ODDITIES = {
    "twice": "this wall time happened twice that day; the first of the two is taken",
    "never": "this wall time never happened (clocks went forward); moved on by the gap",
}
REST = ("staff", "stakeholder", "subject", "priority", "category", "channel", "body")


@dataclass
class LogReader:
    """Reads one log by one mapping into a spool."""

    path: Path
    mapping: LogMapping
    problems: Problems
    notes: Problems
    places: dict[str, int] = field(default_factory=dict)
    status_places: tuple[int, ...] = ()
    unknown: Counter[str] = field(default_factory=Counter)
    unknown_line: int = 0
    rows: int = 0

    def fill(self, spool: Spool, progress: Progress) -> None:
        """Read everything, so that all faults are told at once."""
        source = read(
            self.path,
            self.problems,
            encoding=self.mapping.encoding,
            delimiter=self.mapping.delimiter,
        )
        header = next(source, None)
        if header is None or not self._find_columns(header):
            return
        for row in source:
            self.rows += 1
            progress.at("reading rows", self.rows)
            self._take(row, spool)
        self._tell_unknown()
        if not self.rows and not self.problems.count:
            self.problems.add(self.path.name, 1, "", "the log holds no rows")

    def _find_columns(self, header: Row) -> bool:
        line, names = header
        for column in self.mapping.named_columns:
            if column not in names:
                has = ", ".join(names)
                text = f"the log has no such column; it has {quoted(has)}"
                self.problems.add(self.path.name, line, column, text)
            elif names.count(column) > 1:
                self.problems.add(
                    self.path.name, line, column, "stands twice in the header; which is meant?"
                )
        if self.problems.count:
            return False
        self.places = {key: names.index(column) for key, column in self.mapping.columns.items()}
        self.status_places = tuple(names.index(column) for column in self.mapping.status_columns)
        return True

    def _take(self, row: Row, spool: Spool) -> None:
        line, cells = row
        case = self._cell(cells, "case")
        if case is None:
            self._fault(line, self.mapping.columns["case"], "is empty; every row belongs to a case")
        at = self._stamp(line, cells)
        activity = "/".join(cells[place] for place in self.status_places)
        status = self.mapping.status.get(activity)
        if status is None:
            self._note_unknown(line, activity)
        if case is None or at is None or status is None:
            return
        rest = {key: self._cell(cells, key) for key in REST if key in self.places}
        spool.add(
            case,
            LogRow(line, at, activity, status.value, self._cell(cells, "account"), **rest),
        )

    def _cell(self, cells: list[str], key: str) -> str | None:
        value = cells[self.places[key]].strip()
        return None if value in self.mapping.null else value

    def _stamp(self, line: int, cells: list[str]) -> datetime | None:
        column = self.mapping.columns["at"]
        text = self._cell(cells, "at")
        if text is None:
            self._fault(line, column, "is empty; every row needs its instant")
            return None
        try:
            stamp, oddity = self.mapping.stamps.read(text)
        except (ValueError, OverflowError):
            form = self.mapping.stamps.pattern
            self._fault(line, column, f"{quoted(text)} is not an instant written as {form}")
            return None
        if oddity:
            self.notes.add(self.path.name, line, column, f"{quoted(text)}: {ODDITIES[oddity]}")
        return stamp

    def _note_unknown(self, line: int, activity: str) -> None:
        self.unknown_line = self.unknown_line or line
        if activity in self.unknown or len(self.unknown) < UNKNOWN_LIMIT:
            self.unknown[activity] += 1

    def _tell_unknown(self) -> None:
        if not self.unknown:
            return
        column = "/".join(self.mapping.status_columns)
        values = ", ".join(f"{quoted(v)} ({n} rows)" for v, n in self.unknown.most_common(100))
        more = len(self.unknown) - 100
        rest = f" and {more} more" if more > 0 else ""
        text = f"values missing from [status] of the mapping: {values}{rest}"
        self._fault(self.unknown_line, column, text)

    def _fault(self, line: int, column: str, text: str) -> None:
        self.problems.add(self.path.name, line, column, text)
