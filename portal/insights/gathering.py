"""From rows to histories: what is read about the cases of a span, put together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.insights import past, reading
from portal.insights.agreed import Agreed
from portal.insights.attainment import Decision
from portal.insights.draft import Draft
from portal.insights.further import Further
from portal.insights.history import CaseHistory
from portal.insights.reading import Span, seconds
from portal.sla.terms import Target

TARGETS = {target.value: target for target in Target}


@dataclass(frozen=True)
class Gathered:
    """The histories of a span's cases, the promises about them that were decided in it, and ids by reference."""

    histories: Sequence[CaseHistory]
    decisions: Sequence[Decision]
    ids: Mapping[str, int]


def gather(span: Span, further: Further | None = None) -> Gathered:
    """All that a figure of the span, or of a period within, can count.

    Histories hold only what the figures of cases alone look at: the first human response, and the client's words
    inside the span. With `further` also what the figures of a whole book do.
    """
    drafts = {row.id: Draft(span.parted.as_then(row)) for row in reading.cases(span)}
    answers = dict(map(tuple, reading.first_answers(span)))
    words = list(reading.client_words(span))
    decided = [] if span.past else reading.decisions(span)
    named = answers.keys() | {row.case_id for row in (*words, *decided)}
    if span.past:
        named |= past.concerned(span) | span.parted.ids
    missing = (named | (further.case_ids if further else set())) - drafts.keys()
    later = map(span.parted.as_then, reading.cases_by_id(span, missing))
    drafts.update((row.id, Draft(row)) for row in later)
    _move(span, drafts)
    _hear(span, drafts)
    for case_id, at in words:
        if case_id in drafts:
            drafts[case_id].inbound.append(at)
    unhappy = frozenset(reading.unhappy_answers(span))
    for case_id, draft in drafts.items():
        draft.answered, draft.unhappy = answers.get(case_id), case_id in unhappy
    if further:
        further.tell(span, drafts)
    if span.past:
        past.tell(span, drafts)
    agreed = Agreed(span.account_ids)
    histories = {case_id: draft.history(agreed) for case_id, draft in drafts.items()}
    known = past.decisions(span, histories) if span.past else _decisions(decided, drafts)
    ids = {draft.row.ref: case_id for case_id, draft in drafts.items()}
    return Gathered(list(histories.values()), list(known), ids)


def _move(span: Span, drafts: Mapping[int, Draft]) -> None:
    """Read how each case moved between states."""
    begin = seconds(span.begin)
    before = [case_id for case_id, draft in drafts.items() if draft.row.opened_at < begin]
    for case_id, *move in reading.moves(span, before):
        if case_id in drafts:
            drafts[case_id].move(*move)


def _hear(span: Span, drafts: Mapping[int, Draft]) -> None:
    """Read what the client said on cases that waited for them and were resolved in the span."""
    begin, end = seconds(span.begin), seconds(span.end)
    waited = [case_id for case_id, draft in drafts.items() if draft.waited_and_resolved(begin, end)]
    for case_id, at in reading.client_words_on(span, waited):
        drafts[case_id].client_words.append(at)


def _decisions(rows: Sequence[Any], drafts: Mapping[int, Draft]) -> Iterator[Decision]:
    for case_id, target, number, at, met, cause in rows:
        if case_id in drafts:
            yield Decision(drafts[case_id].row.ref, at, TARGETS[target], number, bool(met), cause)
