"""The cells of one account, of a sum, of a date: as they are computed with and as they are read; in the present language."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision

from portal.insights.definitions import name_of
from portal.insights.showing import Cell, not_known, rated
from portal.insights.standings import promises
from portal.reviews.phrasing import Say, plain
from portal.reviews.portfolio.attention import coming, why
from portal.reviews.portfolio.facts import Entry
from portal.reviews.words import gettext as _
from portal.web import filters

Cells = dict[str, Cell]
NAME = 120


def columns() -> dict[str, str]:
    """What the columns of the table of accounts are called, by their keys in the rows inside the file."""
    n = _("n")
    shares = {f"{figure}{end}": word for figure in SHARES for end, word in _pair(figure, n)}
    return {
        "ref": _("Reference"),
        "manager": _("Account manager"),
        "attention": _("Needs attention"),
        "reasons": _("Why"),
        "health": name_of("F30"),
        "health_change": _("Change in a month"),
        "F1": name_of("F1"),
        "F2": name_of("F2"),
        "F3": name_of("F3"),
        "start": _("Open at the start"),
        "end": _("Open at the end"),
        "old": _("Open for more than 30 days"),
        "first": _("First response: half within"),
        "kept": _("Promises kept"),
        "decided": _("Promises decided"),
        "missed": _("Promises missed"),
        **shares,
        "F20": name_of("F20"),
        "F20_n": f"{name_of('F20')}: {n}",
        "escalated": _("Escalated cases"),
        "next": _("Contract: next date"),
        "value": _("Yearly value"),
        "currency": _("Currency"),
    }


SHARES = ("F7", "F8", "F9", "F12", "F18")


def _pair(figure: str, n: str) -> tuple[tuple[str, str], ...]:
    name = name_of(figure)
    return ("", name), ("_n", f"{name}: {n}")


def cells_of(one: Entry, say: Say) -> Cells:
    """An account's cells by the keys of its columns."""
    standing, figures = one.standing, one.standing.figures
    kept, decided = promises(standing.now)
    five = figures["F5"]
    shares = {key: cell for name in SHARES for key, cell in share_of(name, figures[name], say)}
    return {
        "ref": words(one.account.ref),
        "manager": words(plain(one.manager, NAME)),
        "attention": Cell(int(one.needs_attention), _("yes") if one.needs_attention else "–"),
        "reasons": words(
            "; ".join(why(standing, reason, one.ending, say) for reason in one.reasons)
        ),
        **_health(one, say),
        "F1": count(figures["F1"]["value"], say),
        "F2": count(figures["F2"]["value"], say),
        "F3": count(figures["F3"]["value"], say),
        "start": count(five["start"], say),
        "end": count(five["end"], say),
        "old": count(standing.work.old, say),
        "first": lasting(figures["F6"]["p50"], say),
        "kept": rated(kept, decided),
        "decided": count(decided, say),
        "missed": count(decided - kept, say),
        **shares,
        **balance(figures["F20"], say),
        "escalated": count(standing.escalated, say),
        "next": Cell(one.ending.soonest.isoformat(), coming(one.ending, say))
        if one.ending
        else none(),
        "value": money(one.value, one.currency),
        "currency": words(one.currency if one.value is not None else ""),
    }


def _health(one: Entry, say: Say) -> Cells:
    day = one.standing.health
    if day is None or day.value is None:
        return {"health": none(), "health_change": none()}
    change = none() if day.change is None else Cell(day.change, say.points(day.change))
    return {"health": Cell(day.value, say.tenths(day.value)), "health_change": change}


def balance(waves: dict[str, Any], say: Say) -> Cells:
    """NPS of the last wave that was answered in the period."""
    if not waves:
        return {"F20": none(), "F20_n": count(0, say)}
    last = waves[max(waves)]
    return {
        "F20": Cell(last["value"], say.signed(last["value"])),
        "F20_n": count(last["n"], say),
    }


def share_of(name: str, found: dict[str, Any], say: Say) -> Iterator[tuple[str, Cell]]:
    """A share and of how many it is, by the keys of their columns."""
    yield name, rated(found["numerator"], found["denominator"])
    yield f"{name}_n", count(found["denominator"], say)


def count(n: int, say: Say) -> Cell:
    """A whole number."""
    return Cell(n, say.count(n))


def lasting(seconds: int | None, say: Say) -> Cell:
    """A span of time in seconds."""
    return none() if seconds is None else Cell(seconds, say.span(seconds))


def money(minor: int | None, currency: str) -> Cell:
    """An amount, read without its minor units, of which a currency may have none, or three decimals."""
    if minor is None:
        return none()
    amount = float(Decimal(minor).scaleb(-get_currency_precision(currency)))
    return Cell(amount, filters.money(minor, currency, whole=True))


def words(said: str) -> Cell:
    """Words."""
    return Cell(None, said)


def none() -> Cell:
    """What nobody knows."""
    return Cell(None, not_known())


def dated(day: date | None) -> Cell:
    """A date."""
    if day is None:
        return words("–")
    return Cell(day.isoformat(), filters.day(day, "year"))
