"""T2: what Acme's people fetch is the same to the byte whether or not a large Globex exists beside it."""

import pytest

from portal.db import db
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
)


def _pages(app, people, place):
    found = {}
    for who, person in people.items():
        for rule, method in walk.rules(app):
            if method != "GET" or walk.gate_of(app, rule).is_public:
                continue
            path = walk.path_of(app, rule, place.fill(rule, "own"))
            found[who, path] = walk.masked(person.get(path).get_data(as_text=True))
        for path in PAGES:
            found[who, path] = walk.masked(person.get(path).get_data(as_text=True))
    return found


@pytest.mark.proves("T2")
def test_a_large_neighbour_changes_no_byte(app, client):
    with app.app_context():
        place = walk.make_place(make_cast().acme)
        db.session.commit()
    people = {who: client.as_(who) for who in PEOPLE}
    alone = _pages(app, people, place)
    with app.app_context():
        _grow_neighbour()
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
    factories.make_review(company.account)
