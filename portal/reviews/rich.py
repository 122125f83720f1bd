"""Text people write with a little form: Markdown in, a few safe tags out (T30)."""

import re

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

TAGS = {"p", "strong", "em", "ul", "ol", "li", "blockquote", "br"}
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["image", "link", "autolink", "heading", "lheading", "code", "fence", "backticks", "hr"]
)


def rich(text: str) -> Markup:
    """Paragraphs, lists, quotations and emphasis; nothing that loads, links, runs or styles.

    The numbers of a list are words of it, so that what is printed is what was written.
    """
    tokens = _markdown.parse(CONTROLS.sub("", text))
    _number(tokens)
    made = _markdown.renderer.render(tokens, _markdown.options, {})
    return Markup(nh3.clean(made, tags=TAGS, attributes={}))


def _number(tokens: list[Token]) -> None:
    """Write each item's number into its first words."""
    waiting = ""
    for token in tokens:
        if token.type == "list_item_open":
            waiting = f"{token.info}. " if token.info else ""
        elif token.type == "inline" and waiting:
            (token.children or []).insert(0, Token("text", "", 0, content=waiting))
            waiting = ""
