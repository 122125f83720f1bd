"""Who takes part in a review, as the document names them: shortly on the cover, with all details in a table."""

from typing import Any

from portal.reviews.content import Attending, ReviewContent
from portal.reviews.models import Part
from portal.reviews.phrasing import Say, plain
from portal.reviews.words import gettext as _
from portal.reviews.words import ngettext

CHARACTERS, ROWS = 150, 15
"""So much of the cover is theirs, and so many rows of the table."""


def shortly(found: tuple[Attending, ...], say: Say) -> str:
    """As many of them as the cover has room for, the first one always, and how many more there are."""
    named: list[str] = []
    for one in found:
        title = plain(one.title, 40)
        shown = plain(one.name, 50) + (f" ({title})" if title else "")
        if named and len("; ".join([*named, shown])) > CHARACTERS:
            break
        named.append(shown)
    more = len(found) - len(named)
    rest = [_("and %(count)s more", count=say.count(more))] if more else []
    return " ".join(["; ".join(named), *rest])


def table(content: ReviewContent) -> dict[str, Any]:
    """Heads, rows, and a line about those who have no room."""
    found = content.material.participants
    sides = {"us": plain(content.brand.name, 40), "client": plain(content.material.account, 40)}
    parts = {Part.ATTENDS: _("attends the meeting"), Part.INFORMED: _("is informed")}
    more = len(found) - ROWS
    return {
        "heads": [_("Person"), _("Part"), _("Company"), _("In this review")],
        "rows": [
            (
                plain(one.name, 60),
                plain(one.title, 60) or "–",
                sides.get(one.side, "–"),
                parts.get(Part(one.part), "–") if one.part in set(Part) else "–",
            )
            for one in found[:ROWS]
        ],
        "more": ngettext(
            "And %(count)s person more.",
            "And %(count)s people more.",
            more,
            count=content.say.count(more),
        )
        if more > 0
        else "",
    }
