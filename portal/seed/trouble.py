"""Accounts of the demonstration with which it goes badly of late, and what is remembered of all:
their health over half a year, and what forecasts were worth.
"""

import random
from datetime import datetime, timedelta

from portal import clock
from portal.accounts.models import Account
from portal.insights import account_health
from portal.insights.account_health import Subject
from portal.seed.drafts import Draft
from portal.sla import forecasting
from portal.sla.calibration import backtest
from portal.sla.running import instant
from portal.stakeholders.models import Stakeholder

TROUBLED = ("NORTHM", "FUENTE")
LATELY = timedelta(days=45)
SLOWER = 6
ESCALATED, COMPLAINED = 0.5, 0.4
REASONS = {
    "en": "The line stands still and nobody tells us until when.",
    "es": "La línea está parada y nadie nos dice hasta cuándo.",
}
WEEKS, DAYS = 30, 14
A_YEAR, EVERY = timedelta(days=365), 10_000


def is_troubled(account: Account, at: datetime, now: datetime) -> bool:
    """Whether a case opened at an instant falls into the bad weeks of its account."""
    return account.ref in TROUBLED and at > now - LATELY


def complain(draft: Draft, opener: Stakeholder, now: datetime, dice: random.Random) -> None:
    """Let the client escalate some of these cases and complain about some."""
    at = draft.case.opened_at + timedelta(hours=dice.uniform(2, 30))
    if at < now and dice.random() < ESCALATED:
        draft.case.escalated = True
        reason = REASONS.get(draft.case.language, REASONS["en"])
        draft.happen("CaseEscalated", at, opener, side="client", reason=reason)
    draft.case.complaint = dice.random() < COMPLAINED


def remember_health(accounts: list[Account]) -> None:
    """Keep every account's health as it was: once a week for half a year, day by day lately."""
    for account in accounts:
        subject = Subject(account.id, account.timezone, account.contract_renewal)
        ages = sorted({*range(0, 7 * WEEKS, 7), *range(DAYS)}, reverse=True)
        for day in account_health.measured(subject, [subject.today - timedelta(a) for a in ages]):
            account_health.keep(day)


def remember_forecasts(accounts: list[Account]) -> None:
    """Learn each account's odds, count what forecasts would have been worth in a year, and keep today's."""
    since = clock.now() - A_YEAR
    for account in accounts:
        forecasting.learn(account.id)
        for past, told in backtest(forecasting.newest(account.id, EVERY)):
            at = instant(past.at)
            if at >= since:
                forecasting.tally(account.id, at.date(), told)
    forecasting.keep(list(forecasting.forecasts(clock.now().date())))
