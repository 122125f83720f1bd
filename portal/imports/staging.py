"""The rows of a folder in temporary tables of the database itself, checked one by one on the way in.

Memory holds a few thousand rows whatever the files' size; the database joins the rest.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

from portal.cases.models import Origin, Status
from portal.db import UtcDateTime
from portal.events import Event
from portal.imports.bulk import analyse, connection, write
from portal.imports.columns import LAYOUTS, Layout
from portal.imports.problems import Problems, quoted
from portal.imports.progress import Progress
from portal.imports.reading import Row, read

CHUNK = 5_000
DAYS = {"contract_start", "contract_renewal"}
FLAGS = {"portal_access", "active", "reopened", "escalated", "visibility"}
NUMBERS = {"annual_value_eur", "amount", "score"}
KNOWN = ("staff", "accounts", "stakeholders", "orders", "cases")
Values = list[Any]


@dataclass
class Staging:
    """The temporary tables of one import; `rows` counts what each file brought."""

    source: str
    metadata: MetaData = field(default_factory=MetaData)
    tables: dict[str, Table] = field(default_factory=dict)
    known: dict[str, Table] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)

    def create(self) -> None:
        """Make them all; they end with the transaction or by `drop`."""
        for layout in LAYOUTS:
            columns = [Column(name, _type(name)) for name in layout.readers]
            self.tables[layout.name] = self._table(layout.name, *columns)
        self.tables["participants"] = self._table(
            "participants", Column("case_id", Text), Column("stakeholder_id", Text)
        )
        payload = Event.__table__.c.payload.type
        self.tables["happened"] = self._table(
            "happened",
            Column("case_id", Text),
            Column("kind", Text),
            Column("occurred_at", UtcDateTime),
            Column("payload", payload),
        )
        for name in KNOWN:
            own = Column("own_id", Text, primary_key=True)
            self.known[name] = self._table(f"known_{name}", own, Column("account", Text))
        self.metadata.create_all(connection(), checkfirst=False)

    def _table(self, name: str, *columns: Column[Any]) -> Table:
        line = [] if name.startswith("known") else [Column("line", Integer)]
        return Table(f"import_{name}", self.metadata, *line, *columns, prefixes=["TEMPORARY"])

    def index(self) -> None:
        """Index the ids, once the rows are in."""
        for layout in LAYOUTS:
            table = self.tables[layout.name]
            if layout.name in self.rows and layout.name != "messages":
                Index(f"ix_import_{layout.name}", table.c[layout.key]).create(connection())
        analyse(*self.tables.values())

    def drop(self) -> None:
        """Take the temporary tables away, so that the connection can be used again."""
        self.metadata.drop_all(connection(), checkfirst=False)


def _type(column: str) -> TypeEngine[Any] | type[TypeEngine[Any]]:
    if column.endswith("_at") or column == "first_response_due":
        return UtcDateTime()
    if column in DAYS:
        return Date
    if column in FLAGS:
        return Boolean
    return Integer if column in NUMBERS else Text


def stage_folder(folder: Path, staging: Staging, problems: Problems, progress: Progress) -> None:
    """Read every file of the folder that the product knows; note every fault of every row."""
    for layout in LAYOUTS:
        path = folder / layout.file
        if path.exists():
            staging.rows[layout.name] = _FileStager(layout, staging, problems).take(path, progress)
    known = {layout.file for layout in LAYOUTS}
    for path in sorted(folder.glob("*.csv")):
        if path.name not in known:
            text = f"not a file of an import; known are {', '.join(sorted(known))}"
            problems.add(path.name, 1, "", text)
    if not staging.rows and not problems.count:
        problems.add(folder.name, 1, "", f"the folder holds none of {', '.join(sorted(known))}")


class _FileStager:
    """Brings one file into its table."""

    def __init__(self, layout: Layout, staging: Staging, problems: Problems) -> None:
        self.layout, self.staging, self.problems = layout, staging, problems
        self.count = 0

    def take(self, path: Path, progress: Progress) -> int:
        """Stage the file; answers how many rows it has."""
        source = read(path, self.problems)
        header = next(source, None)
        if header is None or not self._fits(header):
            return 0
        names = header[1]
        self.staging.columns[self.staging.tables[self.layout.name].name] = names
        readers = self.layout.readers
        plan = [(name, readers[name]) for name in names]
        for chunk in _chunks(self._rows(source, plan)):
            self._write(names, chunk)
            progress.at(f"reading {self.layout.file}", self.count)
        return self.count

    def _fits(self, header: Row) -> bool:
        line, names = header
        found = self.problems.count
        for name in names:
            if name not in self.layout.readers:
                self._fault(
                    line, name, "unknown column; known are " + ", ".join(self.layout.readers)
                )
            elif names.count(name) > 1:
                self._fault(line, name, "stands twice in the header")
        for name in self.layout.columns:
            if name not in names:
                self._fault(line, name, "the column is missing")
        return self.problems.count == found

    def _rows(self, source: Iterator[Row], plan: Sequence[tuple[str, Any]]) -> Iterator[Values]:
        check = self.layout.check
        names = [name for name, _ in plan]
        for line, cells in source:
            self.count += 1
            values: Values = [line]
            for (name, reader), cell in zip(plan, cells, strict=True):
                try:
                    values.append(reader(cell))
                except ValueError as error:
                    self._fault(line, name, str(error))
            if len(values) <= len(names):
                continue
            if wrong := check(dict(zip(names, values[1:], strict=True))):
                self._fault(line, *wrong)
            yield values

    def _fault(self, line: int, column: str, text: str) -> None:
        self.problems.add(self.layout.file, line, column, text)

    def _write(self, names: Sequence[str], chunk: list[Values]) -> None:
        write(self.staging.tables[self.layout.name].name, ["line", *names], chunk)
        if self.layout.name == "cases":
            rows = [(row[0], dict(zip(names, row[1:], strict=True))) for row in chunk]
            people = (p for line, case in rows for p in self._participants(line, case))
            write("import_participants", ["line", "case_id", "stakeholder_id"], people)
            columns = ["line", "case_id", "kind", "occurred_at", "payload"]
            told = ((line, *event) for line, case in rows for event in lifecycle(case))
            write("import_happened", columns, told)

    def _participants(self, line: int, case: dict[str, Any]) -> Iterator[tuple[int, str, str]]:
        people = [p for p in (case["opened_by"], *case["participants"].split(";")) if p]
        for person in dict.fromkeys(people):
            if person != person.strip():
                self._fault(line, "participants", f"{quoted(person)} is not an id")
            yield line, case["case_id"], person


def lifecycle(case: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """The events that a row of cases.csv proves: those whose instant it names."""
    opening = {name: case[name] for name in ("channel", "priority", "category")}
    own_id = case["case_id"]
    payload = json.dumps({**opening, "origin": Origin.CLIENT.value}, ensure_ascii=False)
    yield own_id, "CaseOpened", case["created_at"], payload
    if case["status"] in (Status.RESOLVED, Status.CLOSED) and case["resolved_at"]:
        payload = json.dumps({"old": Status.OPEN.value, "reason": ""})
        yield own_id, "CaseResolved", case["resolved_at"], payload
    if case["status"] == Status.CLOSED and case["closed_at"]:
        payload = json.dumps({"old": Status.RESOLVED.value, "reason": ""})
        yield own_id, "CaseClosed", case["closed_at"], payload


def _chunks(rows: Iterator[Values]) -> Iterator[list[Values]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk
