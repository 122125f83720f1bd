"""Sorting a log that may be larger than memory: a temporary SQLite file, gone afterwards.

SQLite sorts by merging runs on disk, so memory stays within its page cache whatever the log's size.
"""

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from types import TracebackType

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class LogRow:
    """One row of a log: `at` in whole seconds, `status` in our words, `activity` in theirs."""

    line: int
    at: datetime
    activity: str
    status: str
    account: str | None = None
    staff: str | None = None
    stakeholder: str | None = None
    subject: str | None = None
    priority: str | None = None
    category: str | None = None
    channel: str | None = None
    body: str | None = None


class Spool:
    """Takes rows in any order and gives them back case by case, by instant and place in the file."""

    def __enter__(self) -> "Spool":
        self.folder = tempfile.TemporaryDirectory(prefix="import-log-")
        self.file = sqlite3.connect(Path(self.folder.name) / "rows.sqlite", isolation_level=None)
        for pragma in (
            "journal_mode=off",
            "synchronous=off",
            "temp_store=file",
            "cache_size=-32768",
        ):
            self.file.execute(f"pragma {pragma}")
        self.file.execute("create table rows (case_id text, at integer, line integer, cells text)")
        self.file.execute("begin")
        self.waiting: list[tuple[str, int, int, str]] = []
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.file.close()
        self.folder.cleanup()

    def add(self, case: str, row: LogRow) -> None:
        """Put one row down; its sort key keeps the fractions of a second that the row drops."""
        cells = {k: v for k, v in asdict(row).items() if v is not None and k not in ("line", "at")}
        stamp = (row.at - EPOCH) // MICROSECOND
        self.waiting.append((case, stamp, row.line, json.dumps(cells, ensure_ascii=False)))
        if len(self.waiting) >= BATCH:
            self._write()

    def _write(self) -> None:
        self.file.executemany("insert into rows values (?, ?, ?, ?)", self.waiting)
        self.waiting.clear()

    def cases(self) -> Iterator[tuple[str, list[LogRow]]]:
        """Every case with its rows in order; holds the rows of one case at a time."""
        self._write()
        ordered = self.file.execute(
            "select case_id, at, line, cells from rows order by case_id, at, line"
        )
        for case, rows in groupby(ordered, key=lambda row: str(row[0])):
            yield case, [_row(at, line, cells) for _, at, line, cells in rows]


def _row(at: int, line: int, cells: str) -> LogRow:
    stamp = EPOCH + timedelta(seconds=at // 1_000_000)
    return LogRow(line=line, at=stamp, **json.loads(cells))
