"""Build hook: compile the word catalogues and carry templates and static files in the wheel."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ASSETS = ("templates", "static")


class AssetsHook(BuildHookInterface[Any]):
    """An editable install reads the checkout; only a real wheel carries the copies."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        sys.path.insert(0, str(root / "bin"))
        from _catalogues import compile_catalogues

        compile_catalogues(root)
        if version == "editable":
            return
        for name in ASSETS:
            build_data["force_include"][str(root / name)] = f"portal/_assets/{name}"
