"""Plain functions that make rows, and the standing cast of every access test."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from portal import clock
from portal.accounts.models import Account, TeamMember
from portal.cases.models import NEVER_DUE, Case, Message, Participant, Side, Status
from portal.commitments.models import Commitment, Party
from portal.db import db
from portal.events import Event
from portal.feedback.models import CommentConsent, Survey, SurveyKind
from portal.files.models import StoredFile
from portal.identity.models import Grant, Reach, Role, User
from portal.orders.models import Order
from portal.reviews.models import (
    Part,
    Review,
    ReviewParticipant,
    ReviewState,
    Stage,
)
from portal.reviews.portfolio.models import PortfolioAccount, PortfolioReview
from portal.sla.models import (
    BusinessCalendar,
    CalendarVersion,
    Contract,
    PlanTarget,
    PlanVersion,
    ServicePlan,
)
from portal.stakeholders.models import JobRole, Stakeholder

PASSWORD = "correct horse battery staple"
BEGINNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_numbers = iter(range(1, 10**9))


def _save(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row


def make_user(**changes: Any) -> User:
    """A user without grants."""
    number = next(_numbers)
    values = {
        "email": f"person{number}@example.com",
        "name": f"Person {number}",
        "created_at": clock.now(),
        "timezone": "Europe/Lisbon",
    }
    return _save(User(**{**values, **changes}))


def make_grant(user: User, role: Role, account: Account | None = None, **changes: Any) -> Grant:
    """Access for a user, on one account or everywhere."""
    account_id = account.id if account else None
    return _save(
        Grant(user_id=user.id, role=role, account_id=account_id, created_at=clock.now(), **changes)
    )


def make_account(**changes: Any) -> Account:
    """A client company, below `parent` if given."""
    number = next(_numbers)
    parent: Account | None = changes.pop("parent", None)
    values = {
        "ref": f"A{number:05d}",
        "name": f"Account {number}",
        "timezone": "Europe/Lisbon",
        "parent_id": parent.id if parent else None,
        "created_at": clock.now(),
    }
    account = _save(Account(**{**values, **changes}))
    account.path = f"{parent.path if parent else '/'}{account.id}/"
    db.session.flush()
    return account


LEVELS = [
    {"percent": 70, "tell": ["owner"]},
    {"percent": 90, "tell": ["owner", "manager"]},
    {"percent": 110, "tell": ["manager", "lead"]},
]
OFFICE = [*[[[540, 1080]]] * 5, [], []]
"""Monday to Friday from nine to six, in minutes of the day."""


def make_calendar(name: str, **changes: Any) -> BusinessCalendar:
    """Hours in force from ever; `weekly` as in `CalendarVersion`, Monday to Friday from nine to six."""
    weekly = changes.pop("weekly", OFFICE)
    values = {"timezone": "Europe/Lisbon", "created_at": clock.now()}
    calendar = _save(BusinessCalendar(name=name, **{**values, **changes}))
    _save(CalendarVersion(calendar_id=calendar.id, weekly=weekly, created_at=clock.now()))
    return calendar


def make_plan(
    name: str, calendar: BusinessCalendar, targets: dict[str, tuple[Any, ...]], **changes: Any
) -> ServicePlan:
    """A plan in force from ever; seconds of response, next response and resolution and a calendar by priority."""
    values = {"levels": LEVELS, "created_at": clock.now()}
    plan = _save(ServicePlan(name=name, **{**values, **changes}))
    version = _save(PlanVersion(plan_id=plan.id, calendar_id=calendar.id, created_at=clock.now()))
    for priority, (response, following, resolution, own) in targets.items():
        _save(
            PlanTarget(
                version_id=version.id,
                priority=priority,
                response_seconds=response,
                next_response_seconds=following,
                resolution_seconds=resolution,
                calendar_id=own.id if own else None,
            )
        )
    return plan


def make_contract(account: Account, plan: ServicePlan, **changes: Any) -> Contract:
    """A contract in force since the first of January 2026 without an end."""
    values = {"begins_on": datetime(2026, 1, 1, tzinfo=UTC).date(), "created_at": clock.now()}
    return _save(Contract(account_id=account.id, plan_id=plan.id, **{**values, **changes}))


def make_stakeholder(account: Account, **changes: Any) -> Stakeholder:
    """A person of an account."""
    number = next(_numbers)
    values = {
        "name": f"Stakeholder {number}",
        "email": f"stakeholder{number}@example.com",
        "job_role": JobRole.TECHNICAL,
        "timezone": account.timezone,
        "created_at": clock.now(),
    }
    return _save(Stakeholder(account_id=account.id, **{**values, **changes}))


def make_case(account: Account, opened_by: Stakeholder | None = None, **changes: Any) -> Case:
    """A case with its opener named on it; its words and events are made apart."""
    number = next(_numbers)
    opened_at = changes.get("opened_at", clock.now() - timedelta(hours=3))
    values = {
        "ref": f"T-{number}",
        "subject": f"Subject {number}",
        "status": Status.OPEN,
        "opened_by_id": opened_by.id if opened_by else None,
        "opened_at": opened_at,
        "updated_at": opened_at,
        "due_order": changes.get("due_at") or NEVER_DUE,
        "recorded_at": opened_at,
    }
    case = _save(Case(account_id=account.id, **{**values, **changes}))
    if opened_by:
        name_on(case, opened_by)
    return case


def name_on(case: Case, person: Stakeholder) -> Participant:
    """Make a client's person a participant."""
    return _save(
        Participant(
            account_id=case.account_id,
            case_id=case.id,
            stakeholder_id=person.id,
            added_at=clock.now(),
        )
    )


def make_message(
    case: Case, by: User | Stakeholder, body: str = "Some words.", **changes: Any
) -> Message:
    """A reply, or with `internal=True` a note."""
    staff = isinstance(by, User)
    at = changes.get("occurred_at", clock.now())
    values = {
        "side": Side.STAFF if staff else Side.CLIENT,
        "author_user_id": by.id if staff else None,
        "author_stakeholder_id": None if staff else by.id,
        "body": body,
        "occurred_at": at,
        "recorded_at": at,
    }
    return _save(Message(account_id=case.account_id, case_id=case.id, **{**values, **changes}))


def make_event(case: Case, kind: str, at: datetime, **payload: Any) -> Event:
    """A row of the event log."""
    return _save(
        Event(
            account_id=case.account_id,
            case_id=case.id,
            kind=kind,
            occurred_at=at,
            recorded_at=at,
            payload=payload,
        )
    )


def make_order(account: Account, **changes: Any) -> Order:
    """A delivered order."""
    number = next(_numbers)
    values = {
        "ref": f"PO-{number}",
        "placed_at": clock.now() - timedelta(days=9),
        "delivered_at": clock.now() - timedelta(days=2),
        "status": "delivered",
        "currency": "EUR",
        "amount_minor": 12_345,
    }
    return _save(Order(account_id=account.id, **{**values, **changes}))


def make_file(account: Account, **changes: Any) -> StoredFile:
    """A file's row; its bytes are not in the store."""
    number = next(_numbers)
    values = {
        "key": f"key{number:032d}",
        "name": "measurements.pdf",
        "content_type": "application/pdf",
        "size": 3,
        "sha256": "0" * 64,
        "created_at": clock.now(),
    }
    return _save(StoredFile(account_id=account.id, **{**values, **changes}))


def make_commitment(account: Account, **changes: Any) -> Commitment:
    """Something the client promised without a day, unless said otherwise."""
    number = next(_numbers)
    values = {
        "ref": f"A-{900_000 + number}",
        "side": Party.CLIENT,
        "title": f"Commitment {number}",
        "created_at": clock.now(),
    }
    return _save(Commitment(account_id=account.id, **{**values, **changes}))


def make_comment(account: Account, by: Stakeholder, **changes: Any) -> Survey:
    """An answer to whether they would recommend us, with a comment, in the quarter the reviews of tests are about."""
    values = {
        "kind": SurveyKind.NPS,
        "sent_at": BEGINNING - timedelta(days=20),
        "answered_at": BEGINNING - timedelta(days=19),
        "score": 9,
        "comment": "Always there when it counts.",
    }
    return _save(Survey(account_id=account.id, stakeholder_id=by.id, **{**values, **changes}))


def make_consent(survey: Survey, answer: str | None = None, **changes: Any) -> CommentConsent:
    """What the author of a comment was asked and said."""
    values = {
        "ref": f"S-{survey.id}",
        "account_id": survey.account_id,
        "survey_id": survey.id,
        "stakeholder_id": survey.stakeholder_id,
        "asked_at": clock.now(),
        "answer": answer,
        "answered_at": clock.now() if answer else None,
    }
    return _save(CommentConsent(**{**values, **changes}))


def make_review(account: Account, **changes: Any) -> Review:
    """A review that is ready but for its file."""
    number = next(_numbers)
    start = datetime(2026, 1, 1, tzinfo=UTC).date()
    values = {
        "ref": f"R-{number}",
        "period": "2026-Q1",
        "starts_on": start,
        "ends_on": datetime(2026, 4, 1, tzinfo=UTC).date(),
        "timezone": account.timezone,
        "language": "en",
        "state": ReviewState.READY,
        "stage": Stage.ISSUED,
        "as_of": clock.now(),
        "created_at": clock.now(),
    }
    return _save(Review(account_id=account.id, **{**values, **changes}))


def make_participant(
    review: Review, person: Stakeholder | User, **changes: Any
) -> ReviewParticipant:
    """Somebody of either side on a review's list."""
    whose = "stakeholder_id" if isinstance(person, Stakeholder) else "user_id"
    values = {whose: person.id, "part": Part.ATTENDS, "added_at": clock.now(), **changes}
    row = ReviewParticipant(account_id=review.account_id, review_id=review.id, **values)
    if row.stakeholder_id:
        review.named = [*review.named, str(row.stakeholder_id)]
    return _save(row)


def make_portfolio(account: Account, manager: User, **changes: Any) -> PortfolioReview:
    """A portfolio review about a manager's accounts that tells of one."""
    values = {
        "ref": f"P-{next(_numbers)}",
        "period": "2026-Q1",
        "manager_id": manager.id,
        "requested_by_id": manager.id,
        "language": "en",
        "timezone": "UTC",
        "state": ReviewState.READY,
        "created_at": clock.now(),
        "built_at": clock.now(),
    }
    review = _save(PortfolioReview(**{**values, **changes}))
    _save(PortfolioAccount(portfolio_id=review.id, account_id=account.id))
    return review


@dataclass
class Company:
    """One account of the cast with its people on both sides."""

    account: Account
    manager: User
    agent: User
    sponsor: User
    contact: User
    sponsor_person: Stakeholder
    contact_person: Stakeholder


@dataclass
class Cast:
    """The seven people every access test knows, and a stranger's company."""

    acme: Company
    globex: Company
    executive: User
    admin: User

    def __getitem__(self, who: str) -> User:
        """A person by their name on the programme: `acme.manager`, `stranger`, `admin`."""
        if who == "stranger":
            return self.globex.contact
        place, _, part = who.rpartition(".")
        return getattr(getattr(self, place) if place else self, part)


PEOPLE = (
    "acme.manager",
    "acme.agent",
    "acme.sponsor",
    "acme.contact",
    "globex.contact",
    "executive",
    "admin",
)


def make_company(name: str, **changes: Any) -> Company:
    """An account with a manager, an agent, a sponsor and a contact who sees all its cases."""
    account = make_account(name=name.title(), ref=name.upper(), **changes)
    manager, agent = (
        make_user(name=f"{name} {part}", is_staff=True, email=f"{part}@{name}.test")
        for part in ("manager", "agent")
    )
    make_grant(manager, Role.ACCOUNT_MANAGER, account)
    make_grant(agent, Role.AGENT, account)
    account.manager_id, account.deputy_id = manager.id, agent.id
    clients = []
    for part, role, job in (
        ("sponsor", Role.SPONSOR, JobRole.EXECUTIVE),
        ("contact", Role.CONTACT, JobRole.TECHNICAL),
    ):
        person = make_stakeholder(
            account, name=f"{name} {part}", email=f"{part}@{name}.test", job_role=job
        )
        user = make_user(name=person.name, email=person.email)
        make_grant(user, role, account, reach=Reach.ACCOUNT, stakeholder_id=person.id)
        clients.append((user, person))
    member = TeamMember(
        account_id=account.id, user_id=manager.id, role="account_manager", from_on=BEGINNING.date()
    )
    _save(member)
    (sponsor, sponsor_person), (contact, contact_person) = clients
    return Company(account, manager, agent, sponsor, contact, sponsor_person, contact_person)


def make_cast() -> Cast:
    """Acme, the stranger's Globex, and the provider's own executive and administrator."""
    executive = make_user(name="executive", is_staff=True, email="executive@provider.test")
    admin = make_user(name="admin", is_staff=True, email="admin@provider.test")
    make_grant(executive, Role.EXECUTIVE)
    make_grant(admin, Role.ADMIN)
    return Cast(make_company("acme"), make_company("globex"), executive, admin)
