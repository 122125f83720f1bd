"""One document to print: its HTML, its style, the files inside it, and what it may cost."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

MB = 1024 * 1024
WORDS = "printed.json"
JSON_OF_WORDS: dict[str, Any] = {"ensure_ascii": False, "sort_keys": True, "indent": 0}
UNSHOWN = "◇"
"""Stands for a letter that no font of the machine has; all our own fonts have it."""


@dataclass(frozen=True)
class Limits:
    """What one document may cost."""

    cpu_seconds: int = 30
    wall_seconds: float = 60
    memory: int = 700 * MB
    address_space: int = 1000 * MB
    pages: int = 500
    bytes: int = 64 * MB


@dataclass(frozen=True)
class Attached:
    """A text file inside the PDF; `at` is its date, an ISO instant, `relation` what it is to the pages."""

    name: str
    text: str
    description: str
    at: str
    relation: str = "Data"


@dataclass(frozen=True)
class Sheet:
    """One document to print; `places` says in words what each target of a link is.

    `plain` leaves out tags, attachments and corrections, to compare the time.
    """

    html: str
    css: str
    files: tuple[Attached, ...] = ()
    places: dict[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    plain: bool = False


def without(sheet: Sheet, letters: str) -> Sheet:
    """The sheet with ◇ for each of some letters; its file of words says which they were."""
    table = blanked(letters)

    def told(file: Attached) -> Attached:
        if file.name != WORDS:
            return file
        found = json.loads(file.text.translate(table))
        text = json.dumps({**found, "unshown": letters}, **JSON_OF_WORDS)
        return replace(file, text=text)

    files = tuple(told(file) for file in sheet.files)
    return replace(sheet, html=sheet.html.translate(table), files=files)


def blanked(letters: str) -> dict[int, str]:
    """What `str.translate` wants to put ◇ in their place."""
    return dict.fromkeys(map(ord, letters), UNSHOWN)
