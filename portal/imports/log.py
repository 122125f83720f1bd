"""`portal import-log`: another help desk's history, described by a mapping file."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from portal.db import transaction
from portal.imports.log_cases import CaseWriter
from portal.imports.log_rows import LogReader
from portal.imports.mapping import LogMapping
from portal.imports.problems import Problems
from portal.imports.progress import Progress
from portal.imports.spool import LogRow, Spool

BATCH = 400


@dataclass
class LogResult:
    """What one run added; `skipped` rows of the log had been imported before."""

    accounts: int = 0
    cases: int = 0
    events: int = 0
    staff: int = 0
    reopens: int = 0
    skipped: int = 0
    problems: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """In the shape of the contract."""
        return asdict(self)


def import_log(
    path: Path,
    mapping: LogMapping,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    notes: Problems | None = None,
) -> LogResult:
    """Import a log, all or nothing; with `dry_run` do the same and take it back.

    Rows imported before are skipped, so repeating changes nothing and a longer log adds what is new.
    `notes` collects oddities that do not stop an import. Raises: ImportRefused.
    """
    progress = progress or Progress(shown=False)
    problems, notes = Problems(), Problems() if notes is None else notes
    with Spool() as spool:
        LogReader(path, mapping, problems, notes).fill(spool, progress)
        problems.refuse_if_any()
        result = LogResult()
        with all_or_nothing(dry_run=dry_run):
            writer = CaseWriter(mapping, path.name, problems, notes, result)
            for done, batch in enumerate(_batches(spool.cases()), 1):
                writer.write(batch)
                progress.at("writing cases", done * BATCH)
            problems.refuse_if_any()
            progress.at("adding up months")
            writer.finish()
    return result


@contextmanager
def all_or_nothing(*, dry_run: bool) -> Iterator[None]:
    """One transaction; a dry run does everything and then rolls back."""
    try:
        with transaction():
            yield
            if dry_run:
                raise _Rehearsed
    except _Rehearsed:
        pass


class _Rehearsed(Exception):
    pass


def _batches(cases: Iterable[tuple[str, list[LogRow]]]) -> Iterator[list[tuple[str, list[LogRow]]]]:
    cases = iter(cases)
    while batch := list(islice(cases, BATCH)):
        yield batch
