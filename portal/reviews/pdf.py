"""From HTML to PDF in a process of its own that lives on between documents and is stopped when it asks too much."""

import atexit
import json
import os
import select
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO

from portal.reviews.sheets import Limits, Sheet, without
from portal.reviews.words import gettext as _

MB = 1024 * 1024
RECYCLE = 100
POLL_SECONDS = 0.1
FROM_OUTSIDE = ("killed", "stopped")
"""Reasons for which the same document is tried once more: they are not of its making."""


class NotPrinted(Exception):
    """The document could not be made; `code` names the reason, `reason()` says it to a person."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail = code, detail

    def __str__(self) -> str:
        return reason(self.code)


def reason(code: str) -> str:
    """Why a document could not be made and what to do, in the reader's language."""
    otherwise = _(
        "The document could not be laid out. The fault is in the server's log; order the review again."
    )
    return (_of_the_document() | _of_the_server()).get(code, otherwise)


def _of_the_document() -> dict[str, str]:
    return {
        "cpu": _(
            "The document took more than its share of computing time. Choose a shorter period."
        ),
        "time": _(
            "The document took longer than a minute. Choose a shorter period, or try again later."
        ),
        "memory": _(
            "The document needed more memory than one review may use. Choose a shorter period."
        ),
        "pages": _("The document would have more than 500 pages. Choose a shorter period."),
        "size": _("The finished file would be too large. Choose a shorter period."),
        "gone": _("You can no longer see this account, so the review was not made."),
        "rights": _("You may no longer order this review, so it was not made."),
    }


def _of_the_server() -> dict[str, str]:
    return {
        "unsigned": _(
            "The document could not be signed with the provider’s certificate, so it was not issued. The server’s log says why."
        ),
        "glyphs": _(
            "The server has no font for some letters of this review. On Debian: apt-get install fonts-noto-core fonts-noto-cjk."
        ),
        "room": _(
            "The server could not store the finished file: its disk is full or may not be written. It is tried again by itself once there is room."
        ),
        "died": _(
            "The server’s worker ended three times while making this document. Is there enough memory on the server? Order it again then."
        ),
        "missing": _(
            "WeasyPrint's library Pango is missing on the server. On Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 fonts-dejavu-core."
        ),
        "killed": _(
            "The rendering process was killed twice. Is there enough memory on the server?"
        ),
        "stopped": _(
            "The rendering process ended unexpectedly. Is a font installed on the server (fonts-dejavu-core)?"
        ),
    }


class Press:
    """The rendering process, started at the first document, kept warm, restarted after a breach."""

    def __init__(self, static: Path) -> None:
        self.static = static
        self._process: subprocess.Popen[bytes] | None = None
        self._printed = 0
        self._owner = os.getpid()
        self._lock = threading.Lock()

    def print(self, sheet: Sheet) -> bytes:
        """The PDF's bytes; a process that is ended from outside has one successor.

        Letters that no font of this machine shows are printed as ◇ instead of an empty box.

        Raises: NotPrinted.
        """
        with self._lock:
            try:
                return self._attempt(sheet)
            except NotPrinted as ended:
                if ended.code == "glyphs":
                    return self._attempt(without(sheet, ended.detail))
                if ended.code not in FROM_OUTSIDE:
                    raise
                return self._attempt(sheet)

    def _attempt(self, sheet: Sheet) -> bytes:
        """One try; after a breach the process is not used again."""
        try:
            return self._answer(sheet)
        except NotPrinted as refused:
            if refused.code not in ("pages", "size", "glyphs"):
                self._stop()
            raise
        except BaseException:
            self._stop()
            raise

    def close(self) -> None:
        """Let the process go."""
        with self._lock:
            self._stop()

    def _answer(self, sheet: Sheet) -> bytes:
        process = self._started()
        message = json.dumps(asdict(sheet)).encode()
        answer = self._exchange(process, len(message).to_bytes(8, "big") + message, sheet.limits)
        self._printed += 1
        if self._printed >= RECYCLE:
            self._stop()
        if answer[:1] == b"1":
            return answer[1:]
        code, _colon, detail = answer[1:].decode("utf-8", "replace").partition(":")
        raise NotPrinted(code, detail.strip())

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._owner != os.getpid():
            self._process, self._owner = None, os.getpid()
        if self._process is None or self._process.poll() is not None:
            self._printed = 0
            self._process = subprocess.Popen(
                [sys.executable, "-m", "portal.reviews.press", str(self.static)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=Path(__file__).parents[2],
                env=environment(),
                bufsize=0,
            )
            assert self._process.stdin is not None
            os.set_blocking(self._process.stdin.fileno(), False)
        return self._process

    def _exchange(
        self, process: "subprocess.Popen[bytes]", message: bytes, limits: Limits
    ) -> bytes:
        """Hand the message over and take the whole answer, while the process is watched."""
        assert process.stdin is not None
        assert process.stdout is not None
        until = time.monotonic() + limits.wall_seconds
        pending, received, wanted = memoryview(message), bytearray(), 8
        while len(received) < wanted:
            writing = [process.stdin] if pending else []
            readable, writable, _none = select.select([process.stdout], writing, [], POLL_SECONDS)
            if writable:
                pending = pending[_handed(process.stdin, pending) :]
            if readable:
                part = os.read(process.stdout.fileno(), MB)
                if not part:
                    raise NotPrinted(_cause(process.wait()))
                received += part
                if wanted == 8 and len(received) >= 8:
                    wanted = 8 + int.from_bytes(received[:8], "big")
            if time.monotonic() > until:
                raise NotPrinted("time")
            if not readable and _resident(process.pid) > limits.memory:
                raise NotPrinted("memory")
        return bytes(received[8:])

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def _handed(pipe: IO[bytes], message: memoryview) -> int:
    """How much of the message the pipe took; all of it when nobody reads any more, as the answer will say."""
    try:
        return os.write(pipe.fileno(), message)
    except BlockingIOError:
        return 0
    except BrokenPipeError:
        return len(message)


def environment() -> dict[str, str]:
    """What the process may know: no setting and no secret of ours; the same order of everything each time."""
    kept = (
        "PATH",
        "HOME",
        "TMPDIR",
        "FONTCONFIG_FILE",
        "FONTCONFIG_PATH",
        "XDG_CACHE_HOME",
        "LD_LIBRARY_PATH",
        "SYSTEMROOT",
    )
    found = {name: os.environ[name] for name in kept if name in os.environ}
    return {**found, "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "TZ": "UTC"}


def _cause(status: int) -> str:
    """Why a process that ended did so."""
    import signal

    if status == -signal.SIGXCPU:
        return "cpu"
    if status == -signal.SIGKILL:
        return "killed"
    return "missing" if status == 1 and not _can_render() else "stopped"


def _can_render() -> bool:
    probe = subprocess.run(
        [sys.executable, "-c", "import weasyprint"], capture_output=True, check=False
    )
    return probe.returncode == 0


def _resident(pid: int) -> int:
    """Resident memory in bytes; 0 where the system does not say."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def written(pdf: bytes, path: Path) -> None:
    """Put the file where it belongs in one step: a temporary name, on disk, then renamed."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(pdf)
            out.flush()
            os.fsync(out.fileno())
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


_presses: dict[Path, Press] = {}


def press(static: Path) -> Press:
    """The press of the present process for a folder of static files."""
    if static not in _presses:
        _presses[static] = Press(static)
        atexit.register(_presses[static].close)
    return _presses[static]
