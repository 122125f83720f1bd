"""Whether a file is what it says: its bytes, its data, its figures, its pages. Needs an app context for the words.

What is found is codes and values; `verdict.py` says it to people.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Protocol

from portal.reviews import attached, seal, snapshot
from portal.reviews.comparing import Mismatch, mismatches, numbers_differ
from portal.reviews.content import Brand
from portal.reviews.pages import Contents, NotReadable, contents
from portal.reviews.portfolio.subject import PortfolioSubject
from portal.reviews.printed import Printed, bare, printed
from portal.reviews.recount import Difference
from portal.reviews.sheets import WORDS, Sheet, blanked, without
from portal.reviews.subject import ReviewSubject
from portal.reviews.verifying import Finding


class Subject(Protocol):
    """What a file is about: the file inside that it is made of, and what that gives again."""

    source: str
    data: str
    unsigned: str

    def __init__(self, frozen: bytes) -> None:
        """Read from the bytes of that file. Raises: SnapshotFault."""

    @property
    def named(self) -> dict[str, str]:
        """What the file is called, as its sentence wants it."""

    def differences(self, files: Mapping[str, bytes]) -> Iterator[Difference]:
        """Every figure that the rows do not give."""

    def again(self, language: str, brand: Brand) -> tuple[Sheet, str]:
        """The document and its title."""


KINDS: tuple[type[Subject], ...] = (ReviewSubject, PortfolioSubject)
LANGUAGES = ("en", "pt", "es", "it")
LOGO = "data:image/png;base64,"
ACCENT = re.compile("#[0-9a-f]{6}")
MARK = re.compile(r"\b[0-9a-f]{64}\b|\b[0-9a-f]{16} …")
LATER = 0x250
"""Before it stand the letters of our own languages, which our fonts have."""

LONGEST = 160


def examined(data: bytes, trusted: list[str]) -> Iterator[Finding]:
    """Every check of a file in order; the first that makes the others impossible is the last."""
    try:
        found = contents(data)
    except NotReadable as refused:
        yield Finding("file", False, str(refused))
        return
    kind = next((kind for kind in KINDS if kind.source in found.files), None)
    if kind is None or WORDS not in found.files:
        yield Finding("file", False, "foreign")
        return
    yield from _bytes(data, trusted, kind.unsigned)
    try:
        subject: Subject = kind(found.files[kind.source])
    except snapshot.SnapshotFault as fault:
        yield Finding("data", False, "snapshot", _short(name=kind.source, fault=str(fault)))
        return
    yield Finding("data", True, kind.data, _short(**subject.named))
    yield from _figures(subject, found)
    yield from _document(subject, found)


def _bytes(data: bytes, trusted: list[str], unsigned: str) -> Iterator[Finding]:
    """The seal over all bytes, and the signature behind them."""
    from portal.reviews.signed import signature

    found = seal.opened(data)
    signed, end = signature(data, trusted)
    if found is None:
        yield Finding("seal", False, "unsealed")
    elif not found.whole:
        where = {"first": str(found.first), "last": str(min(found.last, len(data)))}
        yield Finding("seal", False, "bytes", where)
    elif found.length != len(data) and end != len(data):
        yield Finding("seal", False, "appended", {"first": str(found.length)})
    else:
        yield Finding("seal", True, "sealed")
    code = unsigned if signed.code == "unsigned" else signed.code
    yield Finding("signature", signed.holds, code, signed.values)


def _figures(subject: Subject, found: Contents) -> Iterator[Finding]:
    try:
        first = next(subject.differences(found.files), None)
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as fault:
        yield Finding("figures", False, "rows", _short(fault=_plainly(fault)))
        return
    if first is None:
        yield Finding("figures", True, "figures")
    else:
        values = _short(what=first.what, says=first.says, gives=first.gives)
        yield Finding("figures", False, "figure", values)


def _document(subject: Subject, found: Contents) -> Iterator[Finding]:
    """What the data gives is composed again and compared with the files inside and with the pages."""
    try:
        theirs, language, brand, wording, unshown = _words(found)
        made, title = subject.again(language, brand)
        again = without(made, unshown)
    except (ValueError, KeyError, TypeError, AttributeError, LookupError, ArithmeticError) as fault:
        yield Finding("words", False, "rows", _short(fault=_plainly(fault)))
        return
    yield from _files(again, found)
    yield from _fingerprint(found, subject.source)
    yield from _wording(again, theirs, wording == _wording_of(again))
    yield from _pages((title.translate(blanked(unshown)), language), theirs, found)


def _words(found: Contents) -> tuple[Printed, str, Brand, str, str]:
    """The words that the file says its pages have, their language, the provider, and who worded them.

    Raises: ValueError, KeyError or TypeError.
    """
    try:
        read = json.loads(found.files[WORDS])
    except (ValueError, RecursionError):
        raise ValueError(f"{WORDS} is not JSON") from None
    if (read["schema"], read["version"]) != (attached.SCHEMA, attached.VERSION):
        raise ValueError(f"{WORDS} is of another version")
    if read["language"] not in LANGUAGES or not ACCENT.fullmatch(read["brand"]["accent"]):
        raise ValueError(f"{WORDS} names no language or colour of a review")
    named = read["brand"]
    brand = Brand(
        str(named["name"]),
        named["accent"],
        LOGO if named["logo"] else "",
        str(named["verify_at"]),
    )
    lines, pictures, margins = (
        [str(text) for text in read[name]] for name in ("lines", "pictures", "margins")
    )
    words = Printed(lines, pictures, margins, [int(jump) for jump in read["jumps"]])
    if any(not 0 <= jump < len(words.lines) for jump in words.jumps):
        raise ValueError(f"{WORDS} leads nowhere")
    unshown = str(read.get("unshown", ""))
    if any(ord(letter) < LATER or letter.isdecimal() for letter in unshown):
        raise ValueError(f"{WORDS} leaves out letters that every font has")
    return words, read["language"], brand, str(read["wording"]), unshown


def _wording_of(again: Sheet) -> str:
    (file,) = (one for one in again.files if one.name == WORDS)
    return str(json.loads(file.text)["wording"])


def _files(again: Sheet, found: Contents) -> Iterator[Finding]:
    """Each file inside is what the data gives, and there is no other."""
    wanted: Mapping[str, bytes] = {
        one.name: one.text.encode() for one in again.files if one.name != WORDS
    }
    for name in sorted(wanted.keys() | found.files.keys()):
        if name in found.files and name not in wanted and name != WORDS:
            yield Finding("files", False, "extra", _short(name=name))
            return
        if name in wanted and found.files.get(name) != wanted[name]:
            yield Finding("files", False, "file", _line_of(name, found.files, wanted[name]))
            return
    yield Finding("files", True, "files", {"count": str(len(found.files))})


def _line_of(name: str, files: Mapping[str, bytes], wanted: bytes) -> dict[str, str]:
    """The first line of a file that is another."""
    theirs = files.get(name, b"").decode("utf-8", "replace").splitlines()
    ours = wanted.decode().splitlines()
    number = next(
        (index for index, (a, b) in enumerate(zip(theirs, ours, strict=False)) if a != b),
        min(len(theirs), len(ours)),
    )
    says, gives = (lines[number] if number < len(lines) else "" for lines in (theirs, ours))
    return _short(name=name, line=str(number + 1), says=says, gives=gives)


def _fingerprint(found: Contents, source: str) -> Iterator[Finding]:
    """The fingerprint on the last page is that of the data inside."""
    mark = snapshot.fingerprint(found.files[source])
    first, last = (
        bare("".join(run.text for run in found.runs if run.page == page))
        for page in (1, found.pages)
    )
    holds = mark in last and mark[:16] in first
    yield Finding("fingerprint", holds, "fingerprint" if holds else "mark", {"mark": mark})


def _wording(again: Sheet, theirs: Printed, same: bool) -> Iterator[Finding]:
    ours, theirs = _unmarked(printed(again.html)), _unmarked(theirs)
    if asdict(ours) == asdict(theirs):
        yield Finding("words", True, "words")
        return
    wrong = next(_other_words(ours, theirs) if same else numbers_differ(ours, theirs), None)
    if wrong is None:
        yield Finding("words", True, "reworded")
    else:
        yield Finding("words", False, "word", _mismatch(wrong))


def _unmarked(words: Printed) -> Printed:
    """The words without the fingerprint, which is compared by itself and would hide every other difference."""
    return replace(words, lines=[MARK.sub("#", line) for line in words.lines])


def _other_words(ours: Printed, theirs: Printed) -> Iterator[Mismatch]:
    before = ""
    for name in ("lines", "pictures", "margins"):
        for says, gives in zip(getattr(theirs, name), getattr(ours, name), strict=False):
            if says != gives:
                yield Mismatch(0, says, gives, before)
            before = gives
    yield Mismatch(0, "…", "…")


def _pages(ours: tuple[str, str], theirs: Printed, found: Contents) -> Iterator[Finding]:
    """The pages say what the file's words say, and nothing lies over them."""
    wrong = next(mismatches(theirs, found), None)
    if wrong is None and (found.title, found.language) != ours:
        title, language = ours
        wrong = Mismatch(0, f"{found.title} ({found.language})", f"{title} ({language})")
    if wrong is None and found.covers:
        yield Finding("pages", False, "covered", {"page": str(found.covers[0])})
    elif wrong is None:
        yield Finding("pages", True, "pages_agree", {"pages": str(found.pages)})
    else:
        code = "stray" if not wrong.gives else "page" if wrong.page else "beside"
        yield Finding("pages", False, code, _mismatch(wrong))


def _mismatch(wrong: Mismatch) -> dict[str, str]:
    return _short(page=str(wrong.page), says=wrong.says, gives=wrong.gives, after=wrong.after)


def _plainly(fault: Exception) -> str:
    """What a fault says where it speaks of the data; else which kind of value is not as it should be."""
    return str(fault) if type(fault) is not KeyError else f"{fault} is missing"


def _short(**values: str) -> dict[str, str]:
    return {
        name: text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
        for name, text in values.items()
    }
