"""What people type is cleaned the same way everywhere, and measured afterwards."""

import pytest
from werkzeug.datastructures import MultiDict

from portal.cases.forms import (
    LONGEST_BODY,
    LONGEST_LINE,
    MessageForm,
    NewCaseForm,
    StatusForm,
    line,
    words,
)


@pytest.mark.proves("T28")
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  plain  ", "plain"),
        (None, ""),
        ("a\r\nBcc: b", "aBcc: b"),
        ("a\x00b\x1bc\x85d\u2028e\u2029f", "abcdef"),
        ("cafe\u0301", "caf\u00e9"),
        ("\ud800x", "x"),
        ("\t\n ", ""),
        ("👩‍🔧 só", "👩‍🔧 só"),
    ],
)
def test_one_line_has_no_control_characters_and_composed_letters(typed, kept):
    assert line(typed) == kept


@pytest.mark.proves("T28")
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc\nd\te", "a\nb\nc\nd\te"),
        ("\n\n a \n\n", "a"),
        ("a\x00b\x1b[31mc", "ab[31mc"),
        (None, ""),
        ("cafe\u0301", "caf\u00e9"),
    ],
)
def test_several_lines_keep_their_breaks_and_tabs_alone(typed, kept):
    assert words(typed) == kept


def faults(app, form, **sent):
    with app.test_request_context():
        made = form(MultiDict(sent))
        return set() if made.validate() else {name for name in made.errors if made.errors[name]}


@pytest.mark.on("sqlite")
def test_what_is_empty_too_long_or_not_offered_is_at_fault(app):
    new = {"subject": "S", "body": "B", "priority": "low", "channel": "phone"}
    assert faults(app, NewCaseForm, **new) == set()
    assert faults(app, NewCaseForm, **{**new, "subject": " \n", "body": "\x00"}) == {
        "subject",
        "body",
    }
    longest = {"subject": "s" * LONGEST_LINE, "body": "b" * LONGEST_BODY}
    assert faults(app, NewCaseForm, **{**new, **longest}) == set()
    longer = {name: value + "x" for name, value in longest.items()}
    assert faults(app, NewCaseForm, **{**new, **longer}) == {"subject", "body"}
    wrong = {"priority": "1", "channel": "sms", "submission": "a b"}
    assert faults(app, NewCaseForm, **{**new, **wrong}) == set(wrong)
    assert faults(app, MessageForm, body="B", then="closed", mode="x") == {"then", "mode"}
    assert faults(app, MessageForm, body="B", then="waiting", mode="note") == set()
    for status in ("new", "resolved", "closed", "cancelled", ""):
        assert faults(app, StatusForm, status=status) == {"status"}


@pytest.mark.on("sqlite")
@pytest.mark.proves("T10")
def test_a_repeated_field_and_no_other_is_at_fault(app):
    assert faults(app, MessageForm, body=["one", "two"]) == {"body"}
    assert faults(app, MessageForm, body="one", unknown=["1", "2"]) == set()
