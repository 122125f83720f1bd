"""`portal import`: a folder of the product's own CSV files, all or none of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal.cases import promise_history, search
from portal.imports.bulk import prepare
from portal.imports.checks import check_folder
from portal.imports.folder_cases import (
    renamed_cases,
    touched_accounts,
    write_cases,
    write_messages,
    write_surveys,
)
from portal.imports.folder_parties import (
    rezoned_accounts,
    write_accounts,
    write_orders,
    write_staff,
    write_stakeholders,
)
from portal.imports.log import all_or_nothing
from portal.imports.problems import Problems
from portal.imports.progress import Progress
from portal.imports.staging import Staging, stage_folder
from portal.insights import days, months

SOURCE = "import"
WRITERS: dict[str, Callable[[Staging], tuple[int, int]]] = {
    "staff": write_staff,
    "accounts": write_accounts,
    "stakeholders": write_stakeholders,
    "orders": write_orders,
    "cases": write_cases,
    "messages": write_messages,
    "surveys": write_surveys,
}


@dataclass
class FileResult:
    """What became of one file's rows; the rest of them stood there already."""

    rows: int
    new: int
    changed: int


@dataclass
class FolderResult:
    """What one run did, file by file."""

    files: dict[str, FileResult] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {"files": {n: vars(f) for n, f in self.files.items()}, "problems": self.problems}


def import_folder(
    folder: Path,
    *,
    source: str = SOURCE,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> FolderResult:
    """Import a folder, all or nothing; with `dry_run` do the same and take it back.

    Rows are known by (source, id): repeating changes nothing, a changed row is updated, a changed
    message is refused. Raises: ImportRefused.
    """
    progress = progress or Progress(shown=False)
    problems, staging, result = Problems(), Staging(source), FolderResult()
    with all_or_nothing(dry_run=dry_run):
        prepare()
        staging.create()
        stage_folder(folder, staging, problems, progress)
        problems.refuse_if_any()
        progress.at("checking references")
        staging.index()
        check_folder(staging, problems)
        problems.refuse_if_any()
        renamed, rezoned = renamed_cases(staging), rezoned_accounts(staging)
        for name, write in WRITERS.items():
            if name in staging.rows:
                progress.at(f"writing {name}")
                result.files[name] = FileResult(staging.rows[name], *write(staging))
        told = _touched(result, "cases", "messages", "surveys")
        touched = touched_accounts(staging) if told else []
        if touched or rezoned:
            progress.at("adding up months")
            _add_up(touched, sorted({*touched, *rezoned}))
        if told:
            progress.at("indexing words")
            search.reindex(renamed)
            search.index_missing()
        staging.drop()
    return result


def _add_up(told: Sequence[int], accounts: Sequence[int]) -> None:
    """Write the sums of accounts anew; of those whose cases were told of, what was promised before."""
    months.rebuild(accounts)
    promise_history.write_missing(told)
    days.rebuild(accounts)


def _touched(result: FolderResult, *names: str) -> bool:
    files = [result.files[name] for name in names if name in result.files]
    return any(file.new or file.changed for file in files)
