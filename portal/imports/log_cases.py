"""Writing the cases of a log, a batch at a time."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from sqlalchemy import delete, select, update

from portal import clock
from portal.cases import promise_history, search
from portal.cases.models import (
    NEVER_DUE,
    Case,
    Channel,
    Message,
    Origin,
    Participant,
    Priority,
    Side,
    Status,
)
from portal.db import db, opened
from portal.events import Event
from portal.imports.bulk import insert_rows, next_ids
from portal.imports.chapters import Chapter, ChapterFinder, Grouped
from portal.imports.history import CaseState, Happened, hand_over, last_value, rerank, tell
from portal.imports.mapping import LogMapping
from portal.imports.parties import WHY, Parties, reference
from portal.imports.problems import Problems
from portal.imports.spool import LogRow
from portal.insights import days, months

CASE = "id account_id ref opened_at recorded_at source source_id"
CHANGING = (
    "subject status priority category channel tags opened_by_id owner_id "
    "first_response_at resolved_at closed_at updated_at reopen_count"
)
EVENT = "account_id case_id kind occurred_at recorded_at user_id stakeholder_id payload"
MESSAGE = (
    "account_id case_id side author_user_id author_stakeholder_id channel body "
    "occurred_at recorded_at source source_id"
)
PARTICIPANT = "account_id case_id stakeholder_id added_at"


class Counts(Protocol):
    """What a run adds up."""

    accounts: int
    cases: int
    events: int
    staff: int
    reopens: int
    skipped: int


class CaseWriter:
    """Turns batches of grouped rows into cases, events, participants and messages."""

    def __init__(
        self, mapping: LogMapping, file: str, problems: Problems, notes: Problems, counts: Counts
    ) -> None:
        self.mapping, self.problems, self.counts = mapping, problems, counts
        self.parties = Parties(mapping.name, mapping.stamps.zone.key)
        self.finder = ChapterFinder(mapping.name, file, mapping.columns, problems, notes)
        self.touched: set[int] = set()
        self.changed: list[int] = []
        self.refs: set[str] = set()
        self.now = clock.now()

    def write(self, batch: Sequence[Grouped]) -> None:
        """Write what is new of some cases; after the first problem only go on looking for more."""
        chapters = list(self.finder.find(batch))
        self.counts.skipped = self.finder.skipped
        if self.problems.count or not chapters:
            return
        self._meet(chapters)
        self._number(chapters)
        happened = [self._tell(chapter) for chapter in chapters]
        self._write_cases(chapters)
        self._write_participants(chapters)
        self._write_events(chapters, happened)
        self._write_messages(chapters)
        self.counts.events += sum(len(chapter.new) for chapter in chapters)
        self.counts.reopens += sum(e.kind == "CaseReopened" for told in happened for e in told)

    def finish(self) -> None:
        """Bring the sums by month and the words of the search up to date."""
        if self.touched:
            months.rebuild(sorted(self.touched))
            promise_history.write_missing(sorted(self.touched))
            days.rebuild(sorted(self.touched))
            search.reindex(self.changed)
            search.index_missing()

    def _meet(self, chapters: Sequence[Chapter]) -> None:
        named = [(c, row) for c in chapters for row in c.fresh]
        self.counts.accounts += self.parties.meet_accounts(c.account for c in chapters if c.account)
        self.counts.staff += self.parties.meet_staff(row.staff for _, row in named if row.staff)
        for chapter in chapters:
            if chapter.account is not None:
                chapter.account_id = self.parties.account_ids[chapter.account]
            elif chapter.case is not None:
                chapter.account_id = chapter.case.account_id
            self.touched.add(chapter.account_id)
        self.parties.meet_stakeholders(
            (c.account_id, row.stakeholder) for c, row in named if row.stakeholder
        )

    def _number(self, chapters: Sequence[Chapter]) -> None:
        ids = next_ids(Case.__table__, sum(chapter.case is None for chapter in chapters))
        for chapter in chapters:
            case = chapter.case
            if case is None:
                first = self._priority(chapter.fresh[0].priority)
                chapter.number = next(ids)
                chapter.state = CaseState(priority=first or Priority.NORMAL)
            else:
                chapter.number = case.id
                self.changed.append(case.id)
                chapter.state = CaseState(
                    Status(case.status),
                    case.owner_id,
                    Priority(case.priority),
                    case.resolved_at,
                    case.closed_at,
                    case.reopen_count,
                )

    def _tell(self, chapter: Chapter) -> list[Happened]:
        state = chapter.state
        told: list[Happened] = []
        opening = {
            "channel": self._channel(last_value(chapter.rows, "channel")).value,
            "priority": state.priority.value,
            "category": chapter.rows[0].category or "",
            "origin": Origin.CLIENT.value,
        }
        for row, digest in chapter.new:
            told += tell(state, row, digest, opening)
            told += hand_over(state, row, self.parties.staff_ids.get(row.staff or ""))
            told += rerank(state, row, self._priority(row.priority))
        return told

    def _priority(self, value: str | None) -> Priority | None:
        return self.mapping.priority.get(value) if value else None

    def _channel(self, value: str | None) -> Channel:
        return self.mapping.channel.get(value or "", Channel.PORTAL)

    # Cases

    def _write_cases(self, chapters: Sequence[Chapter]) -> None:
        rows = []
        for chapter in chapters:
            changing = self._changing(chapter)
            if chapter.case is None:
                rows.append((*self._identity(chapter), *changing.values(), NEVER_DUE))
            else:
                self._change(chapter, chapter.case, changing)
        columns = [*CASE.split(), *CHANGING.split(), "due_order"]
        self.counts.cases += insert_rows(Case.__table__, columns, rows)

    def _identity(self, chapter: Chapter) -> tuple[Any, ...]:
        own = chapter.source_id
        ref = reference(self.mapping.name, own, self._case_taken)
        self.refs.add(ref)
        opened_at = chapter.fresh[0].at
        account_id = chapter.account_id
        return chapter.number, account_id, ref, opened_at, self.now, self.mapping.name, own

    def _case_taken(self, ref: str) -> bool:
        if ref in self.refs:
            return True
        statement = opened(select(Case.id).where(Case.ref == ref), Case, why=WHY)
        return db.session.scalar(statement) is not None

    def _changing(self, chapter: Chapter) -> dict[str, Any]:
        rows, state, case = chapter.rows, chapter.state, chapter.case
        openers = [row.stakeholder for row in rows if row.stakeholder]
        answers = [r.at for r in chapter.fresh if r.body and r.staff]
        return {
            "subject": last_value(rows, "subject") or (case.subject if case else chapter.source_id),
            "status": state.status,
            "priority": state.priority,
            "category": last_value(rows, "category") or (case.category if case else ""),
            "channel": self._channel(last_value(rows, "channel")),
            "tags": self._tags(rows) or (case.tags if case else []),
            "opened_by_id": self._person(chapter, openers[0] if openers else None),
            "owner_id": state.owner_id,
            "first_response_at": (case and case.first_response_at) or next(iter(answers), None),
            "resolved_at": state.resolved_at,
            "closed_at": state.closed_at,
            "updated_at": chapter.fresh[-1].at,
            "reopen_count": state.reopens,
        }

    def _tags(self, rows: Sequence[LogRow]) -> list[str]:
        """Priorities and channels that the mapping does not know, in their own words."""
        priority, channel = last_value(rows, "priority"), last_value(rows, "channel")
        unmapped = (
            priority if priority not in self.mapping.priority else None,
            channel if channel not in self.mapping.channel else None,
        )
        return [value for value in unmapped if value]

    def _person(self, chapter: Chapter, name: str | None) -> int | None:
        return self.parties.stakeholder_ids.get((chapter.account_id, name or ""))

    def _change(self, chapter: Chapter, case: Case, changing: dict[str, Any]) -> None:
        if case.account_id != chapter.account_id:
            self.touched.add(case.account_id)
            self._move(case.id, chapter.account_id)
            case.account_id, case.opened_by_id = chapter.account_id, None
        opener = changing.pop("opened_by_id")
        case.opened_by_id = case.opened_by_id or opener
        for name, value in changing.items():
            setattr(case, name, value)
        db.session.flush()
        db.session.expunge(case)

    def _move(self, case_id: int, account_id: int) -> None:
        """All of a case belongs to its last row's account, and nobody of the old one follows it."""
        for model in (Event, Message):
            moved = update(model).where(model.case_id == case_id).values(account_id=account_id)
            db.session.execute(
                opened(moved, model, why=WHY), execution_options={"synchronize_session": False}
            )
        gone = delete(Participant).where(Participant.case_id == case_id)
        db.session.execute(
            opened(gone, Participant, why=WHY), execution_options={"synchronize_session": False}
        )

    # What belongs to a case

    def _write_participants(self, chapters: Sequence[Chapter]) -> None:
        rows: dict[tuple[int, int], tuple[Any, ...]] = {}
        for chapter in chapters:
            for row in chapter.fresh:
                if (person := self._person(chapter, row.stakeholder)) is not None:
                    added = (chapter.account_id, chapter.number, person, row.at)
                    rows.setdefault((chapter.number, person), added)
        for key in self._following([c.number for c in chapters if c.case]):
            rows.pop(key, None)
        insert_rows(Participant.__table__, PARTICIPANT.split(), rows.values())

    def _following(self, case_ids: list[int]) -> Iterator[tuple[int, int]]:
        statement = select(Participant.case_id, Participant.stakeholder_id).where(
            Participant.case_id.in_(case_ids), Participant.stakeholder_id.is_not(None)
        )
        rows: Any = db.session.execute(opened(statement, Participant, why=WHY))
        yield from rows

    def _write_events(self, chapters: Sequence[Chapter], happened: list[list[Happened]]) -> None:
        staff = self.parties.staff_ids
        rows = (
            (
                chapter.account_id,
                chapter.number,
                event.kind,
                event.at,
                self.now,
                staff.get(event.staff or ""),
                None,
                event.payload,
            )
            for chapter, told in zip(chapters, happened, strict=True)
            for event in told
        )
        insert_rows(Event.__table__, EVENT.split(), rows)

    def _write_messages(self, chapters: Sequence[Chapter]) -> None:
        rows = (
            self._message(chapter, row, digest)
            for chapter in chapters
            for row, digest in chapter.new
            if row.body
        )
        insert_rows(Message.__table__, MESSAGE.split(), rows)

    def _message(self, chapter: Chapter, row: LogRow, digest: str) -> tuple[Any, ...]:
        """The words of a row: the staff's if it names one, else the client's."""
        author = None if row.staff else self._person(chapter, row.stakeholder)
        return (
            chapter.account_id,
            chapter.number,
            Side.STAFF if row.staff else Side.CLIENT,
            self.parties.staff_ids.get(row.staff or ""),
            author,
            self._channel(row.channel),
            row.body,
            row.at,
            self.now,
            self.mapping.name,
            f"{chapter.source_id}/{digest}",
        )
