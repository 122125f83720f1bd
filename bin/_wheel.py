"""Build hook: compile the word catalogues and carry templates and static files in the wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ASSETS = ("templates", "static")


def compile_catalogues(root: Path) -> list[Path]:
    """Write the `.mo` beside each `.po` that is newer than it; return what was written."""
    written = []
    for source in sorted(root.glob("portal/translations/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as words, target.open("wb") as compiled:
            write_mo(compiled, read_po(words, locale=source.parts[-3]))
        written.append(target)
    return written


class AssetsHook(BuildHookInterface[Any]):
    """An editable install reads the checkout; only a real wheel carries the copies."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        compile_catalogues(root)
        if version == "editable":
            return
        for name in ASSETS:
            build_data["force_include"][str(root / name)] = f"portal/_assets/{name}"
