"""What the portfolio shows: the filters, an account in it, a page of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from portal import clock
from portal.accounts.keyset import Page
from portal.cases.models import NEVER_DUE
from portal.reviews.periods import Period

RENEWAL_NEAR = timedelta(days=45)
ONE_DAY = timedelta(days=1)
OVERDUE, NEAR, STEADY = 0, 1, 2


@dataclass(frozen=True)
class Filters:
    """What a portfolio is narrowed to; it stands in the address."""

    name: str = ""
    mine: bool = False
    former: bool = False
    by_health: bool = False

    @property
    def as_query(self) -> dict[str, Any]:
        """The filters as they stand in an address."""
        given = {
            "q": self.name,
            "manager": "me" if self.mine else "",
            "status": "churned" if self.former else "",
            "order": "health" if self.by_health else "",
        }
        return {key: value for key, value in given.items() if value}


@dataclass(frozen=True)
class Entry:
    """One account with what is open; instants in UTC, `next_due_at` None without a target."""

    ref: str
    name: str
    timezone: str
    sla_plan: str
    segment: str
    renewal_on: date | None
    ends_on: date | None
    notice_on: date | None
    value_minor: int | None
    currency: str
    open: int
    with_us: int
    escalated: int
    oldest: datetime
    next_due: datetime
    last_review: str | None
    urgency: int
    health: int | None = None
    health_known: int | None = None
    health_before: int | None = None

    @property
    def oldest_at(self) -> datetime | None:
        """When the oldest open case was opened."""
        return self.oldest if self.open else None

    @property
    def next_due_at(self) -> datetime | None:
        """The soonest promise among the open cases."""
        return None if self.next_due >= NEVER_DUE else self.next_due

    @property
    def next_review_on(self) -> date:
        """The last day of the running quarter: until an account has a rhythm of its own, a review follows it."""
        return Period.containing(clock.today(self.timezone)).last_day

    @property
    def renews_in(self) -> int | None:
        """Days until the contract is renewed, if that is near."""
        return self._near(self.renewal_on)

    @property
    def ends_in(self) -> int | None:
        """Days until the last day of a contract that is not renewed, if that is near."""
        return None if self.renewal_on else self._near(self.last_on)

    @property
    def notice_in(self) -> int | None:
        """Days in which notice can still be given, if they are few."""
        return self._near(self.notice_on)

    @property
    def last_on(self) -> date | None:
        """The last day of the contract."""
        return self.ends_on - ONE_DAY if self.ends_on else None

    def _near(self, day: date | None) -> int | None:
        left = None if day is None else day - clock.today(self.timezone)
        return left.days if left is not None and timedelta() <= left <= RENEWAL_NEAR else None


FIELDS = tuple(Entry.__dataclass_fields__)


@dataclass(frozen=True)
class Portfolio:
    """A page of it, and sums over all its pages; `value_minor` only where one currency serves all."""

    page: Page[Entry]
    total: int = 0
    needing: int = 0
    open: int = 0
    value_minor: int | None = None
    currency: str = "EUR"

    @property
    def urgent(self) -> list[Entry]:
        """Accounts of this page that need somebody now."""
        return [entry for entry in self.page.rows if entry.urgency < STEADY]

    @property
    def steady(self) -> list[Entry]:
        """The others."""
        return [entry for entry in self.page.rows if entry.urgency == STEADY]
