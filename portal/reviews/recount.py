"""The figures of a review, counted again from the rows that lie behind them. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from portal.insights.attainment import decided_rows
from portal.insights.case_files import histories
from portal.insights.figures import figures, promised
from portal.insights.history import CaseHistory, Report
from portal.reviews.content import Material
from portal.reviews.evidence import Evidence, shown
from portal.reviews.figures import Figures
from portal.reviews.lasting import Lasting, lasting
from portal.reviews.periods import Period
from portal.reviews.row_files import files_of
from portal.reviews.sample import faults
from portal.sla.calendars import calendar_of, zone_called
from portal.sla.terms import Terms

NUMBERS = {
    "opened": "F1",
    "resolved": "F2",
    "resolved_cases": "F2 cases",
    "reopened": "F3",
    "backlog": "F4",
    "identity": "F5",
    "first": "F6",
    "response": "F7",
    "resolution": "F8",
    "following": "F9",
    "solved": "F10",
    "waiting": "F11",
    "again": "F12",
    "ages": "F15",
    "oldest": "F15 oldest",
    "categories": "F16",
    "complaints": "F16 complaints",
    "hours": "F17",
    "repeated": "F13",
    "same_person": "F13 same person",
    "other_person": "F13 other person",
    "suggested": "F13 suggested",
    "settled": "F14",
}


class Difference:
    """A figure that is not what it should be: which, what stands there, and what the data gives."""

    def __init__(self, what: str, says: object, gives: object) -> None:
        self.what, self.says, self.gives = what, _short(says), _short(gives)


def differences(material: Material) -> Iterator[Difference]:
    """Every figure of the review that its rows do not give.

    Raises: ValueError, KeyError or TypeError where the rows cannot be read.
    """
    counted, before = Counted(material), material.period.previous
    yield from _between(material.period.code, material.figures, counted.of(material.period))
    yield from _between(before.code, shown(material.previous), shown(counted.of(before)))
    for month in material.months:
        again = shown(counted.of(month.period))
        yield from _between(month.period.code, shown(month.figures), again)
    if material.lasting is not None:
        given = counted.lasts(material.period, material.lasting)
        yield from _between(material.period.code, material.lasting, given)
    if material.sample is not None:
        for what, says, gives in faults(material, material.sample):
            yield Difference(f"sample, {what}", says, gives)


class Counted:
    """The histories of a review's rows, ready to be counted over any period."""

    def __init__(self, material: Material) -> None:
        self.zone = zone_called(material.timezone)
        self.as_of = int(material.as_of.timestamp())
        files = files_of(material.evidence, self.as_of)
        found = histories(files, self.as_of)
        self.cases = [(case, *case.extent) for case in found]
        self.decided = decided_rows(files.promises or ())
        self.terms = _terms(material.evidence)

    def of(self, period: Period) -> Figures:
        """The figures of one period."""
        report = self._report(period)
        begin, end = report.begin, report.end
        decided = [one for one in self.decided if begin <= one.at < end]
        found = {**figures(report, self._around(begin, end)), **promised(decided)}
        counted = Figures.of({name: figure.data for name, figure in found.items()})
        return shown(counted, misses=True)

    def lasts(self, period: Period, found: Lasting) -> Lasting:
        """F13 and F14 of a period, with the rows that only they need."""
        report = self._report(period)
        cases = self._around(report.begin, report.end)
        return lasting(report, cases, found.repeats, found.once)

    def _report(self, period: Period) -> Report:
        begin, end = (int(at.timestamp()) for at in period.limits(self.zone.key))
        return Report(begin, end, self.as_of, self.zone, terms=self.terms)

    def _around(self, begin: int, end: int) -> Sequence[CaseHistory]:
        return [case for case, first, last in self.cases if first < end and last >= begin]


def _terms(evidence: Evidence) -> Mapping[Any, Mapping[str, Terms]]:
    if not evidence.hours:
        return {}
    found = json.loads(evidence.hours)
    clocks = {name: calendar_of(written) for name, written in found["calendars"].items()}
    return {
        group: {priority: Terms(clocks[name]) for priority, name in agreed.items()}
        for group, agreed in found["groups"].items()
    }


def _between(place: str, says: Any, gives: Any) -> Iterator[Difference]:
    """Where two values of one kind differ, down to the single number."""
    if says == gives:
        return
    if is_dataclass(says) and type(says) is type(gives):
        for field in fields(says):
            name = NUMBERS.get(field.name, field.name.replace("_", " "))
            yield from _between(
                f"{place}, {name}", getattr(says, field.name), getattr(gives, field.name)
            )
    elif isinstance(says, tuple) and isinstance(gives, tuple) and len(says) == len(gives):
        for index, (one, other) in enumerate(zip(says, gives, strict=True), 1):
            yield from _between(f"{place}, no. {index}", one, other)
    else:
        yield Difference(place, says, gives)


def _short(value: object) -> str:
    text = "–" if value is None else str(value)
    return text if len(text) <= 80 else text[:79] + "…"
