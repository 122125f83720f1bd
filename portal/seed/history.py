"""Twenty-four months of cases: when they came, who wrote what, how they ended."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.cases.models import Case, CaseLink, LinkKind, Priority, Status
from portal.identity.models import User
from portal.seed.drafts import Draft, Person
from portal.seed.houses import House
from portal.seed.openings import open_draft
from portal.seed.stories import STORIES, Story, Words
from portal.seed.trouble import SLOWER, complain, is_troubled
from portal.stakeholders.models import Stakeholder

HOURS = (8, 8, 9, 9, 9, 10, 10, 10, 11, 11, 12, 14, 14, 15, 15, 15, 16, 16, 17)
WEEKDAYS = (5, 4, 4, 4, 3, 0, 0)
FIRST_RESPONSE = {Priority.LOW: 300, Priority.NORMAL: 150, Priority.HIGH: 55, Priority.URGENT: 18}
LATELY = timedelta(days=20)
DAYS_TO_RESOLVE = {
    Priority.LOW: 5.0,
    Priority.NORMAL: 3.0,
    Priority.HIGH: 1.6,
    Priority.URGENT: 0.6,
}
HELD = (Status.WAITING, Status.WAITING, Status.ON_HOLD)


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

    def tell(self, at: datetime, number: int) -> list[Any]:
        """One case from its opening to where it stands now, as rows to add."""
        story = self.dice.choices(STORIES, [s.weight for s in STORIES])[0]
        draft = open_draft(self.house, story, at, number, self.dice)
        if self._answered(draft) and self._talked(draft, story):
            self._settle(draft)
        if is_troubled(self.house.account, at, self.now):
            complain(draft, self._opener(draft), self.now, random.Random(number))
        self.past.append(draft.case)
        return [draft.case, *draft.rows]

    def _opener(self, draft: Draft) -> Stakeholder:
        return next(one for one in self.house.people if one.id == draft.case.opened_by_id)

    def _answered(self, draft: Draft) -> bool:
        """Whether somebody has taken the case and is about to write; else its first answer is due."""
        minutes = FIRST_RESPONSE[Priority(draft.case.priority)]
        if is_troubled(self.house.account, draft.at, self.now):
            minutes *= SLOWER
        wait = self.dice.lognormvariate(0, 0.7) * minutes
        at = self._next_working(draft.at + timedelta(minutes=wait))
        if at > self.now:
            return False
        owner = self.dice.choice(self.house.staff)
        draft.take(owner, at)
        return True

    def _talked(self, draft: Draft, story: Story) -> bool:
        """Tell the conversation up to now; whether it reached its end."""
        case, dice = draft.case, self.dice
        span = DAYS_TO_RESOLVE[Priority(case.priority)] * dice.lognormvariate(0, 0.6)
        turns, at = self._turns(draft.words, dice.random() < 0.12), draft.at
        for index, (ours, text) in enumerate(turns):
            if index:
                pause = timedelta(days=span / len(turns) * dice.uniform(0.4, 1.5))
                at = self._next_working(at + pause)
            if at > self.now:
                return False
            self._say(draft, text, at, ours)
            if ours and index == 0 and dice.random() < 0.35:
                noting = dice.choice(self.house.staff)
                draft.say(story.note, at + timedelta(minutes=6), noting, internal=True)
        draft.at = at
        return self.now - at > LATELY or dice.random() > 0.12

    def _say(self, draft: Draft, text: str, at: datetime, ours: bool) -> None:
        writer = self._writer(draft, ours)
        if not ours and draft.case.status == Status.WAITING:
            draft.turn(Status.OPEN, at, writer)
        draft.say(text, at, writer)
        if ours and self.dice.random() < 0.45:
            draft.turn(self.dice.choice(HELD), at + timedelta(seconds=30), self._owner(draft))

    def _writer(self, draft: Draft, ours: bool) -> Person:
        if not ours:
            return self.dice.choice(self.house.people)
        own = self.dice.random() < 0.85
        return self._owner(draft) if own else self.dice.choice(self.house.staff)

    def _owner(self, draft: Draft) -> User:
        return next(user for user in self.house.staff if user.id == draft.case.owner_id)

    def _turns(self, words: Words, long: bool) -> Sequence[tuple[bool, str]]:
        turns: list[tuple[bool, str]] = []
        for index, text in enumerate(words.staff):
            turns.append((True, text))
            if index < len(words.client):
                turns.append((False, words.client[index]))
        if long:
            sides = (words.staff, words.client)
            turns += [(i % 2 == 0, sides[i % 2][i % len(words.client)]) for i in range(12)]
        return turns

    def _settle(self, draft: Draft) -> None:
        case, dice, owner = draft.case, self.dice, self._owner(draft)
        at = self._next_working(draft.at + timedelta(hours=dice.uniform(1, 20)))
        if at > self.now:
            return
        draft.say(draft.words.end, at, owner)
        draft.resolve(at, owner)
        back = self._next_working(at + timedelta(days=dice.uniform(0.5, 12)))
        if dice.random() < 0.055 and back < self.now:
            at = self._come_back(draft, back, owner)
        closed = at + timedelta(days=7)
        if case.status == Status.RESOLVED and closed < self.now:
            draft.close(closed)
        if self.past and dice.random() < 0.06:
            self._repeat(draft)

    def _come_back(self, draft: Draft, at: datetime, owner: User) -> datetime:
        """The same issue again, and its second end if there is time for one; when that was."""
        person = self.dice.choice(self.house.people)
        draft.reopen(at, person)
        draft.say(draft.words.ask, at + timedelta(seconds=5), person)
        again = self._next_working(at + timedelta(days=self.dice.uniform(0.3, 3)))
        if again < self.now:
            draft.say(draft.words.end, again, owner)
            draft.resolve(again, owner)
        return again

    def _repeat(self, draft: Draft) -> None:
        case, earlier = draft.case, self.dice.choice(self.past[-15:])
        if earlier.category == case.category and earlier.opened_at < case.opened_at:
            link = CaseLink(
                account_id=case.account_id,
                kind=LinkKind.REPEAT,
                confirmed=True,
                created_at=case.opened_at,
                recorded_at=case.opened_at,
            )
            draft.rows.append((link, case, earlier))

    def _at_work(self, day: datetime) -> datetime:
        hour, minute = self.dice.choice(HOURS), self.dice.randrange(60)
        local = day.astimezone(self.zone).replace(hour=hour, minute=minute, microsecond=0)
        return local.replace(second=self.dice.randrange(60)).astimezone(self.now.tzinfo)

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
