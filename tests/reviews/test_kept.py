"""Files of earlier versions of the portal, kept as they were made, hold for ever; what differs then is wording alone.

A file is added whenever a version prints what none before did. One that no longer holds tells of a change that would take
its proof from every review issued until then: print what is new only where its own field stands in the data (decision 0022).
"""

from pathlib import Path
from typing import Any

import pytest

from portal.reviews import verdict
from portal.reviews.comparing import numbers_differ
from portal.reviews.examining import examined
from portal.reviews.printed import Printed
from portal.reviews.sheets import WORDS
from portal.reviews.verifying import Examined
from tests.reviews import forging

pytestmark = pytest.mark.real_time
KEPT = sorted((Path(__file__).parent / "kept").glob("*.pdf"))


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_a_file_of_an_earlier_version_holds(speaking, path):
    """Whose certificate a signature is by is known where the provider is, and not here."""
    found = Examined(tuple(examined(path.read_bytes(), [])))
    wrong = {one.check for one in found.findings if not one.holds}
    assert wrong <= {"signature"}, verdict.conclusion(found)


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_a_number_changed_in_one_is_found_all_the_same(speaking, path):
    found = Examined(tuple(examined(another_number(path.read_bytes()), [])))
    assert not next(one for one in found.findings if one.check == "words").holds


def another_number(data: bytes) -> bytes:
    """The file as another version worded it, with one number more in the first line that has one."""

    def changed(words: dict[str, Any]) -> None:
        lines = words["lines"]
        place = next(n for n, line in enumerate(lines) if any(map(str.isdigit, line)))
        lines[place] += " 7"
        words["wording"] = "another"

    return forging.with_json(data, WORDS, changed)


def test_words_may_be_others_and_more_but_numbers_may_not():
    ours = ["Opened: 43", "New words without a number", "Resolved: 41"]
    assert not list(numbers_differ(Printed(ours), Printed(["43 were opened", "41 were resolved"])))
    for theirs in (["Opened: 43"], ["Opened: 43", "Resolved: 42"], [*ours, "Reopened: 3"]):
        assert list(numbers_differ(Printed(ours), Printed(theirs)))
