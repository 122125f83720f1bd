"""What each printed figure means, in the reader's words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import force_locale

from portal.insights.definitions import rules
from portal.reviews import credits
from portal.reviews.figures_beside import BESIDE, FEW, INSIDE, figures_beside
from portal.reviews.lasting import Lasting
from portal.reviews.phrasing import Say
from portal.reviews.words import gettext as _

if TYPE_CHECKING:
    from portal.reviews.content import Material

PRINTED = frozenset(
    ("F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12", "F15", "F16", "F17")
)
LASTING = ("F13", "F14")
"""Printed since files hold the rows that they need."""


@dataclass(frozen=True)
class Definition:
    """One figure's number, name, rule and value in this review."""

    id: str
    name: str
    rule: str
    value: str


def definitions(material: "Material", say: Say) -> tuple[Definition, ...]:
    """The figures of this review in the order of their numbers."""
    beside = figures_beside(material)
    values = {
        **_values(material, say),
        **{id: _beside(id, data, say) for id, data in beside.items()},
        **_lasting(material.lasting, say),
    }
    found = [
        Definition(id, name, rule, values[id]) for id, name, rule in _printed(frozenset(values))
    ]
    if credits.reckoned(material):
        found.append(Definition(*_of_credits(), credits.worth(material, say)))
    return tuple(found)


def in_english() -> list[tuple[str, str, str]]:
    """Number, name and rule of every figure that any review prints, in the language the others are translated from."""
    with force_locale("en"):
        return [*_printed(PRINTED.union(LASTING, BESIDE, INSIDE)), _of_credits()]


def _of_credits() -> tuple[str, str, str]:
    """Which rule credits are reckoned by; it is no figure of its own, but made of F7 to F9 and the contract."""
    return (
        "SC",
        _("Service credits"),
        _(
            "In each month or quarter, as agreed, a level is missed when a smaller share of a kind of promise (F7, F8, F9) was "
            "kept than agreed. The same share is kept, and so is a kind of which nothing was decided. Each missed level is "
            "credited with the agreed percentage of the fee, all together with the agreed maximum at most, and never with more "
            "than the fee. The fee is the yearly value × months ÷ 12. Fee and credit are rounded half up to the smallest unit of "
            "the currency. A month counts for the contract in force on its last day."
        ),
    )


def _printed(ids: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    """The rules of what a review prints, and what stands beside them where a figure has several values."""
    here = {"F15": _("Here: the oldest."), "F16": _("Here: the number of categories.")}
    for id, name, rule in rules():
        if id in ids:
            yield id, name, f"{rule} {here[id]}" if id in here else rule


def _beside(id: str, data: dict[str, Any], say: Say) -> str:
    """The value of a figure that is not counted from cases; counts alone under five answers (C9)."""
    if id == "F19":
        answered, asked = (
            sum(data[kind][name] for kind in ("csat", "nps"))
            for name in ("numerator", "denominator")
        )
        return _("%(part)s of %(whole)s", part=say.count(answered), whole=say.count(asked))
    if id == "F20":
        scores = [say.signed(one["value"]) for one in data.values() if one["n"] >= FEW]
        return ", ".join(scores) or _(
            "n = %(n)s", n=say.count(sum(one["n"] for one in data.values()))
        )
    if id in ("F27", "F29", "F30", "F31"):
        return _single(id, data, say)
    if id == "F18" and data["denominator"] < FEW:
        return _(
            "%(part)s of %(whole)s",
            part=say.count(data["numerator"]),
            whole=say.count(data["denominator"]),
        )
    return say.percent(data["value"])


def _single(id: str, data: dict[str, Any], say: Say) -> str:
    if id == "F27":
        return _("yes") if data["flag"] else _("no")
    value = data.get("used") if id == "F29" else data["value"]
    if value is None:
        return _("n/a")
    return say.points(value) if id == "F31" else say.count(value)


def _lasting(found: Lasting | None, say: Say) -> dict[str, str]:
    if found is None:
        return {}
    return {"F13": say.percent(found.repeated.value), "F14": say.percent(found.settled.value)}


def _values(material: "Material", say: Say) -> dict[str, str]:
    figures = material.figures
    return {
        "F1": say.count(figures.opened),
        "F2": say.count(figures.resolved),
        "F3": say.count(figures.reopened),
        "F4": say.count(figures.backlog),
        "F5": _("holds") if figures.identity.holds else _("does not hold"),
        "F6": say.span(figures.first.p50),
        "F7": say.percent(figures.response.value),
        "F8": say.percent(figures.resolution.value),
        "F9": say.percent(figures.following.value),
        "F10": say.span(figures.solved.p50),
        "F11": say.percent(figures.waiting.value),
        "F12": say.percent(figures.again.value),
        "F15": "–" if figures.oldest is None else say.span(figures.oldest * 86_400 or None),
        "F16": say.count(len(figures.categories)),
        "F17": say.count(figures.messages),
    }
