"""What a page cannot show of itself: sizes, borders between folders, words, and htmx beside plain links and forms."""

import re
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
TEMPLATE, PARTIAL = 120, 40
COMPONENTS = ("components", "layouts", "charts")
FLOORS = (
    ("workspace", "web"),
    ("reviews",),
    ("insights",),
    ("feedback", "commitments"),
    ("cases",),
    ("stakeholders", "orders", "sla"),
    ("accounts",),
    ("identity",),
    ("errors",),
)
NOT_FOR_READERS = "web"
"""The workshop's own page of components, which only developers see."""

PATHS = sorted(path for path in TEMPLATES.rglob("*") if path.suffix in (".html", ".txt"))
PAGES = [path for path in PATHS if path.suffix == ".html"]
ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
ATTRIBUTE = re.compile(r"([\w:@-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'))?")
SPOKEN = ("alt", "title", "placeholder", "aria-label", "aria-description", "label")
CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
LETTERS = re.compile(r"[^\W\d_]{2,}|\b[aI]\b")
SELECTORS = ("this", "closest ", "find ", "next", "previous", "body", "window", "document")


def name_of(path):
    return path.relative_to(TEMPLATES).as_posix()


@cache
def text_of(path):
    return path.read_text("utf-8")


@cache
def tree_of(path):
    return ENVIRONMENT.parse(text_of(path), filename=name_of(path))


@cache
def bare(text):
    """The text with code taken out of it: expressions become `{}`, statements and comments nothing."""
    return CODE.sub(lambda match: "{}" if match[0].startswith("{{") else "", text)


def tags(text):
    """Every opening tag as its name and attributes, expressions shown as `{}`."""
    for closing, tag, rest in TAG.findall(bare(text)):
        if not closing:
            yield tag, {key.lower(): a or b for key, a, b in ATTRIBUTE.findall(rest)}


def none(faults):
    assert not faults, "\n" + "\n".join(faults)


def floor(folder):
    """How high a feature stands; components and layouts are below all."""
    if folder in COMPONENTS:
        return len(FLOORS)
    return next(i for i, packages in enumerate(FLOORS) if folder in packages)


def test_templates_and_partials_stay_small():
    faults = []
    for path in PATHS:
        lines = len(text_of(path).splitlines())
        most = PARTIAL if path.name.startswith("_") else TEMPLATE
        if lines > most:
            faults.append(f"{name_of(path)}: {lines} lines, at most {most}")
    none(faults)


def style_faults(text):
    """Inline styles, scripts and handlers."""
    for tag, attributes in tags(text):
        yield from (f"{tag} {key}" for key in attributes if key == "style" or key.startswith("on"))
        yield from (f"{tag} {key}" for key in attributes if key.startswith("hx-on"))
        if tag == "style" or (tag == "script" and not attributes.get("src")):
            yield f"inline {tag}"
        if any((value or "").lower().startswith("javascript:") for value in attributes.values()):
            yield f"{tag} with a script for an address"


def test_nothing_is_inline():
    """Mail and paper have no style sheet to point at and carry their own; nothing carries scripts."""
    none(
        [
            f"{name_of(path)}: {fault}"
            for path in PAGES
            for fault in style_faults(text_of(path))
            if not (fault.endswith(" style") and {"emails", "document"} & set(path.parts))
        ]
    )


def htmx_faults(text):
    """Elements that only htmx could move."""
    for tag, attributes in tags(text):
        sends = [key for key in attributes if key in ("hx-get", "hx-post")]
        sends += [key for key in attributes if key in ("hx-put", "hx-patch", "hx-delete")]
        if not sends:
            continue
        plain = {"hx-get": ("href", "action"), "hx-post": ("action", "formaction")}
        for sender in sends:
            if sender not in plain:
                yield f"{tag}: {sender} is nothing a plain form can send"
            elif not any(attributes.get(key) for key in plain[sender]) and not _by_itself(
                tag, attributes
            ):
                yield f"{tag}: {sender} has no plain address beside it"


def _by_itself(tag, attributes):
    """A region that looks again, or a field whose own form goes to the same place."""
    return "data-poll" in attributes or (
        tag == "input" and attributes.get("hx-include") == "closest form"
    )


def test_what_htmx_sends_goes_without_it_too():
    none([f"{name_of(path)}: {fault}" for path in PAGES for fault in htmx_faults(text_of(path))])


def test_a_field_that_asks_by_itself_stands_in_a_form_with_the_same_address():
    faults = []
    for path in PAGES:
        actions = {found.get("action") for tag, found in tags(text_of(path)) if tag == "form"}
        for tag, attributes in tags(text_of(path)):
            if tag == "input" and "hx-get" in attributes and attributes["hx-get"] not in actions:
                faults.append(f"{name_of(path)}: {attributes['hx-get']}")
    none(faults)


def targets(text):
    """The ids that htmx would replace."""
    for _, attributes in tags(text):
        target = attributes.get("hx-target")
        if target and not target.startswith(SELECTORS):
            yield target


def test_every_target_is_an_id_of_the_same_feature():
    """And the whole of a block of that name, so that the answer to an htmx request is that block."""
    faults = []
    for path in PAGES:
        folder = [other for other in PAGES if other.parent == path.parent]
        ids = {found.get("id") for other in folder for _, found in tags(text_of(other))}
        blocks = {block.name for other in folder for block in tree_of(other).find_all(nodes.Block)}
        for target in targets(text_of(path)):
            if not target.startswith("#") or target[1:] not in ids & blocks:
                faults.append(f"{name_of(path)}: {target}")
    none(faults)


def borrowed(path):
    """Names of the templates that one includes, imports or extends; for a name put together, its beginning."""
    kinds = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
    for node in tree_of(path).find_all(kinds):
        part = node.template
        while isinstance(part, nodes.Concat):
            part = part.nodes[0]
        if isinstance(part, nodes.Const):
            yield part.value
        elif not (isinstance(node, nodes.Extends) and part.name == "layout"):
            yield f"?{node.lineno}"


def test_a_template_borrows_from_its_own_folder_components_and_below():
    faults = []
    for path in PATHS:
        own = name_of(path).split("/")[0]
        for other in borrowed(path):
            folder = other.split("/")[0] if "/" in other else "layouts"
            lawful = folder in (own, "layouts") or (
                not other.startswith("?") and floor(folder) > floor(own)
            )
            if not lawful:
                faults.append(f"{name_of(path)}: {other}")
    none(faults)


def test_what_is_borrowed_exists_and_what_begins_with_an_underscore_is_borrowed():
    names = {name_of(path) for path in PATHS}
    used = {other for path in PATHS for other in borrowed(path)}
    none([other for other in sorted(used) if not any(name.startswith(other) for name in names)])
    beginnings = tuple(other for other in used if not other.endswith((".html", ".txt")))
    code = "".join(path.read_text("utf-8") for path in (ROOT / "portal").rglob("*.py"))
    none(
        [
            f"{name}: nobody uses it"
            for name in sorted(names)
            if Path(name).name.startswith("_")
            and name not in used
            and f'"{name}"' not in code
            and not (beginnings and name.startswith(beginnings))
        ]
    )


UNSTEADY = {
    "request",
    "session",
    "g",
    "config",
    "now",
    "actor",
    "language",
    "get_flashed_messages",
    "due_words",
}
"""What a template may know that differs from one request to the next."""


def test_pieces_depend_on_nothing_but_their_arguments():
    """What they make is kept and shown to other readers, so neither request, actor nor clock may enter."""
    faults = []
    for path in (path for path in PAGES if path.name == "pieces.html"):
        for macro in tree_of(path).find_all(nodes.Macro):
            given = {arg.name for arg in macro.args}
            names = {name.name for name in macro.find_all(nodes.Name)} - given
            faults += [f"{name_of(path)} {macro.name}: {name}" for name in names & UNSTEADY]
        for node in tree_of(path).find_all(nodes.Filter):
            words = [arg.value for arg in node.args if isinstance(arg, nodes.Const)]
            if node.name == "ago" or (node.name == "instant" and "ago" in words):
                faults.append(f"{name_of(path)}:{node.lineno}: |{node.name}")
        for node in tree_of(path).find_all(nodes.Getattr):
            if (
                node.attr in ("due", "time_ago", "clocks")
                and getattr(node.node, "name", "") == "ui"
            ):
                faults.append(f"{name_of(path)}:{node.lineno}: ui.{node.attr}")
    none(faults)


def test_nothing_is_declared_safe():
    """`Markup` is made where the text is made, by code that escapes."""
    faults = []
    for path in PATHS:
        faults += [
            f"{name_of(path)}:{node.lineno}: |safe"
            for node in tree_of(path).find_all(nodes.Filter)
            if node.name == "safe"
        ]
        faults += [
            f"{name_of(path)}:{node.lineno}: autoescape"
            for node in tree_of(path).find_all((nodes.ScopedEvalContextModifier,))
        ]
    none(faults)


def _blocks_in_attributes():
    """Blocks of the layouts that stand inside a tag: what fills them is a class or a side, not a word."""
    layouts = [path for path in PAGES if name_of(path).split("/")[0] in ("layouts", "base.html")]
    inside = re.compile(r"<\w[^<>]*\{% block (\w+) %\}")
    return sorted({name for path in layouts for name in inside.findall(text_of(path))})


IN_ATTRIBUTES = re.compile(
    r"\{% block (?:" + "|".join(_blocks_in_attributes()) + r") %\}.*?\{% endblock %\}"
)


def plain_words(text):
    """Text a person reads that did not come through gettext; keys are called what stands on them."""
    text = IN_ATTRIBUTES.sub("", text)
    shown = re.sub(r"<(script|style|kbd)\b.*?</\1>", " ", bare(text), flags=re.DOTALL)
    for _, _, rest in TAG.findall(shown):
        for key, a, b in ATTRIBUTE.findall(rest):
            if key in SPOKEN and LETTERS.search(a or b):
                yield f'{key}="{a or b}"'
    for piece in TAG.sub("\n", shown).splitlines():
        words = re.sub(r"<!doctype html>|&\w+;|\{\}/\S*", "", piece, flags=re.IGNORECASE)
        if LETTERS.search(words):
            yield words.strip()


def test_every_word_a_person_reads_goes_through_gettext():
    none(
        [
            f"{name_of(path)}: {words}"
            for path in PATHS
            if name_of(path).split("/")[0] != NOT_FOR_READERS
            for words in plain_words(text_of(path))
        ]
    )


def literal_words(path):
    """Sentences given to a component without gettext."""
    for call in tree_of(path).find_all(nodes.Call):
        if isinstance(call.node, nodes.Getattr) and isinstance(call.node.node, nodes.Name):
            if call.node.node.name != "ui":
                continue
            given = [*call.args, *(pair.value for pair in call.kwargs)]
            for part in given:
                if isinstance(part, nodes.Const) and re.search(
                    r"[A-Za-z] [A-Za-z]", str(part.value)
                ):
                    yield f"{call.lineno}: {part.value}"


def test_every_sentence_given_to_a_component_goes_through_gettext():
    none(
        [
            f"{name_of(path)}:{words}"
            for path in PAGES
            if name_of(path).split("/")[0] != NOT_FOR_READERS
            for words in literal_words(path)
        ]
    )


@pytest.mark.parametrize(
    ("check", "wrong", "right"),
    [
        (style_faults, '<p style="color: red">', '<p class="style">'),
        (style_faults, '<a onclick="x()">', '<a href="{{ on }}" data-on="x">'),
        (style_faults, "<script>x()</script>", '<script src="{{ x }}" defer></script>'),
        (style_faults, '<a href="javascript:x()">', '<a href="/x">'),
        (htmx_faults, '<div hx-get="/x">', '<a href="/x" hx-get="/x">'),
        (htmx_faults, '<button hx-post="{{ p }}">', '<form action="{{ p }}" hx-post="{{ p }}">'),
        (htmx_faults, '<a href="/x" hx-delete="/x">', '<div data-poll hx-get="/x">'),
        (
            plain_words,
            "<p>Hello {{ name }}</p>",
            "<p>{{ _('Hello') }} {{ name }} · 1–2 {# why #}</p>",
        ),
        (plain_words, '<img alt="Our logo">', '<img alt="{{ brand.name }}" src="logo of ours">'),
        (plain_words, "{% if a %}yes, it is{% endif %}", "{% if a and b %}{{ c }}{% endif %}"),
        (plain_words, '<a title="{{ x }} of y">', '<a title="{{ x }}">&nbsp;</a>'),
    ],
)
def test_the_guard_sees_what_it_guards_against(check, wrong, right):
    assert list(check(wrong))
    assert list(check(right)) == []
