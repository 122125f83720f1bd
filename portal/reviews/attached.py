"""The files inside a review's PDF: all that it prints, every figure, the rows behind them, and its own words."""

import hashlib
import json
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import get_domain

from portal.reviews.content import Brand, ReviewContent
from portal.reviews.figures_csv import figures_csv
from portal.reviews.printed import printed
from portal.reviews.row_files import row_files
from portal.reviews.sheets import JSON_OF_WORDS, WORDS, Attached
from portal.reviews.words import gettext as _

SNAPSHOT, FIGURES = "review.json", "figures.csv"
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
        words(html, content.language, content.brand, stamp),
    )
    return tuple(sorted(files, key=lambda file: file.name))


def words(html: str, language: str, brand: Brand, stamp: str, folder: str = "") -> Attached:
    """The text of the pages as JSON, with the language and the provider it was written for.

    `folder` holds further templates that they are made by.
    """
    found = printed(html)
    text = json.dumps(
        {
            "schema": SCHEMA,
            "version": VERSION,
            "language": language,
            "wording": _wording(folder),
            "brand": _named(brand),
            "lines": found.lines,
            "pictures": found.pictures,
            "margins": found.margins,
            "jumps": found.jumps,
        },
        **JSON_OF_WORDS,
    )
    return Attached(WORDS, text, _("The words of these pages"), stamp)


def _wording(further: str) -> str:
    """Tells whether the same words can be expected of this program: a digest of its catalogue and templates."""
    catalogue = getattr(get_domain().get_translations(), "_catalog", {})
    folder = Path(str(current_app.template_folder)) / "reviews" / "document"
    known = sorted((str(one), str(other)) for one, other in catalogue.items() if one)
    paths = [
        *sorted(folder.glob("*.html")),
        *(sorted((folder / further).glob("*")) if further else ()),
    ]
    texts = [path.read_text("utf-8") for path in paths]
    return hashlib.sha256(json.dumps([known, texts]).encode()).hexdigest()[:16]


def _named(brand: Brand) -> dict[str, Any]:
    """The provider without the picture itself."""
    return {
        "name": brand.name,
        "accent": brand.accent,
        "logo": bool(brand.logo),
        "verify_at": brand.verify_at,
    }
