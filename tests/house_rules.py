"""The rules every page of the house keeps, checked on all that the test client fetches."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from xml.etree.ElementTree import Element

import html5lib

PARENTLESS = (
    "this",
    "closest ",
    "find ",
    "next",
    "previous",
    "body",
    "global ",
    "window",
    "document",
)
UNLABELLED = ("hidden", "submit", "button", "reset", "image")


class HouseRuleBroken(AssertionError):
    """A page breaks a rule of the house."""


@lru_cache(maxsize=512)
def broken_rules(html: str, *, fragment: bool) -> tuple[str, ...]:
    """What is wrong with a page, or with a part of one, in words."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parseFragment(html) if fragment else parser.parse(html)
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    found = [_spot(html, error) for error in parser.errors]
    found += _ids(elements)
    found += _labels(tree, elements)
    found += _forms(elements)
    found += _names(elements)
    if not fragment:
        found += _heading(tree)
        found += _targets(elements)
        found += _references(elements)
    return tuple(found)


def check(html: str, *, fragment: bool, where: str) -> None:
    """Raises: HouseRuleBroken naming the address and every broken rule."""
    if found := broken_rules(html, fragment=fragment):
        raise HouseRuleBroken(f"{where}:\n  " + "\n  ".join(found))


def _spot(html: str, error: tuple[tuple[int, int], str, dict[str, object]]) -> str:
    (line, column), code, details = error
    lines = html.splitlines() or [""]
    near = lines[min(line, len(lines)) - 1].strip()[:120]
    return f"does not parse: {code} {details or ''} at line {line}, column {column}: {near}"


def _ids(elements: list[Element]) -> Iterator[str]:
    counted = Counter(element.get("id") for element in elements if element.get("id") is not None)
    yield from (f"id {name!r} stands {times} times" for name, times in counted.items() if times > 1)
    yield from (
        f"id {name!r} is empty or has spaces" for name in counted if not name or " " in name
    )


def _labels(tree: Element, elements: list[Element]) -> Iterator[str]:
    labelled = {element.get("for") for element in elements if element.tag == "label"}
    inside = {
        id(field) for element in elements if element.tag == "label" for field in element.iter()
    }
    for field in elements:
        if field.tag not in ("input", "select", "textarea") or field.get("type") in UNLABELLED:
            continue
        named = field.get("aria-label") or field.get("aria-labelledby")
        if not (named or field.get("id") in labelled or id(field) in inside):
            yield f"{field.tag} {field.get('name')!r} has no label"


def _forms(elements: list[Element]) -> Iterator[str]:
    for form in elements:
        if form.tag != "form" or form.get("method") == "dialog":
            continue
        if not form.get("action"):
            yield f"a form (id {form.get('id')!r}) has no action"
        if form.get("method") not in ("get", "post"):
            yield f"the form to {form.get('action')!r} has no method"


def _names(elements: list[Element]) -> Iterator[str]:
    for element in elements:
        if element.tag == "img" and element.get("alt") is None:
            yield f"img {element.get('src')!r} has no alt"
        if (
            element.tag in ("button", "a")
            and element.get("href", "") is not None
            and not _says(element)
        ):
            yield f"{element.tag} {element.get('href') or element.get('name') or element.get('class')!r} says nothing"
        for attribute in ("style", *(name for name in element.attrib if name.startswith("on"))):
            if element.get(attribute) is not None:
                yield f"{element.tag} has an inline {attribute}"


def _says(element: Element) -> bool:
    if (
        element.get("aria-label")
        or element.get("aria-labelledby")
        or "".join(element.itertext()).strip()
    ):
        return True
    return any(child.get("alt") or child.get("aria-label") for child in element.iter())


def _heading(tree: Element) -> Iterator[str]:
    headings = [_text(element) for element in tree.iter("h1")]
    titles = [_text(element) for element in tree.iter("title") if element.text]
    if len(headings) != 1:
        yield f"has {len(headings)} h1: {headings}"
    elif not titles or not titles[0].startswith(headings[0]) or not headings[0]:
        yield f"title {titles[:1]} does not begin with the h1 {headings[0]!r}"
    root = tree if tree.tag == "html" else tree.find("html")
    if root is None or not root.get("lang"):
        yield "html has no lang"


def _text(element: Element) -> str:
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def _targets(elements: list[Element]) -> Iterator[str]:
    ids = {element.get("id") for element in elements}
    for element in elements:
        target = element.get("hx-target")
        if target is None or target.startswith(PARENTLESS):
            continue
        if not target.startswith("#") or target[1:] not in ids:
            yield f"hx-target {target!r} is not on the page"


def _references(elements: list[Element]) -> Iterator[str]:
    ids = {element.get("id") for element in elements}
    for element in elements:
        for attribute in (
            "for",
            "form",
            "list",
            "aria-labelledby",
            "aria-describedby",
            "aria-controls",
            "popovertarget",
        ):
            for name in (element.get(attribute) or "").split():
                if name not in ids:
                    yield f"{element.tag} {attribute}={name!r} points at nothing"
