"""Text people wrote, made safe and useful on a page; every pattern runs in linear time."""

import re
from collections.abc import Iterator, Mapping

from markupsafe import Markup, escape

LINK = re.compile(r"https?://[^\s<>\"'`\x00-\x1f]{3,2000}|\b(?P<ref>[CR]-[0-9]{1,12})\b")
TRAILING = ".,;:!?)]}»”’"
PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
PARTICLES = frozenset(
    [
        "a",
        "da",
        "das",
        "de",
        "del",
        "della",
        "di",
        "do",
        "dos",
        "du",
        "e",
        "el",
        "la",
        "las",
        "le",
        "los",
        "of",
        "the",
        "und",
        "van",
        "von",
        "y",
    ]
)
PLACES = {"C": "cases", "R": "reviews"}
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
HIT = {"\x02": Markup("<mark>"), "\x03": Markup("</mark>")}


def initials(name: str | None) -> str:
    """The first letters of the first two words that are not particles."""
    words = [w for w in re.split(r"[\s.,]+", name or "") if w[:1].isalnum()]
    strong = [w for w in words if w.lower() not in PARTICLES] or words
    return "".join(word[0] for word in strong[:2]).upper() or "?"


def linkify(body: str | None) -> Markup:
    """A message as paragraphs: escaped, addresses and our references as links, line breaks kept."""
    clean = (body or "").replace("\r\n", "\n").replace("\r", "\n").strip()
    return Markup("").join(
        Markup("<p>{}</p>").format(_linked(part)) for part in PARAGRAPH.split(clean) if part
    )


def marked(snippet: str | None) -> Markup:
    """A search snippet whose hits stand between U+0002 and U+0003, as escaped text with `<mark>`."""
    parts, inside = [], False
    for piece in re.split("([\x02\x03])", snippet or ""):
        if piece in HIT:
            opens = piece == "\x02"
            parts.append(HIT[piece] if opens != inside else Markup(""))
            inside = opens
        else:
            parts.append(escape(piece))
    return Markup("").join(parts) + (HIT["\x03"] if inside else "")


def device(agent: str | None) -> str:
    """A browser by its usual name and system, `Firefox, Windows`; the words as sent where none is known."""
    sent = agent or ""
    found = [
        next((name for sign, name in known if sign in sent), "") for known in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(name for name in found if name) or sent


def attrs(values: Mapping[str, object]) -> Markup:
    """Keyword arguments of a macro as attributes: `hx_post` → `hx-post`, True bare, None and False left out."""
    return Markup("").join(_attributes(values))


def _attributes(values: Mapping[str, object]) -> Iterator[Markup]:
    for name, value in values.items():
        plain = escape(name.rstrip("_").replace("_", "-"))
        if value is True:
            yield Markup(" {}").format(plain)
        elif value is not None and value is not False:
            yield Markup(' {}="{}"').format(plain, value)


def _linked(part: str) -> Markup:
    pieces, end = [], 0
    for match in LINK.finditer(part):
        pieces.append(_lines(part[end : match.start()]))
        found = match[0] if match["ref"] else match[0].rstrip(TRAILING)
        pieces.append(_reference(found) if match["ref"] else _address(found))
        end = match.start() + len(found)
    pieces.append(_lines(part[end:]))
    return Markup("").join(pieces)


def _lines(plain: str) -> Markup:
    return Markup("<br>\n").join(plain.split("\n"))


def _reference(ref: str) -> Markup:
    return Markup('<a href="/{}/{}">{}</a>').format(PLACES[ref[0]], ref, ref)


def _address(url: str) -> Markup:
    return Markup('<a href="{}" rel="noreferrer nofollow">{}</a>').format(url, url)
