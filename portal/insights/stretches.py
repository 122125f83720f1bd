"""What a case contributes to figures, from its history: stretches in which it was open, the first answer, the rest. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from portal.insights.history import CaseHistory, Instance, Report, Step, Turn
from portal.insights.quality import answers
from portal.insights.repeats import repeat_of
from portal.insights.speed import time_of, waited_for
from portal.sla.pauses import CLIENT


@dataclass(frozen=True, slots=True)
class Answer:
    """The first human response: when, after how much of the contract clock, by whom if that is known."""

    at: int
    clock: int
    by: int | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch in which a case was open; `end` and `turn` are None while it is."""

    number: int
    begin: int
    end: int | None = None
    turn: Turn | None = None
    clock: int | None = None
    counted: int = 0
    waited: int = 0
    back: int | None = None
    at_once: bool = False
    answer: Answer | None = None
    complaint: bool = False
    repeats: str = ""


def stretches(
    report: Report, case: CaseHistory, by_ref: Mapping[str, CaseHistory]
) -> Iterator[Stretch]:
    """The stretches of a case in order; the first one carries what is known of its opening and first answer."""
    running = Stretch(
        1,
        case.opened_at,
        answer=_answer(report, case),
        complaint=case.complaint,
        repeats=repeat_of(report, case, by_ref),
    )
    for step in case.steps:
        if step.turn is Turn.REOPENED:
            running = Stretch(running.number + 1, step.at)
        else:
            yield _ended(report, case, running, step)
    if case.is_open:
        yield running


def _ended(report: Report, case: CaseHistory, running: Stretch, step: Step) -> Stretch:
    ended = replace(running, end=step.at, turn=step.turn, back=case.reopened_after(step.at))
    if step.turn is not Turn.RESOLVED:
        return ended
    times = time_of(report, case, Instance(running.number, running.begin, step.at))
    return replace(
        ended,
        clock=times[None],
        counted=sum(times.values()),
        waited=times.get(CLIENT, 0),
        at_once=running.number == 1 and answers(case, step.at) == 1,
    )


def _answer(report: Report, case: CaseHistory) -> Answer | None:
    at = case.first_response
    if at is None:
        return None
    by = next((word.person for word in case.words if word.by_staff and word.at == at), None)
    return Answer(at, waited_for(report, case, at), by if isinstance(by, int) else None)
