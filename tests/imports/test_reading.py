"""CSV files with the faults that real files have: a clear line each, placed where a person finds it."""

from pathlib import Path

import pytest

from portal.imports.problems import SHOWN, Problems, quoted
from portal.imports.reading import CELL_LIMIT, read


@pytest.fixture
def file(tmp_path):
    return tmp_path / "log.csv"


def outcome(file: Path, content: bytes, **options) -> tuple[list, list[str]]:
    file.write_bytes(content)
    problems = Problems()
    rows = list(read(file, problems, **options))
    return rows, [str(problem) for problem in problems.kept]


def test_rows_come_with_the_physical_line_on_which_they_begin(file):
    rows, problems = outcome(file, b'a,b\r\n1,"x\ny"\n\n2,z\n')
    assert rows == [(1, ["a", "b"]), (2, ["1", "x\ny"]), (5, ["2", "z"])]
    assert problems == []


def test_a_byte_order_mark_is_no_part_of_the_first_column(file):
    rows, _ = outcome(file, b"\xef\xbb\xbfa,b\n1,2\n")
    assert rows[0] == (1, ["a", "b"])


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "log.csv:1: -: the file is empty; a header line is needed"),
        (b"\n\n", "log.csv:1: -: the file holds no header line"),
        (
            b"a,b\n1,2\n3\n",
            "log.csv:3: -: 1 cells where the header has 2",
        ),
        (b"a,b\n1,2,3\n", "log.csv:2: -: 3 cells where the header has 2"),
        (
            b"a,b\n1,x\0y\n",
            "log.csv:2: b: holds a NUL character; the file is damaged or not text",
        ),
        (
            "a,b\n1,Ação\n".encode("windows-1252"),
            "log.csv:2: b: byte 0xE7 at character 2 is not utf-8",
        ),
        (
            "a,b\n1,2\n".encode("utf-16"),
            "log.csv:1: -: the file is encoded as UTF-16, not as utf-8; save it as utf-8",
        ),
        (
            b"PK\x03\x04rest",
            "log.csv:1: -: this is a spreadsheet or archive, not a CSV file; export it as CSV",
        ),
        (
            b'a,b\n1,2\n3,"half a',
            "log.csv:3: -: a quote opened in this row is never closed; is this half a file?",
        ),
        (
            b'a,b\n1,"x"y\n',
            "log.csv:2: -: a closing quote is followed by more text; quotes inside a cell must be doubled",
        ),
        (b"a,b\r1,2\r", "log.csv:1: -: lines must end with LF or CRLF"),
    ],
)
def test_each_fault_is_one_clear_line(file, content, line):
    _, problems = outcome(file, content)
    assert problems == [line]


def test_ten_megabytes_in_one_cell_are_told_with_its_column(file):
    rows, problems = outcome(file, b"a,b\n1," + b"x" * 10 * CELL_LIMIT + b"\n2,y\n")
    assert problems == ["log.csv:2: b: 10,485,760 characters; a cell may hold 1 MB (1,048,576)"]
    assert rows == [(1, ["a", "b"]), (3, ["2", "y"])]


def test_a_cell_of_one_megabyte_passes_and_one_more_character_does_not(file):
    _, problems = outcome(file, b"a,b\n1," + b"x" * CELL_LIMIT + b"\n")
    assert problems == []
    _, problems = outcome(file, b"a,b\n1," + b"x" * (CELL_LIMIT + 1) + b"\n")
    assert len(problems) == 1


def test_a_file_that_is_not_there_is_told(tmp_path):
    problems = Problems()
    assert list(read(tmp_path / "gone.csv", problems)) == []
    assert str(problems.kept[0]).startswith("gone.csv:1: -: cannot be read")


def test_other_encodings_and_delimiters_are_read(file):
    rows, problems = outcome(
        file, "a;b\n1;é\n".encode("windows-1252"), encoding="windows-1252", delimiter=";"
    )
    assert (rows[1], problems) == ((2, ["1", "é"]), [])
    rows, problems = outcome(file, "a,b\n1,é\n".encode("utf-16"), encoding="utf-16")
    assert (rows[1], problems) == ((2, ["1", "é"]), [])


def test_surplus_cells_belong_to_the_column_that_is_written_without_quotes(file):
    rows, problems = outcome(file, b"a,b,c\n1,x, y,2\n1,x,2\n", unquoted="b")
    assert rows[1:] == [(2, ["1", "x, y", "2"]), (3, ["1", "x", "2"])]
    assert problems == []


def test_fifty_problems_are_shown_and_the_rest_is_counted():
    problems = Problems()
    for line in range(SHOWN + 7):
        problems.add("log.csv", line, "a", "is wrong")
    lines = list(problems.lines())
    assert len(lines) == SHOWN + 1
    assert lines[-1] == "and 7 more problems of this kind or others"


def test_values_are_quoted_on_one_line_and_not_at_length():
    assert quoted("a\nb") == '"a\\x0ab"'
    assert len(quoted("x" * 500)) == 62
