"""The files inside a review's PDF: all that it prints, every figure, the rows behind them, and its own words."""

import json
from typing import Any

from portal.reviews.content import Brand, ReviewContent
from portal.reviews.figures_csv import figures_csv
from portal.reviews.pdf import Attached
from portal.reviews.printed import printed
from portal.reviews.row_files import row_files
from portal.reviews.words import gettext as _

SNAPSHOT, FIGURES, WORDS = "review.json", "figures.csv", "printed.json"
SCHEMA, VERSION = "portal.printed", 1


def attachments(content: ReviewContent, frozen: bytes, html: str) -> tuple[Attached, ...]:
    """The files by name, described in the present language."""
    stamp = content.material.as_of.isoformat()
    described = {
        "cases.csv": _("The cases behind the figures, without names"),
        "events.csv": _("What happened to these cases"),
        "promises.csv": _("Promises that were kept or missed"),
    }
    by_which = _("How the rows are to be counted")
    rows = row_files(content.material)
    files = (
        Attached(
            SNAPSHOT, frozen.decode(), _("Everything this review prints"), stamp, relation="Source"
        ),
        Attached(FIGURES, figures_csv(content.material), _("Every figure of this review"), stamp),
        *(
            Attached(name, text, described.get(name, by_which), stamp)
            for name, text in rows.items()
        ),
        Attached(WORDS, words(content, html), _("The words of these pages"), stamp),
    )
    return tuple(sorted(files, key=lambda file: file.name))


def words(content: ReviewContent, html: str) -> str:
    """The text of the pages as JSON, with the language and the provider it was written for."""
    found = printed(html)
    return json.dumps(
        {
            "schema": SCHEMA,
            "version": VERSION,
            "language": content.language,
            "brand": _named(content.brand),
            "lines": found.lines,
            "pictures": found.pictures,
            "margins": found.margins,
            "jumps": found.jumps,
        },
        ensure_ascii=False,
        sort_keys=True,
        indent=0,
    )


def _named(brand: Brand) -> dict[str, Any]:
    """The provider without the picture itself."""
    return {
        "name": brand.name,
        "accent": brand.accent,
        "logo": bool(brand.logo),
        "verify_at": brand.verify_at,
    }
