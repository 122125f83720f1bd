"""One case on the way from its rows to its history."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.insights.agreed import Agreed
from portal.insights.history import CaseHistory, Link, Step, Turn, Word, in_turn
from portal.insights.reading import PRIORITY
from portal.sla.course import Act, Mark, Ranked, first_priority
from portal.sla.pauses import waits

TURNS = {
    "CaseResolved": Turn.RESOLVED,
    "CaseReopened": Turn.REOPENED,
    "CaseCancelled": Turn.CANCELLED,
}


@dataclass(slots=True)
class Draft:
    """A case's row and what is read about it; instants are whole seconds since 1970.

    `answered` is the first answer in the span, `inbound` what the client said in it. The rest from `words` on is
    read only where a whole book is made; `earlier` are answers from before those words. `said`, all public words of
    either side in order (true: staff's), is read where promises are decided as they were known earlier.
    """

    row: Any
    steps: list[Step] = field(default_factory=list)
    changes: list[tuple[int, str]] = field(default_factory=list)
    ranked: list[Ranked] = field(default_factory=list)
    priorities: list[tuple[int, str]] = field(default_factory=list)
    client_words: list[int] = field(default_factory=list)
    inbound: list[int] = field(default_factory=list)
    answered: int | None = None
    unhappy: bool = False
    words: list[Word] = field(default_factory=list)
    earlier: list[int] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    escalations: list[tuple[int, str]] = field(default_factory=list)
    undated: bool = False
    said: list[tuple[int, bool]] | None = None
    first_response: int | None = field(init=False)

    def __post_init__(self) -> None:
        self.first_response = self.row.first_response_at

    def forget_answer(self, at: int) -> None:
        """An answer of that instant was recorded too late; the first is then the first that was known."""
        said = [at for at, by_staff in self.said or () if by_staff and not self._is_opening(at)]
        if self.first_response == at and at not in said:
            self.first_response = min(said, default=None)

    def move(
        self, number: int, kind: str, at: int, old: str | None, new: str | None, known: bool
    ) -> None:
        """Take down a turn, a change of state or one of priority; `known` if it was by the as-of instant."""
        if kind == PRIORITY:
            self.ranked.append(Ranked(number, at, old or "", new or ""))
            if known:
                self.priorities.append((at, new or ""))
            return
        turn = TURNS.get(kind)
        if turn is not None:
            self.steps.append(Step(at, turn))
        self.changes.append((at, new or kind))

    def waited_and_resolved(self, begin: int, end: int) -> bool:
        """Whether it ever waited for the client and was resolved in [begin, end)."""
        return any(state == "waiting" for _, state in self.changes) and any(
            step.turn is Turn.RESOLVED and begin <= step.at < end for step in self.steps
        )

    def first_resolved(self, begin: int, end: int) -> bool:
        """Whether its first resolution lies in [begin, end)."""
        solved = (step.at for step in self.steps if step.turn is Turn.RESOLVED)
        return begin <= next(solved, end) < end

    def history(self, agreed: Agreed) -> CaseHistory:
        """What the figures read."""
        row = self.row
        words = tuple([word for word in self.words if not self._is_opening(word.at, word.by_staff)])
        return CaseHistory(
            ref=row.ref,
            account=row.account_id,
            opened_at=row.opened_at,
            origin=row.origin,
            category=row.category,
            priority=first_priority(self.ranked, row.priority),
            complaint=row.complaint or self.unhappy,
            steps=tuple(in_turn(iter(self.steps))),
            pauses=tuple(waits(self.changes, self.client_words or self._client_said())),
            responses=tuple(self._responses(words)),
            inbound=tuple(sorted(self.inbound)),
            priorities=tuple(self.priorities),
            opened_by=row.opened_by_id,
            words=words,
            links=tuple(self.links),
            escalations=tuple(self.escalations),
            marks=() if self.said is None else tuple(self._marks(self.said)),
            undated_escalation=self.undated,
            terms=agreed.about(row.account_id, row.opened_at, row.category),
        )

    def _client_said(self) -> list[int]:
        return [at for at, by_staff in self.said or () if not by_staff]

    def _marks(self, said: Sequence[tuple[int, bool]]) -> Iterator[Mark]:
        """What was said and the turns; at one instant a reopening stands before words, other turns after them.

        A first response known without its words counts too.
        """
        found = [
            (at, 1, Mark(at, Act.STAFF if by_staff else Act.CLIENT))
            for at, by_staff in said
            if not self._is_opening(at, True)
        ]
        first = self.first_response
        if first is not None and not any(
            at <= first and mark.act is Act.STAFF for at, _, mark in found
        ):
            found.append((first, 1, Mark(first, Act.STAFF)))
        for step in self.steps:
            rank = 0 if step.turn is Turn.REOPENED else 2
            found.append((step.at, rank, Mark(step.at, Act(step.turn.value))))
        yield from (mark for *_, mark in sorted(found, key=lambda one: one[:2]))

    def _responses(self, words: tuple[Word, ...]) -> Iterator[int]:
        """The first human response, as the case says or a message shows, and whatever answers are known besides."""
        found = sorted([*self.earlier, *(word.at for word in words if word.by_staff)])
        known = [
            at
            for at in (self.first_response, self.answered)
            if at is not None and not self._is_opening(at)
        ]
        first = min(known, default=None)
        if first is not None and not (found and found[0] <= first):
            yield first
        yield from found

    def _is_opening(self, at: int, by_staff: bool = True) -> bool:
        """Whether these are the words with which staff entered the case: its opening, not an answer."""
        return by_staff and at == self.row.opened_at and self.row.origin != "client"
