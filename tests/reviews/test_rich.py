"""Text of people becomes a few safe tags and nothing else (T30)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.reviews.rich import TAGS, rich


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>"),
        ("**a** and *b*", "<p><strong>a</strong> and <em>b</em></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a\n4. b", "<ol>\n<li>3. a</li>\n<li>4. b</li>\n</ol>"),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>"),
        ("a\nb", "<p>a<br>\nb</p>"),
        ("", ""),
    ],
)
def test_a_little_form(typed, made):
    assert rich(typed).strip() == made


@pytest.mark.proves("T30")
@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://evil.example/x.png)",
        "[x](javascript:alert(1))",
        "<a href='https://evil.example'>x</a>",
        "<p style='position:fixed' hx-get='/x' id='y'>z</p>",
        "<svg><script>1</script></svg>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "# Not a heading",
        "```\ncode\n```",
    ],
)
def test_nothing_that_loads_links_runs_or_styles(typed):
    assert only_allowed(str(rich(typed)))


def only_allowed(made):
    """Whether every < begins one of the tags, without attributes."""
    return "<" not in re.sub(rf"</?(?:{'|'.join(TAGS)})>", "", made)


@pytest.mark.proves("T30")
@given(st.text(max_size=300))
def test_only_the_tags_that_are_allowed(typed):
    assert only_allowed(str(rich(typed)))
