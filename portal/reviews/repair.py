"""Corrections of WeasyPrint's PDF/A-3, made on its objects just before they are written; they make it PDF/UA-1 too.

Header cells get a scope, links the print flag and words for where they lead, pictures their place in points;
running heads and feet and the captions that a table repeats on its next page become artifacts instead of content
that is read aloud on every page.
"""

import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import pydyf

UA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1" />
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 with which the file complies</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>"""
"""What says that the file is PDF/UA-1, and, as PDF/A wants it, what the saying means."""

LARGE, THOROUGH, QUICK = 256 * 1024, 9, 6
"""From so many bytes on, the rows of a large account, a stream is compressed at less cost."""

PRINT = 4
POINTS_A_PIXEL = 0.75


def correct(pdf: Any, places: Mapping[str, str]) -> None:
    """Correct the objects in their place; `places` says in words what each target of a link is."""
    structure = [found for found in pdf.objects if isinstance(found, pydyf.Dictionary)]
    heads = [found for found in structure if found.get("S") == "/TH"]
    _metadata(pdf)
    _furniture(pdf)
    _captions(pdf, heads)
    for cell in heads:
        _head(pdf, cell)
    for found in structure:
        if found.get("S") == "/TD":
            found["A"].pop("Headers", None)
        elif found.get("S") == "/Figure":
            _picture(pdf, found)
        elif found.get("Subtype") == "/Link":
            _link(found, places)
    _pack(pdf)


def _pack(pdf: Any) -> None:
    """Compress each stream now: for the identifier that PDF/A wants they are all written out once more."""
    for stream in pdf.objects:
        if isinstance(stream, pydyf.Stream) and stream.compress:
            stream.compress = False
            written = stream.data
            begin = written.index(b"\nstream\n") + len(b"\nstream\n")
            plain = written[begin : -len(b"\nendstream")]
            stream.stream = [zlib.compress(plain, THOROUGH if len(plain) < LARGE else QUICK)]
            stream.extra = {**stream.extra, "Filter": "/FlateDecode"}


def _metadata(pdf: Any) -> None:
    """The file says of itself that it is both."""
    about = _at(pdf, pdf.catalog["Metadata"])
    about.stream = [about.stream[0].replace(b"</rdf:RDF>", UA)]
    about.compress = False
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})


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
    elif "A" in link:
        link["Contents"] = link["A"]["URI"]


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


def _furniture(pdf: Any) -> None:
    """Turn marked content of the pages' margin boxes into pagination artifacts."""
    body = _at(pdf, pdf.catalog["StructTreeRoot"])["K"][0]
    for page in _pages(pdf):
        owners = _owners(pdf, page)
        _hide(pdf, page, {mark for mark, owner in enumerate(owners) if _stray(pdf, owner, body)})


def _owners(pdf: Any, page: Any) -> Any:
    """For each mark on a page the element it belongs to."""
    tree = _at(pdf, _at(pdf, pdf.catalog["StructTreeRoot"])["ParentTree"])
    return tree["Nums"][2 * page["StructParents"] + 1]


def _stray(pdf: Any, owner: bytes, body: bytes) -> bool:
    """Whether the topmost element is a NonStruct beside the document's own content."""
    element = _at(pdf, owner)
    while element["P"] != body:
        element = _at(pdf, element["P"])
    return bool(element["S"] == "/NonStruct")


def _captions(pdf: Any, heads: list[Any]) -> None:
    """A caption that is drawn again on the next page is read aloud once.

    A section begins with its title; where it begins with a table whose caption was drawn before, that one goes on from the
    page before. Another that begins there was moved to the page whole.
    """
    seen = set[tuple[bytes, ...]]()
    for cell in heads:
        row = _at(pdf, cell["P"])
        head = _at(pdf, row["P"])
        table = _at(pdf, head["P"])
        if len(row["K"]) > 1:
            continue
        page, marks = _at(pdf, cell["Pg"]), set(_marks(pdf, cell))
        drawn = tuple(_drawn(_at(pdf, page["Contents"]).stream, marks))
        if drawn in seen and _at(pdf, table["P"])["K"][0] == table.reference:
            _hide(pdf, page, marks)
            head["K"].remove(row.reference)
        seen.add(drawn)


def _drawn(stream: list[Any], marks: set[int]) -> Iterator[bytes]:
    """The text that some marks of a page draw, as the codes of its letters."""
    inside = False
    for item in stream:
        if isinstance(item, pydyf.Dictionary) and "MCID" in item:
            inside = item["MCID"] in marks
        elif inside and isinstance(item, bytes) and item.endswith(b"TJ"):
            yield item


def _marks(pdf: Any, element: Any) -> Iterator[int]:
    for kid in element["K"]:
        if isinstance(kid, int):
            yield kid
        else:
            yield from _marks(pdf, _at(pdf, kid))


def _hide(pdf: Any, page: Any, marks: set[int]) -> None:
    """Take marks out of what is read: their content becomes an artifact of the page."""
    stream, owners = _at(pdf, page["Contents"]).stream, _owners(pdf, page)
    for place, item in enumerate(stream):
        if isinstance(item, pydyf.Dictionary) and item.get("MCID") in marks:
            stream[place - 1] = "/Artifact"
            stream[place] = pydyf.Dictionary({"Type": "/Pagination"})
    for mark in marks:
        owners[mark] = b"null"
