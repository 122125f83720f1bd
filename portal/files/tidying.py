"""Putting away what nothing names any more: bytes of changes that never came to be, and drafts replaced long ago.

Nothing is removed at once. Bytes lie aside for a while and come back by themselves if a row names them after all, as when an
older database was looked at over the same files.
"""

import logging
import os
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select

from portal import clock
from portal.db import AccountOwned, Base, db, opened, reading, transaction
from portal.files.models import StoredFile
from portal.files.storing import place_of, store

log = logging.getLogger("portal.files")
TIDY = "tidy the file store"
KEY = re.compile(r"[0-9a-f]{40}")
FRESH = timedelta(days=1)
"""So long a writer has between its bytes and its commit."""
ASIDE = timedelta(days=30)
"""So long bytes lie aside before they are removed."""
REPLACED = timedelta(days=30)
"""So long the row of a draft that was replaced stays."""
AT_ONCE = 500


def tidy(payload: dict[str, Any]) -> None:
    """Let go of replaced drafts, bring back what is named again, remove what lay aside, put aside what no row names."""
    drafts = _let_go_of_replaced()
    aside = store() / "aside"
    back, removed = _look_through(aside)
    put = sum(_put_aside(batch, aside) for batch in _in_batches(_bytes_in_place()))
    if drafts or back or removed or put:
        text = "files: %s drafts let go, %s put aside, %s brought back, %s removed"
        log.warning(text, drafts, put, back, removed)


def key_columns() -> list[tuple[type[Any], str]]:
    """Every column that may hold a key of the store: those called `key` or `…_key`, of whatever table."""
    return _columns(lambda column: column.name == "key" or column.name.endswith("_key"))


def _columns(wanted: Callable[[Any], bool]) -> list[tuple[type[Any], str]]:
    return [
        (mapper.class_, attribute.key)
        for mapper in Base.registry.mappers
        for attribute in mapper.column_attrs
        if wanted(attribute.columns[0])
    ]


def _named(keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    with reading():
        for model, name in key_columns():
            column = getattr(model, name)
            statement = _through_door(select(column).where(column.in_(keys)), model)
            found.update(db.session.scalars(statement))
    return found


def _through_door(statement: Any, model: type[Any]) -> Any:
    is_marked = issubclass(model, AccountOwned)
    return opened(statement, model, why="which files are still named") if is_marked else statement


def _bytes_in_place() -> Iterator[Path]:
    """Bytes whose writer is long done, one folder after the other; what a killed writer left half is removed."""
    for folder in sorted(store().glob("[0-9a-f][0-9a-f]")):
        for path in sorted(folder.iterdir()):
            if not KEY.fullmatch(path.stem) or not _older(path, FRESH):
                continue
            if path.suffix == ".part":
                path.unlink(missing_ok=True)
            elif not path.suffix:
                yield path


def _put_aside(paths: Sequence[Path], aside: Path) -> int:
    """How many of the paths no row names; they are moved, and the days they lie aside begin."""
    named = _named([path.name for path in paths])
    loose = [path for path in paths if path.name not in named]
    if loose:
        aside.mkdir(exist_ok=True)
    now = clock.now().timestamp()
    for path in loose:
        try:
            os.utime(path, (now, now))
            path.rename(aside / path.name)
        except FileNotFoundError:
            continue
    return len(loose)


def _look_through(aside: Path) -> tuple[int, int]:
    """How many that lay aside were brought back, and how many were removed."""
    back = removed = 0
    for batch in _in_batches(path for path in aside.glob("*") if KEY.fullmatch(path.name)):
        named = _named([path.name for path in batch])
        for path in batch:
            if path.name in named:
                place_of(path.name).parent.mkdir(exist_ok=True)
                path.rename(place_of(path.name))
                back += 1
            elif _older(path, ASIDE):
                path.unlink(missing_ok=True)
                removed += 1
    return back, removed


def _older(path: Path, span: timedelta) -> bool:
    try:
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return False
    return written < clock.now() - span


def _in_batches(paths: Iterator[Path]) -> Iterator[list[Path]]:
    while batch := list(islice(paths, AT_ONCE)):
        yield batch


def _let_go_of_replaced() -> int:
    """Delete rows of files that belong to no case and that no other row points at; their bytes follow as all unnamed ones."""
    gone = 0
    while found := _replaced():
        with transaction():
            statement = delete(StoredFile).where(StoredFile.id.in_(found))
            db.session.execute(opened(statement, StoredFile, why="drafts that were replaced"))
        gone += len(found)
    return gone


def _replaced() -> Sequence[int]:
    old = clock.now() - REPLACED
    statement = select(StoredFile.id).where(
        StoredFile.case_id.is_(None), StoredFile.created_at < old
    )
    statement = opened(statement, StoredFile, why="drafts that were replaced")
    for model, name in _columns(lambda column: column.references(StoredFile.__table__.c.id)):
        pointer = getattr(model, name)
        pointed = select(pointer).where(pointer.is_not(None))
        statement = _through_door(statement.where(StoredFile.id.not_in(pointed)), model)
    with reading():
        return db.session.scalars(statement.order_by(StoredFile.id).limit(AT_ONCE)).all()
