"""Who takes part in a review, in the document: on the cover and in a table, cut where there is no room."""

import re
from html import unescape

import pytest

from portal.reviews import attendance, cover
from portal.reviews.content import Attending, compose
from portal.reviews.document import sheet
from portal.reviews.phrasing import Say
from portal.reviews.snapshot import freeze, thaw
from portal.reviews.twin import twin
from tests.reviews import samples
from tests.reviews.conftest import BRAND
from tests.reviews.test_beside import full

SAY = Say("en", "UTC")
FEW = (
    Attending("Mariana Quintão", "Head of supply"),
    Attending("Rui Vaz", part="informed"),
    Attending("Tiago Antunes", "Account manager", "us"),
)
MANY = tuple(
    Attending(f"Person number {n}", "Responsible for " + "spare parts " * 5) for n in range(45)
)
"""More than there is room for, with long titles."""


def words(html):
    return " ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.S)).split())


def test_the_cover_names_them_with_their_titles(speaking):
    content = compose(samples.material(participants=FEW), "en", BRAND)
    said = dict(cover.identity(content, SAY, b""))["Participants"]
    assert said == "Mariana Quintão (Head of supply); Rui Vaz; Tiago Antunes (Account manager)"


@pytest.mark.parametrize("count", [1, 2, 3, 10, 45])
def test_the_cover_cuts_and_says_how_many_more(speaking, count):
    said = attendance.shortly(MANY[:count], SAY)
    named = said.count("Person number")
    assert said.startswith("Person number 0") and len(said) <= attendance.CHARACTERS + 20
    more = re.search(r" and (\d+) more$", said)
    assert named + (int(more[1]) if more else 0) == count


@pytest.mark.parametrize("language", ["en", "pt", "es", "it"])
@pytest.mark.parametrize("material", [samples.material, full])
@pytest.mark.parametrize("code", ["2026-03", "2026-Q1"])
def test_a_table_names_everybody_once_on_paper_and_as_a_page(speaking, language, material, code):
    content = compose(material(code, participants=FEW), language, BRAND)
    for made in (sheet(content).html.partition("</section>")[2], twin(content)):
        assert words(made).count("Mariana Quintão") == 1
        assert words(made).count("Rui Vaz –") == 1


def test_a_long_table_ends_with_how_many_more(speaking):
    said = words(twin(compose(samples.material(participants=MANY), "en", BRAND)))
    assert said.count("Person number") == attendance.ROWS
    assert "And 30 people more." in said
    said = words(twin(compose(samples.material(participants=MANY[:16]), "en", BRAND)))
    assert "And 1 person more." in said


@pytest.mark.parametrize("material", [samples.material, full])
def test_a_review_frozen_without_them_prints_as_before(speaking, material):
    """Neither its bytes nor its pages know of participants."""
    frozen = freeze(material())
    assert b"participants" not in frozen
    content = compose(thaw(frozen), "en", BRAND)
    assert "Participants" not in dict(cover.identity(content, SAY, b""))
    for made in (sheet(content).html, twin(content)):
        assert "takes part" not in made


def test_they_are_frozen_whole_and_thaw_the_same():
    found = samples.material(participants=FEW)
    assert thaw(freeze(found)).participants == FEW
    assert b"@" not in freeze(found)


def test_a_part_or_side_of_a_version_to_come_is_a_dash(speaking):
    found = samples.material(participants=(Attending("Ana", side="guest", part="chairs"),))
    assert "Ana – – –" in words(twin(compose(found, "en", BRAND)))
