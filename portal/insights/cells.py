"""Cells of spreadsheets and CSV files that no program takes for a formula (T33)."""

STARTERS = ("=", "+", "-", "@", "\t", "\r", "'")
Cell = str | int | float | None


def cell(value: Cell) -> Cell:
    """A value that no spreadsheet takes for a formula: text that could be one gets an apostrophe in front.

    Numbers stay as they are; a text that began with an apostrophe gets another, so that taking one away
    always gives the value back.
    """
    if isinstance(value, str) and value.startswith(STARTERS):
        return f"'{value}"
    return value


def value_of(text: str) -> str:
    """The text behind a cell written by `cell`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(STARTERS) else text
