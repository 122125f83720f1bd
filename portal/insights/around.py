"""What lies beside the cases of a review, from rows: answers, contracts, people, teams. Each kind is one statement."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from portal.accounts.models import Account, AccountStatus, TeamMember
from portal.commitments.models import Commitment as CommitmentRow
from portal.commitments.models import Entry, Party
from portal.db import db, through
from portal.db.instants import Epoch
from portal.feedback.models import Survey as SurveyRow
from portal.insights.book import Book, Commitment, Contract, Membership, Person, Survey
from portal.insights.contracts_then import contracts_at
from portal.insights.history import CaseHistory
from portal.insights.reading import Span, seconds
from portal.sla.walls import midnight
from portal.stakeholders.models import JobRole, Stakeholder

DECIDES = {JobRole.EXECUTIVE: "decision_maker", JobRole.APPROVER: "approver"}
"""What the parts people have are called by F26."""


def book(span: Span, zone: ZoneInfo, cases: Sequence[CaseHistory]) -> Book:
    """All that the figures of one period are made of."""
    accounts = list(accounts_of(span))
    return Book(
        cases=cases,
        surveys=list(surveys(span, lambda _account_id: zone)),
        contracts=list(contracts_of(span, accounts)),
        commitments=list(_commitments(span)),
        people=list(_people(span)),
        team=list(_team(span, accounts)),
    )


def accounts_of(span: Span) -> Iterator[Any]:
    """The accounts of a span as far as figures ask about them."""
    columns = (
        *(Account.id, Account.timezone, Account.manager_id, Account.deputy_id, Account.status),
        *(Account.contract_start, Account.contract_renewal, Account.annual_value_minor),
        Account.currency,
    )
    statement = select(*columns).where(Account.id.in_(span.account_ids)).order_by(Account.id)
    yield from db.session.execute(through(statement, Account, span.actor))


def surveys(span: Span, zone_of: Callable[[int], ZoneInfo]) -> Iterator[Survey]:
    """What was asked or answered in the period and known by then. No delivery is recorded: what was sent counts as delivered.

    A wave of NPS is what was asked in one quarter of the calendar of `zone_of` the account. Somebody unknown is a person apart.
    """
    columns = (
        *(SurveyRow.id, SurveyRow.kind, SurveyRow.account_id, SurveyRow.stakeholder_id),
        *(span.parted.rated_on, SurveyRow.score, Epoch(SurveyRow.sent_at).label("sent_at")),
        Epoch(SurveyRow.answered_at).label("answered_at"),
    )
    within = or_(span.during(SurveyRow.sent_at), span.during(SurveyRow.answered_at))
    known = select(*columns).where(within, SurveyRow.sent_at <= span.as_of)
    for row in db.session.execute(span.of(known, SurveyRow)):
        yield Survey(
            kind=row.kind,
            account=row.account_id,
            person=row.stakeholder_id or ("somebody", row.id),
            case=row.case_id,
            wave=quarter(row.sent_at, zone_of(row.account_id)),
            order=(row.id, ""),
            invited_at=row.sent_at,
            delivered=True,
            answered_at=None if row.score is None else row.answered_at,
            score=row.score or 0,
        )


def quarter(instant: int, zone: ZoneInfo) -> str:
    """The quarter of local time in which an instant lies, like 2026-Q1."""
    local = datetime.fromtimestamp(instant, zone)
    return f"{local.year}-Q{(local.month + 2) // 3}"


def contracts_of(span: Span, accounts: Sequence[Any]) -> Iterator[Contract]:
    """Contracts as recorded by the as-of instant; of an account without any, what the account itself says of its own.

    That one is open, or ended at its renewal date if the account is no client any more: no other date is known.
    """
    written = set[int]()
    for row in contracts_at(span):
        written.add(row.account_id)
        yield Contract(row.account_id, row.begins_on, row.ends_on, row.value_minor, row.currency)
    for one in accounts:
        if one.id not in written and one.contract_start is not None:
            left = one.status == AccountStatus.CHURNED
            ends_on: date | None = one.contract_renewal if left else None
            if not left or ends_on is not None:
                value, currency = one.annual_value_minor, one.currency
                yield Contract(one.id, one.contract_start, ends_on, value, currency)


def _commitments(span: Span) -> Iterator[Commitment]:
    """Commitments due in the period that were written down by then; decisions, improvements and goals are none."""
    columns = (
        *(CommitmentRow.account_id, CommitmentRow.side, CommitmentRow.user_id),
        *(CommitmentRow.stakeholder_id, Epoch(CommitmentRow.due_at).label("due_at")),
        Epoch(CommitmentRow.done_at).label("done_at"),
    )
    statement = select(*columns).where(
        CommitmentRow.kind == Entry.COMMITMENT,
        span.during(CommitmentRow.due_at),
        CommitmentRow.created_at <= span.as_of,
    )
    for row in db.session.execute(span.of(statement, CommitmentRow)):
        known = row.done_at is not None and row.done_at <= seconds(span.as_of)
        owner = row.user_id if row.side == Party.US else row.stakeholder_id
        yield Commitment(
            row.account_id, row.side, row.due_at, row.done_at if known else None, owner
        )


def _people(span: Span) -> Iterator[Person]:
    """Those who decide or approve, as they are known now; who has left is not waited for."""
    columns = (Stakeholder.id, Stakeholder.account_id, Stakeholder.job_role)
    statement = select(*columns).where(
        Stakeholder.job_role.in_(list(DECIDES)), Stakeholder.active.is_(True)
    )
    for row in db.session.execute(span.of(statement, Stakeholder)):
        yield Person(row.id, row.account_id, DECIDES[JobRole(row.job_role)])


def _team(span: Span, accounts: Sequence[Any]) -> Iterator[Membership]:
    """The team with its covers by local days, both included; manager and deputy without dates of their own from ever."""
    zones = {one.id: ZoneInfo(one.timezone) for one in accounts}
    columns = (TeamMember.account_id, TeamMember.user_id, TeamMember.from_on, TeamMember.to_on)
    dated = set[tuple[int, int]]()
    for account_id, user_id, from_on, to_on in db.session.execute(
        span.of(select(*columns), TeamMember)
    ):
        dated.add((account_id, user_id))
        end = None if to_on is None else midnight(to_on + timedelta(days=1), zones[account_id])
        yield Membership(account_id, user_id, midnight(from_on, zones[account_id]), end)
    for one in accounts:
        for user_id in {one.manager_id, one.deputy_id} - {None}:
            if (one.id, user_id) not in dated:
                yield Membership(one.id, user_id, 0, None)
