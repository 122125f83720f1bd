"""The review as a page: the same words and numbers as on paper, in names that meet nothing of the portal's."""

import re
from html import unescape
from pathlib import Path

import pytest
from pypdf import PdfReader

from portal.db import db
from portal.files.storing import keep_made
from portal.reviews import document
from portal.reviews.content import Brand, compose
from portal.reviews.keeping import stored_twin
from portal.reviews.ledger_pages import SHAPES
from portal.reviews.models import ReviewDocument, Stage
from portal.reviews.sections import sections
from portal.reviews.snapshot import thaw
from portal.reviews.twin import STYLED, twin
from tests import factories
from tests.reviews import samples
from tests.reviews.conftest import STATIC

KEPT = Path(__file__).parent / "kept"

SECTION = '<section id="p-speed">\n<h2><span class="p-no">1</span> Speed</h2>{}</section>'


def words(html):
    return re.sub(
        r"\s+",
        "",
        unescape(re.sub(r"<(svg|style|title)\b.*?</\1>|<[^>]+>", "", html, flags=re.DOTALL)),
    )


@pytest.mark.parametrize("language", ["en", "pt", "es", "it"])
def test_it_says_what_the_paper_says(speaking, language):
    """Word for word and number for number, section by section; the cover and the pages to read on have no twin."""
    content = compose(samples.material(), language, Brand("Norte Peças"))
    paper = re.sub(
        r'<h2 class="striph">.*?</ul>', "", document.sheet(content).html, flags=re.DOTALL
    )
    inside = paper[paper.index("</section>") :]
    made = twin(content)
    assert words(inside) in words(made)
    for number in re.findall(r"\d+", words(inside)):
        assert number in words(made)


def test_names_and_headings_are_its_own(speaking):
    made = twin(compose(samples.material(), "en", Brand("Norte Peças")))
    assert "<h1" not in made
    ids = re.findall(r'id="([^"]+)"', made)
    assert ids and len(ids) == len(set(ids))
    assert all(name.startswith("p-") for name in ids)
    for target in re.findall(r'href="#([^"]+)"', made):
        assert target in ids
    classes = {name for found in re.findall(r'class="([^"]+)"', made) for name in found.split()}
    assert all(re.fullmatch(r"p-.*|chart|[fs]-.*", name) for name in classes)
    css = (STATIC / "css" / "features" / "review.css").read_text("utf-8")
    its_own = {"scroll", "strip", "striph", "pg", *SHAPES}
    styled = set(re.findall(r"\.p-([a-z_]+)", css))
    assert styled - its_own == set(STYLED.pattern.split("|"))
    assert "style=" not in made and "<script" not in made and "data:" not in made


def test_a_state_has_its_colour_beside_its_shape_and_word(speaking):
    material = thaw(
        PdfReader(KEPT / "review-2026-11-all-sections.pdf").attachments["review.json"][0]
    )
    made = twin(compose(material, "en", Brand("Norte Peças")))
    assert '<td class="p-kept">● Kept' in made and '<td class="p-late">▼ Late' in made
    assert not re.search("<td>[●▲▼○×] ", made)


def test_what_is_wider_than_a_phone_can_be_moved_by_keyboard_too(speaking):
    made = twin(compose(samples.material(), "en", Brand("Norte Peças")))
    frame = '<div class="p-scroll" tabindex="0" role="group" aria-label="Wide {}">'
    assert made.count("<table") == made.count(frame.format("table") + "<table") > 5
    wide = re.findall(r"(.{0,120})<svg[^>]* viewBox=.0 0 482 ", made, re.DOTALL)
    assert wide and all(before.endswith(frame.format("picture")) for before in wide)
    assert made.count(frame.format("picture")) == len(wide)


@pytest.fixture
def review(app, cast):
    with app.app_context():
        row = factories.make_review(cast.acme.account, ref="R-1", stage=Stage.ISSUED)
        for language, words_there in (("en", "In English."), ("pt", "Em português.")):
            file = keep_made(
                SECTION.format(words_there).encode(),
                "R-1.html",
                "text/html",
                account_id=cast.acme.account.id,
                internal=True,
            )
            if language == "en":
                row.twin_id = file.id
            else:
                db.session.add(
                    ReviewDocument(
                        account_id=row.account_id,
                        review_id=row.id,
                        language="pt",
                        twin_id=file.id,
                        created_at=row.created_at,
                    )
                )
        db.session.commit()
    return "/reviews/R-1.html"


def test_each_reader_gets_it_in_a_language_there_is(client, review):
    sponsor = client.as_("sponsor")
    assert "In English." in sponsor.get(review).get_data(as_text=True)
    assert "Em português." in sponsor.get(f"{review}?lang=pt").get_data(as_text=True)
    assert "In English." in sponsor.get(f"{review}?lang=it").get_data(as_text=True)


@pytest.mark.proves("T1", "T12")
def test_it_is_for_those_who_read_the_review(client, review):
    assert client.as_("contact").get(review).status_code == 403
    assert client.as_("stranger").get(review).status_code == 404


@pytest.mark.parametrize("language", ["en", "pt", "es", "it"])
def test_a_whole_review_weighs_what_a_page_may(app, client, cast, language):
    kept = PdfReader(KEPT / "review-2026-11-all-sections.pdf").attachments["review.json"][0]
    with app.app_context():
        content = compose(thaw(kept), language, Brand("Norte Peças"))
        row = factories.make_review(cast.acme.account, ref="R-3", stage=Stage.ISSUED)
        row.twin_id = stored_twin(row, content).id
        db.session.commit()
    page = client.as_("manager").get("/reviews/R-3.html").get_data()
    assert page.count(b"<section") == len(sections(content))
    assert len(page) <= 64 * 1024


def test_without_one_there_is_nothing(client, cast, app):
    with app.app_context():
        factories.make_review(cast.acme.account, ref="R-2")
        db.session.commit()
    assert client.as_("manager").get("/reviews/R-2.html").status_code == 404
