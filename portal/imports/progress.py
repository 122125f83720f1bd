"""How far a long import is, for a person at a terminal."""

import sys
import time
from typing import TextIO

PAUSE = 0.25


class Progress:
    """One line on standard error that rewrites itself; silent where nobody watches."""

    def __init__(self, stream: TextIO | None = None, *, shown: bool | None = None) -> None:
        self.stream = stream or sys.stderr
        self.shown = self.stream.isatty() if shown is None else shown
        self.next = 0.0

    def at(self, what: str, done: int | None = None) -> None:
        """Say what is being done and, if countable, how many of it are; cheap to call often."""
        if not self.shown or (done is not None and time.monotonic() < self.next):
            return
        self.next = time.monotonic() + PAUSE
        count = "" if done is None else f" {done:,}"
        self.stream.write(f"\r\033[K{what}{count}")
        self.stream.flush()

    def end(self) -> None:
        """Clear the line."""
        if self.shown:
            self.stream.write("\r\033[K")
            self.stream.flush()
