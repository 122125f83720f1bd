"""T2: what Acme's people fetch is the same to the byte whether or not a large Globex exists beside it."""

import pytest

from portal.db import db
from portal.insights import days
from portal.insights.asked import STAFF_VIEWS
from tests import factories
from tests.access import walk
from tests.factories import make_cast

PEOPLE = ("acme.contact", "acme.sponsor", "acme.agent", "acme.manager")
PAGES = (
    "/",
    "/cases",
    "/cases?status=all",
    "/accounts",
    "/search?q=matter",
    "/search?q=canary",
    "/reviews",
    "/cases/new",
    "/cases?figure=F1&from=2026-03-01&to=2026-03-02",
    *(f"/insights?from=2026-03-01&to=2026-03-02&view={view}" for view in STAFF_VIEWS),
)


def _pages(app, people, place):
    found = {}
    for who, person in people.items():
        for rule, method in walk.rules(app):
            if method != "GET" or walk.gate_of(app, rule).is_public:
                continue
            path = walk.path_of(app, rule, place.fill(rule, "own"))
            found[who, path] = walk.masked(_read(person, path))
        for path in PAGES:
            found[who, path] = walk.masked(_read(person, path))
    return found


def _read(person, path):
    """The bytes of an answer as characters, whatever it is."""
    return person.get(path).get_data().decode("latin-1")


@pytest.mark.proves("T2")
def test_a_large_neighbour_changes_no_byte(app, client):
    with app.app_context():
        place = walk.make_place(make_cast().acme)
        days.rebuild()
        db.session.commit()
    people = {who: client.as_(who) for who in PEOPLE}
    alone = _pages(app, people, place)
    with app.app_context():
        _grow_neighbour()
        days.rebuild()
        db.session.commit()
    beside = _pages(app, people, place)
    for key, page in alone.items():
        assert beside[key] == page, key


def _grow_neighbour():
    company = factories.make_company("initech")
    for number in range(120):
        opener = company.contact_person
        case = factories.make_case(company.account, opener, subject=f"canary matter {number}")
        factories.make_message(case, opener, "canary words about the matter")
        factories.make_order(company.account)
    review = factories.make_review(company.account)
    factories.make_participant(review, company.contact_person)
