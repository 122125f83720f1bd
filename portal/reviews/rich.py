"""Text people write with a little form: Markdown in, a few safe tags out (T30)."""

import re

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {"p", "strong", "em", "ul", "ol", "li", "blockquote", "br"}
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["image", "link", "autolink", "heading", "lheading", "code", "fence", "backticks", "hr"]
)


def rich(text: str) -> Markup:
    """Paragraphs, lists, quotations and emphasis; nothing that loads, links, runs or styles."""
    made = _markdown.render(CONTROLS.sub("", text))
    return Markup(nh3.clean(made, tags=TAGS, attributes={}))
