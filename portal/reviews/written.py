"""What people write into a review and what the ledger holds for it, as plain values of its material."""

from dataclasses import dataclass
from datetime import date

VERDICT, WELL, WATCH = "verdict", "well", "watch"
BESIDE = ("exceptional", "opinion", "people", "contract", "agreement")
COMMENTED = (
    "promised",
    "agreed",
    "backlog",
    "speed",
    "quality",
    "reasons",
    "hours",
    *BESIDE,
    "next",
)
"""Sections that carry a comment."""
PARTS = (VERDICT, WELL, WATCH, *COMMENTED)
LONGEST = {VERDICT: 240, WELL: 900, WATCH: 900}
LONGEST_COMMENT = 10_000
MOST_POINTS = 3


@dataclass(frozen=True)
class Words:
    """The text of one part in the language it was written in; `body` is Markdown for a comment, plain lines else."""

    part: str
    language: str
    body: str


@dataclass(frozen=True)
class LedgerItem:
    """One entry of the ledger as it stood when the figures were read; `new` if it was agreed after the period.

    `case` is the one it came from, if it may be named. `before` and `after` are the figure it should move: when it was written down, and in this review.
    """

    ref: str
    kind: str
    side: str
    title: str
    state: str
    owner: str = ""
    due_on: date | None = None
    effect: str = ""
    reason: str = ""
    figure: str = ""
    before: str = ""
    after: str = ""
    new: bool = False
    case: str = ""


EXCLUDED = "excluded"
"""What a dispute about cases that were left out is about, in place of a figure."""


@dataclass(frozen=True)
class Restated:
    """A figure of the review before that came out differently when counted again: late events, answered disputes.

    Of a dispute `on` is the day it was settled, and `period` that of its review where that is an older one.
    """

    figure: str
    issued: str
    now: str
    why: str = ""
    on: date | None = None
    period: str = ""


def parts_of(months: int) -> tuple[str, ...]:
    """The parts of a review over so many months: not every section stands in each."""
    left_out = {1: ("opinion", "people", "contract", "agreement"), 3: ("agreement",)}.get(
        months, ()
    )
    return tuple(part for part in PARTS if part not in left_out)


def words_for(written: tuple[Words, ...], part: str, language: str, main: str) -> Words | None:
    """The part in the reader's language, else in the one the review is written in."""
    found = {words.language: words for words in written if words.part == part and words.body}
    return found.get(language) or found.get(main)


def lines(body: str) -> list[tuple[str, str]]:
    """The points of a text, one a line, at most three: what stands before the first colon is the title."""
    found = []
    for line in body.splitlines():
        title, colon, text = line.strip().lstrip("-•* ").partition(":")
        if title.strip():
            found.append(
                (title.strip() + (":" if colon and not text.strip() else ""), text.strip())
            )
    return found[:MOST_POINTS]
