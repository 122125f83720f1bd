"""What the demonstration's clients think: ratings of solved cases, and once a quarter whether they would recommend us."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from portal import clock
from portal.accounts.models import Account
from portal.cases.events import CaseResolved, WorkRated
from portal.cases.models import Case
from portal.db import db, opened
from portal.events import Event
from portal.feedback.models import Survey, SurveyKind
from portal.seed.remarks import AFTER_A_CASE, ON_THE_WHOLE
from portal.seed.trouble import is_troubled
from portal.stakeholders.models import Stakeholder

Row = dict[str, Any]
WHY = "what the demonstration's clients were asked"
ANSWERED, RATED = 0.42, 0.55
SCORES = (1, 2, 3, 4, 5)
CONTENT, CROSS = (1, 2, 8, 34, 55), (24, 34, 26, 12, 4)
"""How often each rating is given of a case that went well, and of one that did not."""
RECOMMENDS = (6, 7, 8, 8, 9, 9, 9, 10, 10)
LATE, AN_HOUR = timedelta(days=9), timedelta(hours=1)
QUARTERS, WAVE_ON = 8, 44
"""So many waves; each is sent on that day of its quarter."""


def ask(account: Account, people: Sequence[Stakeholder]) -> None:
    """Ask an account's people what they think, let some answer, and some of the staff rate themselves."""
    dice, now = random.Random(f"opinions of {account.ref}"), clock.now()
    surveys, ratings = list(_waves(account, people, now, dice)), list[Row]()
    known = {person.id: person for person in people}
    for row in _resolutions(account):
        went_well = _went_well(account, row, now, dice)
        score = dice.choices(SCORES, CONTENT if went_well else CROSS)[0]
        if row.occurred_at + AN_HOUR < now:
            surveys.append(_after(account, row, known[row.opened_by_id], score, now, dice))
        if dice.random() < RATED:
            ratings.append(_own(account, row, min(5, score + dice.choice((0, 0, 0, 1, 1)))))
    for model, rows in ((Survey, surveys), (Event, ratings)):
        if rows:
            db.session.execute(opened(insert(model.__table__), model, why=WHY), rows)


def _resolutions(account: Account) -> Sequence[Any]:
    c, e = Case, Event
    columns = (
        *(c.id, c.opened_at, c.opened_by_id, c.complaint, c.escalated, c.reopen_count),
        *(e.occurred_at, e.user_id),
    )
    statement = (
        select(*columns)
        .join(e, e.case_id == c.id)
        .where(c.account_id == account.id, e.kind == CaseResolved.__name__)
        .order_by(e.occurred_at, e.id)
    )
    return db.session.execute(opened(statement, c, e, why=WHY)).all()


def _went_well(account: Account, row: Any, now: datetime, dice: random.Random) -> bool:
    """Whether the client has no reason to be cross; nearly always they are not then."""
    if row.complaint or row.escalated or row.occurred_at - row.opened_at > LATE:
        return dice.random() < 0.15
    if row.reopen_count or is_troubled(account, row.opened_at, now):
        return dice.random() < 0.5
    return dice.random() < 0.97


def _after(
    account: Account,
    row: Any,
    person: Stakeholder,
    score: int,
    now: datetime,
    dice: random.Random,
) -> Row:
    """The question about a solved case, an hour later."""
    happy = score >= 4
    words = AFTER_A_CASE[person.language]["good" if happy else "poor"]
    said = dice.choice(words) if dice.random() < (0.35 if happy else 0.75) else ""
    sent_at = row.occurred_at + AN_HOUR
    asked = _survey(account, person, SurveyKind.CSAT, sent_at, score, said, now, dice)
    return asked | {"case_id": row.id}


def _survey(
    account: Account,
    person: Stakeholder,
    kind: SurveyKind,
    sent_at: datetime,
    score: int,
    comment: str,
    now: datetime,
    dice: random.Random,
) -> Row:
    """An invitation, with its answer if there is one by now: within three days, as far as anybody answers."""
    at = sent_at + timedelta(seconds=dice.randrange(3600, 72 * 3600))
    answered = dice.random() < ANSWERED and at < now
    return {
        "account_id": account.id,
        "stakeholder_id": person.id,
        "case_id": None,
        "kind": kind,
        "sent_at": sent_at,
        "answered_at": at if answered else None,
        "score": score if answered else None,
        "comment": comment if answered else "",
    }


def _own(account: Account, row: Any, rating: int) -> Row:
    """What who solved a case says of it, as the operation that resolves cases notes it."""
    return {
        "account_id": account.id,
        "case_id": row.id,
        "kind": WorkRated.__name__,
        "occurred_at": row.occurred_at,
        "recorded_at": row.occurred_at,
        "user_id": row.user_id,
        "payload": {"rating": rating},
    }


def _waves(
    account: Account, people: Sequence[Stakeholder], now: datetime, dice: random.Random
) -> Iterator[Row]:
    """Would they recommend us: everybody, once a quarter, at ten in the morning."""
    tempers = {person.id: dice.choice(RECOMMENDS) for person in people}
    for sent_at in _sendings(account, now):
        cross = is_troubled(account, sent_at, now)
        for person in people:
            score = max(0, min(10, tempers[person.id] + dice.choice((-1, 0, 0, 1))))
            score = max(0, score - dice.randrange(3, 6)) if cross else score
            mood = "good" if score >= 9 else "poor" if score <= 6 else ""
            words = ON_THE_WHOLE[person.language].get(mood, ("",))
            said = dice.choice(words) if dice.random() < 0.6 else ""
            yield _survey(account, person, SurveyKind.NPS, sent_at, score, said, now, dice)


def _sendings(account: Account, now: datetime) -> Iterator[datetime]:
    zone = ZoneInfo(account.timezone)
    today = now.astimezone(zone)
    this = today.year * 4 + (today.month - 1) // 3
    for number in range(this - QUARTERS, this + 1):
        day = date(number // 4, number % 4 * 3 + 1, 1) + timedelta(days=WAVE_ON)
        sent_at = datetime(day.year, day.month, day.day, 10, tzinfo=zone).astimezone(UTC)
        if sent_at < now:
            yield sent_at
