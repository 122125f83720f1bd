"""What is agreed with an account, as every page about it shows it.

Contracts are kept on a floor above; `wiring.py` says who knows of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from portal.accounts.models import Account
from portal.accounts.policy import may_see_contract
from portal.actor import Actor

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Agreed:
    """What holds today, by the account's own date: of the contract in force, else as recorded with the account.

    `ends_on` is the first day after a contract; `unit` and `amount` are its entitlement, if it has one,
    `credit` is what a missed level is worth in tenths of a percent.
    """

    today: date
    plan: str = ""
    begins_on: date | None = None
    ends_on: date | None = None
    renewal_on: date | None = None
    notice_on: date | None = None
    value_minor: int | None = None
    currency: str = "EUR"
    unit: str = ""
    amount: int | None = None
    credit: int | None = None
    credit_cap: int | None = None
    credit_stretch: str = ""
    by_contract: bool = False

    @property
    def last_on(self) -> date | None:
        """The last day on which the contract holds."""
        return self.ends_on - ONE_DAY if self.ends_on else None

    @property
    def renews_in(self) -> int | None:
        """Days until it is renewed, below zero when that is past."""
        return self.days_until(self.renewal_on)

    @property
    def notice_in(self) -> int | None:
        """Days in which notice can still be given, the last one not counted; below zero when none is left."""
        return self.days_until(self.notice_on)

    @property
    def ends_in(self) -> int | None:
        """Days until the last day."""
        return self.days_until(self.last_on)

    def days_until(self, day: date | None) -> int | None:
        """How many days there are from today to another day."""
        return None if day is None else (day - self.today).days


_ask: list[Callable[[Account], Agreed]] = []


def agreed_by(ask: Callable[[Account], Agreed]) -> None:
    """Install who answers."""
    _ask[:] = [ask]


def agreed_with(account: Account) -> Agreed:
    """What is agreed with an account today; one statement. Who may see it asks the policy."""
    return _ask[0](account)


def agreed_for(actor: Actor, account: Account) -> Agreed | None:
    """The same for those who may see it."""
    return agreed_with(account) if may_see_contract(actor, account) else None
