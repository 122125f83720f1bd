"""Words of strangers on our pages: safe, linked, marked, and read in a time that grows no faster than they do."""

import ast
import importlib
import re
import time
from pathlib import Path

import html5lib
import pytest
from markupsafe import Markup

from portal.web.text import initials, linkify, marked

PORTAL = Path(__file__).resolve().parents[2] / "portal"
METHODS = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub")
SHAPES = ("a", " ", "\n", "0", 'aB9 .,@-_%"\x02\x03\t', "https://x.example/C-1\n\n \t")
ENOUGH = 0.001
LONGEST = 2**16


def anchors(markup):
    """Address and text of every link, as a browser reads them."""
    tree = html5lib.parseFragment(str(markup), namespaceHTMLElements=False)
    return [(link.get("href"), "".join(link.itertext())) for link in tree.iter("a")]


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "https://a.example/\"onmouseover='alert(1)'",
        "https://a.example/<b>",
        "&lt;b&gt; C-1<i>",
        "\x02<b>\x03",
    ],
)
@pytest.mark.proves("T30")
def test_what_was_typed_is_never_markup(body):
    tree = html5lib.parseFragment(str(linkify(body)), namespaceHTMLElements=False)
    assert {element.tag for element in tree.iter() if element is not tree} <= {"p", "a", "br"}
    names = {name for element in tree.iter() for name in element.attrib}
    assert names <= {"href", "rel"}
    assert "".join(tree.itertext()) == body


@pytest.mark.parametrize(
    "body",
    [
        "javascript:alert(1)",
        "javascript://a.example/%0aalert(1)",
        "data:text/html,x",
        "JAVASCRIPT:alert(1)//https",
        "vbscript:x file:///etc/passwd ftp://a.example",
    ],
)
@pytest.mark.proves("T30")
def test_only_web_addresses_become_links(body):
    assert anchors(linkify(body)) == []


@pytest.mark.parametrize(
    ("body", "link", "rest"),
    [
        ("See https://a.example/x.", "https://a.example/x", "."),
        ("(https://a.example/x)", "https://a.example/x", ")"),
        ("«https://a.example/x»!?", "https://a.example/x", "»!?"),
        ("http://a.example/?a=1&b=2;", "http://a.example/?a=1&b=2", ";"),
        ("https://a.example/a.b-c_d~e#f", "https://a.example/a.b-c_d~e#f", ""),
    ],
)
def test_an_address_is_linked_without_the_punctuation_behind_it(body, link, rest):
    assert anchors(linkify(body)) == [(link, link)]
    assert str(linkify(body)).endswith(f"</a>{rest}</p>")


def test_a_link_tells_the_other_site_nothing():
    assert 'rel="noreferrer nofollow"' in linkify("https://a.example/")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("C-1042", [("/cases/C-1042", "C-1042")]),
        ("(see R-7, C-9.)", [("/reviews/R-7", "R-7"), ("/cases/C-9", "C-9")]),
        ("ABC-1042 C-x c-1 C-12a C-1234567890123 D-1", []),
        ("https://a.example/C-1", [("https://a.example/C-1", "https://a.example/C-1")]),
    ],
)
def test_our_references_become_links_to_their_pages(body, found):
    assert anchors(linkify(body)) == found


def test_paragraphs_and_line_breaks_stay():
    assert linkify("a\r\nb\r\r \t\n\n c\n") == Markup("<p>a<br>\nb</p><p>c</p>")
    assert linkify(None) == linkify(" \n ") == Markup("")


@pytest.mark.parametrize(
    ("snippet", "shown"),
    [
        ("the \x02seal\x03 leaks", "the <mark>seal</mark> leaks"),
        ("\x02<b>\x03 & more", "<mark>&lt;b&gt;</mark> &amp; more"),
        ("<mark>not ours</mark>", "&lt;mark&gt;not ours&lt;/mark&gt;"),
        ("cut \x02off", "cut <mark>off</mark>"),
        ("\x03late\x02\x02twice\x03\x03", "late<mark>twice</mark>"),
        (None, ""),
    ],
)
def test_hits_are_marked_and_everything_else_is_escaped(snippet, shown):
    assert str(marked(snippet)) == shown


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Mariana Quintão", "MQ"),
        ("Joaquín Ibáñez de la Peña", "JI"),
        ("Manuel da Silva", "MS"),
        ("Laticínios Serra d’Ossa", "LS"),
        ("élodie", "É"),
        ("J. R. Costa", "JR"),
        ("da", "D"),
        ("3M Ibérica", "3I"),
        ("<b>", "?"),
        ("", "?"),
        (None, "?"),
    ],
)
def test_initials_leave_particles_out(name, letters):
    assert initials(name) == letters


def _patterns():
    """Every regular expression of the house as it is used: where, the pattern and the method that runs it."""
    for path in sorted(PORTAL.rglob("*.py")):
        if "migrations" in path.parts or "re." not in path.read_text("utf-8"):
            continue
        name = ".".join(path.relative_to(PORTAL.parent).with_suffix("").parts)
        tree = ast.parse(path.read_text("utf-8"))
        module = importlib.import_module(name.removesuffix(".__init__"))
        kept = {key for key, value in vars(module).items() if isinstance(value, re.Pattern)}
        used = set()
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr not in METHODS or not isinstance(node.func.value, ast.Name):
                continue
            owner = node.func.value.id
            if owner in kept:
                used.add(owner)
                yield f"{name}:{owner}.{node.func.attr}", getattr(module, owner), node.func.attr
            elif owner == "re" and isinstance(node.args[0], ast.Constant):
                yield f"{name}:{node.lineno}", re.compile(node.args[0].value), node.func.attr
        for unused in sorted(kept - used):
            yield f"{name}:{unused}", getattr(module, unused), "finditer"


FOUND = list(_patterns())


def _run(pattern, method, text):
    filler = "x"
    if isinstance(pattern.pattern, bytes):
        filler, text = b"x", text.encode()
    if method == "sub":
        pattern.sub(filler, text)
    elif method in ("findall", "finditer"):
        for _ in pattern.finditer(text):
            pass
    else:
        getattr(pattern, method)(text)


def _best(work, text):
    """The least processor time of three runs."""
    found = []
    for _ in range(3):
        start = time.process_time()
        work(text)
        found.append(time.process_time() - start)
    return min(found)


def _growth(work, shape):
    """How many times longer twice the text takes, at a length that can be measured; the least of three."""
    length = 256
    while _best(work, _text(shape, length)) < ENOUGH:
        if length >= LONGEST:
            return 0.0
        length *= 2
    return min(
        _best(work, _text(shape, 2 * length)) / _best(work, _text(shape, length)) for _ in range(3)
    )


def _text(shape, length):
    """The shape over and over, and an end that fits nothing."""
    return (shape * (length // len(shape) + 1))[:length] + "!\x00"


@pytest.mark.real_time
def test_the_growth_test_sees_a_slow_pattern():
    slow = re.compile(r"a+$")
    assert _growth(lambda text: _run(slow, "search", text), "a") > 2.5


@pytest.mark.proves("T29")
@pytest.mark.real_time
@pytest.mark.parametrize(("pattern", "method"), [f[1:] for f in FOUND], ids=[f[0] for f in FOUND])
def test_every_pattern_grows_no_faster_than_its_text(pattern, method):
    for shape in SHAPES:
        grown = _growth(lambda text: _run(pattern, method, text), shape)
        assert grown <= 2.5, f"{shape!r}: twice the text, {grown:.1f} times the time"


@pytest.mark.proves("T29")
@pytest.mark.real_time
@pytest.mark.parametrize("work", [linkify, marked, initials])
def test_every_filter_grows_no_faster_than_its_text(work):
    for shape in SHAPES:
        grown = _growth(work, shape)
        assert grown <= 2.5, f"{shape!r}: twice the text, {grown:.1f} times the time"
