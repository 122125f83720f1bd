"""The review as a page: the same sections, tables and figures as on paper, for screens, phones and ears."""

import re

from flask_babel import force_locale

from portal.insights import charts
from portal.reviews import document
from portal.reviews.content import ReviewContent
from portal.reviews.ledger_pages import SHAPES
from portal.reviews.snapshot import freeze
from portal.reviews.words import gettext as _

CLASSES = re.compile(r' class="([^"]*)"')
OURS = re.compile(r"chart|[fs]-[\w-]+")
"""Classes of charts, which the portal's own style sheet gives their colours."""

STYLED = re.compile(
    "answer|big|cap|cases|comment|fp|ledger|long|n|names|no|notable|note|pts|quote|row|soft|sub|tile|tiles|toc|two"
    "|verdict|whole"
)
"""The document's classes that the portal's style sheet knows, with a `p-` before; no other goes with the page."""

STATES = {shape: state for state, shape in SHAPES.items()}
STATE = re.compile(rf"<td>([{''.join(STATES)}]) ")
"""A state that begins with its shape, which has a colour on screen."""

COLUMNS = re.compile(r"<colgroup>.*?</colgroup>", re.DOTALL)
"""Widths of columns are the paper's; on screen what heads a column is known by its place."""

IMPLIED = re.compile(
    r"</(?:t[dhr]|thead|tbody|colgroup|li)>\s*(?=<(?:t[dhr]|tbody|thead|li)\b|</(?:tr|thead|tbody|table|[uo]l)>)"
)
"""End tags that what follows says as well."""


def twin(content: ReviewContent) -> str:
    """The sections as HTML that stands inside a page of the portal: its headings below the page's, names its own."""
    with force_locale(content.language):
        page = document.filled(content, freeze(content.material))
        made = document.rendered("twin", content, {**page, "tones": None})
        table = _("Wide table")
        picture = _("Wide picture")
    made = CLASSES.sub(_own_class, made)
    for level in (2, 1):
        made = re.sub(rf"(</?)h{level}\b", rf"\1h{level + 1}", made)
    made = re.sub(r'\b(id="|href="#)', r"\1p-", made)
    made = re.sub(r' data-(?:name|ref)="[^"]*"', "", made)
    made = STATE.sub(_of_state, made)
    made = COLUMNS.sub(_columns, made).replace(' scope="col"', "")
    made = IMPLIED.sub("", made)
    made = _movable(made, r"<table\b.*?</table>", table)
    return _movable(made, rf"<svg\b[^>]*\bviewBox=\"0 0 {charts.WIDE:g} .*?</svg>", picture)


def _movable(made: str, what: str, label: str) -> str:
    """What may be wider than a phone lies in a frame of its own, which the keyboard reaches too."""
    frame = rf'<div class="p-scroll" tabindex="0" role="group" aria-label="{label}">\g<0></div>'
    return re.sub(what, frame, made, flags=re.DOTALL)


def _of_state(found: re.Match[str]) -> str:
    return f'<td class="p-{STATES[found[1]]}">{found[1]} '


def _columns(found: re.Match[str]) -> str:
    return f'<colgroup span="{found[0].count("<col ") + found[0].count("<col>")}"></colgroup>'


def _own_class(found: re.Match[str]) -> str:
    names = [
        name if OURS.fullmatch(name) else f"p-{name}"
        for name in found[1].split()
        if STYLED.fullmatch(name) or OURS.fullmatch(name)
    ]
    return f' class="{" ".join(names)}"' if names else ""
