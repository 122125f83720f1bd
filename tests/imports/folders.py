"""A sound folder, row by row, and how tests look at what became of it."""

import pytest
from sqlalchemy import func, select

from portal.accounts.models import Account, TeamMember
from portal.cases.models import Case, CaseLink, Message, Participant
from portal.db import db, opened
from portal.events import Event
from portal.feedback.models import Survey
from portal.identity.models import Grant, User
from portal.imports.problems import ImportRefused
from portal.orders.models import Order
from portal.stakeholders.models import Stakeholder

AT = "2026-01-12T09:00:00Z"
LATER = "2026-01-13T09:00:00Z"
LAST = "2026-01-20T09:00:00Z"
STAFF = {"team": "north", "language": "en", "created_at": AT}
ACCOUNT = {
    "industry": "food",
    "country": "PT",
    "timezone": "Europe/Lisbon",
    "language": "pt",
    "segment": "key",
    "sla_plan": "gold",
    "status": "active",
    "deputy_id": "",
    "contract_start": "2024-02-01",
    "contract_renewal": "2026-12-31",
    "annual_value_eur": "12500.5",
}
PERSON = {
    "phone": "+351 1",
    "job_role": "requester",
    "language": "pt",
    "portal_access": "1",
    "active": "1",
    "created_at": AT,
}
CASE = {
    "participants": "",
    "channel": "email",
    "category": "delivery",
    "priority": "high",
    "status": "open",
    "subject": "Where is it?",
    "language": "pt",
    "created_at": AT,
    "first_response_at": "",
    "first_response_due": LATER,
    "resolved_at": "",
    "closed_at": "",
    "updated_at": LATER,
    "reopened": "0",
    "escalated": "0",
    "recurrence_of": "",
    "order_id": "",
}
CLOSED = {"status": "closed", "resolved_at": LATER, "closed_at": LAST, "updated_at": LAST}


def good() -> dict[str, list[dict[str, str]]]:
    """A sound folder, row by row."""
    return {
        "staff": [
            {
                "staff_id": "1",
                "name": "Bo Ek",
                "email": "Bo@Desk.example",
                "role": "account_manager",
            }
            | STAFF,
            {"staff_id": "2", "name": "Cy Om", "email": "cy@desk.example", "role": "agent"} | STAFF,
        ],
        "accounts": [
            {"account_id": "a", "code": "AC1", "name": "Açaí Lda", "manager_id": "1"} | ACCOUNT,
            {"account_id": "b", "code": "AC2", "name": "Globo", "manager_id": "1"} | ACCOUNT,
        ],
        "stakeholders": [
            {"stakeholder_id": "s1", "account_id": "a", "name": "Ana Sé", "email": "ana@a.example"}
            | PERSON,
            {"stakeholder_id": "s2", "account_id": "a", "name": "Rui", "email": ""} | PERSON,
            {"stakeholder_id": "s3", "account_id": "b", "name": "Zé", "email": ""} | PERSON,
        ],
        "orders": [
            {
                "order_id": "o1",
                "reference": "PO-1",
                "account_id": "a",
                "ordered_by": "s1",
                "placed_at": AT,
                "delivered_at": "",
                "status": "in transit",
                "currency": "EUR",
                "amount": "99.9",
                "returned_at": "",
                "return_reason": "",
            }
        ],
        "cases": [
            CASE
            | {
                "case_id": "1",
                "reference": "CS-1",
                "account_id": "a",
                "opened_by": "s1",
                "owner_id": "2",
                "participants": "s2",
                "order_id": "o1",
                "reopened": "1",
            }
            | CLOSED,
            CASE
            | {
                "case_id": "2",
                "reference": "CS-2",
                "account_id": "a",
                "opened_by": "s2",
                "owner_id": "2",
                "recurrence_of": "1",
                "status": "waiting third party",
            },
        ],
        "messages": [
            {
                "message_id": "m1",
                "case_id": "1",
                "seq": "1",
                "author_kind": "stakeholder",
                "author_id": "s1",
                "visibility": "public",
                "channel": "email",
                "created_at": AT,
                "language": "pt",
                "body": 'Olá,\nonde está? "Já"; €',
            },
            {
                "message_id": "m2",
                "case_id": "1",
                "seq": "2",
                "author_kind": "staff",
                "author_id": "2",
                "visibility": "internal",
                "channel": "portal",
                "created_at": LATER,
                "language": "en",
                "body": "Ask the carrier",
            },
        ],
        "surveys": [
            {
                "survey_id": "1",
                "kind": "csat",
                "account_id": "a",
                "case_id": "1",
                "stakeholder_id": "s1",
                "sent_at": LATER,
                "answered_at": LAST,
                "score": "5",
                "comment": "",
            }
        ],
    }


def refused(load, rows) -> list[str]:
    with pytest.raises(ImportRefused) as caught:
        load(rows)
    return list(caught.value.problems.lines())


def only(model):
    statement = model.unscoped("test") if hasattr(model, "unscoped") else select(model)
    return db.session.scalars(statement.order_by(model.id)).all()


def one(model, own_id):
    (found,) = [row for row in only(model) if row.source_id == own_id]
    return found


def count(model) -> int:
    statement = select(func.count()).select_from(model)
    if hasattr(model, "unscoped"):
        statement = opened(statement, model, why="test")
    return db.session.scalar(statement)


TABLES = (User, Grant, Account, TeamMember, Stakeholder, Order, Case, Participant, CaseLink)
TABLES += (Message, Event, Survey)


def everything() -> dict[str, list[str]]:
    found = {}
    for model in TABLES:
        statement = select(model.__table__)
        if hasattr(model, "unscoped"):
            statement = opened(statement, model, why="test")
        found[model.__name__] = sorted(map(str, db.session.execute(statement)))
    return found


def new_of(result) -> dict[str, int]:
    return {name: file.new for name, file in result.files.items()}
