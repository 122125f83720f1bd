"""Work that comes round by itself: every account's health, once a day."""

from typing import Any

from portal.db import reading, transaction
from portal.insights import account_health

MEASURE_HEALTH = "measure health"


def measure_health(payload: dict[str, Any]) -> None:
    """Keep the health of every account on its present day, each in a transaction of its own; what is done stays."""
    with reading():
        wanted = account_health.unmeasured()
    for account in wanted:
        with reading():
            found = list(account_health.measured(account, [account.today]))
        with transaction():
            for day in found:
                account_health.keep(day)
