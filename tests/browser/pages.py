"""The list of pages, read from the URL map: a page that comes is on it the day it appears."""

from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.accounts.models import Account
from portal.actor import SYSTEM
from portal.cases.models import Case, Status
from portal.db import db, transaction
from portal.delivery import sealed
from portal.identity import tokens
from portal.identity.models import Purpose, User
from portal.reviews import disputing
from portal.reviews.models import Review, ReviewState, Stage
from portal.seed import LOGINS
from portal.sla.models import ServicePlan
from portal.stakeholders.models import Stakeholder
from tests import factories

NO_PAGES = {
    "calendar.feed",
    "calendar.no_token",
    "cases.fetch",
    "health.live",
    "health.ready",
    "insights.as_csv",
    "insights.as_xlsx",
    "reviews.document",
    "reviews.invitation",
    "reviews.portfolio_pdf",
    "reviews.portfolio_xlsx",
}
"""Routes that answer with a file or with words for machines."""

STATES = (
    "/cases?status=past",
    "/cases?status=all&priority=high",
    "/cases?account={account}&category=none-such",
    "/cases/{confidential}",
    "/cases/{withdrawn}",
    "/cases/new?account={account}",
    "/cases/{case}/merge?q=none-such",
    "/cases/{case}/merge?into={another}",
    "/accounts?q=none-such",
    "/accounts?order=health",
    "/accounts/{account}/health?on=2000-01-01",
    "/insights/forecast?account={account}",
    "/accounts/{account}/stakeholders?show=left",
    "/accounts/{account}/orders?show=returns",
    "/accounts/{account}/commitments?kind=decision",
    "/reviews/{building}",
    "/reviews/{issued}",
    "/reviews/{issued}/texts",
    "/reviews/{review}/comments?show=chosen",
    "/reviews/{planned}",
    "/reviews/{failed}",
    "/reviews?state=failed",
    "/reviews/portfolio/{unmade}",
    "/cases?figure=F1&from=2020-01-01&to=2020-01-31",
    "/cases?figure=F1&from=2025-01-01&to=2030-01-01",
    "/insights?period=year",
    "/insights?from=2020-01-01&to=2020-01-31",
    "/insights?from=never",
    "/insights?view=breakdown",
    "/insights?view=breakdown&account={account}&by=stakeholder&period=year",
    "/insights?view=opinion",
    "/insights?view=opinion&account={account}&children=1",
    "/insights?view=workload",
    "/insights?view=loyalty",
    "/insights?view=coverage",
    "/insights?view=coverage&account={account}",
    "/search?q=serra",
    "/search?q=none-such",
    "/no-such-page",
)
"""Further faces of pages, which the map names once."""

NOT_THERE = {"identity.no_token", "/no-such-page"}
"""Pages that say for ever that there is nothing."""


def addresses(app: Flask, names: dict[str, Any]) -> dict[str, str]:
    """Each page and each further state, by its endpoint or by its own pattern.

    Raises: KeyError when a route names something that `names_for` does not know.
    """
    adapter = app.url_map.bind("localhost")
    found = {
        rule.endpoint: adapter.build(rule.endpoint, {name: names[name] for name in rule.arguments})
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGES
    }
    return found | {state: state.format(**names) for state in STATES}


def names_for(app: Flask) -> dict[str, Any]:
    """What the parameters of routes stand for in the demonstration; some states are added to it."""
    with app.app_context(), transaction():
        account = db.session.scalars(_all(Account).where(Account.ref == "SERRA")).one()
        opener = db.session.scalars(
            _all(Stakeholder).where(Stakeholder.email == dict(LOGINS)["client contact"])
        ).one()
        shared = _all(Case).where(Case.subject.startswith("Rolamentos 6204"))
        ready = _all(Review).where(Review.state == ReviewState.READY)
        return {
            "account": account.ref,
            "person": 1,
            "calendar": 1,
            "plan": 1,
            "contract": _contract(account),
            "token": _token(),
            "case": db.session.scalars(shared.order_by(Case.id.desc())).first().ref,
            "confidential": factories.make_case(account, opener, confidential=True).ref,
            "another": factories.make_case(account, opener, subject="Bearings, again").ref,
            "withdrawn": factories.make_case(account, opener, status=Status.CANCELLED).ref,
            "review": db.session.scalars(ready).one().ref,
            "commitment": factories.make_commitment(account, due_on=date(2026, 1, 31)).ref,
            "comment": factories.make_consent(factories.make_comment(account, opener)).ref,
            "issued": _disputed(account, "2022"),
            "planned": _review(account, "2021", stage=Stage.PLANNED, state=ReviewState.QUEUED),
            "building": _review(account, "2024", state=ReviewState.BUILDING, progress=40),
            "portfolio": _portfolio(account, xlsx_key="workbook", pdf_key="document"),
            "unmade": _portfolio(account, state=ReviewState.FAILED, error="cpu"),
            "failed": _review(account, "2023", state=ReviewState.FAILED, error="pages"),
        }


def _disputed(account: Account, period: str) -> str:
    """An issued review with a meeting and a dispute in it."""
    review = factories.make_review(account, period=period, meeting_at=clock.now())
    dispute = disputing.open_dispute(review, "F8", "We were closed on that day.", by=SYSTEM)
    disputing.answer_dispute(dispute, "The calendar says so too.", by=SYSTEM)
    return str(review.ref)


def _all(model: Any) -> Any:
    return model.unscoped("addresses for a test")


def _contract(account: Account) -> int:
    """The number of a contract of the account with all that one can have."""
    factories.make_contract(account, db.session.scalars(select(ServicePlan)).first())
    return 1


def _token() -> str:
    user = db.session.scalars(select(User).where(User.email == dict(LOGINS)["agent"])).one()
    return sealed.reveal(tokens.issue(user, Purpose.RESET))


def _review(account: Account, period: str, **changes: Any) -> str:
    return str(factories.make_review(account, period=period, **changes).ref)


def _portfolio(account: Account, **changes: Any) -> str:
    manager = db.session.get(User, account.manager_id)
    assert manager is not None
    return str(factories.make_portfolio(account, manager, **changes).ref)
