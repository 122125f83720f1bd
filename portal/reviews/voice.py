"""Section 9: what the client's people said of us, with how many; under five answers counts alone (C9)."""

from typing import Any

from portal.commitments.models import Entry
from portal.commitments.words import STATES
from portal.reviews.content import ReviewContent
from portal.reviews.figures_beside import FEW, figures_beside
from portal.reviews.phrasing import Say, plain
from portal.reviews.quotes import printed, why_none
from portal.reviews.words import gettext as _
from portal.reviews.words import ngettext


def page(content: ReviewContent) -> dict[str, Any]:
    """The table of surveys and the sentences beneath it."""
    found, say = figures_beside(content.material), content.say
    asked = found["F19"]
    rows = [
        (f"{name} ({figure})", _numbers(asked[kind], told, say))
        for name, figure, kind, told in (
            (_("Rating of a case"), "F18", "csat", _happy(found["F18"], say)),
            (_("Would you recommend us"), "F20", "nps", _recommend(found["F20"], say)),
        )
    ]
    heads = [_("Survey"), _("Asked"), _("Answered"), _("Share answered"), _("Said")]
    return {
        "heads": heads,
        "rows": rows,
        "gap": _gap(found["F31"], say),
        "done": _done(content),
        "any": _any(found),
        **_quoted(content),
    }


def _quoted(content: ReviewContent) -> dict[str, Any]:
    """The quotations, and the words beside the counts; files from before anybody was asked say what they said."""
    quotes = content.material.quotes
    if quotes is None:
        told = _(
            "Under five answers only counts are told. Comments are not printed: nobody was asked whether they may be."
        )
        return {"quotes": [], "told": told}
    counted, why = _("Under five answers only counts are told."), why_none(quotes)
    told = f"{counted} {why}" if why else counted
    return {"quotes": [printed(one, content.say) for one in quotes.rows], "told": told}


def answer(content: ReviewContent) -> str:
    """The rating in a sentence, or that nobody was asked."""
    found, say = figures_beside(content.material), content.say
    happy, asked = found["F18"], found["F19"]
    if happy["denominator"]:
        return ngettext(
            "%(part)s of %(count)s rating was 4 or 5 of 5.",
            "%(part)s of %(count)s ratings were 4 or 5 of 5.",
            happy["denominator"],
            part=say.count(happy["numerator"]),
            count=say.count(happy["denominator"]),
        )
    if found["F20"]:
        return _("Nobody rated a case; some said whether they would recommend us.")
    if asked["csat"]["denominator"] + asked["nps"]["denominator"]:
        return _("Nobody answered a survey in this period.")
    return _("Nobody was asked for an opinion in this period.")


def _any(found: dict[str, Any]) -> bool:
    """Whether anybody was asked or answered."""
    asked = found["F19"]["csat"]["denominator"] + found["F19"]["nps"]["denominator"]
    return bool(asked or found["F18"]["denominator"] or found["F20"])


def _numbers(asked: dict[str, Any], told: str, say: Say) -> list[str]:
    n, of = asked["numerator"], asked["denominator"]
    share = say.percent(asked["value"]) if of >= FEW else "–"
    return [say.count(of), say.count(n), share, told]


def _happy(data: dict[str, Any], say: Say) -> str:
    part, n = data["numerator"], data["denominator"]
    if not n:
        return "–"
    text = _("%(part)s of %(whole)s gave 4 or 5", part=say.count(part), whole=say.count(n))
    return f"{text} ({say.percent(data['value'])})" if n >= FEW else text


def _recommend(waves: dict[str, Any], say: Say) -> str:
    """Each wave: the score from five answers on, and always the counts."""
    return "; ".join(_wave(name, one, say) for name, one in waves.items()) or "–"


def _wave(name: str, one: dict[str, Any], say: Say) -> str:
    counts = _(
        "%(wave)s: %(promoters)s of %(n)s would, %(detractors)s would not",
        wave=name,
        promoters=say.count(one["promoters"]),
        detractors=say.count(one["detractors"]),
        n=say.count(one["n"]),
    )
    return f"{counts} (NPS {say.signed(one['value'])})" if one["n"] >= FEW else counts


def _gap(data: dict[str, Any], say: Say) -> str:
    """F31, from five cases on: fewer would tell of single people."""
    if data["value"] is None:
        return ""
    return ngettext(
        "Two views of one case: over %(count)s case, our people’s rating of their own work differs from yours by %(gap)s points.",
        "Two views of one case: over %(count)s cases, our people’s rating of their own work differs from yours by %(gap)s points.",
        data["n"],
        count=say.count(data["n"]),
        gap=say.points(data["value"]),
    )


def _done(content: ReviewContent) -> list[str]:
    """What is being made better that began with a case of the client."""
    return [
        f"{item.ref}: {plain(item.title, 120)} ({STATES[item.state][1]})"
        for item in content.material.ledger
        if item.kind == Entry.IMPROVEMENT and item.case
    ][:FEW]
