"""Twenty-four months of cases: when they came, who wrote what, how they ended."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.accounts.models import Account
from portal.cases.models import (
    NEVER_DUE,
    Case,
    CaseLink,
    Channel,
    LinkKind,
    Message,
    Participant,
    Priority,
    Side,
    Status,
)
from portal.events import Event
from portal.identity.models import User
from portal.orders.models import Order
from portal.seed.stories import ITEMS, SITES, STORIES, Story, Words
from portal.stakeholders.models import JobRole, Stakeholder

HOURS = (8, 8, 9, 9, 9, 10, 10, 10, 11, 11, 12, 14, 14, 15, 15, 15, 16, 16, 17)
WEEKDAYS = (5, 4, 4, 4, 3, 0, 0)
CHANNELS = (Channel.PORTAL,) * 6 + (Channel.EMAIL,) * 5 + (Channel.PHONE,) * 2 + (Channel.CHAT,)
FIRST_RESPONSE = {Priority.LOW: 300, Priority.NORMAL: 150, Priority.HIGH: 55, Priority.URGENT: 18}
DAYS_TO_RESOLVE = {
    Priority.LOW: 5.0,
    Priority.NORMAL: 3.0,
    Priority.HIGH: 1.6,
    Priority.URGENT: 0.6,
}


@dataclass
class House:
    """One account with its people, as the history needs them."""

    account: Account
    people: list[Stakeholder]
    staff: list[User]
    orders: list[Order] = field(default_factory=list)


@dataclass
class Draft:
    """A case in the making: its row and everything that hangs on it."""

    case: Case
    words: Words
    fill: dict[str, Any]
    at: datetime
    rows: list[Any] = field(default_factory=list)


class Historian:
    """Makes one account's past, the same for the same seed and day."""

    def __init__(self, house: House, now: datetime, dice: random.Random) -> None:
        self.house, self.now, self.dice = house, now, dice
        self.zone = ZoneInfo(house.account.timezone)
        self.past: list[Case] = []

    def opening_times(self, yearly: int) -> list[datetime]:
        """Instants of two years of openings, on working days and hours, slowly growing."""
        begin = self.now - timedelta(days=730)
        found: list[datetime] = []
        while len(found) < yearly * 2:
            day = begin + timedelta(days=int(730 * self.dice.random() ** 0.9))
            if self.dice.random() * 5 < WEEKDAYS[day.weekday()]:
                at = self._at_work(day)
                if at < self.now - timedelta(minutes=20):
                    found.append(at)
        return sorted(found)

    def _at_work(self, day: datetime) -> datetime:
        local = day.astimezone(self.zone)
        hour, minute, second = (
            self.dice.choice(HOURS),
            self.dice.randrange(60),
            self.dice.randrange(60),
        )
        return local.replace(hour=hour, minute=minute, second=second, microsecond=0).astimezone(
            self.now.tzinfo
        )

    def tell(self, at: datetime, number: int) -> list[Any]:
        """One case from its opening to where it stands now, as rows to add."""
        story = self.dice.choices(STORIES, [s.weight for s in STORIES])[0]
        draft = self._open(story, at, number)
        if self._talk(draft, story):
            self._settle(draft)
        self.past.append(draft.case)
        return [draft.case, *draft.rows]

    def _open(self, story: Story, at: datetime, number: int) -> Draft:
        opener = self.dice.choices(self.house.people, [1] + [3] * (len(self.house.people) - 1))[0]
        language = opener.language if opener.language in ITEMS else "en"
        words = story.words[language]
        order = self._order_before(at)
        fill = {
            "item": self.dice.choice(ITEMS[language]),
            "n": self.dice.randrange(2, 60),
            "order": order.ref if order else "NP-80000",
            "site": self.dice.choice(SITES),
            "code": f"L{self.dice.randrange(2100, 2999)}",
        }
        priority = self.dice.choice(story.priorities)
        case = Case(
            account_id=self.house.account.id,
            ref=f"C-{number}",
            subject=words.subject.format(**fill)[0].upper() + words.subject.format(**fill)[1:],
            status=Status.NEW,
            priority=priority,
            category=story.category,
            channel=self.dice.choice(CHANNELS),
            origin="client",
            kind="normal",
            language=language,
            confidential=story.category == "Contract" and self.dice.random() < 0.5,
            opened_by_id=opener.id,
            order_id=order.id
            if order and story.category in ("Delivery", "Return", "Invoice", "Product fault")
            else None,
            opened_at=at,
            updated_at=at,
            due_order=NEVER_DUE,
            recorded_at=at,
            reopen_count=0,
            escalated=False,
            complaint=story.category == "Product fault" and self.dice.random() < 0.2,
            tags=[],
        )
        draft = Draft(case, words, fill, at)
        self._name(draft, opener, at)
        for colleague in self.dice.sample(
            self.house.people, k=min(len(self.house.people), self.dice.choice((0, 0, 1, 1, 2)))
        ):
            if colleague is not opener:
                self._name(draft, colleague, at)
        self._event(
            draft,
            "CaseOpened",
            at,
            opener,
            channel=case.channel,
            priority=priority,
            category=story.category,
            origin="client",
        )
        self._message(draft, words.ask, at, opener)
        return draft

    def _talk(self, draft: Draft, story: Story) -> bool:
        """The conversation up to now; whether it reached its end."""
        case, dice = draft.case, self.dice
        case.owner_id = None
        wait = dice.lognormvariate(0, 0.7) * FIRST_RESPONSE[Priority(case.priority)]
        at = self._next_working(draft.at + timedelta(minutes=wait))
        due = self._next_working(
            draft.at + timedelta(minutes=FIRST_RESPONSE[Priority(case.priority)] * 2)
        )
        if at > self.now:
            case.due_at = case.due_order = due
            return False
        owner = dice.choice(self.house.staff)
        case.owner_id = owner.id
        self._event(
            draft, "OwnerChanged", at - timedelta(seconds=40), owner, old_id=None, new_id=owner.id
        )
        self._status(draft, Status.IN_PROGRESS, at - timedelta(seconds=20), owner)
        case.first_response_at = at
        span = DAYS_TO_RESOLVE[Priority(case.priority)] * dice.lognormvariate(0, 0.6)
        turns = list(self._turns(draft.words, dice.random() < 0.12))
        for index, (ours, text) in enumerate(turns):
            if index:
                at = self._next_working(
                    at + timedelta(days=span / len(turns) * dice.uniform(0.4, 1.5))
                )
            if at > self.now:
                return False
            writer = (
                (owner if dice.random() < 0.85 else dice.choice(self.house.staff))
                if ours
                else dice.choice(self.house.people)
            )
            if not ours and case.status == Status.WAITING:
                self._status(draft, Status.OPEN, at, writer)
            self._message(draft, text, at, writer)
            if ours and index == 0 and dice.random() < 0.35:
                self._note(
                    draft, story.note, at + timedelta(minutes=6), dice.choice(self.house.staff)
                )
            if ours and dice.random() < 0.45:
                self._status(
                    draft,
                    dice.choice((Status.WAITING, Status.WAITING, Status.ON_HOLD)),
                    at + timedelta(seconds=30),
                    owner,
                )
        draft.at = at
        return dice.random() > 0.01

    def _turns(self, words: Words, long: bool) -> Sequence[tuple[bool, str]]:
        turns: list[tuple[bool, str]] = []
        for index, text in enumerate(words.staff):
            turns.append((True, text))
            if index < len(words.client):
                turns.append((False, words.client[index]))
        if long:
            turns += [
                (i % 2 == 0, (words.staff if i % 2 == 0 else words.client)[i % len(words.client)])
                for i in range(12)
            ]
        return turns

    def _settle(self, draft: Draft) -> None:
        case, dice = draft.case, self.dice
        owner = next(u for u in self.house.staff if u.id == case.owner_id)
        at = self._next_working(draft.at + timedelta(hours=dice.uniform(1, 20)))
        if at > self.now:
            return
        self._message(draft, draft.words.end, at, owner)
        self._resolve(draft, at, owner)
        if dice.random() < 0.055:
            back = self._next_working(at + timedelta(days=dice.uniform(0.5, 12)))
            if back < self.now:
                at = self._come_back(draft, back, owner)
        closed = at + timedelta(days=7)
        if case.status == Status.RESOLVED and closed < self.now:
            self._event(draft, "CaseClosed", closed, None, old=Status.RESOLVED, reason="")
            case.status, case.closed_at, case.updated_at = Status.CLOSED, closed, closed
        if self.past and dice.random() < 0.06:
            self._repeat(draft)

    def _come_back(self, draft: Draft, at: datetime, owner: User) -> datetime:
        person = self.dice.choice(self.house.people)
        self._event(
            draft, "CaseReopened", at, person, old=Status.RESOLVED, new=Status.OPEN, reason=""
        )
        draft.case.status, draft.case.resolved_at = Status.OPEN, None
        draft.case.reopen_count += 1
        self._message(draft, draft.words.ask, at + timedelta(seconds=5), person)
        again = self._next_working(at + timedelta(days=self.dice.uniform(0.3, 3)))
        if again < self.now:
            self._message(draft, draft.words.end, again, owner)
            self._resolve(draft, again, owner)
        return again

    def _resolve(self, draft: Draft, at: datetime, owner: User) -> None:
        self._event(draft, "CaseResolved", at, owner, old=draft.case.status, reason="")
        draft.case.status, draft.case.resolved_at, draft.case.updated_at = Status.RESOLVED, at, at

    def _repeat(self, draft: Draft) -> None:
        earlier = self.dice.choice(self.past[-15:])
        if earlier.category == draft.case.category and earlier.opened_at < draft.case.opened_at:
            at = draft.case.opened_at
            link = CaseLink(
                account_id=draft.case.account_id,
                kind=LinkKind.REPEAT,
                confirmed=True,
                created_at=at,
                recorded_at=at,
            )
            draft.rows.append((link, draft.case, earlier))

    def _status(self, draft: Draft, new: Status, at: datetime, by: User | Stakeholder) -> None:
        self._event(draft, "StatusChanged", at, by, old=draft.case.status, new=new, reason="")
        draft.case.status = new

    def _message(self, draft: Draft, text: str, at: datetime, by: User | Stakeholder) -> None:
        staff = isinstance(by, User)
        draft.case.updated_at = at
        draft.rows.append(
            Message(
                account_id=draft.case.account_id,
                side=Side.STAFF if staff else Side.CLIENT,
                author_user_id=by.id if staff else None,
                author_stakeholder_id=None if staff else by.id,
                internal=False,
                channel=draft.case.channel if draft.case.opened_at == at else Channel.PORTAL,
                language=draft.case.language,
                body=text.format(**draft.fill),
                occurred_at=at,
                recorded_at=at,
            )
        )

    def _note(self, draft: Draft, text: str, at: datetime, by: User) -> None:
        self._message(draft, text, at, by)
        draft.rows[-1].internal = True

    def _name(self, draft: Draft, person: Stakeholder, at: datetime) -> None:
        draft.rows.append(
            Participant(account_id=draft.case.account_id, stakeholder_id=person.id, added_at=at)
        )

    def _event(
        self, draft: Draft, kind: str, at: datetime, by: User | Stakeholder | None, **payload: Any
    ) -> None:
        draft.rows.append(
            Event(
                account_id=draft.case.account_id,
                kind=kind,
                occurred_at=at,
                recorded_at=at,
                user_id=by.id if isinstance(by, User) else None,
                stakeholder_id=by.id if isinstance(by, Stakeholder) else None,
                payload={
                    key: str(value) if isinstance(value, Status) else value
                    for key, value in payload.items()
                },
            )
        )

    def _order_before(self, at: datetime) -> Order | None:
        known = [order for order in self.house.orders if order.placed_at < at][-6:]
        return self.dice.choice(known) if known else None

    def _next_working(self, at: datetime) -> datetime:
        """The same instant if somebody is at work then, else the next morning they are."""
        local = at.astimezone(self.zone).replace(microsecond=0)
        if local.hour >= 18:
            local = (local + timedelta(days=1)).replace(hour=8, minute=local.minute)
        elif local.hour < 8:
            local = local.replace(hour=8)
        while local.weekday() > 4:
            local += timedelta(days=1)
        return local.astimezone(self.now.tzinfo)


def orders_of(house: House, now: datetime, dice: random.Random, first: int) -> list[Order]:
    """Two years of orders and some returns."""
    rows = []
    buyers = [
        p
        for p in house.people
        if p.job_role in (JobRole.APPROVER, JobRole.REQUESTER, JobRole.TECHNICAL)
    ] or house.people
    count = max(12, (house.account.annual_value_minor or 0) // 900_000)
    for index in range(count):
        placed = now - timedelta(
            days=730 - 725 * (index + dice.random()) / count, hours=dice.randrange(24)
        )
        delivered = placed + timedelta(days=dice.uniform(1.5, 8))
        returned = delivered + timedelta(days=dice.uniform(3, 20)) if dice.random() < 0.08 else None
        language = house.account.language if house.account.language in ITEMS else "en"
        status = (
            "returned"
            if returned and returned < now
            else "delivered"
            if delivered < now
            else "in transit"
        )
        rows.append(
            Order(
                account_id=house.account.id,
                ref=f"NP-{first + index}",
                ordered_by_id=dice.choice(buyers).id,
                placed_at=placed,
                delivered_at=delivered if delivered < now else None,
                status=status,
                currency=house.account.currency,
                amount_minor=int(dice.lognormvariate(12, 0.9)),
                returned_at=returned if status == "returned" else None,
                return_reason=dice.choice(("damaged", "wrong item", "surplus", "quality"))
                if status == "returned"
                else "",
                summary=f"{dice.randrange(2, 400)} × {dice.choice(ITEMS[language])}",
            )
        )
    return rows
