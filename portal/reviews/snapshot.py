"""A review's material as bytes that outlast the code that made it: canonical JSON, without a word of any language.

Values at their default are left out, so that a field added later changes nothing that was frozen before.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import lru_cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from portal.reviews.content import Material

SCHEMA, VERSION = "portal.review", 1

Convert = Callable[[Any], Any]
Known = tuple[tuple[str, object, Convert], ...]
"""Of each field its name, its default, and how it is written or read."""


class SnapshotFault(ValueError):
    """The bytes are no review of ours, or of a kind this program does not know; the message says which."""


def freeze(material: Material) -> bytes:
    """The material as canonical JSON: sorted keys, no spaces, UTF-8, no number that is not whole."""
    return packed(material, SCHEMA, VERSION)


def packed(value: Any, schema: str, version: int) -> bytes:
    """A dataclass in the same form, under the name and version of its kind."""
    found = {"schema": schema, "version": version, "review": _writer(_kind(value))(value)}
    text = json.dumps(found, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def thaw(frozen: bytes) -> Material:
    """The material again. Fields that this program does not know are passed over.

    Raises: SnapshotFault.
    """
    material = unpacked(frozen, Material, SCHEMA, VERSION)
    assert isinstance(material, Material)
    return material


def unpacked(frozen: bytes, kind: Any, schema: str, version: int) -> Any:
    """The dataclass again. Raises: SnapshotFault."""
    try:
        found = json.loads(frozen)
    except (ValueError, RecursionError):
        raise SnapshotFault("it is not JSON") from None
    if not isinstance(found, dict) or found.get("schema") != schema:
        raise SnapshotFault("it is not the data of a review")
    if found.get("version") != version:
        raise SnapshotFault(
            f"it is version {str(found.get('version'))[:20]} of a review's data, and this program reads version "
            f"{version}; use a newer one"
        )
    try:
        return _reader(kind)(found.get("review"))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as fault:
        raise SnapshotFault(str(fault)[:200] or "it is not in the shape of a review") from None


def _kind(value: object) -> Any:
    return type(value)


def fingerprint(frozen: bytes) -> str:
    """The SHA-256 of the frozen bytes in hexadecimal: the same in every language."""
    return hashlib.sha256(frozen).hexdigest()


@lru_cache(256)
def _writer(hint: Any) -> Convert:
    """How a value of a type becomes JSON."""
    inner, many = _parts(hint)
    if is_dataclass(hint):
        return _object_writer(_known(hint, _writer))
    if many == "map":
        write = _writer(inner[-1])
        return lambda value: {str(key): write(item) for key, item in value.items()}
    if many == "same":
        write = _writer(inner[0])
        return tuple if write is _same else lambda value: [write(item) for item in value]
    if many == "each":
        writes = [_writer(part) for part in inner]
        if all(write is _same for write in writes):
            return _same
        return lambda value: [write(item) for write, item in zip(writes, value, strict=True)]
    if many == "maybe":
        write = _writer(inner[0])
        return _same if write is _same else lambda value: None if value is None else write(value)
    return WRITE.get(hint, str if _is_word(hint) else _same)


@lru_cache(256)
def _reader(hint: Any) -> Convert:
    """How JSON becomes a value of a type again. What it returns raises ValueError, TypeError or KeyError."""
    inner, many = _parts(hint)
    if is_dataclass(hint):
        return _object_reader(hint, _known(hint, _reader))
    if many == "map":
        read = _reader(inner[-1])
        return lambda value: {str(key): read(item) for key, item in value.items()}
    if many == "same":
        read = _reader(inner[0])
        return lambda value: tuple([read(item) for item in _listed(value)])
    if many == "each":
        reads = [_reader(part) for part in inner]
        return lambda value: tuple(
            [read(item) for read, item in zip(reads, _listed(value), strict=True)]
        )
    if many == "maybe":
        read = _reader(inner[0])
        return lambda value: None if value is None else read(value)
    return READ.get(hint) or (hint if _is_word(hint) else _exactly(hint))


def _parts(hint: Any) -> tuple[tuple[Any, ...], str]:
    """What a type is made of, and how: one of many, each in its place, one or none, by name, or not at all."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is tuple:
        return (inner[:1], "same") if inner[1:] == (...,) else (inner, "each")
    if origin in (Union, UnionType):
        kept = tuple(part for part in inner if part is not type(None))
        if len(kept) == 1 and len(inner) == 2:
            return kept, "maybe"
    if origin is dict:
        return inner, "map"
    return (), ""


def _known(kind: Any, convert: Callable[[Any], Convert]) -> Known:
    hints = get_type_hints(kind)
    return tuple((f.name, _default(f), convert(hints[f.name])) for f in fields(kind))


def _default(field: Field[Any]) -> object:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def _object_writer(known: Known) -> Convert:
    def write(value: Any) -> dict[str, Any]:
        found = ((name, getattr(value, name), default, to) for name, default, to in known)
        return {name: to(item) for name, item, default, to in found if item != default}

    return write


def _object_reader(kind: Any, known: Known) -> Convert:
    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise ValueError(f"{kind.__name__} is not an object")
        missing = [name for name, default, _ in known if default is MISSING and name not in value]
        if missing:
            raise ValueError(f"{kind.__name__} lacks {missing[0]}")
        return kind(**{name: get(value[name]) for name, _, get in known if name in value})

    return read


def _same(value: Any) -> Any:
    return value


def _is_word(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Enum)


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("a list is missing")
    return value


def _exactly(kind: Any) -> Convert:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise ValueError(f"{str(value)[:40]!r} is not of the type {kind.__name__}")
        return value

    return read


def _decimal(value: Any) -> float:
    found = float(_exactly(str)(value))
    if found != found or abs(found) == float("inf"):
        raise ValueError("a number is not finite")
    return found


WRITE: dict[Any, Convert] = {
    float: lambda value: repr(float(value)),
    date: date.isoformat,
    datetime: lambda value: value.astimezone(UTC).isoformat(),
}
READ: dict[Any, Convert] = {
    float: _decimal,
    date: date.fromisoformat,
    datetime: lambda value: datetime.fromisoformat(value).astimezone(UTC),
}
