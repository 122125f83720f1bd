"""Cases that were merged after an earlier instant, told as they were then: two, each with its own words (C2, C4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import case as either
from sqlalchemy import select

from portal.actor import Actor
from portal.cases.models import Case, Message
from portal.db import db, through
from portal.events import Event
from portal.feedback.models import Survey

MERGED, ABSORBED = "CaseMerged", "CaseAbsorbed"


@dataclass(frozen=True)
class Was:
    """When a case had been opened and first answered, before another became part of it; and whether it was a complaint,
    where that was told.
    """

    opened_at: datetime
    first_response_at: datetime | None
    complaint: bool | None


@dataclass(frozen=True)
class Parted:
    """What was not merged yet: cases that are gone now, what others were, and who held the words of which."""

    gone: frozenset[int] = frozenset()
    was: Mapping[int, Was] = field(default_factory=dict)
    holders: Mapping[int, int] = field(default_factory=dict)

    @property
    def ids(self) -> frozenset[int]:
        """Every case that is told otherwise than it is now."""
        return self.gone | self.was.keys()

    @property
    def said_on(self) -> Any:
        """The column of the case on which a message stood then."""
        return self._held(Message)

    @property
    def rated_on(self) -> Any:
        """The column of the case that a survey asked about then."""
        return self._held(Survey)

    def _held(self, model: Any) -> Any:
        if not self.holders:
            return model.case_id
        held = either(dict(self.holders), value=model.came_from_id, else_=model.case_id)
        return held.label("case_id")

    @property
    def opened_at(self) -> Any:
        """The column of when a case counted as opened then."""
        if not self.was:
            return Case.opened_at
        then = {case_id: was.opened_at for case_id, was in self.was.items()}
        return either(then, value=Case.id, else_=Case.opened_at)

    def as_then(self, row: Any) -> Any:
        """A case's row as it was."""
        was = self.was.get(row.id)
        if was is None:
            return row
        answered = was.first_response_at
        then = {
            "opened_at": int(was.opened_at.timestamp()),
            "first_response_at": None if answered is None else int(answered.timestamp()),
            "complaint": row.complaint if was.complaint is None else was.complaint,
        }
        return SimpleNamespace(**{**row._asdict(), **then})


WHOLE = Parted()


def parted_at(actor: Actor, account_ids: Sequence[int], as_of: datetime) -> Parted:
    """The cases of some accounts that were merged after an instant, as they were at it; one statement."""
    told = select(Event.case_id, Event.kind, Event.payload, Event.recorded_at).where(
        Event.kind.in_((MERGED, ABSORBED)), Event.account_id.in_(account_ids)
    )
    rows = db.session.execute(through(told.order_by(Event.id), Event, actor)).all()
    later = [row for row in rows if row.recorded_at > as_of]
    if not later:
        return WHOLE
    now = {row.case_id: row.payload["into_id"] for row in rows if row.kind == MERGED}
    gone = frozenset(row.case_id for row in later if row.kind == MERGED)
    then = {case_id: into for case_id, into in now.items() if case_id not in gone}
    was: dict[int, Was] = {}
    for row in later:
        if row.kind == ABSORBED:
            was.setdefault(row.case_id, _was(row.payload))
    holders = {case_id: _last(case_id, then) for case_id in now}
    return Parted(
        gone,
        was,
        {case_id: held for case_id, held in holders.items() if held != _last(case_id, now)},
    )


def _was(payload: Mapping[str, Any]) -> Was:
    answered = payload["first_response_at"]
    return Was(
        datetime.fromisoformat(payload["opened_at"]),
        None if answered is None else datetime.fromisoformat(answered),
        payload.get("complaint"),
    )


def _last(case_id: int, into: Mapping[int, int]) -> int:
    while case_id in into:
        case_id = into[case_id]
    return case_id
