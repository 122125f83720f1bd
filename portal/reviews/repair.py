"""Corrections of WeasyPrint's PDF/UA output, after rendering: header cells get a scope, links the print
flag, and running heads and feet become artifacts instead of content that is read aloud on every page.
"""

import re
from collections.abc import Iterator
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf

PRINT = 4


def repaired(pdf: bytes) -> bytes:
    """The same pages with the corrections; the same bytes for the same input."""
    with pikepdf.open(BytesIO(pdf)) as document:
        root = document.Root.StructTreeRoot
        for element in _elements(root.K):
            if element.get("/S") == Name.TH:
                _scope(element)
        parents = _parents(root)
        for page in document.pages:
            for link in page.obj.get("/Annots", Array()):
                link.F = int(link.get("/F", 0)) | PRINT
            _furniture(document, page, parents)
        out = BytesIO()
        document.save(
            out,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            recompress_flate=False,
        )
        return out.getvalue()


def _elements(kids: Object) -> Iterator[Object]:
    """All structure elements below, in reading order."""
    stack = [kids]
    while stack:
        found = stack.pop()
        if isinstance(found, Array):
            stack.extend(reversed(list(found)))
        elif isinstance(found, Dictionary) and "/S" in found:
            yield found
            if "/K" in found:
                stack.append(found.K)


def _scope(cell: Object) -> None:
    """A header cell heads its row when it is the row's first outside a table head, else its column."""
    attributes = cell.get("/A", None)
    if attributes is None or isinstance(attributes, Array):
        attributes = Dictionary(O=Name.Table)
    if "/Scope" not in attributes:
        row = cell.P
        first = row.K[0] if isinstance(row.K, Array) else row.K
        heads_row = first.objgen == cell.objgen and Name.THead != row.P.S
        attributes.Scope = Name.Row if heads_row else Name.Column
    cell.A = attributes


def _parents(root: Object) -> dict[int, Object]:
    """The parent tree: for each page's number, the elements of its marked content."""
    numbers: dict[int, Object] = {}
    stack = [root.ParentTree]
    while stack:
        node = stack.pop()
        stack.extend(node.get("/Kids", Array()))
        flat = list(node.get("/Nums", Array()))
        numbers.update((int(key), value) for key, value in zip(flat[::2], flat[1::2], strict=True))
    return numbers


def _furniture(document: Pdf, page: pikepdf.Page, parents: dict[int, Object]) -> None:
    """Turn marked content of the page's margin boxes into pagination artifacts."""
    entries = parents.get(int(page.obj.get("/StructParents", -1)))
    if not isinstance(entries, Array):
        return
    marked = [index for index, element in enumerate(entries) if _outside(element)]
    if not marked:
        return
    stream = page.obj.Contents.read_bytes()
    for index in marked:
        tag = re.compile(rb"/[A-Za-z0-9]+\s+<<\s*/MCID %d\s*>>\s+BDC" % index)
        stream, replaced = tag.subn(b"/Artifact <</Type /Pagination>> BDC", stream)
        if replaced:
            entries[index] = None
    page.obj.Contents = document.make_stream(stream)


def _outside(element: Object) -> bool:
    """Whether the topmost element is a NonStruct beside the document's own content."""
    if not isinstance(element, Dictionary):
        return False
    while element.get("/P") is not None and element.P.get("/S") not in (None, Name.Document):
        element = element.P
    return bool(element.get("/S") == Name.NonStruct)
