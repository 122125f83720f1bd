"""Section 10: whom of the client we talk with, what changed, and who looks after the account."""

from datetime import date
from typing import Any

from portal.reviews.beside import Beside, Member
from portal.reviews.content import ReviewContent
from portal.reviews.figures_beside import figures_beside, reached_by
from portal.reviews.phrasing import Say, plain
from portal.reviews.words import gettext as _
from portal.reviews.words import ngettext

COVER = "cover"


def page(content: ReviewContent) -> dict[str, Any]:
    """The tables: deciding people, changes, and the team with its covers."""
    beside, say = content.material.beside, content.say
    assert isinstance(beside, Beside)
    end = int(content.material.period.limits(content.material.timezone)[1].timestamp())
    return {
        "contacts": [
            (plain(one.name, 60), plain(one.title, 60) or "–", _last(one, end, say))
            for one in beside.contacts
        ],
        "changes": [
            (
                plain(one.name, 60),
                plain(one.title, 60) or "–",
                _changes()[one.what],
                say.day(say.local_day(one.at)),
            )
            for one in beside.changes
        ],
        "team": [_member(one, say) for one in beside.team],
    }


def answer(content: ReviewContent) -> str:
    """F26 in a sentence."""
    share = figures_beside(content.material)["F26"]
    if not share["denominator"]:
        return _("We know of nobody on your side who decides or approves.")
    return ngettext(
        "In the last 90 days we talked with %(part)s of the %(count)s person of yours who decides.",
        "In the last 90 days we talked with %(part)s of the %(count)s people of yours who decide.",
        share["denominator"],
        part=content.say.count(share["numerator"]),
        count=content.say.count(share["denominator"]),
    )


def _last(one: Any, end: int, say: Say) -> str:
    if not reached_by(one, end):
        return _("not in the last 90 days")
    return say.day(say.local_day(one.wrote))


def _changes() -> dict[str, str]:
    return {
        "joined": _("joined"),
        "left": _("left"),
        "returned": _("returned"),
        "changed": _("has another part"),
    }


def _member(one: Member, say: Say) -> tuple[str, str, str, str]:
    """Name, part, from, to."""
    roles = {
        "account_manager": _("account manager"),
        "deputy": _("deputy"),
        "agent": _("agent"),
        "lead": _("lead"),
        COVER: _("covers %(name)s", name=plain(one.covers, 60) or "–"),
    }
    return (
        plain(one.name, 60),
        roles.get(one.role, one.role),
        _day(one.from_on, say),
        _day(one.to_on, say),
    )


def _day(day: date | None, say: Say) -> str:
    return say.day(day) if day else "–"
