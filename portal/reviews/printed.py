"""What a review's HTML puts on paper, as text: line by line in reading order, and what runs along every page. Pure."""

import re
import unicodedata
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from urllib.parse import unquote

PAGE = "\ufdd0"
"""Stands where the page number of a section is printed."""

BLOCKS = frozenset(
    (
        *(
            "address",
            "article",
            "caption",
            "dd",
            "div",
            "dl",
            "dt",
            "figcaption",
            "figure",
            "footer",
        ),
        *("h1", "h2", "h3", "h4", "header", "li", "main", "ol", "p", "section", "table", "tbody"),
        *("td", "tfoot", "th", "thead", "tr", "ul"),
    )
)
UNREAD = frozenset(("head", "style", "script"))
PICTURE = "data:image/svg+xml,"
WRITTEN = re.compile(r"<text[^>]*>(.*?)</text>", re.DOTALL)
TAGS = re.compile(r"<[^>]*>")
INTRICATE = (
    *((0x0590, 0x08FF), (0x0900, 0x109F), (0x1780, 0x17FF), (0x1800, 0x18AF), (0xFB1D, 0xFDFF)),
    *((0xFE70, 0xFEFF), (0x1F000, 0x1FAFF)),
)
"""Scripts whose letters change their shape or order when they are drawn: Hebrew, Arabic, those of India, Thai …"""


@dataclass
class Printed:
    """The lines of the document, the alternative texts of its pictures, and what its margins may say.

    `jumps` has for each page number in the lines the first line of the section it is the page of.
    """

    lines: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    margins: list[str] = field(default_factory=list)
    jumps: list[int] = field(default_factory=list)


def printed(html: str) -> Printed:
    """The text of a document of ours."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


def bare(text: str) -> str:
    """Text as it can be compared with what a page draws: letters, digits and signs alone.

    Left out are white space, accents, controls and letters of scripts that are drawn in another shape or order.
    """
    if text.isascii():
        return "".join(text.split())
    kept = (c for c in unicodedata.normalize("NFKD", text) if not c.isspace())
    return "".join(c for c in kept if unicodedata.category(c)[0] not in "CM" and not _intricate(c))


def is_intricate(text: str) -> bool:
    """Whether the order of a line's words may be another on the page."""
    return not text.isascii() and any(map(_intricate, text))


def _intricate(letter: str) -> bool:
    return any(first <= ord(letter) <= last for first, last in INTRICATE)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found, self._line, self._unread, self._named = Printed(), "", 0, False
        self._sections: dict[str, int] = {}
        self._asked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._unread += tag in UNREAD
        if tag in BLOCKS:
            self.end_line()
        if "data-who" in given:
            self.found.margins += [given[f"data-{name}"] for name in ("who", "edition")]
            self.found.margins.append(given["data-page"] + PAGE + given["data-of"] + PAGE)
        if "data-name" in given:
            self.found.margins.append(given["data-name"])
            self._sections[f"#{given['id']}"] = len(self.found.lines)
        if "data-ref" in given:
            self._line += PAGE
            self._asked.append(given["data-ref"])
        if tag == "img":
            self._picture(given)
        self._named = tag == "title" and not self._unread

    def handle_endtag(self, tag: str) -> None:
        self._unread -= tag in UNREAD
        self._named = False
        if tag in BLOCKS:
            self.end_line()

    def handle_data(self, data: str) -> None:
        if self._named:
            self.found.pictures.append(data)
        elif not self._unread:
            self._line += data

    def close(self) -> None:
        """The document ends."""
        super().close()
        self.end_line()
        self.found.jumps = [self._sections[asked] for asked in self._asked]

    def end_line(self) -> None:
        """A block ends or begins."""
        line = " ".join(self._line.split())
        self._line = ""
        if line:
            self.found.lines.append(line)

    def _picture(self, given: dict[str, str]) -> None:
        self.found.pictures.append(given.get("alt", ""))
        source = given.get("src", "")
        if source.startswith(PICTURE):
            drawn = unquote(source.removeprefix(PICTURE))
            self.end_line()
            for text in WRITTEN.findall(drawn):
                self._line = unescape(TAGS.sub("", text))
                self.end_line()
