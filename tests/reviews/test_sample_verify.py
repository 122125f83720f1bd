"""A file with a quality sample, F13 and F14 proves itself; a changed count, answer or draw is found."""

from dataclasses import replace

import pytest

from portal.reviews import verdict
from portal.reviews.examining import examined
from portal.reviews.lasting import Lasting
from portal.reviews.recount import Counted
from portal.reviews.verifying import Examined
from tests.reviews import forging, samples
from tests.reviews.conftest import sheet_of
from tests.reviews.test_sample import sampled

pytestmark = [pytest.mark.timeout(300), pytest.mark.real_time]


def material():
    """A quarter with its sample partly read, and cases that one answer solved."""
    found = samples.counted(n=60)
    once = tuple(row[0] for row in found.evidence.cases[10:30])
    repeats = ((found.evidence.cases[20][0], "", "", ""),)
    given = Counted(found).lasts(found.period, Lasting(repeats=repeats, once=once))
    return sampled(replace(found, lasting=given), ("1", "1", "1"), ("1", "1", "0"), gone="merged")


@pytest.fixture(scope="session")
def made(words, press) -> bytes:
    return press.print(sheet_of(words, material()))


@pytest.fixture
def found(speaking):
    def look(data: bytes) -> Examined:
        return Examined(tuple(examined(data, [])))

    return look


@pytest.mark.parametrize("language", ["en", "pt", "es", "it"])
def test_a_file_as_it_was_made_holds(words, press, found, language):
    seen = found(press.print(sheet_of(words, material(), language)))
    assert seen.holds, verdict.conclusion(seen)


def changed(name, value):
    def change(data):
        data["review"]["sample"][name] = value

    return change


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("drawn_from", 900),
        ("read", [["1", "1", "1"]]),
        ("read", [["1", "1", "x"], ["1", "1", "1"]]),
    ],
)
def test_a_changed_sample_is_no_figure_that_the_rows_give(made, found, name, value):
    seen = found(forging.with_json(made, "review.json", changed(name, value)))
    assert not seen.holds
    assert seen.telling.check == "figures"
    assert seen.telling.values["what"].startswith("sample, ")


def test_another_answer_is_not_what_the_pages_say(made, found):
    seen = found(
        forging.with_json(made, "review.json", changed("read", [["1", "1", "1"], ["1", "1", "1"]]))
    )
    assert {one.check for one in seen.findings if not one.holds} >= {"files", "words"}


def test_a_changed_share_of_first_contact_is_found(made, found):
    def change(data):
        data["review"]["lasting"]["settled"]["numerator"] += 1

    seen = found(forging.with_json(made, "review.json", change))
    assert seen.telling.check == "figures"
    assert seen.telling.values["what"] == "2026-Q1, F14, numerator"
