"""What the figures of a whole book read about cases besides: who said what, links, escalations."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portal.cases.models import Case, CaseLink, LinkKind, Message, Side
from portal.db import db
from portal.db.instants import Epoch
from portal.events import Event
from portal.insights.coverage import LATELY
from portal.insights.draft import Draft
from portal.insights.history import Link, Word
from portal.insights.reading import Span, answers_before, public, seconds, standing_then

ESCALATED = "CaseEscalated"


@dataclass(frozen=True)
class Further:
    """Words, links and escalations by case; words from `since` on, in `dated` cases whose escalations have a date."""

    since: int
    words: Mapping[int, Sequence[Word]]
    links: Mapping[int, Sequence[tuple[int, bool]]]
    escalations: Mapping[int, Sequence[tuple[int, str]]]
    dated: frozenset[int]

    @property
    def case_ids(self) -> set[int]:
        """Every case that a figure of the span then needs."""
        earlier = {of for found in self.links.values() for of, _ in found}
        return self.words.keys() | self.links.keys() | self.escalations.keys() | earlier

    def tell(self, span: Span, drafts: Mapping[int, Draft]) -> None:
        """Add to drafts what is known; of cases solved in the span, the answers given before the words too."""
        for case_id, draft in drafts.items():
            draft.words = list(self.words.get(case_id, ()))
            draft.escalations = list(self.escalations.get(case_id, ()))
            draft.undated = draft.row.escalated and case_id not in self.dated
            draft.links = [
                Link(drafts[of].row.ref, confirmed)
                for of, confirmed in self.links.get(case_id, ())
                if of in drafts
            ]
        begin, end = seconds(span.begin), seconds(span.end)
        older = [
            case_id
            for case_id, draft in drafts.items()
            if draft.row.opened_at < self.since and draft.first_resolved(begin, end)
        ]
        for case_id, at in answers_before(span, self.since, older):
            drafts[case_id].earlier.append(at)


def read(span: Span) -> Further:
    """What the figures of one period need: three statements."""
    since = min(span.begin, span.end - timedelta(seconds=LATELY))
    return Further(seconds(since), _words(span, since), links(span), *_escalations(span))


def _words(span: Span, since: Any) -> Mapping[int, Sequence[Word]]:
    """Public words of persons since an instant, of either side (C5)."""
    columns = (
        *(span.parted.said_on, Epoch(Message.occurred_at), Message.side),
        *(Message.author_user_id, Message.author_stakeholder_id),
    )
    statement = public(span, (Side.CLIENT, Side.STAFF), *columns).where(
        Message.occurred_at >= since, Message.occurred_at < span.end
    )
    found: dict[int, list[Word]] = defaultdict(list)
    rows = db.session.execute(statement.order_by(Message.occurred_at, Message.id))
    for case_id, at, side, user_id, stakeholder_id in rows:
        by_staff = side == Side.STAFF
        found[case_id].append(Word(at, by_staff, user_id if by_staff else stakeholder_id))
    return found


def links(span: Span) -> Mapping[int, Sequence[tuple[int, bool]]]:
    """What cases opened in the period are said to repeat (F13)."""
    statement = (
        select(CaseLink.case_id, CaseLink.of_case_id, CaseLink.confirmed)
        .join(Case, Case.id == CaseLink.case_id)
        .where(CaseLink.kind == LinkKind.REPEAT, CaseLink.recorded_at <= span.as_of)
        .where(span.during(span.parted.opened_at), Case.account_id.in_(span.account_ids))
        .order_by(CaseLink.id)
    )
    found: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    rows = db.session.execute(standing_then(span, span.of(statement, CaseLink)))
    for case_id, of_case_id, confirmed in rows:
        found[case_id].append((of_case_id, confirmed))
    return found


def _escalations(
    span: Span,
) -> tuple[Mapping[int, Sequence[tuple[int, str]]], frozenset[int]]:
    """When and by which side cases were escalated up to the end of the period, and all that have a date for it."""
    columns = (
        *(Event.case_id, Epoch(Event.occurred_at), Event.payload["side"].as_string()),
        *(Event.stakeholder_id, (Event.recorded_at <= span.as_of) & (Event.occurred_at < span.end)),
    )
    statement = select(*columns).where(Event.kind == ESCALATED)
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    dated = set[int]()
    rows = db.session.execute(span.of(statement.order_by(Event.occurred_at, Event.id), Event))
    for case_id, at, told, stakeholder_id, counts in rows:
        dated.add(case_id)
        if counts:
            side = told or (Side.STAFF if stakeholder_id is None else Side.CLIENT)
            found[case_id].append((at, side))
    return found, frozenset(dated)
