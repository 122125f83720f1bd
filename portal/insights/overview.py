"""The first view of insights: what came and went, how fast and how well, why and when."""

from dataclasses import dataclass
from typing import Any

from portal.insights.asked import Asked
from portal.insights.open_work import OpenWork
from portal.insights.showing import Cell, Number, Pair, counted, link, number, rated, spanned
from portal.insights.sum import Sum
from portal.insights.sums import Sums, figures
from portal.web.filters import number as numbered
from portal.web.filters import percent, span
from portal.web.words import gettext as _
from portal.web.words import ngettext

FEWEST = 10
"""With fewer values on either side a change says nothing (C10)."""


@dataclass(frozen=True)
class Facts:
    """What the view is made of, once for page and download."""

    asked: Asked
    sums: Sums
    work: OpenWork
    now: dict[str, dict[str, Any]]
    before: dict[str, dict[str, Any]] | None
    for_staff: bool

    @classmethod
    def of(cls, asked: Asked, sums: Sums, work: OpenWork, *, for_staff: bool) -> "Facts":
        """The figures of the period and of the one before."""
        before = figures(sums.before) if sums.before is not None else None
        return cls(asked, sums, work, figures(sums.period), before, for_staff)

    @property
    def period(self) -> Sum:
        """The period added up."""
        return self.sums.period

    @property
    def empty(self) -> bool:
        """Whether nothing happened and nothing was open."""
        return not self.period.counts and not self.work.total


def first_words(facts: Facts) -> tuple[str, str]:
    """The period in plain words: what came and went, then how well."""
    if facts.empty:
        return _("Nothing happened in this period, and no case was open at its end."), ""
    counts, now = facts.period.counts, facts.now
    said = [
        _(
            "%(came)s, %(solved)s, %(open)s at the end.",
            came=ngettext(
                "One case came in",
                "%(count)s cases came in",
                counts["opened"],
                count=numbered(counts["opened"]),
            ),
            solved=ngettext(
                "one was solved",
                "%(count)s were solved",
                counts["resolved"],
                count=numbered(counts["resolved"]),
            ),
            open=ngettext(
                "one was open",
                "%(count)s were open",
                facts.work.total,
                count=numbered(facts.work.total),
            ),
        )
    ]
    if now["F8"]["value"] is not None:
        said.append(
            _(
                "Of the solutions promised, %(share)s came in time.",
                share=percent(now["F8"]["value"]),
            )
        )
    if now["F12"]["value"] is not None:
        said.append(
            _("%(share)s of what was solved came back.", share=percent(now["F12"]["value"]))
        )
    return said[0], " ".join(said[1:])


def pairs(facts: Facts) -> list[Pair]:
    """Every speed beside its quality, every flow beside what it leaves."""
    return [
        Pair(_answer(facts), _kept(facts, "F7"), _compared(facts, "F6", "F7", better_is_more=True)),
        Pair(_solution(facts), _again(facts), _compared(facts, "F10", "F12", better_is_more=False)),
        Pair(_kept(facts, "F8"), _at_once(facts)),
        Pair(_kept(facts, "F9"), _waiting(facts)),
        Pair(_flow(facts, "F1"), _flow(facts, "F2")),
        Pair(_backlog(facts), _old(facts)),
        Pair(_repeats(facts), _complaints(facts)),
    ]


def _answer(facts: Facts) -> Number:
    found = facts.now["F6"]
    note = _(
        "half of %(n)s; nine of ten within %(most)s",
        n=numbered(found["n"]),
        most=span(found["p90"], False),
    )
    cell = spanned(found["p50"], link(facts.asked, "F6"))
    return number("F6", cell, note, _("nobody waited for a first answer"))


def _solution(facts: Facts) -> Number:
    found = facts.now["F10"]
    note = _(
        "half of %(n)s; nine of ten within %(most)s; lived through: %(lived)s",
        n=numbered(found["n"]),
        most=span(found["p90"], False),
        lived=span(found["lived_p50"]),
    )
    cell = spanned(found["p50"], link(facts.asked, "F2"))
    return number("F10", cell, note, _("nothing was solved"))


def _kept(facts: Facts, figure: str) -> Number:
    found = facts.now[figure]
    note = _share(found["numerator"], found["denominator"])
    cell = rated(found["numerator"], found["denominator"], link(facts.asked, figure))
    return number(figure, cell, note, _("no promise was decided"))


def _again(facts: Facts) -> Number:
    found = facts.now["F12"]
    note = _share(found["numerator"], found["denominator"])
    if found["immature"]:
        early = ngettext(
            "%(count)s too early to say",
            "%(count)s too early to say",
            found["immature"],
            count=numbered(found["immature"]),
        )
        note = f"{note}; {early}"
    cell = _with_cases(facts, "F12", found)
    return number("F12", cell, note, _("no solution is 14 days old yet"))


def _at_once(facts: Facts) -> Number:
    found = facts.now["F14"]
    cell = _with_cases(facts, "F14", found)
    return number(
        "F14",
        cell,
        _share(found["numerator"], found["denominator"]),
        _("no solution is 14 days old yet"),
    )


def _waiting(facts: Facts) -> Number:
    cell = _with_cases(facts, "F11", facts.now["F11"])
    label = _("Waiting for the client") if facts.for_staff else ""
    note = _("of the agreed hours of what was solved")
    return number("F11", cell, note, _("nothing was solved"), label)


def _flow(facts: Facts, figure: str) -> Number:
    n = facts.now[figure]["value"]
    note = ""
    if facts.before is not None and facts.before[figure]["value"]:
        note = _("%(n)s in the period before", n=numbered(facts.before[figure]["value"]))
    return number(figure, counted(facts.asked, figure, n), note, "")


def _backlog(facts: Facts) -> Number:
    work, period = facts.work, facts.period
    note = _("%(n)s at the start", n=numbered(work.total - period.net))
    return number("F4", counted(facts.asked, "F4", work.total), note, "")


def _old(facts: Facts) -> Number:
    work = facts.work
    label = _("Open for more than 30 days")
    cell = rated(work.old, work.total, link(facts.asked, "F4"))
    return number("F15", cell, _share(work.old, work.total), _("no case was open"), label)


def _repeats(facts: Facts) -> Number:
    found = facts.now["F13"]
    note = _share(found["numerator"], found["denominator"])
    if found["numerator"]:
        other = found["other_person"]
        by_others = ngettext(
            "%(count)s by another person",
            "%(count)s by another person",
            other,
            count=numbered(other),
        )
        note = f"{note}; {by_others}"
    return number("F13", _with_cases(facts, "F13", found), note, _("no case came in"))


def _complaints(facts: Facts) -> Number:
    opened, n = facts.period.counts["opened"], facts.period.counts["complaints"]
    cell = Cell(None, _("n/a")) if not opened else counted(facts.asked, "F16", n)
    note = _("of %(n)s that came in", n=numbered(opened))
    return number("F16", cell, note, _("no case came in"), _("Complaints"))


def _with_cases(facts: Facts, figure: str, found: dict[str, Any]) -> Cell:
    """A share that leads to the cases it counts; none leads nowhere."""
    url = link(facts.asked, figure) if found["numerator"] else None
    return rated(found["numerator"], found["denominator"], url)


def _share(numerator: int, denominator: int) -> str:
    return _("%(n)s of %(all)s", n=numbered(numerator), all=numbered(denominator))


def _compared(facts: Facts, speed: str, quality: str, *, better_is_more: bool) -> str:
    """Speed and quality against the period before, where both have enough values."""
    now, before = facts.now, facts.before
    if before is None or min(now[speed]["n"], before[speed]["n"]) < FEWEST:
        return ""
    if min(now[quality]["denominator"], before[quality]["denominator"]) < FEWEST:
        return ""
    faster = _sign(before[speed]["p50"] - now[speed]["p50"])
    better = _sign(now[quality]["value"] - before[quality]["value"]) * (1 if better_is_more else -1)
    return _verdict(faster, better)


def _sign(change: float) -> int:
    return (change > 0) - (change < 0)


def _verdict(faster: int, better: int) -> str:
    return {
        (1, 1): _("Faster than in the period before, and better."),
        (1, 0): _("Faster than in the period before, and as good."),
        (1, -1): _("Faster than in the period before, but not as good."),
        (0, 1): _("As fast as in the period before, and better."),
        (0, 0): _("As fast and as good as in the period before."),
        (0, -1): _("As fast as in the period before, but not as good."),
        (-1, 1): _("Slower than in the period before, but better."),
        (-1, 0): _("Slower than in the period before, and as good."),
        (-1, -1): _("Slower than in the period before, and not as good."),
    }[faster, better]
