"""Cursors: what is written is read again, what cannot be read begins anew."""

from datetime import UTC, datetime

import pytest

from portal.accounts.keyset import FIRST, Cursor, cursor_from, page

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_cursor_survives_the_address():
    shown = page([(AT, "PO~1%"), (AT, "PO 2")], FIRST, 1, lambda row: row)
    assert shown.earlier is None
    assert cursor_from(shown.later, None, datetime, str) == Cursor((AT, "PO~1%"), 2)


@pytest.mark.parametrize("text", ["", "1", "x~1", "1~1~2", "1~%00", "1~\x00", "1e9~a~b"])
def test_what_cannot_be_read_begins_anew(text):
    assert cursor_from(text, None, datetime, str) is FIRST


@pytest.mark.parametrize("number", ["9" * 25, "-" + "9" * 25, str(2**31), "9" * 5000, "1e3", ""])
def test_a_key_larger_than_any_begins_anew(number):
    assert cursor_from(f"1~{number}", None, int) is FIRST
    assert cursor_from(f"1~{2**31 - 1}", None, int) == Cursor((2**31 - 1,), 1)


def test_going_back_turns_the_rows_round():
    cursor = Cursor((5,), 6, backward=True)
    shown = page([(4,), (3,), (2,)], cursor, 2, lambda row: row)
    assert (list(shown.rows), shown.first, shown.last) == ([(3,), (4,)], 4, 5)
    assert cursor_from(None, shown.earlier, int) == Cursor((3,), 4, backward=True)
    assert cursor_from(shown.later, None, int) == Cursor((4,), 6)
