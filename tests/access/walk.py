"""Every rule of the URL map, filled with references of three relations; a rule that cannot be filled fails."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import inspect
from werkzeug.routing import Rule

from portal.cases.models import Case
from portal.db import db
from tests import factories
from tests.factories import Cast, Company

RELATIONS = ("own", "confidential", "other")
UNTOUCHED = ("events", "attempts", "jobs", "alembic_version")


@dataclass(frozen=True)
class Place:
    """One company's things, by the names that routes give to their parameters."""

    company: Company
    case: Case
    confidential: Case
    values: dict[str, Any]

    def fill(self, rule: Rule, relation: str) -> dict[str, Any]:
        """Values for the rule's parameters.

        Raises: KeyError when a route names something this walk does not know.
        """
        values = dict(self.values)
        if relation == "confidential":
            values["case"] = self.confidential.ref
        return {name: values[name] for name in rule.arguments}


def make_place(company: Company) -> Place:
    """A case, a confidential case that names nobody of the client but its opener, a file, an order, a review."""
    opener = factories.make_stakeholder(company.account, name="Somebody else")
    case = factories.make_case(
        company.account, opener, ref=f"C-{company.account.id}1", subject="Shared matter"
    )
    secret = factories.make_case(
        company.account,
        opener,
        ref=f"C-{company.account.id}2",
        subject="Confided",
        confidential=True,
    )
    message = factories.make_message(case, opener, "Words of the client")
    factories.make_message(case, company.agent, "Words of staff")
    factories.make_message(case, company.agent, f"note-{company.account.ref}", internal=True)
    factories.make_message(secret, opener, "Confided words")
    file = factories.make_file(company.account, case_id=case.id, message_id=message.id)
    order = factories.make_order(company.account)
    review = factories.make_review(company.account)
    factories.make_participant(review, opener)
    factories.make_participant(review, company.manager)
    commitment = factories.make_commitment(company.account)
    portfolio = factories.make_portfolio(company.account, company.manager)
    consent = factories.make_consent(
        factories.make_comment(company.account, company.contact_person)
    )
    values = {
        "account": company.account.ref,
        "case": case.ref,
        "storedfile": file.key,
        "file": file.key,
        "key": file.key,
        "order": order.ref,
        "review": review.ref,
        "commitment": commitment.ref,
        "portfolio": portfolio.ref,
        "comment": consent.ref,
        "language": "pt",
        "number": 1,
        "stakeholder": opener.id,
        "participant": opener.id,
        "person": opener.id,
        "member": 10**6,
        "calendar": 1,
        "plan": 1,
        "contract": 1,
        "token": "no-such-token",
        "session": 10**6,
        "name": "app.css",
        "filename": "app.css",
        "path": "app.css",
    }
    return Place(company, case, secret, values)


def rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every rule with each of its methods that does something."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda r: r.rule):
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield rule, method


def gate_of(app: Flask, rule: Rule) -> Any:
    """The gate of a rule's view."""
    return app.view_functions[rule.endpoint].gate  # type: ignore[attr-defined]


def path_of(app: Flask, rule: Rule, values: dict[str, Any]) -> str:
    """The rule's address with the values in it."""
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values)


def fingerprint(app: Flask) -> str:
    """A hash over all rows and stored files, the log of refusals aside."""
    digest = hashlib.sha256()
    with app.app_context():
        with db.engine.connect() as connection:
            for statement in _all_rows(db.engine.dialect.name):
                rows = connection.exec_driver_sql(statement)
                digest.update(repr(sorted(map(repr, rows))).encode())
        for path in sorted(Path(app.extensions["portal_settings"].storage_path).rglob("*")):
            digest.update(str(path).encode())
    return digest.hexdigest()


@cache
def _all_rows(_kind: str) -> list[str]:
    """A statement for each table of this kind of database, whose schema is the same in each test."""
    found, inspected = [], inspect(db.engine)
    for table in sorted(inspected.get_table_names()):
        if table in UNTOUCHED or table.startswith("search_"):
            continue
        columns = [one["name"] for one in inspected.get_columns(table) if one["name"] != "seen_at"]
        found.append(f"select {', '.join(columns)} from {table}")
    return found


def masked(page: str) -> str:
    """A page without one-time values: nonces, hidden submission tokens."""
    return re.sub(r'(name="submission" value=")[^"]*', r"\1", page)


def all_columns() -> list[str]:
    """The name of every column of every table, for posting what no form declares."""
    return sorted(
        {column.name for table in db.metadata.tables.values() for column in table.columns}
    )


def place_pair(cast: Cast) -> tuple[Place, Place]:
    """Acme's things and Globex's."""
    return make_place(cast.acme), make_place(cast.globex)
