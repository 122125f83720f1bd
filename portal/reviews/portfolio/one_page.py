"""The one page of a portfolio review: large figures, the first accounts with why, and a sentence for each side of it."""

from typing import Any

from portal.insights.ranks import percent
from portal.insights.standings import promises
from portal.reviews.phrasing import Say
from portal.reviews.portfolio import wording
from portal.reviews.portfolio.cells import balance
from portal.reviews.portfolio.facts import Portfolio
from portal.reviews.tiles import Tile, pieces
from portal.reviews.words import gettext as _


def one_page(portfolio: Portfolio, say: Say) -> dict[str, Any]:
    """What its template prints."""
    return {
        "verdict": wording.verdict(portfolio, say),
        "tiles": _tiles(portfolio, say) if portfolio.entries else [],
        "first": wording.first(portfolio, say),
        "more": len(portfolio.attention) - wording.FIRST,
        "relations": [
            (wording.stays(portfolio, say), ("F21", "F22", "F23")),
            (wording.coming_up(portfolio, say), ()),
            (wording.voices(portfolio, say), ("F18", "F20")),
        ],
        "work": [
            (wording.kept(portfolio, say), ("F7", "F8", "F9")),
            (wording.missed(portfolio, say), ()),
        ],
    }


def _tiles(portfolio: Portfolio, say: Say) -> list[Tile]:
    kept, decided = promises(portfolio.now)
    old, before = promises(portfolio.before)
    healthy, known = portfolio.healthy
    five = portfolio.figures["F5"]
    return [
        Tile(
            _("Accounts that need attention"),
            pieces(say.count(len(portfolio.attention))),
            (
                _("of %(count)s", count=say.count(len(portfolio.entries))),
                _(
                    "healthy: %(part)s of %(whole)s",
                    part=say.count(healthy),
                    whole=say.count(known),
                ),
            ),
            "F30",
        ),
        Tile(
            _("Promises kept"),
            pieces(say.percent(percent(kept, decided))),
            (
                _("%(part)s of %(whole)s", part=say.count(kept), whole=say.count(decided)),
                _("before: %(value)s", value=say.percent(percent(old, before))),
            ),
            "F7",
        ),
        Tile(
            _("Open at the end"),
            pieces(say.count(five["end"])),
            (
                _("%(count)s at the start", count=say.count(five["start"])),
                _("opened: %(count)s", count=say.count(five["opened"])),
            ),
            "F4",
        ),
        _opinion(portfolio, say),
    ]


def _opinion(portfolio: Portfolio, say: Say) -> Tile:
    csat = portfolio.figures["F18"]
    nps = balance(portfolio.figures["F20"], say)
    if not csat["denominator"] and not nps["F20_n"].value:
        return Tile(_("Satisfied with cases"), (nps["F20"].text,), (_("nobody answered"),), "F18")
    lines = (
        _(
            "%(part)s of %(whole)s ratings",
            part=say.count(csat["numerator"]),
            whole=say.count(csat["denominator"]),
        ),
        _("NPS %(value)s, %(n)s answers", value=nps["F20"].text, n=nps["F20_n"].text),
    )
    return Tile(_("Satisfied with cases"), pieces(say.percent(csat["value"])), lines, "F18")
