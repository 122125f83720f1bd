"""What a PDF says: its text in reading order, what stands outside it, its pictures' words and the files inside.

Meets files of strangers: it runs in the process of `checker.py` alone, which has limits and no network.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from portal.reviews.drawn import Fonts, Shown, part, shown_on

MOST_PAGES = 600
MOST_ATTACHED = 64 * 1024 * 1024
DEEPEST = 80


class NotReadable(Exception):
    """The file is no PDF that can be read; the code says why: pdf, locked, broken, pages, large."""


@dataclass(frozen=True)
class Run:
    """Text as one element of the reading order gives it; the page counts from 1."""

    page: int
    text: str


@dataclass
class Contents:
    """What was found in a PDF; `repeated` are stretches of runs that may be a table's head once more on its next page."""

    pages: int = 0
    runs: list[Run] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    margins: list[Run] = field(default_factory=list)
    strays: list[Run] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    title: str = ""
    language: str = ""
    covers: list[int] = field(default_factory=list)
    repeated: list[tuple[int, int]] = field(default_factory=list)


def contents(data: bytes) -> Contents:
    """Everything that a review's file says.

    Raises: NotReadable.
    """
    if b"%PDF-" not in data[:1024]:
        raise NotReadable("pdf")
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise NotReadable("locked")
        return _contents(reader)
    except NotReadable:
        raise
    except MemoryError:
        raise NotReadable("large") from None
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError) as fault:
        raise NotReadable("broken") from fault
    except (RecursionError, OverflowError, NotImplementedError, OSError, AssertionError) as fault:
        raise NotReadable("broken") from fault


def _contents(reader: PdfReader) -> Contents:
    root = reader.trailer["/Root"].get_object()
    assert isinstance(root, DictionaryObject)
    found = Contents(pages=len(reader.pages))
    if found.pages > MOST_PAGES:
        raise NotReadable("pages")
    found.files = dict(_files(reader, root))
    found.title = str(reader.metadata.title or "") if reader.metadata else ""
    found.language = str(part(root, "/Lang") or "")
    fonts, shown, numbers = Fonts(), [], {}
    for number, page in enumerate(reader.pages, 1):
        on_page = shown_on(page, fonts)
        shown.append(on_page)
        if page.indirect_reference is not None:
            numbers[page.indirect_reference.idnum] = number
        found.margins += [Run(number, text) for text in on_page.margins if text.strip()]
        found.strays += [Run(number, text) for text in on_page.strays if text.strip()]
        if _is_covered(page):
            found.covers.append(number)
    if "/StructTreeRoot" in root:
        _Reading(shown, numbers, found).go(root["/StructTreeRoot"])
    found.strays += [
        Run(number, text)
        for number, page_shown in enumerate(shown, 1)
        for text in page_shown.unread()
    ]
    return found


def _files(reader: PdfReader, root: DictionaryObject) -> Iterator[tuple[str, bytes]]:
    total = 0
    listed = part(part(part(root, "/Names"), "/EmbeddedFiles"), "/Names") or []
    for described in (item.get_object() for item in listed[1::2]):
        stream = described["/EF"]["/F"]
        data = stream.get_data()
        total += len(data)
        if total > MOST_ATTACHED:
            raise NotReadable("large")
        yield str(part(described, "/UF") or described["/F"]), data


def _is_covered(page: DictionaryObject) -> bool:
    """Whether an annotation other than a link or a signature's field lies on the page."""
    for reference in part(page, "/Annots") or []:
        annotation = reference.get_object()
        kind = part(annotation, "/Subtype")
        if kind == "/Widget" and part(annotation, "/FT") == "/Sig":
            continue
        if kind != "/Link" or "/AP" in annotation:
            return True
    return False


class _Reading:
    """The structure's elements in order, each with the text of its marks."""

    def __init__(self, shown: list[Shown], numbers: dict[int, int], found: Contents) -> None:
        self.shown, self.numbers, self.found = shown, numbers, found
        self._head = ""

    def go(self, root: Any) -> None:
        """Read everything beneath the root."""
        self._kids(root, 0, 0)

    def _kids(self, element: Any, page: int, depth: int) -> None:
        if depth > DEEPEST:
            raise NotReadable("broken")
        kids = part(element, "/K")
        for kid in kids if isinstance(kids, ArrayObject) else [] if kids is None else [kids]:
            self._kid(kid.get_object(), page, depth + 1, element)

    def _kid(self, kid: Any, page: int, depth: int, parent: Any) -> None:
        if isinstance(kid, int):
            self._mark(page, int(kid))
        elif isinstance(kid, DictionaryObject) and "/S" in kid:
            self._element(kid, self._page(kid, page), depth, parent)
        elif isinstance(kid, DictionaryObject) and part(kid, "/Type") == "/MCR":
            self._mark(self._page(kid, page), _whole(kid, "/MCID"))

    def _page(self, element: DictionaryObject, otherwise: int) -> int:
        reference = element.raw_get("/Pg") if "/Pg" in element else None
        if isinstance(reference, IndirectObject):
            return self.numbers.get(reference.idnum, otherwise)
        return otherwise

    def _element(self, element: DictionaryObject, page: int, depth: int, parent: Any) -> None:
        tag = str(element["/S"])
        if tag == "/Figure":
            self.found.pictures.append(str(part(element, "/Alt") or ""))
        before = len(self.found.runs)
        self._kids(element, page, depth)
        if tag == "/THead":
            head = "".join(run.text for run in self.found.runs[before:])
            if head and self._head.endswith(head) and self._may_go_on(parent):
                self.found.repeated.append((before, len(self.found.runs)))
            self._head = head

    def _may_go_on(self, table: Any) -> bool:
        """Whether a table is the first thing of its section on a page, as one is that goes on from the page before.

        So is one that begins there below another with the same head: which of both it is, the words of the file say.
        """
        around = table["/P"].get_object()["/K"]
        return bool(isinstance(around, ArrayObject) and around[0].get_object() == table)

    def _mark(self, page: int, mark: int) -> None:
        if 1 <= page <= len(self.shown):
            text = self.shown[page - 1].take(mark)
            if text:
                self.found.runs.append(Run(page, text))


def _whole(whole: DictionaryObject, name: str) -> int:
    found: Any = whole[name]
    return int(found)
