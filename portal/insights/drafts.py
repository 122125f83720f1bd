"""From rows to histories: what is read about each case of a span, put together."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.insights import reading
from portal.insights.agreed import Agreed
from portal.insights.attainment import Decision
from portal.insights.history import CaseHistory, Step, Turn, in_turn
from portal.insights.reading import PRIORITY, Span, seconds
from portal.sla.pauses import waits
from portal.sla.terms import Target

TURNS = {
    "CaseResolved": Turn.RESOLVED,
    "CaseReopened": Turn.REOPENED,
    "CaseCancelled": Turn.CANCELLED,
}


@dataclass(frozen=True)
class Gathered:
    """The histories of a span's cases, and the promises about them that were decided in it."""

    histories: Sequence[CaseHistory]
    decisions: Sequence[Decision]


def gather(span: Span) -> Gathered:
    """All that a figure of the span, or of a period within, can count.

    Histories hold only what such figures look at: the first human response, and the client's words inside the span.
    """
    drafts = {row.id: _Draft(row) for row in reading.cases(span)}
    answers = dict(map(tuple, reading.first_answers(span)))
    words: dict[int, list[int]] = defaultdict(list)
    for case_id, at in reading.client_words(span):
        words[case_id].append(at)
    decided = reading.decisions(span)
    missing = answers.keys() | words.keys() | {row.case_id for row in decided}
    drafts.update(
        (row.id, _Draft(row)) for row in reading.cases_by_id(span, missing - drafts.keys())
    )
    begin = seconds(span.begin)
    before = [case_id for case_id, draft in drafts.items() if draft.row.opened_at < begin]
    for case_id, *move in reading.moves(span, before):
        if case_id in drafts:
            drafts[case_id].move(*move)
    _hear(span, drafts)
    unhappy = frozenset(reading.unhappy_answers(span))
    agreed = Agreed(span.account_ids)
    found = [
        draft.history(
            answers.get(case_id), sorted(words.get(case_id, ())), case_id in unhappy, agreed
        )
        for case_id, draft in drafts.items()
    ]
    return Gathered(found, list(_decisions(decided, drafts)))


def _decisions(rows: Sequence[Any], drafts: "dict[int, _Draft]") -> Iterator[Decision]:
    for case_id, target, number, at, met, cause in rows:
        if case_id in drafts:
            yield Decision(drafts[case_id].row.ref, at, Target(target), number, bool(met), cause)


def _hear(span: Span, drafts: "dict[int, _Draft]") -> None:
    """Read what the client said on cases that waited for them and were resolved in the span."""
    begin, end = seconds(span.begin), seconds(span.end)
    waited = [case_id for case_id, draft in drafts.items() if draft.waited_and_resolved(begin, end)]
    for case_id, at in reading.client_words_on(span, waited):
        drafts[case_id].client_words.append(at)


@dataclass
class _Draft:
    """A case's row and what is read about it, on the way to its history."""

    row: Any
    steps: list[Step] = field(default_factory=list)
    changes: list[tuple[int, str]] = field(default_factory=list)
    priorities: list[tuple[int, str, str, bool]] = field(default_factory=list)
    client_words: list[int] = field(default_factory=list)

    def move(self, kind: str, at: int, old: str | None, new: str | None, known: bool) -> None:
        if kind == PRIORITY:
            self.priorities.append((at, old or "", new or "", known))
            return
        turn = TURNS.get(kind)
        if turn is not None:
            self.steps.append(Step(at, turn))
        self.changes.append((at, new or kind))

    def waited_and_resolved(self, begin: int, end: int) -> bool:
        return any(state == "waiting" for _, state in self.changes) and any(
            step.turn is Turn.RESOLVED and begin <= step.at < end for step in self.steps
        )

    def history(
        self, answered: int | None, inbound: Sequence[int], unhappy: bool, agreed: Agreed
    ) -> CaseHistory:
        row = self.row
        return CaseHistory(
            ref=row.ref,
            account=row.account_id,
            opened_at=row.opened_at,
            origin=row.origin,
            category=row.category,
            priority=self.priorities[0][1] if self.priorities else row.priority,
            complaint=row.complaint or unhappy,
            steps=tuple(in_turn(iter(self.steps))),
            pauses=tuple(waits(self.changes, self.client_words)),
            responses=tuple(self._responses(answered)),
            inbound=tuple(inbound),
            priorities=tuple((at, new) for at, _, new, known in self.priorities if known),
            terms=agreed.about(row.account_id, row.opened_at, row.category),
        )

    def _responses(self, answered: int | None) -> Iterator[int]:
        """The first human response: what the case says, or a message in the span that is earlier."""
        stated = self.row.first_response_at
        known = [at for at in (stated, answered) if at is not None]
        yield from [min(known)] if known else ()
