"""Versions of a text against each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.reviews.differing import Piece, pieces


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("A calm quarter.", "A calm quarter.", [("same", "A calm quarter.")]),
        (
            "A calm quarter.",
            "A busy quarter.",
            [("same", "A "), ("removed", "calm"), ("added", "busy"), ("same", " quarter.")],
        ),
        ("", "New", [("added", "New")]),
        ("Old", "", [("removed", "Old")]),
        ("", "", []),
    ],
)
def test_words_added_and_removed_are_told_apart(before, after, shown):
    assert pieces(before, after) == [Piece(*one) for one in shown]


WORDS = st.text(alphabet="ab \n", max_size=60)


@given(WORDS, WORDS)
def test_both_texts_can_be_read_from_the_pieces(before, after):
    found = pieces(before, after)
    assert "".join(one.text for one in found if one.kind != "removed") == after
    assert "".join(one.text for one in found if one.kind != "added") == before
