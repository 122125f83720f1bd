"""Figures from the database: histories of a period's cases, and what they amount to."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal import clock
from portal.accounts.models import Account
from portal.actor import Actor
from portal.db import db, through
from portal.insights import reading
from portal.insights.figure import Figure
from portal.insights.figures import figures
from portal.insights.history import CaseHistory, Report, Step, Turn, in_turn
from portal.insights.reading import Span, seconds
from portal.sla.pauses import waits
from portal.sla.walls import midnight

Period = tuple[date, date]
"""First local day, and the day after the last."""

TURNS = {
    "CaseResolved": Turn.RESOLVED,
    "CaseReopened": Turn.REOPENED,
    "CaseCancelled": Turn.CANCELLED,
}


def figures_for(
    actor: Actor,
    account: Account,
    period: Period,
    as_of: datetime | None = None,
    children: bool = False,
) -> dict[str, Any]:
    """Every figure of an account and period in its own time zone, in the shape of `portal figures`.

    Counts the cases that the actor may see; confidential ones belong to a review's totals (C4), so it asks as
    the system and names to its readers only what they may see. Until there are service calendars the contract
    clock runs round the clock, less the waiting for the client. Without `as_of`, as of now.
    """
    (found,) = figures_of_periods(actor, account, [period], as_of, children)
    return {name: figure.data for name, figure in found.items()}


def figures_of_periods(
    actor: Actor,
    account: Account,
    periods: Sequence[Period],
    as_of: datetime | None = None,
    children: bool = False,
) -> list[dict[str, Figure]]:
    """The figures of several periods from one reading, with the references of the cases behind each."""
    zone = ZoneInfo(account.timezone)
    limits = [(midnight(first, zone), midnight(end, zone)) for first, end in periods]
    now = clock.now()
    known_at = as_of or now
    span = Span(
        actor=actor,
        account_ids=_family(actor, account) if children else [account.id],
        begin=reading.instant(min(begin for begin, _ in limits)),
        end=reading.instant(max(end for _, end in limits)),
        as_of=known_at,
        past=known_at < now,
    )
    known = [(*case.extent, case) for case in histories(span)]
    return [
        figures(
            Report(begin, end, seconds(known_at), zone),
            [case for first, last, case in known if first < end and last >= begin],
        )
        for begin, end in limits
    ]


def _family(actor: Actor, account: Account) -> list[int]:
    statement = select(Account.id).where(
        Account.path.startswith(account.path or "-", autoescape=True)
    )
    return sorted({account.id, *db.session.scalars(through(statement, Account, actor))})


def histories(span: Span) -> list[CaseHistory]:
    """The histories of all cases that a figure of the span, or of a period within, can count.

    They hold only what such figures look at: the first human response, and the client's words inside the span.
    """
    drafts = {row.id: _Draft(row) for row in reading.cases(span)}
    answers = dict(map(tuple, reading.first_answers(span)))
    words: dict[int, list[int]] = defaultdict(list)
    for case_id, at in reading.client_words(span):
        words[case_id].append(at)
    missing = (answers.keys() | words.keys()) - drafts.keys()
    drafts.update((row.id, _Draft(row)) for row in reading.cases_by_id(span, missing))
    begin = seconds(span.begin)
    before = [case_id for case_id, draft in drafts.items() if draft.row.opened_at < begin]
    for case_id, kind, at, new in reading.moves(span, before):
        if case_id in drafts:
            drafts[case_id].move(kind, at, new)
    _hear(span, drafts)
    unhappy = frozenset(reading.unhappy_answers(span))
    return [
        draft.history(answers.get(case_id), sorted(words.get(case_id, ())), case_id in unhappy)
        for case_id, draft in drafts.items()
    ]


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
    client_words: list[int] = field(default_factory=list)

    def move(self, kind: str, at: int, new: str | None) -> None:
        turn = TURNS.get(kind)
        if turn is not None:
            self.steps.append(Step(at, turn))
        self.changes.append((at, new or kind))

    def waited_and_resolved(self, begin: int, end: int) -> bool:
        return any(state == "waiting" for _, state in self.changes) and any(
            step.turn is Turn.RESOLVED and begin <= step.at < end for step in self.steps
        )

    def history(self, answered: int | None, inbound: Sequence[int], unhappy: bool) -> CaseHistory:
        row = self.row
        return CaseHistory(
            ref=row.ref,
            account=row.account_id,
            opened_at=row.opened_at,
            origin=row.origin,
            category=row.category,
            priority=row.priority,
            complaint=row.complaint or unhappy,
            steps=tuple(in_turn(iter(self.steps))),
            pauses=tuple(waits(self.changes, self.client_words)),
            responses=tuple(self._responses(answered)),
            inbound=tuple(inbound),
        )

    def _responses(self, answered: int | None) -> Iterator[int]:
        """The first human response: what the case says, or a message in the span that is earlier."""
        stated = self.row.first_response_at
        known = [at for at in (stated, answered) if at is not None]
        yield from [min(known)] if known else ()
