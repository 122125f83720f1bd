"""Quotations on paper and as a page: shortened, safe in any script, with a name only where it was given, and verified."""

import re
from dataclasses import replace
from datetime import date

import pytest

from portal.reviews import document, verdict, voice
from portal.reviews.content import Brand, compose
from portal.reviews.examining import examined
from portal.reviews.quotes import LONGEST, Quote, Quotes, shortened
from portal.reviews.snapshot import freeze, thaw
from portal.reviews.twin import twin
from portal.reviews.verifying import Examined
from tests.reviews import forging
from tests.reviews.conftest import sheet_of
from tests.reviews.test_beside import full

ARABIC = "وصلت الشحنة قبل موعدها، شكرا جزيلا لكم جميعا. " * 12
CHINESE = "轴承总是按时到达，包装也很好。" * 40
LONG = "The bearings came, and came again. " * 300
QUOTES = Quotes(
    (
        Quote(
            shortened("Always on time.\n\nThank you!"),
            "en",
            date(2026, 1, 1),
            "Dora Decides",
            "CEO",
        ),
        Quote(shortened(ARABIC), "en", date(2026, 2, 1)),
        Quote(shortened(CHINESE), "pt", date(2026, 2, 1), "张伟"),
        Quote(shortened(LONG), "it", date(2026, 3, 1)),
        Quote("<script>1 & 2</script>", "es", date(2026, 3, 1)),
    ),
    released=True,
)


def plain(html):
    return " ".join(re.sub("<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    "text", [ARABIC, CHINESE, LONG, "x" * 10_000, "word " * 2_000, "e\u0301" * 900, "👩‍🔧" * 400]
)
def test_long_comments_are_cut_and_stay_as_they_were_cut(text):
    found = shortened(text)
    assert len(found) <= LONGEST
    assert found.endswith("…")
    assert shortened(found) == found
    assert text.startswith(found.rstrip("… "))


def test_a_cut_is_behind_a_sentence_or_else_behind_a_word():
    sentences = "One here. " * 60
    assert shortened(sentences).endswith("here. …")
    assert shortened("word " * 200).endswith("word…")
    assert shortened("e\u0301" * 900)[-2] == "\u0301"
    assert not shortened("👩‍🔧" * 400)[:-1].endswith("\u200d")


@pytest.mark.parametrize("text", ["Short.", "x" * 400, "  a\u202eb\x07\r\nc\u2028d  "])
def test_short_ones_are_whole_on_one_line_without_control_characters(text):
    found = shortened(text)
    assert "…" not in found
    assert found == found.strip()
    assert found.isprintable()


@pytest.mark.timeout(300)
@pytest.mark.real_time
@pytest.mark.parametrize("language", ["en", "it"])
def test_what_is_quoted_is_printed_and_the_file_proves_it(words, press, language):
    import pymupdf

    material = thaw(freeze(full(quotes=QUOTES)))
    assert material.quotes == QUOTES
    data = press.print(sheet_of(words, material, language))
    with words.app_context():
        seen = Examined(tuple(examined(data, [])))
    assert seen.holds, verdict.conclusion(seen)
    pages = pymupdf.open(stream=data, filetype="pdf")
    text = " ".join(" ".join(page.get_text() for page in pages).split())
    assert "Always on time. Thank you!" in text
    assert "Dora Decides, CEO" in text
    assert "nobody was asked" not in text
    assert all(word[2] < page.rect.width - 50 for page in pages for word in page.get_text("words"))


@pytest.mark.timeout(300)
@pytest.mark.real_time
@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows[0].update(text="Never on time."),
        lambda rows: rows[0].update(name="Abel Approves"),
        lambda rows: rows[1].update(name="Dora Decides"),
        lambda rows: rows.pop(),
        lambda rows: rows.reverse(),
    ],
)
def test_another_quotation_in_the_rows_is_found(words, press, change):
    data = press.print(sheet_of(words, full(quotes=QUOTES)))
    forged = forging.with_json(
        data, "review.json", lambda read: change(read["review"]["quotes"]["rows"])
    )
    with words.app_context():
        wrong = {one.check for one in examined(forged, []) if not one.holds}
    assert wrong & {"words", "figures", "files"}


def test_paper_and_page_say_the_same_and_nothing_is_markup(words, speaking):
    content = compose(full(quotes=QUOTES), "en", Brand("Norte Peças"))
    for html in (document.sheet(content).html, twin(content)):
        assert "<script>1" not in html
        assert "&lt;script&gt;1 &amp; 2&lt;/script&gt;" in html
        text = plain(html)
        assert "Always on time. Thank you! Dora Decides, CEO, January 2026" in text
        assert text.count("one of your people") == 3
        assert re.findall(r"<blockquote([^>]*)>", html) == [
            "",
            ' dir="rtl"',
            ' lang="pt"',
            ' lang="it"',
            ' lang="es"',
        ]


def test_no_score_and_no_day_stand_with_a_quotation(speaking):
    content = compose(full(quotes=QUOTES), "en", Brand("Norte Peças"))
    for found in voice.page(content)["quotes"]:
        assert found.keys() == {"text", "language", "direction", "whose"}
        assert not re.search(r"\d", found["whose"].replace("2026", ""))


@pytest.mark.parametrize(
    ("quotes", "told"),
    [
        (None, "Comments are not printed: nobody was asked whether they may be."),
        (Quotes(), "No comment was released for quoting."),
        (Quotes(released=True), "No comment is quoted in this review."),
        (Quotes(held=True), "are printed once the review is issued."),
    ],
)
def test_without_quotations_the_review_says_why(words, speaking, quotes, told):
    text = plain(sheet_of(words, full(quotes=quotes)).html)
    assert told in text
    assert "What your people wrote" not in text
    others = (
        "nobody was asked whether",
        "was released",
        "is quoted in",
        "once the review is issued",
    )
    assert sum(other in text for other in others) == 1


@pytest.mark.parametrize("language", ["pt", "es", "it"])
@pytest.mark.parametrize("quotes", [QUOTES, Quotes(), Quotes(released=True), Quotes(held=True)])
def test_every_word_of_ours_is_in_the_readers_language(words, speaking, language, quotes):
    text = plain(sheet_of(words, full(quotes=quotes), language).html)
    for english in ("Under five", "your people", "omment is", "quoted", "released"):
        assert english not in text


def test_a_file_from_before_keeps_its_bytes():
    """What was frozen without the field is frozen without it again."""
    frozen = freeze(full())
    assert b'"quotes"' not in frozen
    assert freeze(replace(thaw(frozen))) == frozen
