"""The tables of a view as files: CSV, and a workbook where the extra for it is installed."""

import csv
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from io import BytesIO, StringIO
from typing import Any

from portal.insights.cells import cell
from portal.insights.showing import Number, Table, Value

HEAD = ("table", "row", "column", "value", "shown")
LONGEST_NAME = 31
"""What a workbook takes as the name of a sheet."""


def spreadsheets_here() -> bool:
    """Whether workbooks can be written on this machine."""
    return find_spec("xlsxwriter") is not None


def as_csv(page: Mapping[str, Any]) -> str:
    """Every number of a view, one a line, as it is computed with and as it is read (T33)."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for row in _lines(page):
        writer.writerow([cell(value) for value in row])
    return out.getvalue()


def _lines(page: Mapping[str, Any]) -> Iterator[tuple[Value, ...]]:
    for one in _numbers(page):
        yield "figures", one.figure, one.label, one.value, one.note
    for table in page["tables"].values():
        for name, cells in table.rows:
            for head, found in zip(table.heads[1:], cells, strict=True):
                yield table.name, name, head, found.value, found.text


def _numbers(page: Mapping[str, Any]) -> list[Number]:
    sides = [side for pair in page.get("pairs", ()) for side in (pair.left, pair.right)]
    return [*sides, *page.get("numbers", ())]


def as_xlsx(page: Mapping[str, Any]) -> bytes:
    """A sheet for the figures and one for each table; text stays text, whatever it begins with (T33).

    Raises: ImportError where the extra `xlsx` is not installed.
    """
    import xlsxwriter

    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        numbers = _numbers(page)
        if numbers:
            lines = [(one.figure, one.label, one.value, one.note) for one in numbers]
            _sheet(book, "figures", ("", "", "", ""), lines)
        for table in page["tables"].values():
            _sheet(book, table.name, table.heads, list(_rows(table)))
    return out.getvalue()


def _rows(table: Table) -> Iterator[tuple[Value, ...]]:
    for name, cells in table.rows:
        yield name, *(found.text if found.value is None else found.value for found in cells)


def _sheet(book: Any, name: str, heads: Any, lines: Any) -> None:
    sheet = book.add_worksheet(name[:LONGEST_NAME])
    bold = book.add_format({"bold": True})
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, bold)
    for number, line in enumerate(lines, start=1):
        for column, value in enumerate(line):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            elif value is not None:
                sheet.write_number(number, column, value)
    sheet.set_column(0, 0, 28)
