"""How a case of the demonstration begins: what it is about, who asks, who else follows it."""

import random
from datetime import datetime
from typing import Any

from portal.cases.models import NEVER_DUE, Case, Channel, Status
from portal.orders.models import Order
from portal.seed.drafts import Draft
from portal.seed.houses import House
from portal.seed.stories import ITEMS, SITES, Story
from portal.stakeholders.models import Stakeholder

CHANNELS = (Channel.PORTAL,) * 6 + (Channel.EMAIL,) * 5 + (Channel.PHONE,) * 2 + (Channel.CHAT,)
ABOUT_ORDERS = ("Delivery", "Return", "Invoice", "Product fault")


def open_draft(house: House, story: Story, at: datetime, number: int, dice: random.Random) -> Draft:
    """The case on the day it was opened, with its first words and its participants."""
    people = house.people
    opener = dice.choices(people, [1] + [3] * (len(people) - 1))[0]
    language = opener.language if opener.language in ITEMS else "en"
    order = _order_before(house, at, dice)
    fill = _filled(language, order, dice)
    case = _case(house, story, at, number, dice)
    subject = story.words[language].subject.format(**fill)
    case.subject, case.language = subject[0].upper() + subject[1:], language
    case.opened_by_id = opener.id
    case.order_id = order.id if order and story.category in ABOUT_ORDERS else None
    draft = Draft(case, story.words[language], fill, at)
    begin(draft, opener, _followers(people, opener, dice))
    draft.say(draft.words.ask, at, opener)
    return draft


def begin(draft: Draft, opener: Stakeholder, others: list[Stakeholder]) -> None:
    """Name the people and write the opening into the log."""
    for person in (opener, *others):
        draft.name(person, draft.at)
    case = draft.case
    draft.happen(
        "CaseOpened",
        draft.at,
        opener,
        channel=case.channel,
        priority=case.priority,
        category=case.category,
        origin=case.origin,
    )


def plain_case(account_id: int, number: int, at: datetime) -> Case:
    """A row with nothing decided yet."""
    return Case(
        account_id=account_id,
        ref=f"C-{number}",
        status=Status.NEW,
        origin="client",
        kind="normal",
        opened_at=at,
        updated_at=at,
        due_order=NEVER_DUE,
        recorded_at=at,
        reopen_count=0,
        escalated=False,
        complaint=False,
        confidential=False,
        tags=[],
    )


def _case(house: House, story: Story, at: datetime, number: int, dice: random.Random) -> Case:
    case = plain_case(house.account.id, number, at)
    case.priority = dice.choice(story.priorities)
    case.category = story.category
    case.channel = dice.choice(CHANNELS)
    case.confidential = story.category == "Contract" and dice.random() < 0.5
    case.complaint = story.category == "Product fault" and dice.random() < 0.2
    return case


def _filled(language: str, order: Order | None, dice: random.Random) -> dict[str, Any]:
    return {
        "item": dice.choice(ITEMS[language]),
        "n": dice.randrange(2, 60),
        "order": order.ref if order else "NP-80000",
        "site": dice.choice(SITES),
        "code": f"L{dice.randrange(2100, 2999)}",
    }


def _followers(
    people: list[Stakeholder], opener: Stakeholder, dice: random.Random
) -> list[Stakeholder]:
    some = dice.sample(people, k=min(len(people), dice.choice((0, 0, 1, 1, 2))))
    return [person for person in some if person is not opener]


def _order_before(house: House, at: datetime, dice: random.Random) -> Order | None:
    known = [order for order in house.orders if order.placed_at < at][-6:]
    return dice.choice(known) if known else None
