"""The mapping file of `portal import-log`: which column means what, without code."""

import codecs
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from portal.cases.models import Channel, Priority, Status
from portal.imports.stamps import StampFormat

REQUIRED = ("case", "at", "status", "account")
OPTIONAL = ("staff", "stakeholder", "subject", "priority", "category", "channel", "body")
STATUSES = (
    Status.OPEN,
    Status.IN_PROGRESS,
    Status.WAITING,
    Status.ON_HOLD,
    Status.RESOLVED,
    Status.CLOSED,
)
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class MappingError(Exception):
    """The mapping file cannot be used; the text names file, key and what is wrong."""


@dataclass(frozen=True)
class LogMapping:
    """A mapping file, checked."""

    name: str
    columns: Mapping[str, str]
    status_columns: tuple[str, ...]
    stamps: StampFormat
    null: frozenset[str]
    encoding: str
    delimiter: str
    status: Mapping[str, Status]
    priority: Mapping[str, Priority]
    channel: Mapping[str, Channel]

    @property
    def named_columns(self) -> list[str]:
        """Every column of the log that the mapping uses, in the order of the mapping."""
        return list(dict.fromkeys([*self.columns.values(), *self.status_columns]))


def load_mapping(path: Path) -> LogMapping:
    """Read and check a mapping file. Raises: MappingError."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise MappingError(f"{path.name}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise MappingError(f"{path.name}: must be encoded as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{path.name}: not valid TOML: {error}") from None
    try:
        return _mapping(content)
    except _Wrong as wrong:
        raise MappingError(f"{path.name}: {wrong}") from None


class _Wrong(Exception):
    pass


def _mapping(content: dict[str, Any]) -> LogMapping:
    _only(content, {"name", "columns", "format", "status", "priority", "channel"}, "")
    name = _text(content, "name", "")
    if not NAME.fullmatch(name):
        raise _Wrong("name: use small letters, digits and hyphens, at most 40")
    columns, status_columns = _columns(_table(content, "columns"))
    layout = _table(content, "format", required=False)
    _only(layout, {"at", "timezone", "null", "encoding", "delimiter"}, "format.")
    return LogMapping(
        name=name,
        columns=columns,
        status_columns=status_columns,
        stamps=_stamps(layout),
        null=frozenset(_texts(layout, "null", "format.", [""])) | {""},
        encoding=_encoding(layout),
        delimiter=_delimiter(layout),
        status=_words(content, "status", {str(s.value): s for s in STATUSES}, required=True),
        priority=_words(content, "priority", {str(p.value): p for p in Priority}),
        channel=_words(content, "channel", {str(c.value): c for c in Channel}),
    )


def _columns(table: dict[str, Any]) -> tuple[dict[str, str], tuple[str, ...]]:
    _only(table, {*REQUIRED, *OPTIONAL}, "columns.")
    for key in REQUIRED:
        if key not in table:
            raise _Wrong(f"columns.{key}: is required and missing")
    status = table["status"]
    if isinstance(status, str):
        table = {**table, "status": [status]}
    parts = _texts(table, "status", "columns.", [])
    if not parts:
        raise _Wrong("columns.status: names no column")
    rest = {key: _text(table, key, "columns.") for key in table if key != "status"}
    return rest, tuple(parts)


def _stamps(layout: dict[str, Any]) -> StampFormat:
    pattern = _text(layout, "at", "format.", "iso")
    zone = _text(layout, "timezone", "format.", "UTC")
    if pattern != "iso" and "%" not in pattern:
        raise _Wrong('format.at: give a strptime format such as "%Y-%m-%d %H:%M:%S", or "iso"')
    try:
        return StampFormat(pattern, ZoneInfo(zone))
    except (KeyError, ValueError, OSError):
        raise _Wrong(
            f'format.timezone: "{zone}" is not an IANA zone such as "Europe/Rome"'
        ) from None


def _encoding(layout: dict[str, Any]) -> str:
    encoding = _text(layout, "encoding", "format.", "utf-8")
    try:
        if codecs.lookup(encoding)._is_text_encoding:
            return encoding
    except LookupError:
        pass
    raise _Wrong(f'format.encoding: "{encoding}" is not known; try "utf-8" or "windows-1252"')


def _delimiter(layout: dict[str, Any]) -> str:
    delimiter = _text(layout, "delimiter", "format.", ",")
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise _Wrong("format.delimiter: must be one character such as , or ;")
    return delimiter


def _words(
    content: dict[str, Any], key: str, meanings: Mapping[str, Any], *, required: bool = False
) -> dict[str, Any]:
    table = _table(content, key, required=required)
    found = {}
    for value, meaning in table.items():
        if not isinstance(meaning, str) or meaning not in meanings:
            raise _Wrong(f'{key}."{value}": must be one of {", ".join(meanings)}')
        found[value] = meanings[meaning]
    if required and not found:
        raise _Wrong(f"[{key}]: maps no value")
    return found


def _only(table: dict[str, Any], known: set[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise _Wrong(f"{where}{key}: unknown key; known are {', '.join(sorted(known))}")


def _table(content: dict[str, Any], key: str, *, required: bool = True) -> dict[str, Any]:
    if key not in content:
        if required:
            raise _Wrong(f"[{key}]: is required and missing")
        return {}
    table = content[key]
    if not isinstance(table, dict):
        raise _Wrong(f"{key}: must be a table, written [{key}]")
    return table


def _text(table: dict[str, Any], key: str, where: str, default: str | None = None) -> str:
    value = table.get(key, default)
    if value is None:
        raise _Wrong(f"{where}{key}: is required and missing")
    if not isinstance(value, str) or not value:
        raise _Wrong(f"{where}{key}: must be a text that is not empty")
    return value


def _texts(table: dict[str, Any], key: str, where: str, default: list[str]) -> list[str]:
    value = table.get(key, default)
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise _Wrong(f"{where}{key}: must be a list of texts")
    return value
