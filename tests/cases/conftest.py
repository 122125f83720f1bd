"""Acme with its open case, below HTTP and behind it."""

import pytest

from portal.cases.models import Status
from portal.db import db
from tests import factories
from tests.cases.world import World


@pytest.fixture
def world(session):
    return World()


@pytest.fixture
def acme(app, cast):
    """Acme with an open case T-1 of its contact, said and noted upon, and a finished one."""
    with app.app_context():
        company = cast.acme
        case = factories.make_case(
            company.account, company.contact_person, ref="T-1", subject="Bearings rattle"
        )
        factories.make_message(case, company.contact_person, "They rattle since Monday.")
        factories.make_message(case, company.agent, "We look into it.")
        factories.make_message(case, company.agent, "Careful, VIP.", internal=True)
        factories.make_case(
            company.account,
            company.contact_person,
            ref="T-2",
            subject="Old matter",
            status=Status.RESOLVED,
        )
        db.session.commit()
    return company
