"""The quality sample: which resolved cases are drawn, by a rule that anyone can repeat, and what was found. Pure."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from portal.insights.attainment import written
from portal.insights.history import Turn

if TYPE_CHECKING:
    from portal.reviews.content import Material

Row = tuple[str, ...]
FEWEST, MOST, ONE_IN = 3, 10, 10
QUESTIONS = ("complete", "clear", "filed")
"""What is asked of each case: whether the answer was complete, easy to follow, and the record right."""

YES, NO = "1", "0"


class Gone:
    """Why a drawn case counts no more."""

    MERGED, EXCLUDED, MOVED = "merged", "excluded", "moved"


@dataclass(frozen=True)
class Sample:
    """What was drawn from so many resolved cases, and the answers.

    A drawn case: opened at, its name in the rows, why it counts no more, 1 once it was read. `read` are the answers of the
    cases that were read, in an order that says nothing of the cases.
    """

    drawn_at: datetime | None = None
    drawn_from: int = 0
    drawn: tuple[Row, ...] = ()
    read: tuple[Row, ...] = ()

    @property
    def gone(self) -> Counter[str]:
        """How many drawn cases count no more, by reason."""
        return Counter(row[2] for row in self.drawn if row[2])

    @property
    def unread(self) -> int:
        """How many cases that count were not read."""
        return len(self.drawn) - self.gone.total() - len(self.read)

    def yes(self, question: str) -> int:
        """How many of the cases read have a yes to this question."""
        return sum(row[QUESTIONS.index(question)] == YES for row in self.read)


def size(n: int) -> int:
    """How many are drawn from n: one in ten, at least three and at most ten."""
    return min(n, max(FEWEST, min(MOST, -(-n // ONE_IN))))


def keyed(material: "Material", opened_at: str) -> str:
    """What is hashed for a case: account, period and the instant it was opened at."""
    return f"{material.account_ref} {material.period.code} {opened_at}"


def place(material: "Material", opened_at: str) -> str:
    """Where a case stands in the order of the draw: the SHA-256 of its key."""
    return hashlib.sha256(keyed(material, opened_at).encode()).hexdigest()


def resolved(material: "Material") -> list[tuple[str, str]]:
    """Opening and name of the cases that were resolved in the period, in the order of the rows."""
    limits = material.period.limits(material.timezone)
    begin, end = (written(int(at.timestamp())) for at in limits)
    done = {
        case
        for case, at, kind, _value in material.evidence.events
        if kind == Turn.RESOLVED and begin <= at < end
    }
    return [(row[2], row[0]) for row in material.evidence.cases if row[0] in done]


def draw(material: "Material") -> tuple[int, list[tuple[str, str]]]:
    """How many qualify, and opening and name of those that are drawn; two opened at once stand as in the rows."""
    found = resolved(material)
    ordered = sorted(found, key=lambda case: place(material, case[0]))
    return len(found), ordered[: size(len(found))]


def passed_over(material: "Material", sample: Sample) -> int:
    """Resolved cases that would stand before one of the drawn: they were recorded after the draw."""
    drawn = {name for _opened, name, _gone, _read in sample.drawn if name}
    last = max((place(material, row[0]) for row in sample.drawn), default="")
    return sum(
        name not in drawn and place(material, opened_at) < last
        for opened_at, name in resolved(material)
    )


def faults(material: "Material", sample: Sample) -> Iterator[tuple[str, object, object]]:
    """Where the sample is not what the rule and the rows give: what, what it says, what they give."""
    if len(sample.drawn) != size(sample.drawn_from):
        yield "drawn", len(sample.drawn), size(sample.drawn_from)
    places = [place(material, row[0]) for row in sample.drawn]
    for index, (here, right) in enumerate(zip(places, sorted(places), strict=True), 1):
        if here != right:
            yield f"no. {index}", sample.drawn[index - 1][0], "another order"
    known = {name for _opened, name in resolved(material)}
    for _opened, name, gone, _read in sample.drawn:
        if not gone and name not in known:
            yield name or "no name", "drawn", "not resolved in the period"
    read = sum(row[3] == YES for row in sample.drawn if not row[2])
    if read != len(sample.read):
        yield "read", len(sample.read), read
    for row in sample.read:
        if len(row) != len(QUESTIONS) or not set(row) <= {YES, NO}:
            yield "answers", " ".join(row), "yes or no to each question"
