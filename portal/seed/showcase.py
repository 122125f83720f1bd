"""What stands on the demonstration's desk today: a case overdue, one due soon, one waiting, one long and shared that was
opened twice.
"""

import random
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from portal.cases.models import Case, Channel, Kind, Message, Priority, Status
from portal.db import db
from portal.files.storing import examined, keep
from portal.identity.models import User
from portal.seed.desk import FRESH, JOINED, SHARED, TWICE, WAITING, WHY_JOINED, Line, Opening
from portal.seed.drafts import Draft
from portal.seed.houses import House
from portal.seed.openings import begin, plain_case
from portal.seed.stories import Words
from portal.stakeholders.models import Stakeholder

READINGS = "vibracao-linha-2.csv"


class Desk:
    """Tells the cases of one account that are on somebody's desk now."""

    def __init__(self, house: House, owner: User, now: datetime, number: int) -> None:
        self.house, self.owner, self.now, self.number = house, owner, now, number

    def tell(self, dice: random.Random) -> int:
        """Add the cases; the last number given."""
        for opening in FRESH:
            draft = self._open(opening)
            draft.case.owner_id = self.owner.id
            self._save(draft)
        self._talk(WAITING, dice)
        self.shared = self._talk(SHARED, dice)
        return self.number

    def tell_twice(self, number: int) -> None:
        """Add the case that somebody else opened about the shared one, and how it became part of it."""
        self.number = number
        draft, into = self._open(TWICE), self.shared
        self._save(draft)
        gone, at = draft.case, self.now - timedelta(minutes=JOINED)
        for said in (row for row in draft.rows if isinstance(row, Message)):
            said.case_id, said.came_from_id = into.id, gone.id
        gone.status, gone.kind, gone.merged_into_id = Status.MERGED, Kind.MERGED, into.id
        gone.updated_at, into.merged_ids = at, [gone.id]
        to = {"into_id": into.id, "into_ref": into.ref, "old": Status.NEW}
        draft.happen("CaseMerged", at, self.owner, **to, decided=[], reason=WHY_JOINED)
        draft.happen("CaseAbsorbed", at, self.owner, **_before(into, gone), reason=WHY_JOINED)
        for event, case in zip(draft.rows[-2:], (gone, into), strict=True):
            event.case_id = case.id
        db.session.add_all(draft.rows[-2:])
        db.session.flush()

    def _open(self, opening: Opening) -> Draft:
        self.number += 1
        at = self.now - timedelta(minutes=opening.age)
        case = plain_case(self.house.account.id, self.number, at)
        opener, *others = [self._person(name) for name in opening.people]
        case.subject, case.category = opening.subject, opening.category
        case.priority, case.channel = Priority(opening.priority), Channel(opening.channel)
        case.language, case.opened_by_id = opener.language, opener.id
        case.order_id = self.house.orders[-1].id
        draft = Draft(case, Words(opening.subject, opening.ask, (), (), ""), {}, at)
        begin(draft, opener, others)
        draft.say(opening.ask, at, opener)
        return draft

    def _talk(self, opening: Opening, dice: random.Random) -> Case:
        draft = self._open(opening)
        messages = [self._said(draft, line) for line in opening.talk]
        self._save(draft)
        shown = next((m for m, line in zip(messages, opening.talk, strict=True) if line.file), None)
        if shown is not None:
            self._attach(shown, dice)
        return draft.case

    def _said(self, draft: Draft, line: Line) -> Message:
        at = self.now - timedelta(minutes=line.age)
        by = self.owner if line.who == "us" else self._person(line.who)
        if line.who == "us" and draft.case.owner_id is None:
            draft.take(self.owner, at)
        language = self.owner.language if line.who == "us" else by.language
        message = draft.say(
            line.text, at, by, internal=line.note, channel=Channel(line.channel), language=language
        )
        if line.then:
            draft.turn(Status(line.then), at + timedelta(seconds=20), by)
        return message

    def _attach(self, message: Message, dice: random.Random) -> None:
        rows = [f"{hour:02}:00,{dice.uniform(1.8, 4.6):.2f}" for hour in range(6, 22)]
        data = BytesIO("\n".join(["hora,mm/s", *rows, ""]).encode())
        keep(
            examined(READINGS, data),
            account_id=message.account_id,
            case_id=message.case_id,
            message_id=message.id,
        )

    def _save(self, draft: Draft) -> None:
        db.session.add(draft.case)
        db.session.flush()
        for row in draft.rows:
            row.case_id = draft.case.id
        db.session.add_all(draft.rows)
        db.session.flush()

    def _person(self, name: str) -> Stakeholder:
        return next(person for person in self.house.people if person.name.startswith(name))


def _before(into: Case, gone: Case) -> dict[str, Any]:
    """What the log keeps of a case that took another in; it was opened and answered before that one came."""
    answered = into.first_response_at
    return {
        "merged_id": gone.id,
        "merged_ref": gone.ref,
        "opened_at": into.opened_at.isoformat(),
        "first_response_at": answered.isoformat() if answered else None,
        "decided": [],
        "complaint": into.complaint,
    }
