"""Reading CSV files of any size, one row at a time, with the faults that real files have.

Every row comes with the physical line on which it begins. A row with a fault is noted and left out;
a fault that hides where rows end (an open quote, say) is noted and ends the file.
"""

import csv
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from portal.imports.problems import Problems

CELL_LIMIT = 1_048_576
LINE_LIMIT = 32 * CELL_LIMIT
Row = tuple[int, list[str]]

csv.field_size_limit(LINE_LIMIT)


def read(
    path: Path,
    problems: Problems,
    *,
    encoding: str = "utf-8",
    delimiter: str = ",",
    unquoted: str = "",
) -> Iterator[Row]:
    """The header and then every sound row, each with its first physical line.

    Blank lines are skipped. `unquoted` names a column whose cells may hold the delimiter without
    quotes: surplus cells of a row are put together there. Memory holds one row.
    """
    name = path.name
    try:
        file = path.open("rb")
    except OSError as error:
        problems.add(name, 1, "", f"cannot be read: {error.strerror}")
        return
    with file:
        if fault := _unreadable(file, encoding):
            problems.add(name, 1, "", fault)
            return
        yield from _rows(name, _Lines(file, encoding), delimiter, unquoted, problems)


def _unreadable(file: BinaryIO, encoding: str) -> str | None:
    start = file.read(4)
    file.seek(len(BOM_UTF8) if start.startswith(BOM_UTF8) and "utf8" in _plain(encoding) else 0)
    if not start:
        return "the file is empty; a header line is needed"
    if start.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) and not _plain(encoding).startswith("utf16"):
        return f"the file is encoded as UTF-16, not as {encoding}; save it as {encoding}"
    if start.startswith(b"PK\x03\x04"):
        return "this is a spreadsheet or archive, not a CSV file; export it as CSV"
    return None


def _plain(encoding: str) -> str:
    return encoding.lower().replace("-", "").replace("_", "")


class _Lines:
    """Lines of text for the csv module; remembers the size and oddities of the row being read."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self.encoding = encoding
        self.wide = "\n".encode(encoding) != b"\n"
        self.lines = self._wide_lines(file) if self.wide else self._byte_lines(file)
        self.begin_row()

    def begin_row(self) -> None:
        """Forget the row before."""
        self.size, self.odd = 0, False

    def __iter__(self) -> Iterator[str]:
        for text in self.lines:
            self.size += len(text)
            self.odd = self.odd or "\0" in text
            yield text

    def _byte_lines(self, file: BinaryIO) -> Iterator[str]:
        while line := file.readline(LINE_LIMIT):
            try:
                yield line.decode(self.encoding)
            except UnicodeDecodeError:
                self.odd = True
                yield line.decode(self.encoding, "surrogateescape")

    def _wide_lines(self, file: BinaryIO) -> Iterator[str]:
        name = file.name
        file.close()
        with open(name, encoding=self.encoding, newline="") as text:
            while line := text.readline(LINE_LIMIT):
                yield line

    @property
    def suspicious(self) -> bool:
        """Whether the row's cells need a closer look."""
        return self.odd or self.size > CELL_LIMIT


def _rows(
    name: str, lines: _Lines, delimiter: str, unquoted: str, problems: Problems
) -> Iterator[Row]:
    reader = csv.reader(iter(lines), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    while True:
        begins = reader.line_num + 1
        lines.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            break
        except (csv.Error, UnicodeError) as error:
            problems.add(name, begins, "", _broken(error, lines.encoding))
            return
        if not cells:
            continue
        if header is None:
            header = cells
        if unquoted in header and len(cells) > len(header):
            place, end = header.index(unquoted), len(cells) - len(header) + 1
            cells[place : place + end] = [delimiter.join(cells[place : place + end])]
        if _sound(name, begins, cells, header, lines, problems) or header is cells:
            yield begins, cells
    if header is None:
        problems.add(name, 1, "", "the file holds no header line")


def _broken(error: Exception, encoding: str) -> str:
    text = str(error)
    if isinstance(error, UnicodeError):
        return f"the file is not valid {encoding}"
    if "unexpected end of data" in text:
        return "a quote opened in this row is never closed; is this half a file?"
    if "field larger" in text:
        return "a cell is larger than 1 MB; is a quote left open?"
    if "new-line character" in text:
        return "lines must end with LF or CRLF"
    if "expected after" in text:
        return "a closing quote is followed by more text; quotes inside a cell must be doubled"
    return f"not readable as CSV: {text}"


def _sound(
    name: str, line: int, cells: list[str], header: list[str], lines: _Lines, problems: Problems
) -> bool:
    found = problems.count
    if len(cells) != len(header):
        problems.add(name, line, "", f"{len(cells)} cells where the header has {len(header)}")
    elif lines.suspicious:
        for column, cell in zip(header, cells, strict=True):
            if fault := _bad_cell(cell, lines.encoding):
                problems.add(name, line, column if cell is not column else "", fault)
    return problems.count == found


def _bad_cell(cell: str, encoding: str) -> str | None:
    if len(cell) > CELL_LIMIT:
        return f"{len(cell):,} characters; a cell may hold 1 MB ({CELL_LIMIT:,})"
    if "\0" in cell:
        return "holds a NUL character; the file is damaged or not text"
    for place, character in enumerate(cell, 1):
        if 0xDC80 <= ord(character) <= 0xDCFF:
            byte = ord(character) - 0xDC00
            return f"byte 0x{byte:02X} at character {place} is not {encoding}"
    return None
