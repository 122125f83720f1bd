"""What happened to a case, as the figures read it: frozen, plain values, no database.

Instants are whole seconds since 1970 in UTC (C1). A history holds only what was recorded by the as-of
instant (C2), only cases of kind normal have one, and a merged-away case has none (C4).
"""

from collections.abc import Container, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from zoneinfo import ZoneInfo

from portal.sla.clocks import Pause
from portal.sla.course import Course, Mark, Origin
from portal.sla.terms import Terms

Holder = Hashable
"""An account, by whatever names it: an id of the database, a name in a case file."""


class Turn(StrEnum):
    """What moves a case between open and finished."""

    RESOLVED = "resolved"
    REOPENED = "reopened"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Step:
    """A case became finished, or open again."""

    at: int
    turn: Turn


@dataclass(frozen=True, slots=True)
class Word:
    """A public message of a client's person or of a staff person."""

    at: int
    by_staff: bool
    person: Holder


@dataclass(frozen=True, slots=True)
class Link:
    """What a case is said to repeat; unconfirmed it is a suggestion."""

    of: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Instance:
    """One way from an opening (1) or reopening (2, 3 …) to a resolution."""

    number: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """One case. All tuples are in order of time; steps alternate, as `in_turn` makes them.

    `responses` are instants of public messages by staff persons (C5), `inbound` those of public client messages.
    `marks`, `words`, `links`, `escalations` and who opened it are read only by the figures of a whole book.
    `undated_escalation`: it was escalated, nobody knows when. `terms` is what is agreed about this very case, by priority; None: what the report says of its account.
    """

    ref: str
    account: Holder
    opened_at: int
    origin: str = "client"
    category: str = ""
    priority: str = ""
    complaint: bool = False
    steps: tuple[Step, ...] = ()
    pauses: tuple[Pause, ...] = ()
    responses: tuple[int, ...] = ()
    inbound: tuple[int, ...] = ()
    priorities: tuple[tuple[int, str], ...] = ()
    transfers: tuple[tuple[int, Holder], ...] = ()
    opened_by: Holder = None
    marks: tuple[Mark, ...] = ()
    words: tuple[Word, ...] = ()
    links: tuple[Link, ...] = ()
    escalations: tuple[tuple[int, str], ...] = ()
    undated_escalation: bool = False
    terms: Mapping[str, Terms] | None = None

    def holder(self, instant: int) -> Holder:
        """The account holding the case: of the last transfer at or before the instant (C4)."""
        found = self.account
        for at, account in self.transfers:
            if at <= instant:
                found = account
        return found

    def is_open_before(self, instant: int) -> bool:
        """Whether the case exists and is not finished just before the instant."""
        if self.opened_at >= instant:
            return False
        for step in reversed(self.steps):
            if step.at < instant:
                return step.turn is Turn.REOPENED
        return True

    @property
    def is_open(self) -> bool:
        """Whether it is open as far as is known."""
        return not self.steps or self.steps[-1].turn is Turn.REOPENED

    @property
    def extent(self) -> tuple[int, float]:
        """The first instant at which a figure can find the case, and the last; without end while it is open."""
        happened = [
            at for found in (self.responses, self.inbound) for at in (*found[:1], *found[-1:])
        ]
        first, last = min([self.opened_at, *happened]), max([self.opened_at, *happened])
        if self.is_open:
            return first, inf
        return first, max(last, self.steps[-1].at)

    @property
    def first_response(self) -> int | None:
        """The human response that counts (F6): at the opening itself on behalf, none if staff began it."""
        if self.origin == "on_behalf":
            return self.opened_at
        if self.origin == "staff":
            return None
        for at in self.responses:
            if at >= self.opened_at:
                return at
        return None

    def course(self) -> Course:
        """What the promises about the case are decided by."""
        return Course(
            opened_at=self.opened_at,
            priority=self.priority,
            origin=Origin(self.origin),
            marks=self.marks,
            priorities=self.priorities,
            pauses=self.pauses,
        )

    def instances(self) -> Iterator[Instance]:
        """Every resolution with the opening or reopening that it answers."""
        number, begin = 1, self.opened_at
        for step in self.steps:
            if step.turn is Turn.RESOLVED:
                yield Instance(number, begin, step.at)
            elif step.turn is Turn.REOPENED:
                number, begin = number + 1, step.at

    def reopened_after(self, instant: int) -> int | None:
        """The first reopening at or after the instant."""
        return next((s.at for s in self.steps if s.turn is Turn.REOPENED and s.at >= instant), None)


@dataclass(frozen=True)
class Report:
    """What a figure is asked about: [begin, end) in a zone, for some accounts (None: all), as of an instant.

    `terms` gives what is agreed with an account by priority; without any, clocks run round the clock.
    `times` remembers what a case's clock counted towards a resolution, for figures and reports that share it.
    """

    begin: int
    end: int
    as_of: int
    zone: ZoneInfo
    accounts: Container[Holder] | None = None
    terms: Mapping[Holder, Mapping[str, Terms]] = field(default_factory=dict)
    times: dict[tuple[str, int, int], Mapping[str | None, int]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def covers(self, instant: int) -> bool:
        """Whether the instant lies in the period; its end does not."""
        return self.begin <= instant < self.end

    def is_for(self, account: Holder) -> bool:
        """Whether an account is one of the report's."""
        return self.accounts is None or account in self.accounts

    def holds(self, case: CaseHistory, instant: int) -> bool:
        """Whether one of the report's accounts held the case then."""
        return self.accounts is None or case.holder(instant) in self.accounts

    def counts(self, case: CaseHistory, instant: int) -> bool:
        """Whether something that happened to the case then belongs to the report."""
        if not self.begin <= instant < self.end:
            return False
        return self.accounts is None or self.holds(case, instant)

    def agreed(self, case: CaseHistory) -> Mapping[str, Terms]:
        """What is agreed about the case, or else with the opening account, by priority."""
        return self.terms.get(case.account, {}) if case.terms is None else case.terms


def in_turn(steps: Iterator[Step]) -> Iterator[Step]:
    """Steps that change something: an open case is not reopened, a finished one not finished again."""
    is_open = True
    for step in steps:
        if (step.turn is Turn.REOPENED) is not is_open:
            is_open = not is_open
            yield step
