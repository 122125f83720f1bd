"""The accounts of the demonstration with their people, and what they ordered."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from portal.accounts.models import Account
from portal.identity.models import User
from portal.orders.models import Order
from portal.seed.stories import ITEMS
from portal.stakeholders.models import JobRole, Stakeholder

BUYING = (JobRole.APPROVER, JobRole.REQUESTER, JobRole.TECHNICAL)
RETURNED_FOR = ("damaged", "wrong item", "surplus", "quality")


@dataclass
class House:
    """One account with its people, as the history needs them."""

    account: Account
    people: list[Stakeholder]
    staff: list[User]
    orders: list[Order] = field(default_factory=list)

    @property
    def language(self) -> str:
        """The account's language, if the stories speak it."""
        return self.account.language if self.account.language in ITEMS else "en"


def orders_of(house: House, now: datetime, dice: random.Random, first: int) -> list[Order]:
    """Two years of orders and some returns."""
    count = max(12, (house.account.annual_value_minor or 0) // 900_000)
    return [
        _order(house, now, dice, first + index, index / count, 1 / count) for index in range(count)
    ]


def _order(
    house: House, now: datetime, dice: random.Random, number: int, begun: float, step: float
) -> Order:
    buyers = [person for person in house.people if person.job_role in BUYING] or house.people
    age = timedelta(days=730 - 725 * (begun + step * dice.random()), hours=dice.randrange(24))
    placed = now - age
    delivered = placed + timedelta(days=dice.uniform(1.5, 8))
    returned = delivered + timedelta(days=dice.uniform(3, 20))
    came, back = delivered < now, returned < now and dice.random() < 0.08
    return Order(
        account_id=house.account.id,
        ref=f"NP-{number}",
        ordered_by_id=dice.choice(buyers).id,
        placed_at=placed,
        delivered_at=delivered if came else None,
        status="returned" if back else "delivered" if came else "in transit",
        currency=house.account.currency,
        amount_minor=int(dice.lognormvariate(12, 0.9)),
        returned_at=returned if back else None,
        return_reason=dice.choice(RETURNED_FOR) if back else "",
        summary=f"{dice.randrange(2, 400)} × {dice.choice(ITEMS[house.language])}",
    )
