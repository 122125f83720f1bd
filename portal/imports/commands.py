"""`portal import` and `portal import-log`."""

import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from portal.imports import northwind
from portal.imports.folder import SOURCE, FolderResult, import_folder
from portal.imports.log import LogResult
from portal.imports.log import import_log as read_log
from portal.imports.mapping import MappingError, load_mapping
from portal.imports.problems import ImportRefused, Problems
from portal.imports.progress import Progress

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@click.command("import")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option(
    "--from", "origin", type=click.Choice([northwind.SOURCE]), help="whose files they are"
)
@click.option("--source", default=None, help='name of the system they come from ["import"]')
@click.option("--dry-run", is_flag=True, help="do everything, then take it back")
@click.option("--json", "as_json", is_flag=True, help="print one JSON document")
@click.pass_context
def import_(
    context: click.Context,
    folder: Path,
    origin: str | None,
    source: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import a folder of CSV files, all of it or nothing.

    Repeating it changes nothing. The files and columns are described in docs/import.md.

    Example: portal import exports/2026-06 --dry-run
    """
    name = source or origin or SOURCE
    if not NAME.fullmatch(name):
        raise click.UsageError("--source: use small letters, digits and hyphens, at most 40")
    result = FolderResult()
    with _told(result, as_json), context.obj().app_context(), _own_format(folder, origin) as files:
        progress = Progress()
        try:
            result.files = import_folder(
                files, source=name, dry_run=dry_run, progress=progress
            ).files
        finally:
            progress.end()
    if not as_json:
        click.echo("Checked, nothing was written:" if dry_run else "Imported:")
        for file, done in result.files.items():
            there = done.rows - done.new - done.changed
            counts = f"{done.new:,} new, {done.changed:,} changed, {there:,} already there"
            click.echo(f"  {file + '.csv':17s} {counts}")


@contextmanager
def _own_format(folder: Path, origin: str | None) -> Iterator[Path]:
    """The folder itself, or a temporary one with its files rewritten as our own."""
    if origin is None:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="import-") as rewritten:
        northwind.convert(folder, Path(rewritten))
        yield Path(rewritten)


@click.command("import-log")
@click.argument("file", type=FILE)
@click.option("--mapping", required=True, type=FILE, help="TOML file that describes the log")
@click.option("--dry-run", is_flag=True, help="do everything, then take it back")
@click.option("--json", "as_json", is_flag=True, help="print one JSON document")
@click.pass_context
def import_log(
    context: click.Context, file: Path, mapping: Path, dry_run: bool, as_json: bool
) -> None:
    """Import another help desk's event log, all of it or nothing.

    Repeating it changes nothing; a longer version of the log adds what is new. The mapping file is
    described in docs/import.md.

    Example: portal import-log helpdesk.csv --mapping docs/mappings/helpdesk.toml
    """
    notes, progress = Problems(), Progress()
    result = LogResult()
    with _told(result, as_json), context.obj().app_context():
        try:
            read = load_mapping(mapping)
            done = read_log(file, read, dry_run=dry_run, progress=progress, notes=notes)
        finally:
            progress.end()
        vars(result).update(vars(done))
    for note in notes.lines():
        click.echo(f"note: {note}", err=True)
    if not as_json:
        click.echo("Checked, nothing was written:" if dry_run else "Imported:")
        for name, count in list(vars(result).items())[:-1]:
            click.echo(f"  {name:9s} {count:,}")


@contextmanager
def _told(result: Any, as_json: bool) -> Iterator[None]:
    """Tell problems line by line on standard error, and all of it as JSON where that is wanted."""
    try:
        yield
    except MappingError as error:
        result.problems = [str(error)]
    except ImportRefused as refused:
        result.problems = list(refused.problems.lines())
    if as_json:
        click.echo(json.dumps(result.as_json(), ensure_ascii=False))
    if result.problems:
        for line in result.problems:
            click.echo(line, err=True)
        click.echo("Nothing was imported.", err=True)
        raise click.exceptions.Exit(1)
