"""The large figures of the one page."""

import re
from dataclasses import dataclass

from portal.reviews import notes
from portal.reviews.content import ReviewContent
from portal.reviews.phrasing import Say
from portal.reviews.words import gettext as _


@dataclass(frozen=True)
class Tile:
    """One large figure of the one page."""

    label: str
    big: tuple[str, ...]
    lines: tuple[str, ...]
    figure: str


def tiles(content: ReviewContent, say: Say) -> list[Tile]:
    """The four large figures, each with what was issued before where there is something."""
    now, before = content.figures, content.material.before
    return [
        Tile(
            _("First answer: half within"),
            pieces(say.span(now.first.p50)),
            notes.spread_lines(
                now.first.n, now.first.p90, before.first.p50 if before else None, say
            ),
            "F6",
        ),
        Tile(
            _("Resolved, as you lived it: half within"),
            pieces(say.span(now.solved.lived_p50)),
            notes.lived_lines(now, before, say),
            "F10",
        ),
        Tile(
            _("Open at the end"),
            pieces(say.count(now.backlog)),
            notes.backlog_lines(now, say),
            "F4",
        ),
        Tile(
            _("Resolved, but back within 14 days"),
            pieces(say.percent(now.again.value)),
            notes.again_lines(now, before, say),
            "F12",
        ),
    ]


def pieces(text: str) -> tuple[str, ...]:
    """Numbers and what stands between them, for large figures with small units."""
    return tuple(piece for piece in re.split(r"(\d[\d.,]*)", text) if piece)
