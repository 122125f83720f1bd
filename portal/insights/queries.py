"""Figures from the database: histories of a period's cases, and what they amount to."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal import clock
from portal.accounts.models import Account
from portal.actor import Actor
from portal.db import db, through
from portal.insights import reading
from portal.insights.drafts import gather
from portal.insights.figure import Figure
from portal.insights.figures import figures, printed, promised
from portal.insights.history import Report
from portal.insights.reading import Span, seconds
from portal.sla.walls import midnight

Period = tuple[date, date]
"""First local day, and the day after the last."""


def figures_for(
    actor: Actor,
    account: Account,
    period: Period,
    as_of: datetime | None = None,
    children: bool = False,
) -> dict[str, Any]:
    """Every figure of an account and period in its own time zone, in the shape of `portal figures`.

    Counts the cases that the actor may see; confidential ones belong to a review's totals (C4), so it asks as
    the system and names to its readers only what they may see. The contract clock counts on what was agreed with
    the account when the case was opened, round the clock where nothing was. Without `as_of`, as of now.
    """
    (found,) = figures_of_periods(actor, account, [period], as_of, children)
    return printed(found)


def figures_of_periods(
    actor: Actor,
    account: Account,
    periods: Sequence[Period],
    as_of: datetime | None = None,
    children: bool = False,
) -> list[dict[str, Figure]]:
    """The figures of several periods from one reading, with the references of the cases behind each."""
    zone = ZoneInfo(account.timezone)
    limits = [(midnight(first, zone), midnight(end, zone)) for first, end in periods]
    now = clock.now()
    known_at = as_of or now
    span = Span(
        actor=actor,
        account_ids=_family(actor, account) if children else [account.id],
        begin=reading.instant(min(begin for begin, _ in limits)),
        end=reading.instant(max(end for _, end in limits)),
        as_of=known_at,
        past=known_at < now,
    )
    found = gather(span)
    known = [(*case.extent, case) for case in found.histories]
    return [
        {
            **figures(
                Report(begin, end, seconds(known_at), zone),
                [case for first, last, case in known if first < end and last >= begin],
            ),
            **promised([one for one in found.decisions if begin <= one.at < end]),
        }
        for begin, end in limits
    ]


def _family(actor: Actor, account: Account) -> list[int]:
    statement = select(Account.id).where(
        Account.path.startswith(account.path or "-", autoescape=True)
    )
    return sorted({account.id, *db.session.scalars(through(statement, Account, actor))})
