"""Corrections of WeasyPrint's PDF/UA, made on its objects just before they are written.

Header cells get a scope, links the print flag and words for where they lead, pictures their place in points;
running heads and feet become artifacts instead of content that is read aloud on every page.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pydyf

PRINT = 4
POINTS_A_PIXEL = 0.75


def correct(pdf: Any, places: Mapping[str, str]) -> None:
    """Correct the objects in their place; `places` says in words what each target of a link is."""
    for found in pdf.objects:
        if not isinstance(found, pydyf.Dictionary):
            continue
        if found.get("Subtype") == "/Link":
            _link(found, places)
        elif found.get("S") == "/TH":
            _head(pdf, found)
        elif found.get("S") == "/TD":
            found["A"].pop("Headers", None)
        elif found.get("S") == "/Figure":
            _picture(pdf, found)
    for page in _pages(pdf):
        _furniture(pdf, page)


def _at(pdf: Any, reference: bytes) -> Any:
    """The object behind `12 0 R`."""
    return pdf.objects[int(reference.split()[0])]


def _pages(pdf: Any) -> Iterator[Any]:
    return (_at(pdf, reference) for reference in pdf.page_references)


def _link(link: Any, places: Mapping[str, str]) -> None:
    link["F"] = int(link.get("F", 0)) | PRINT
    target = getattr(link.get("Dest"), "string", "")
    if target in places:
        link["Contents"] = pydyf.String(places[target])


def _head(pdf: Any, cell: Any) -> None:
    """A header cell heads its row when it is the row's first outside a table head, else its column.

    With a scope it needs no id, which would be the same again on each page that repeats the head.
    """
    row = _at(pdf, cell["P"])
    heads_row = row["K"][0] == cell.reference and _at(pdf, row["P"])["S"] != "/THead"
    cell["A"]["Scope"] = "/Row" if heads_row else "/Column"
    cell.pop("ID", None)


def _picture(pdf: Any, figure: Any) -> None:
    """WeasyPrint notes the box in pixels from the top; the format wants points from the foot."""
    top = _at(pdf, figure["Pg"])["MediaBox"][3]
    x1, y1, x2, y2 = (value * POINTS_A_PIXEL for value in figure["A"]["BBox"])
    figure["A"]["BBox"] = pydyf.Array((x1, top - y2, x2, top - y1))


def _furniture(pdf: Any, page: Any) -> None:
    """Turn marked content of the page's margin boxes into pagination artifacts."""
    root = _at(pdf, pdf.catalog["StructTreeRoot"])
    body = root["K"][0]
    owners = _at(pdf, root["ParentTree"])["Nums"][2 * page["StructParents"] + 1]
    outside = {mark for mark, owner in enumerate(owners) if _is_outside(pdf, owner, body)}
    stream = _at(pdf, page["Contents"]).stream
    for place, item in enumerate(stream):
        if isinstance(item, pydyf.Dictionary) and item.get("MCID") in outside:
            stream[place - 1] = "/Artifact"
            stream[place] = pydyf.Dictionary({"Type": "/Pagination"})
    for mark in outside:
        owners[mark] = b"null"


def _is_outside(pdf: Any, owner: bytes, body: bytes) -> bool:
    """Whether the topmost element is a NonStruct beside the document's own content."""
    element = _at(pdf, owner)
    while element["P"] != body:
        element = _at(pdf, element["P"])
    return bool(element["S"] == "/NonStruct")
