"""Work that comes round by itself: every account's health, once a day."""

import logging
from typing import Any

from portal import clock
from portal.db import reading, transaction
from portal.insights import account_health
from portal.insights.account_health import Subject
from portal.jobs import enqueue

log = logging.getLogger("portal.insights")
MEASURE_HEALTH = "measure health"
AT_ONCE = 100
"""So many accounts in one job, so that other work has its turn."""


def measure_health(payload: dict[str, Any]) -> None:
    """Keep the health of accounts on their present day, each in a transaction of its own; what is done stays.

    An account that cannot be measured does not keep the others from it.
    """
    with reading():
        wanted = account_health.unmeasured()
    for account in wanted[:AT_ONCE]:
        try:
            _measure(account)
        except Exception:
            log.exception("the health of account %s could not be measured", account.id)
    if len(wanted) > AT_ONCE:
        last = wanted[AT_ONCE - 1]
        with transaction():
            enqueue(MEASURE_HEALTH, {}, unique_key=f"{MEASURE_HEALTH}:{_hour()}:{last.id}")


def _measure(account: Subject) -> None:
    with reading():
        found = list(account_health.measured(account, [account.today]))
    with transaction():
        for day in found:
            account_health.keep(day)


def _hour() -> str:
    return f"{clock.now():%Y-%m-%dT%H}"
