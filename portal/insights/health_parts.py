"""The parts of an account's health, each a score from 0 to 100 by one rule that anybody can follow. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from portal.insights.health import Part, health
from portal.insights.satisfaction import CSAT

ENOUGH = 5
"""With fewer cases or answers a share says too little (C9)."""

RENEWAL_NEAR = timedelta(days=90)
NONE_LEFT = 25
"""At this percentage of cases that came back, were escalated or complained about, nothing is left of a score."""

YOUNG = ("0-7", "8-14", "15-30")

DEFAULT_WEIGHTS: Mapping[str, int] = {
    "responses": 15,
    "resolutions": 15,
    "backlog": 10,
    "reopened": 5,
    "repeats": 10,
    "csat": 10,
    "nps": 10,
    "escalations": 5,
    "complaints": 5,
    "coverage": 5,
    "thread": 5,
    "renewal": 5,
}
"""The parts in the order in which they are read, and what each counts until an administrator says otherwise."""


class Lack(StrEnum):
    """Why a part has no score."""

    NOTHING = "nothing"
    FEW = "few"
    UNDATED = "undated"
    FAR = "far"
    NO_DATE = "no date"


@dataclass(frozen=True, slots=True)
class Measure:
    """A part with what it was worked out from: so many of so many; without a score it says what it lacks."""

    name: str
    numerator: int
    denominator: int
    score: int | None = None
    lack: str = ""


@dataclass(frozen=True, slots=True)
class Renewal:
    """When the contract is renewed, as seen on a day."""

    on: date | None
    seen_on: date

    @property
    def is_near(self) -> bool:
        """Whether it lies in the coming 90 days, this one included."""
        if self.on is None:
            return False
        return self.seen_on <= self.on <= self.seen_on + RENEWAL_NEAR


def measures(figures: Mapping[str, Any], renewal: Renewal) -> tuple[Measure, ...]:
    """Every part, from the data of F1, F7, F8, F12, F13, F15, F16, F18, F20, F24, F26 and F27 of one period.

    Source: F30 of the definitions page; the rule of each part is ours and stands in the handbook.
    """
    found = {name: rule(figures) for name, rule in RULES.items()}
    found["renewal"] = _renewal(figures["F26"], renewal)
    return tuple(found[name] for name in DEFAULT_WEIGHTS)


def weighed(found: tuple[Measure, ...], weights: Mapping[str, int]) -> dict[str, Any]:
    """F30 as `portal figures` prints it: value, weights, missing parts, and every part with its score and its source."""
    parts = {one.name: Part(weights.get(one.name, 0), one.score) for one in found}
    told = {
        one.name: {
            "score": one.score,
            "numerator": one.numerator,
            "denominator": one.denominator,
        }
        for one in found
    }
    return {**health(parts).data, "parts": told}


def _percent(numerator: int, denominator: int) -> int:
    """A share in whole percent, half up."""
    return (200 * numerator + denominator) // (2 * denominator)


def _lacking(name: str, numerator: int, denominator: int) -> Measure:
    return Measure(name, numerator, denominator, None, Lack.FEW if denominator else Lack.NOTHING)


def _direct(name: str, share: Mapping[str, Any], fewest: int = ENOUGH) -> Measure:
    """The share itself is the score."""
    n, whole = share["numerator"], share["denominator"]
    if whole < fewest:
        return _lacking(name, n, whole)
    return Measure(name, n, whole, _percent(n, whole))


def _inverse(name: str, n: int, whole: int) -> Measure:
    """100 without any, 0 from a quarter on, straight in between."""
    if whole < ENOUGH:
        return _lacking(name, n, whole)
    return Measure(name, n, whole, _percent(max(0, NONE_LEFT * whole - 100 * n), NONE_LEFT * whole))


def _backlog(figures: Mapping[str, Any]) -> Measure:
    """The share of open cases that are at most 30 days old."""
    buckets = figures["F15"]["buckets"]
    young = sum(buckets[name] for name in YOUNG)
    return _direct("backlog", {"numerator": young, "denominator": sum(buckets.values())}, 1)


def _rate(name: str, share: Mapping[str, Any]) -> Measure:
    return _inverse(name, share["numerator"], share["denominator"])


def _nps(figures: Mapping[str, Any]) -> Measure:
    """The latest wave: −100 is 0, 100 is 100; told as promoters less detractors of all who answered."""
    if not figures["F20"]:
        return _lacking("nps", 0, 0)
    wave = figures["F20"][max(figures["F20"])]
    balance, n = wave["promoters"] - wave["detractors"], wave["n"]
    if n < ENOUGH:
        return _lacking("nps", balance, n)
    return Measure("nps", balance, n, _percent(balance + n, 2 * n))


def _escalations(figures: Mapping[str, Any]) -> Measure:
    share = figures["F24"]
    if share.get("undated"):
        n, whole = share["numerator"], share["denominator"]
        return Measure("escalations", n, whole, None, Lack.UNDATED)
    return _rate("escalations", share)


def _complaints(figures: Mapping[str, Any]) -> Measure:
    complaints = sum(row["n"] for row in figures["F16"]["complaints"])
    return _inverse("complaints", complaints, figures["F1"]["value"])


def _thread(figures: Mapping[str, Any]) -> Measure:
    """All or nothing: 0 while one person sends over 70 % of the client's messages, told as theirs of all."""
    top, n = figures["F27"]["top"], figures["F27"]["n"]
    if n < 2 * ENOUGH:
        return _lacking("thread", top, n)
    return Measure("thread", top, n, 0 if figures["F27"]["flag"] else 100)


def _renewal(coverage: Mapping[str, Any], renewal: Renewal) -> Measure:
    """Counts in the 90 days before a renewal alone: 100 if somebody who decides was in touch with us, else 0."""
    met, deciding = coverage["numerator"], coverage["denominator"]
    if not renewal.is_near:
        lack = Lack.NO_DATE if renewal.on is None else Lack.FAR
        return Measure("renewal", met, deciding, None, lack)
    return Measure("renewal", met, deciding, 100 if met else 0)


RULES: Mapping[str, Callable[[Mapping[str, Any]], Measure]] = {
    "responses": lambda figures: _direct("responses", figures["F7"]),
    "resolutions": lambda figures: _direct("resolutions", figures["F8"]),
    "backlog": _backlog,
    "reopened": lambda figures: _rate("reopened", figures["F12"]),
    "repeats": lambda figures: _rate("repeats", figures["F13"]),
    "csat": lambda figures: _direct(CSAT, figures["F18"]),
    "nps": _nps,
    "escalations": _escalations,
    "complaints": _complaints,
    "coverage": lambda figures: _direct("coverage", figures["F26"], 1),
    "thread": _thread,
}
