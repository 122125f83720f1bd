"""The text that a page's drawing instructions show, by the marks they stand in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pypdf.generic import DictionaryObject, IndirectObject, StreamObject

DEEPEST = 8
ARTIFACT = -1
STRAY = -2
TOKEN = re.compile(
    rb"\s+|%[^\r\n]*|(?P<open><<)|(?P<close>>>)|<(?P<hex>[0-9A-Fa-f\s]*)>|(?P<text>\()"
    rb"|(?P<name>/[^\s()<>\[\]{}/%]*)|(?P<edge>[\[\]{}])|(?P<word>[^\s()<>\[\]{}/%]+)|(?P<odd>.)",
    re.DOTALL,
)
MAPPING = re.compile(rb"(beginbfchar|beginbfrange)(.*?)endbf", re.DOTALL)
HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")
SHOWING = frozenset((b"Tj", b"TJ", b"'", b'"'))


def part(whole: Any, name: str) -> Any:
    """An entry of a dictionary, followed to where it points; None if there is none."""
    return whole[name] if isinstance(whole, DictionaryObject) and name in whole else None


class Undrawable(ValueError):
    """The instructions hold something a review never does, such as a picture amid the text."""


@dataclass
class Shown:
    """The text of one page: of each mark, of what is marked as furniture, and of what is marked as nothing."""

    marks: dict[int, str] = field(default_factory=dict)
    margins: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    _read: set[int] = field(default_factory=set)

    def take(self, mark: int) -> str:
        """The text of a mark, once."""
        if mark in self._read:
            return ""
        self._read.add(mark)
        return self.marks.get(mark, "")

    def unread(self) -> Iterator[str]:
        """Text that no element of the structure asked for."""
        return (t for mark, t in self.marks.items() if mark not in self._read and t.strip())


class Fonts:
    """What the codes of each font stand for, read once for the whole file."""

    def __init__(self) -> None:
        self._known: dict[int, Font] = {}

    def of(self, resources: Any, name: str) -> "Font":
        """The font of that name."""
        try:
            reference = part(resources, "/Font").raw_get(name)
        except (KeyError, TypeError, AttributeError):
            return Font(1, {})
        key = reference.idnum if isinstance(reference, IndirectObject) else id(reference)
        if key not in self._known:
            self._known[key] = _font(reference.get_object())
        return self._known[key]


@dataclass(frozen=True)
class Font:
    """How many bytes a code has, and what each code says."""

    width: int
    says: dict[int, str]

    def text(self, codes: bytes) -> str:
        """What a string of codes says."""
        if not self.says:
            return codes.decode("latin-1")
        step = self.width
        numbers = (
            int.from_bytes(codes[at : at + step], "big") for at in range(0, len(codes), step)
        )
        return "".join([self.says.get(number, "") for number in numbers])


def shown_on(page: DictionaryObject, fonts: Fonts) -> Shown:
    """All text of a page."""
    found = Shown()
    content = part(page, "/Contents")
    parts = content if isinstance(content, list) else [content] if content is not None else []
    data = b"\n".join(part.get_object().get_data() for part in parts)
    _Hand(found, fonts).follow(data, part(page, "/Resources") or DictionaryObject(), 0)
    return found


class _Hand:
    """Follows instructions and writes down what they show."""

    def __init__(self, found: Shown, fonts: Fonts) -> None:
        self.found, self.fonts = found, fonts
        self.marks: list[int] = []
        self.font = Font(1, {})
        self.kept: list[Font] = []

    def follow(self, data: bytes, resources: Any, depth: int) -> None:
        """Do as the instructions say."""
        if depth > DEEPEST:
            raise Undrawable("pictures within pictures")
        operands: list[tuple[str, bytes]] = []
        for kind, token in _tokens(data):
            if kind == "word" and not token[:1].isdigit() and token[:1] not in b"+-.":
                self._do(token, operands, resources, depth)
                operands = []
            else:
                operands.append((kind, token))

    def _do(self, what: bytes, given: list[tuple[str, bytes]], resources: Any, depth: int) -> None:
        if what in SHOWING:
            self._show(b"".join(token for kind, token in given if kind == "string"))
        elif what == b"Tf":
            self.font = self.fonts.of(resources, _name(given, 0))
        elif what in (b"BDC", b"BMC"):
            self.marks.append(_mark(given, self.marks[-1] if self.marks else STRAY))
            if self.marks[-1] == ARTIFACT:
                self.found.margins.append("")
        elif what == b"EMC":
            self.marks = self.marks[:-1]
        elif what == b"q":
            self.kept.append(self.font)
        elif what == b"Q" and self.kept:
            self.font = self.kept.pop()
        elif what == b"Do":
            self._picture(resources, _name(given, 0), depth)
        elif what == b"BI":
            raise Undrawable("a picture amid the text")

    def _picture(self, resources: Any, name: str, depth: int) -> None:
        drawn = part(part(resources, "/XObject"), name)
        if isinstance(drawn, StreamObject) and part(drawn, "/Subtype") == "/Form":
            kept = self.font
            self.follow(drawn.get_data(), part(drawn, "/Resources") or resources, depth + 1)
            self.font = kept

    def _show(self, codes: bytes) -> None:
        text = self.font.text(codes)
        mark = self.marks[-1] if self.marks else STRAY
        if mark == ARTIFACT:
            self.found.margins[-1] += text
        elif mark == STRAY:
            self.found.strays.append(text)
        else:
            self.found.marks[mark] = self.found.marks.get(mark, "") + text


def _mark(given: list[tuple[str, bytes]], around: int) -> int:
    """The number that a mark gives its content; one without a number belongs to what is around it."""
    tokens = [token for _kind, token in given]
    if tokens[:1] == [b"/Artifact"]:
        return ARTIFACT
    if b"/MCID" in tokens:
        return int(tokens[tokens.index(b"/MCID") + 1])
    return around


def _name(given: list[tuple[str, bytes]], place: int) -> str:
    return given[place][1].decode("latin-1") if len(given) > place else ""


def _tokens(data: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    while match := TOKEN.match(data, at):
        at, kind = match.end(), match.lastgroup
        if kind == "text":
            text, at = _literal(data, at)
            yield "string", text
        elif kind == "hex":
            yield "string", _bytes(match["hex"])
        elif kind is not None:
            yield kind, match.group()


def _bytes(digits: bytes) -> bytes:
    joined = b"".join(digits.split())
    return bytes.fromhex((joined + b"0" * (len(joined) % 2)).decode())


ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b""}
LITERAL = re.compile(rb"[^()\\]+|\\([0-7]{1,3})|\\(.)|([()])", re.DOTALL)


def _literal(data: bytes, at: int) -> tuple[bytes, int]:
    """A string in parentheses from just behind the first one, and where it ends."""
    depth, found = 1, []
    while match := LITERAL.match(data, at):
        at = match.end()
        octal, escaped, edge = match.groups()
        depth += {b"(": 1, b")": -1}.get(edge, 0)
        if not depth:
            break
        if octal:
            found.append(bytes([int(octal, 8) % 256]))
        elif escaped:
            found.append(ESCAPES.get(escaped, escaped))
        else:
            found.append(match.group())
    return b"".join(found), at


def _font(font: Any) -> Font:
    width = 2 if part(font, "/Subtype") == "/Type0" else 1
    stream = part(font, "/ToUnicode")
    says: dict[int, str] = {}
    if isinstance(stream, StreamObject):
        for kind, body in MAPPING.findall(stream.get_data()):
            says.update(_ranges(body) if kind == b"beginbfrange" else _chars(body))
    return Font(width, says)


def _chars(body: bytes) -> Iterator[tuple[int, str]]:
    codes = [match[1] for match in HEX.finditer(body) if match[1] is not None]
    for code, text in zip(codes[::2], codes[1::2], strict=False):
        yield int.from_bytes(_bytes(code), "big"), _said(text)


def _ranges(body: bytes) -> Iterator[tuple[int, str]]:
    tokens = iter(HEX.finditer(body))
    for first in tokens:
        last, start = next(tokens), next(tokens)
        low, high = (int.from_bytes(_bytes(edge[1] or b""), "big") for edge in (first, last))
        if start[2]:
            for code in range(low, high + 1):
                yield code, _said(next(tokens)[1] or b"")
            next(tokens)
            continue
        base = int.from_bytes(_bytes(start[1] or b""), "big")
        for code in range(low, min(high, low + 65_535) + 1):
            yield code, chr(base + code - low)


def _said(digits: bytes) -> str:
    return _bytes(digits).decode("utf-16-be", "replace")
