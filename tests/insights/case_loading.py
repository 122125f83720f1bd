"""Case files written into the database as rows, as far as our tables can hold them.

They cannot hold: commitments, deliveries that failed, waves of NPS by name, transfers, pauses for other reasons than the
client, and the hour of a change in a team. Merges are written as `merge_case` leaves them.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal import clock
from portal.accounts.models import Account, TeamMember
from portal.cases import promise_history
from portal.cases.models import Case, CaseLink, Kind, LinkKind, Message, Side, Status
from portal.db import db
from portal.events import Event
from portal.feedback.models import Survey
from portal.insights.case_tables import Files
from portal.sla.calendars import WEEKDAYS
from portal.sla.models import CalendarDay, CalendarVersion, Contract
from portal.stakeholders.models import JobRole
from tests import factories

PRIORITIES = {"P1": "urgent", "P2": "high", "P3": "normal"}
ROLES = {"decision_maker": JobRole.EXECUTIVE, "sponsor": JobRole.EXECUTIVE}
SIDES = {"client": Side.CLIENT, "staff": Side.STAFF, "bot": Side.SYSTEM}
KINDS = {
    "pause_start": ("StatusChanged", {"old": "open", "new": "waiting", "reason": ""}),
    "pause_end": ("StatusChanged", {"old": "waiting", "new": "open", "reason": ""}),
    "resolved": ("CaseResolved", {"old": "open", "reason": ""}),
    "reopened": ("CaseReopened", {"old": "resolved", "new": "open", "reason": ""}),
    "cancelled": ("CaseCancelled", {"old": "open", "reason": ""}),
    "priority": ("PriorityChanged", {}),
    "escalated": ("CaseEscalated", {}),
}
EVER_KNOWN = datetime(2000, 1, 1, tzinfo=UTC)
"""Case files do not say when a contract was recorded."""
STATES = {"resolved": Status.RESOLVED, "reopened": Status.OPEN, "cancelled": Status.CANCELLED}


def load(files: Files, meta: dict[str, Any], zone: str) -> "Loaded":
    """The rows, the ledger written from them; all accounts lie below one that owns nothing."""
    loaded = Loaded(files, zone)
    loaded.accounts_under_one()
    loaded.agreements(meta)
    loaded.people()
    loaded.cases()
    loaded.beside()
    db.session.flush()
    promise_history.rebuild([case.id for case in loaded.case.values()])
    return loaded


def at(text: str) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


@dataclass
class Loaded:
    """What was made, by its name in the files."""

    files: Files
    zone: str
    account: dict[str | None, Account] = field(default_factory=dict)
    person: dict[str, Any] = field(default_factory=dict)
    case: dict[str, Case] = field(default_factory=dict)

    def accounts_under_one(self) -> None:
        self.account[None] = factories.make_account(timezone=self.zone)
        for row in self.files.accounts:
            above = self.account[row["parent_id"] or None]
            self.account[row["account_id"]] = factories.make_account(
                parent=above, timezone=self.zone, sla_plan=row["account_id"]
            )

    def agreements(self, meta: dict[str, Any]) -> None:
        calendars = {name: self.calendar(name, row) for name, row in meta["calendars"].items()}
        for account, priorities in meta["agreements"].items():
            targets = {
                PRIORITIES[priority]: (
                    agreed["response_seconds"],
                    agreed["next_response_seconds"],
                    agreed["resolution_seconds"],
                    calendars[agreed["calendar"]],
                )
                for priority, agreed in priorities.items()
            }
            factories.make_plan(account, next(iter(calendars.values())), targets)

    def calendar(self, name: str, found: dict[str, Any]) -> Any:
        versions = [(version.get("from"), _weekly(version)) for version in found["versions"]]
        made = factories.make_calendar(name, timezone=found["tz"], weekly=versions[0][1])
        for begins_on, weekly in versions[1:]:
            version = CalendarVersion(
                calendar_id=made.id,
                begins_on=date.fromisoformat(begins_on),
                weekly=weekly,
                created_at=clock.now(),
            )
            db.session.add(version)
        for version in found["versions"]:
            closed = [(day, ()) for day in version.get("closed", ())]
            for day, hours in (*closed, *version.get("special", {}).items()):
                on = date.fromisoformat(day)
                db.session.add(
                    CalendarDay(calendar_id=made.id, day=on, name="", hours=_hours(hours))
                )
        return made

    def people(self) -> None:
        for row in self.files.persons:
            if row["side"] == "staff":
                self.person[row["person_id"]] = factories.make_user(is_staff=True)
            else:
                self.client(row["person_id"], row["account_id"], row["role"])

    def client(self, name: str, account: str, role: str = "") -> Any:
        """A person of a client; one that only a survey names is made when it does."""
        if name not in self.person:
            part = ROLES.get(role, JobRole.APPROVER if role == "approver" else JobRole.REQUESTER)
            self.person[name] = factories.make_stakeholder(self.account[account], job_role=part)
        return self.person[name]

    def cases(self) -> None:
        told = defaultdict(list)
        for row in self.files.events:
            told[row["case_id"]].append(row)
        for row in self.files.cases:
            events = [one for one in told[row["case_id"]] if one["type"] != "merged"]
            self.case[row["case_id"]] = self.one_case(row, events)
        for row in self.files.events:
            if row["type"] == "merged":
                self.merge(self.case[row["case_id"]], self.case[row["value"]], row)

    def merge(self, gone: Case, into: Case, event: Any) -> None:
        """One case becomes part of another, in the order of the file."""
        was = {"opened_at": into.opened_at.isoformat(), "first_response_at": None}
        if into.first_response_at:
            was["first_response_at"] = into.first_response_at.isoformat()
        told = {"merged_id": gone.id, "merged_ref": gone.ref, "decided": [], "reason": ""}
        self.event(gone, event, "CaseMerged", {"into_id": into.id, "into_ref": into.ref})
        self.event(into, event, "CaseAbsorbed", {**told, **was})
        gone.status, gone.kind, gone.merged_into_id = Status.MERGED, Kind.MERGED, into.id
        into.opened_at = min(into.opened_at, gone.opened_at)
        answers = [one for one in (gone.first_response_at, into.first_response_at) if one]
        into.first_response_at = min(answers, default=None)
        words = Message.unscoped("a test").where(Message.case_id == gone.id)
        for message in db.session.scalars(words):
            message.case_id, message.came_from_id = into.id, gone.id

    def one_case(self, row: Any, events: list[Any]) -> Case:
        turns = [event for event in events if event["type"] in STATES]
        priorities = [row["priority"], *(e["value"] for e in events if e["type"] == "priority")]
        case = factories.make_case(
            self.account[row["account_id"]],
            ref=row["case_id"],
            opened_by_id=self.client(row["opened_by"], row["account_id"]).id,
            opened_at=at(row["opened_at"]),
            recorded_at=at(row["recorded_at"]),
            origin=row["origin"],
            category=row["category"],
            kind=row["kind"],
            complaint=row["complaint"] == "1",
            priority=PRIORITIES[priorities[-1]],
            status=STATES[turns[-1]["type"]] if turns else Status.OPEN,
            first_response_at=self.first_response(row, events),
        )
        priority = row["priority"]
        for event in events:
            if event["type"] == "message":
                self.message(case, event)
            else:
                kind, payload = KINDS[event["type"]]
                if event["type"] == "priority":
                    payload = {"old": PRIORITIES[priority], "new": PRIORITIES[event["value"]]}
                    priority = event["value"]
                elif event["type"] == "escalated":
                    payload = {"side": event["value"]}
                self.event(case, event, kind, payload)
        return case

    def first_response(self, row: Any, events: list[Any]) -> datetime | None:
        if row["origin"] == "on_behalf":
            return at(row["opened_at"])
        answers = [
            event["occurred_at"]
            for event in events
            if (event["type"], event["side"], event["public"]) == ("message", "staff", "1")
            and event["occurred_at"] >= row["opened_at"]
        ]
        return at(min(answers, default=""))

    def message(self, case: Case, event: Any) -> None:
        who = self.person.get(event["person_id"])
        side = SIDES[event["side"]]
        db.session.add(
            Message(
                account_id=case.account_id,
                case_id=case.id,
                side=side,
                author_user_id=who.id if side is Side.STAFF else None,
                author_stakeholder_id=who.id if side is Side.CLIENT else None,
                internal=event["public"] != "1",
                body="Words.",
                occurred_at=at(event["occurred_at"]),
                recorded_at=at(event["recorded_at"]),
            )
        )

    def event(self, case: Case, event: Any, kind: str, payload: dict[str, Any]) -> None:
        db.session.add(
            Event(
                account_id=case.account_id,
                case_id=case.id,
                kind=kind,
                occurred_at=at(event["occurred_at"]),
                recorded_at=at(event["recorded_at"]),
                payload=payload,
            )
        )

    def beside(self) -> None:
        rows = [
            *map(self.survey, self.files.surveys),
            *map(self.contract, self.files.contracts),
            *map(self.membership, self.files.team),
            *(self.link(row) for row in self.files.links if row["case_id"] in self.case),
        ]
        db.session.add_all(row for row in rows if row is not None)

    def survey(self, row: Any) -> Survey | None:
        if row["delivered"] != "1":
            return None
        case = self.case.get(row["case_id"])
        return Survey(
            account_id=self.account[row["account_id"]].id,
            stakeholder_id=self.client(row["person_id"], row["account_id"]).id,
            case_id=case.id if case else None,
            kind=row["kind"],
            sent_at=at(row["invited_at"]),
            answered_at=at(row["answered_at"]),
            score=int(row["score"]) if row["score"] else None,
            comment="Words." if row["comment"] == "1" else "",
        )

    def contract(self, row: Any) -> Contract:
        return Contract(
            account_id=self.account[row["account_id"]].id,
            begins_on=date.fromisoformat(row["valid_from"]),
            ends_on=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            value_minor=int(row["value"]),
            created_at=EVER_KNOWN,
        )

    def membership(self, row: Any) -> TeamMember:
        begin, end = at(row["from"]), at(row["to"])
        zone = ZoneInfo(self.zone)
        last = (end - timedelta(seconds=1)).astimezone(zone).date() if end else None
        return TeamMember(
            account_id=self.account[row["account_id"]].id,
            user_id=self.person[row["person_id"]].id,
            role="agent",
            from_on=begin.astimezone(zone).date() if begin else date.min,
            to_on=last,
        )

    def link(self, row: Any) -> CaseLink | None:
        case, of = self.case[row["case_id"]], self.case.get(row["of_case_id"])
        if of is None:
            return None
        return CaseLink(
            account_id=case.account_id,
            case_id=case.id,
            of_case_id=of.id,
            kind=LinkKind.REPEAT,
            confirmed=row["confirmed"] == "1",
            created_at=at(row["recorded_at"]),
            recorded_at=at(row["recorded_at"]),
        )


def _weekly(version: dict[str, Any]) -> list[list[list[int]]]:
    return [_hours(version.get("weekly", {}).get(day, ())) for day in WEEKDAYS]


def _hours(intervals: Any) -> list[list[int]]:
    return [[_minutes(begin), _minutes(end)] for begin, end in intervals]


def _minutes(text: str) -> int:
    hour, minute = map(int, text.split(":"))
    return hour * 60 + minute


def differences(want: Any, got: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where an expected value is not the one we print; further keys of ours are no difference."""
    if isinstance(want, dict) and isinstance(got, dict):
        for key, value in want.items():
            yield from differences(value, got.get(key, "absent"), f"{path}.{key}")
    elif isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        for number, (a, b) in enumerate(zip(want, got, strict=True)):
            yield from differences(a, b, f"{path}[{number}]")
    elif want != got:
        yield path, want, got
