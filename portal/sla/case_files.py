"""What case files have in common: one JSON document, instants, amounts of seconds. Pure but for reading."""

import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

YEARS = range(1900, 3000)
LONGEST = 10 * 366 * 86_400


class CaseFileFault(ValueError):
    """A case file cannot be read; the message is one line that says which and why."""


def document(path: Path, schema: str) -> dict[str, Any]:
    """The JSON object in a file, which must name its schema.

    Raises: CaseFileFault.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CaseFileFault(f"{path.name}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise CaseFileFault(f"{path.name}: not JSON: {error}") from None
    if not isinstance(found, dict) or found.get("schema") != schema:
        raise CaseFileFault(f"{path.name}: schema is not {schema}")
    return found


@lru_cache(maxsize=100_000)
def instant(text: str) -> int:
    """`YYYY-MM-DDTHH:MM:SSZ` as seconds since 1970 in UTC.

    Raises: CaseFileFault.
    """
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        found = None
    if found is None or found.tzinfo is None or found.microsecond or found.year not in YEARS:
        raise CaseFileFault(f"{text!r} is not an instant like 2026-01-31T09:00:00Z")
    return int(found.timestamp())


def seconds(value: object, least: int) -> int:
    """A whole number of seconds from `least` to ten years.

    Raises: CaseFileFault.
    """
    if type(value) is not int or not least <= value <= LONGEST:
        raise CaseFileFault(f"{value!r} is not a number of seconds from {least} to {LONGEST}")
    return value
