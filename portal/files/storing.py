"""Bytes first, row second: a listed file is always readable."""

import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from flask import current_app

from portal import clock
from portal.config import Settings
from portal.db import db
from portal.files.kinds import FileRefused, recognised
from portal.files.models import StoredFile
from portal.files.names import cleaned

LARGEST = 20 * 1024 * 1024
MOST = 10
HEAD = 256 * 1024
CHUNK = 256 * 1024


@dataclass(frozen=True)
class Upload:
    """A file that was looked at and may be kept."""

    name: str
    content_type: str
    size: int
    stream: IO[bytes]


def examined(name: str | None, stream: IO[bytes]) -> Upload:
    """Look at a file before anything is written.

    Raises: FileRefused.
    """
    own = cleaned(name)
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if size == 0:
        raise FileRefused("empty", own)
    if size > LARGEST:
        raise FileRefused("size", own)
    head = stream.read(HEAD)
    stream.seek(0)
    return Upload(own, recognised(own, head), size, stream)


def keep(
    upload: Upload,
    *,
    account_id: int,
    case_id: int | None = None,
    message_id: int | None = None,
    internal: bool = False,
) -> StoredFile:
    """Store the bytes under a random name, then add the row."""
    key = secrets.token_hex(20)
    size, digest = _write(_place(key), iter(lambda: upload.stream.read(CHUNK), b""))
    row = StoredFile(
        account_id=account_id,
        case_id=case_id,
        message_id=message_id,
        internal=internal,
        key=key,
        name=upload.name,
        content_type=upload.content_type,
        size=size,
        sha256=digest,
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def keep_made(
    data: bytes, name: str, content_type: str, *, account_id: int, internal: bool = False
) -> StoredFile:
    """Store a file of our own making."""
    return keep(
        Upload(cleaned(name), content_type, len(data), BytesIO(data)),
        account_id=account_id,
        internal=internal,
    )


def keep_bytes(data: bytes) -> str:
    """Store bytes for a row of another table, which holds their key in a column called `…_key`: by that it is found when the store is tidied."""
    key = secrets.token_hex(20)
    _write(_place(key), iter([data]))
    return key


def place_of(key: str) -> Path:
    """Where the bytes under a key lie."""
    return _place(key)


def path_of(file: StoredFile) -> Path:
    """Where the bytes of a stored file lie."""
    return _place(file.key)


def store() -> Path:
    """The folder under which all bytes lie."""
    settings = current_app.extensions["portal_settings"]
    assert isinstance(settings, Settings)
    return settings.storage_path


def _place(key: str) -> Path:
    return store() / key[:2] / key


def _write(path: Path, chunks: Iterable[bytes]) -> tuple[int, str]:
    """Write under a temporary name, force it to the disk, rename; size and SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_suffix(".part")
    digest, size = hashlib.sha256(), 0
    try:
        with waiting.open("xb") as out:
            for chunk in chunks:
                size += out.write(chunk)
                digest.update(chunk)
            out.flush()
            os.fsync(out.fileno())
        waiting.rename(path)
        _settle(path.parent)
    except BaseException:
        waiting.unlink(missing_ok=True)
        raise
    return size, digest.hexdigest()


def _settle(folder: Path) -> None:
    """Make the new name itself survive power loss, where a folder can be synced."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
