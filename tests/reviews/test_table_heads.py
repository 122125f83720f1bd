"""The heads of tables: drawn again on the next page they are said once, and a table of its own keeps its head."""

from dataclasses import replace

import pytest

from portal.reviews.comparing import mismatches
from portal.reviews.pages import contents
from portal.reviews.printed import printed
from tests.reviews import samples
from tests.reviews.conftest import sheet_of

pytestmark = [pytest.mark.timeout(300), pytest.mark.real_time]

COLUMNS = '<tr><th scope="col">No.</th><th scope="col">What</th></tr>'


def table(rows, caption="", style=""):
    titled = f'<tr><th class="cap" scope="colgroup" colspan="2">{caption}</th></tr>'
    head = (titled if caption else "") + COLUMNS
    body = "".join(f"<tr><td>{row}</td><td>Row {row}</td></tr>" for row in rows)
    return f'<table class="{style}"><thead>{head}</thead><tbody>{body}</tbody></table>'


@pytest.fixture
def read(words, press):
    """What a file with these tables in one section says, and what its words say."""

    def look(*tables):
        html = (
            '<html lang="en"><head><title>t</title></head><body><main><section><h2>Things</h2>'
            f"{''.join(tables)}</section></main></body></html>"
        )
        css = "tr { height: 30pt; break-inside: avoid } .next { break-before: page }"
        made = press.print(replace(sheet_of(words, samples.counted()), html=html, css=css))
        return contents(made), printed(html)

    return look


def said(found, line):
    return sum(run.text.strip() == line for run in found.runs)


@pytest.mark.parametrize(
    ("first", "second"),
    [("", ""), ("Goals", "Plans"), ("", "Plans"), ("Goals", "")],
)
def test_a_table_that_begins_on_the_next_page_keeps_its_head(read, first, second):
    found, words = read(table("1", first), table("2", second, "next"))
    assert found.pages == 2
    assert list(mismatches(words, found)) == []
    assert said(found, "No.") == 2
    assert said(found, "Goals") + said(found, "Plans") == bool(first) + bool(second)


@pytest.mark.parametrize("caption", ["", "Goals"])
def test_a_table_that_goes_on_says_its_caption_once(read, caption):
    found, words = read(table(range(60), caption))
    assert found.pages > 2
    assert list(mismatches(words, found)) == []
    assert said(found, "Goals") == bool(caption)


def test_a_table_that_goes_on_and_one_that_begins_are_told_apart(read):
    found, words = read(table(range(60)), table("x", style="next"))
    assert list(mismatches(words, found)) == []


def test_a_head_that_is_not_in_the_words_is_found(read):
    """On the same page nothing is repeated."""
    found, _words = read(table("1"), table("2"))
    _found, words = read(table("12"))
    assert list(mismatches(words, found))
