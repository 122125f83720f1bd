"""The people who visit the pages under measurement, and where they go."""

from typing import Any

from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.accounts.models import Account
from portal.cases.models import IS_OPEN, Case, Message
from portal.cases.promise_history import write_missing
from portal.db import db, opened, transaction
from portal.identity.models import Grant, Reach, Role, User
from portal.identity.passwords import hash_password
from portal.seed.agreements import agree
from portal.sla.models import ServicePlan
from portal.stakeholders.models import Stakeholder

WHY = "a benchmark's visitors"


def make(app: Flask, password: str) -> dict[str, Any]:
    """Make the visitors if need be and sign them in; returns their cookies and the places they go to."""
    with app.app_context(), transaction():
        account = db.session.scalars(Account.unscoped(WHY).where(Account.source_id == "1")).one()
        if db.session.scalar(select(ServicePlan.id).limit(1)) is None:
            agree()
        write_missing([account.id])
        secret = hash_password(password)
        _visitor("agent", secret, Role.ADMIN, None)
        busiest = db.session.execute(
            opened(select(Account.manager_id), Account, why=WHY)
            .group_by(Account.manager_id)
            .order_by(func.count().desc())
            .limit(1)
        ).scalar()
        ids = db.session.scalars(
            opened(select(Account.id), Account, why=WHY).where(Account.manager_id == busiest)
        ).all()
        _visitor("manager", secret, Role.ACCOUNT_MANAGER, list(ids))
        person = db.session.scalars(
            Stakeholder.unscoped(WHY).where(Stakeholder.account_id == account.id).limit(1)
        ).one()
        _visitor("contact", secret, Role.CONTACT, [account.id], person.id)
        place = {
            "account": account.ref,
            "case": _case(account.id, 20),
            "quiet_case": _case(account.id, 3),
        }
    return place | {who: _cookie(app, who, password) for who in ("agent", "manager", "contact")}


def _visitor(
    who: str, secret: str, role: Role, accounts: list[int] | None, person: int | None = None
) -> None:
    email = f"{who}@bench.example"
    if db.session.scalar(select(User).where(User.email == email)):
        return
    user = User(
        email=email,
        name=f"Bench {who}",
        password_hash=secret,
        is_staff=role.of_staff,
        created_at=clock.now(),
    )
    db.session.add(user)
    db.session.flush()
    for account in accounts or [None]:  # type: ignore[list-item]
        db.session.add(
            Grant(
                user_id=user.id,
                role=role,
                account_id=account,
                reach=Reach.ACCOUNT,
                stakeholder_id=person,
                created_at=clock.now(),
            )
        )


def _case(account: int, messages: int) -> str:
    count = (
        opened(select(Message.case_id), Message, Case, why=WHY)
        .join(Case, Case.id == Message.case_id)
        .where(Message.account_id == account, IS_OPEN)
        .group_by(Message.case_id)
        .having(func.count() == messages)
        .limit(1)
    )
    case_id = db.session.scalar(count)
    statement = Case.unscoped(WHY).where(Case.account_id == account)
    statement = statement.where(Case.id == case_id) if case_id else statement.where(IS_OPEN)
    return db.session.scalars(statement.limit(1)).one().ref


def _cookie(app: Flask, who: str, password: str) -> str:
    client = app.test_client()
    answer = client.post(
        "/login",
        data={"email": f"{who}@bench.example", "password": password},
        headers={"Sec-Fetch-Site": "same-origin"},
        base_url=app.extensions["portal_settings"].base_url,
    )
    assert answer.status_code == 303, answer.text
    return "; ".join(set_.partition(";")[0] for set_ in answer.headers.getlist("Set-Cookie"))
