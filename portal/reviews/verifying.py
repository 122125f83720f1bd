"""Having a file examined by a process of its own, with limits on time and memory; nothing of it is kept."""

import io
import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import current_app

from portal.reviews.pdf import environment
from portal.reviews.press import send

MOST_BYTES = 64 * 1024 * 1024
WALL_SECONDS = 60
AT_ONCE, PATIENCE = 2, 20
"""How many files one process has examined at the same time, and for how many seconds another waits for its turn."""

_turns = threading.BoundedSemaphore(AT_ONCE)
MOST_SAID = 256 * 1024
TELLING = ("file", "data", "figures", "files", "words", "pages", "fingerprint", "signature", "seal")
"""Checks by how much a failure of theirs tells."""


@dataclass(frozen=True)
class Finding:
    """One check of a file, as `examining.py` found it."""

    check: str
    holds: bool
    code: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Examined:
    """Everything that was found in a file."""

    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether the file is a review and every check of it holds."""
        return len(self.findings) > 1 and all(finding.holds for finding in self.findings)

    @property
    def telling(self) -> Finding | None:
        """The failure that says most about what was changed."""
        failed = [finding for finding in self.findings if not finding.holds]
        return min(failed, key=lambda finding: TELLING.index(finding.check), default=None)


def examine(data: bytes, trusted: Sequence[str] = ()) -> Examined:
    """Every check of a file; `trusted` are certificates in PEM whose signature counts as the provider's."""
    if not data:
        return _refused("empty")
    if len(data) > MOST_BYTES:
        return _refused("large")
    if not _turns.acquire(timeout=PATIENCE):
        return _refused("busy")
    try:
        return _examined(data, trusted)
    finally:
        _turns.release()


def _examined(data: bytes, trusted: Sequence[str]) -> Examined:
    asked = io.BytesIO()
    send(asked, json.dumps({"trusted": list(trusted)}).encode())
    send(asked, data)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "portal.reviews.checker", *_folders()],
            input=asked.getvalue(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).parents[2],
            env=environment(),
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _refused("time")
    if done.returncode != 0 or not done.stdout or len(done.stdout) > MOST_SAID:
        return _refused("time" if done.returncode < 0 else "broken")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return Examined(tuple(Finding(**finding) for finding in found))


def _folders() -> tuple[str, str]:
    """Where templates and words lie."""
    translations = str(current_app.config["BABEL_TRANSLATION_DIRECTORIES"])
    return str(current_app.template_folder), translations


def _refused(code: str) -> Examined:
    return Examined((Finding("file", False, code),))
