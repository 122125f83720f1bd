"""A case in the making: its row and everything that hangs on it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from portal.cases.models import Case, Channel, Message, Participant, Side, Status
from portal.events import Event
from portal.identity.models import User
from portal.seed.stories import Words
from portal.stakeholders.models import Stakeholder

Person = User | Stakeholder


@dataclass
class Draft:
    """One case as far as it is told; `at` is the last instant told."""

    case: Case
    words: Words
    fill: dict[str, Any]
    at: datetime
    rows: list[Any] = field(default_factory=list)

    def name(self, person: Stakeholder, at: datetime) -> None:
        """Make a client's person a participant."""
        participant = Participant(
            account_id=self.case.account_id, stakeholder_id=person.id, added_at=at
        )
        self.rows.append(participant)

    def say(self, text: str, at: datetime, by: Person, **changes: Any) -> Message:
        """A reply, or with `internal=True` a note among staff; `channel` and `language` may differ."""
        staff, case = isinstance(by, User), self.case
        case.updated_at = at
        usual: dict[str, Any] = {
            "internal": False,
            "channel": case.channel if case.opened_at == at else Channel.PORTAL,
            "language": case.language,
        }
        message = Message(
            account_id=case.account_id,
            side=Side.STAFF if staff else Side.CLIENT,
            author_user_id=by.id if staff else None,
            author_stakeholder_id=None if staff else by.id,
            body=text.format(**self.fill),
            occurred_at=at,
            recorded_at=at,
            **usual | changes,
        )
        self.rows.append(message)
        return message

    def turn(self, new: Status, at: datetime, by: Person) -> None:
        """Another status."""
        self.happen("StatusChanged", at, by, old=self.case.status, new=new, reason="")
        self.case.status = new

    def take(self, owner: User, at: datetime) -> None:
        """Somebody takes the case and is about to write for the first time."""
        self.case.owner_id, self.case.first_response_at, self.at = owner.id, at, at
        before = at - timedelta(seconds=40)
        self.happen("OwnerChanged", before, owner, old_id=None, new_id=owner.id)
        self.turn(Status.IN_PROGRESS, before + timedelta(seconds=20), owner)

    def reopen(self, at: datetime, by: Person) -> None:
        """It came back."""
        self.happen("CaseReopened", at, by, old=self.case.status, new=Status.OPEN, reason="")
        self.case.status, self.case.resolved_at = Status.OPEN, None
        self.case.reopen_count += 1

    def resolve(self, at: datetime, by: Person) -> None:
        """Solved."""
        self.happen("CaseResolved", at, by, old=self.case.status, reason="")
        self.case.status, self.case.resolved_at, self.case.updated_at = Status.RESOLVED, at, at

    def close(self, at: datetime) -> None:
        """Closed by nobody in particular, a week after it was solved."""
        self.happen("CaseClosed", at, None, old=Status.RESOLVED, reason="")
        self.case.status, self.case.closed_at, self.case.updated_at = Status.CLOSED, at, at

    def happen(self, kind: str, at: datetime, by: Person | None, **payload: Any) -> None:
        """A row of the event log."""
        event = Event(
            account_id=self.case.account_id,
            kind=kind,
            occurred_at=at,
            recorded_at=at,
            user_id=by.id if isinstance(by, User) else None,
            stakeholder_id=by.id if isinstance(by, Stakeholder) else None,
            payload={k: str(v) if isinstance(v, Status) else v for k, v in payload.items()},
        )
        self.rows.append(event)
