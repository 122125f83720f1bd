"""Section 11: what is credited for agreed levels that were missed, counted from the months; and how it is printed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from portal.insights.ranks import percent
from portal.reviews.figures import Figures
from portal.reviews.figures_beside import shown_beside
from portal.reviews.words import gettext as _
from portal.sla.credits import Counts, CreditTerms, MissedLevel, missed_levels, stretches
from portal.sla.terms import Target
from portal.web import ui
from portal.web.credit_words import credit_terms

if TYPE_CHECKING:
    from portal.reviews.beside import Levels
    from portal.reviews.content import Material, ReviewContent
    from portal.reviews.phrasing import Say

KINDS: Mapping[Target, tuple[str, str]] = {
    Target.RESPONSE: ("response", "F7"),
    Target.NEXT_RESPONSE: ("following", "F9"),
    Target.RESOLUTION: ("resolution", "F8"),
}


@dataclass(frozen=True)
class Due:
    """The levels missed in a stretch, which has at least one month."""

    months: tuple[date, ...]
    currency: str
    missed: tuple[MissedLevel, ...]


def agreed_at_the_end(material: "Material") -> CreditTerms | None:
    """Levels and credits of the contract in force on the last day; none where other accounts are counted too."""
    found = material.beside.levels if material.beside else ()
    last_month = material.period.months()[-1].starts_on
    if not found or material.children or last_month not in found[-1].months:
        return None
    return found[-1].terms


def dues(material: "Material") -> list[Due]:
    """What is credited in each stretch in which a level was missed, in order."""
    if material.beside is None or not reckoned(material):
        return []
    return [due for levels in material.beside.levels for due in _dues(levels, material)]


def reckoned(material: "Material") -> bool:
    """Whether this review tells credits: it has section 11, covers one account alone, and some are agreed."""
    if material.beside is None or material.children or not shown_beside(material):
        return False
    return any(levels.terms.credit is not None for levels in material.beside.levels)


def _dues(levels: "Levels", material: "Material") -> Iterator[Due]:
    figures = {month.period.starts_on: month.figures for month in material.months}
    for months in stretches(levels.months, levels.terms.credit_stretch):
        counts = _counts([figures[month] for month in months])
        missed = missed_levels(levels.terms, len(months), counts)
        if missed:
            yield Due(months, levels.terms.currency, tuple(missed))


def _counts(months: list[Figures]) -> Counts:
    shares = {
        target: [getattr(one, kind) for one in months] for target, (kind, _id) in KINDS.items()
    }
    return {
        target: (sum(one.numerator for one in found), sum(one.denominator for one in found))
        for target, found in shares.items()
    }


def without_idle_values(material: "Material") -> "Material":
    """The material without the value of a contract under which nothing is credited: what it is worth is our affair."""
    if material.beside is None:
        return material
    credited = {month for due in dues(material) for month in due.months}
    levels = tuple(
        levels
        if credited & set(levels.months)
        else replace(levels, terms=replace(levels.terms, value_minor=None, currency=""))
        for levels in material.beside.levels
    )
    return replace(material, beside=replace(material.beside, levels=levels))


def page(content: "ReviewContent") -> dict[str, Any]:
    """What the template prints: a sentence, or a table with its heads; nothing for a review made before."""
    material = content.material
    if material.beside is None or not material.beside.levels:
        return {}
    if all(levels.terms.credit is None for levels in material.beside.levels):
        return {"sentence": _("The contract agrees no service credits.")}
    if material.children:
        return {
            "sentence": _(
                "Service credits are reckoned in the review of this account alone, without others."
            )
        }
    found = dues(material)
    if not found:
        return {"sentence": _("No credit is due for this period."), "rule": True}
    money = any(level.amount is not None for due in found for level in due.missed)
    heads = [
        _("Missed level"),
        _("Kept"),
        _("Agreed"),
        _("Credit"),
        *([_("Amount")] if money else []),
    ]
    return {
        "heads": heads,
        "rows": [*_rows(found, content, money), _sum(found, content, money)],
        "rule": True,
    }


def _rows(
    found: list[Due], content: "ReviewContent", money: bool
) -> Iterator[tuple[str, list[str]]]:
    say = content.say
    for due in found:
        for level in due.missed:
            name = f"{ui.promise_name(level.target)} ({KINDS[level.target][1]}), {_name(due, say)}"
            counts = _(
                "%(part)s of %(whole)s", part=say.count(level.kept), whole=say.count(level.decided)
            )
            kept = f"{counts} ({say.percent(percent(level.kept, level.decided))})"
            cells = [kept, tenths(level.agreed, say), tenths(level.credit, say)]
            yield name, [*cells, *([_money(level.amount, due.currency, say)] if money else [])]


def _name(due: Due, say: "Say") -> str:
    """A month by its name, a quarter by its number; part of a quarter by its first and last month."""
    first, last = due.months[0], due.months[-1]
    if first == last:
        return say.month(first)
    if len(due.months) == 3:
        return f"Q{(last.month + 2) // 3}"
    return f"{say.month(first)} – {say.month(last)}"


def _sum(found: list[Due], content: "ReviewContent", money: bool) -> tuple[str, list[str]]:
    credit, amount = said(found, content.say)
    return _("Due in all"), ["–", "–", credit, *([amount] if money else [])]


def said(found: list[Due], say: "Say") -> tuple[str, str]:
    """The sum in percent, where all are of a fee of the same length, and in money, where every part is known."""
    lengths = {len(due.months) for due in found}
    credit = sum(level.credit for due in found for level in due.missed)
    amounts = dict[str, int]()
    for due in found:
        for level in due.missed:
            if level.amount is None:
                return _percent(credit, lengths, say), "–"
            amounts[due.currency] = amounts.get(due.currency, 0) + level.amount
    money = " + ".join(_money(amount, currency, say) for currency, amount in amounts.items())
    return _percent(credit, lengths, say), money


def worth(material: "Material", say: "Say") -> str:
    """What is due in a word: the money, or where that is not known the percentage."""
    credit, amount = said(dues(material), say)
    return amount if amount not in ("", "–") else credit


def _percent(credit: int, lengths: set[int], say: "Say") -> str:
    return tenths(credit, say) if len(lengths) <= 1 else "–"


def tenths(value: int, say: "Say") -> str:
    """Tenths of a percent as the reader writes them."""
    return say.percent(value / 10)


def _money(amount: int | None, currency: str, say: "Say") -> str:
    return "–" if amount is None else say.money(amount, currency)


def terms(content: "ReviewContent") -> str:
    """What is credited by the contract in force at the end, in a sentence; empty where nothing is, or it is not told."""
    found = agreed_at_the_end(content.material)
    if found is None or found.credit is None:
        return ""
    return credit_terms(
        found.credit,
        found.credit_cap,
        found.credit_stretch,
        lambda value: tenths(value, content.say),
    )
