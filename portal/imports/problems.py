"""What is wrong with a file, row by row: a few lines for people and the count of the rest."""

from collections.abc import Iterator
from dataclasses import dataclass, field

SHOWN = 50
LONGEST_QUOTE = 60


@dataclass(frozen=True)
class Problem:
    """One fault, placed so that a person finds it; `line` is the physical line, counted from 1."""

    file: str
    line: int
    column: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.column or '-'}: {self.text}"


@dataclass
class Problems:
    """Collects faults: the first fifty in full, all of them by number."""

    kept: list[Problem] = field(default_factory=list)
    count: int = 0

    def add(self, file: str, line: int, column: str, text: str) -> None:
        """Note one fault."""
        self.count += 1
        if len(self.kept) < SHOWN:
            self.kept.append(Problem(file, line, column, text))

    def lines(self) -> Iterator[str]:
        """One line a fault, ordered by file and line, and a last one that counts what is not shown."""
        for problem in sorted(self.kept, key=lambda p: (p.file, p.line)):
            yield str(problem)
        rest = self.count - len(self.kept)
        if rest:
            yield f"and {rest} more problem{'s' if rest > 1 else ''} of this kind or others"

    def refuse_if_any(self) -> None:
        """Stop the import if anything was found. Raises: ImportRefused."""
        if self.count:
            raise ImportRefused(self)


class ImportRefused(Exception):
    """Nothing was imported; `problems` says why."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(f"{problems.count} problems")
        self.problems = problems


def quoted(value: str) -> str:
    """A value as it may stand in an error line: printable, on one line, not too long."""
    short = value if len(value) <= LONGEST_QUOTE else value[: LONGEST_QUOTE - 1] + "…"
    plain = "".join(c if c.isprintable() else f"\\x{ord(c) & 0xFF:02x}" for c in short)
    return f'"{plain}"'
