"""T1, T4: every route, each person of the cast, each relation, as page and as fragment."""

import pytest

from portal.db import db
from tests.access import walk
from tests.factories import PEOPLE, make_cast

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}
STAFF_EVERYWHERE = ("executive", "admin")
SIDE_OF_ACME = ("acme.manager", "acme.agent", "acme.sponsor", "acme.contact")


@pytest.fixture
def world(app):
    with app.app_context():
        cast = make_cast()
        places = walk.place_pair(cast)
        db.session.commit()
    return cast, *places


@pytest.mark.proves("T1")
def test_every_route_sends_nobody_to_the_log_in(app, client, world):
    _, acme, _ = world
    for rule, method in walk.rules(app):
        if walk.gate_of(app, rule).is_public:
            continue
        path = walk.path_of(app, rule, acme.fill(rule, "own"))
        answer = client.open(path, method=method)
        assert answer.status_code == 302 and "/login" in answer.headers["Location"], (
            f"{method} {path}"
        )


@pytest.mark.proves("T1", "T4")
@pytest.mark.parametrize("who", [who for who in PEOPLE if who not in STAFF_EVERYWHERE])
def test_another_accounts_things_do_not_exist(app, client, world, who):
    """404 whatever the method, and nothing has changed; staff who see all accounts by grant left out."""
    _, acme, globex = world
    foreign = globex if who in SIDE_OF_ACME else acme
    person = client.as_(who)
    before = walk.fingerprint(app)
    for rule, method in walk.rules(app):
        if not rule.arguments & {
            "account",
            "case",
            "review",
            "order",
            "file",
            "storedfile",
            "commitment",
            "comment",
        }:
            continue
        path = walk.path_of(app, rule, foreign.fill(rule, "other"))
        for headers in ({}, FRAGMENT):
            answer = person.open(path, method=method, headers=headers)
            assert answer.status_code == 404, f"{who} {method} {path}: {answer.status_code}"
    assert walk.fingerprint(app) == before


@pytest.mark.proves("T1", "T4")
@pytest.mark.parametrize("who", ["acme.sponsor", "acme.contact"])
def test_a_confidential_case_does_not_exist_for_colleagues_not_named(app, client, world, who):
    _, acme, _ = world
    person = client.as_(who)
    before = walk.fingerprint(app)
    for rule, method in walk.rules(app):
        if "case" in rule.arguments:
            path = walk.path_of(app, rule, acme.fill(rule, "confidential"))
            answer = person.open(path, method=method)
            assert answer.status_code == 404, f"{who} {method} {path}: {answer.status_code}"
    assert walk.fingerprint(app) == before


@pytest.mark.proves("T1", "T4")
@pytest.mark.parametrize("who", PEOPLE)
def test_what_is_forbidden_changes_nothing(app, client, world, who):
    """403 to who sees a thing but may not do it, as page and as fragment; no row and no file has moved."""
    _, acme, globex = world
    own = globex if who == "globex.contact" else acme
    person, refused = client.as_(who), set()
    before = walk.fingerprint(app)
    for rule, method in walk.rules(app):
        if rule.endpoint.endswith(("logout", "end_session")):
            continue
        path = walk.path_of(app, rule, own.fill(rule, "own"))
        for headers in ({}, FRAGMENT):
            status = person.open(path, method=method, headers=headers).status_code
            after = walk.fingerprint(app) if status == 403 or method == "POST" else before
            if status == 403:
                assert after == before, f"{who} {method} {path}"
                refused.add(rule.endpoint)
            before = after
    assert refused


@pytest.mark.proves("T35", "T36")
@pytest.mark.parametrize("who", ["acme.contact", "acme.manager"])
def test_every_answer_carries_the_headers(app, client, world, who):
    """Pages, fragments, files, errors and refusals alike: strict policy, nothing kept by a cache, nothing guessed."""
    _, acme, globex = world
    person = client.as_(who)
    for place in (acme, globex):
        for rule, method in walk.rules(app):
            if rule.endpoint.endswith(("logout", "end_session")):
                continue
            path = walk.path_of(app, rule, place.fill(rule, "own"))
            for headers in ({}, FRAGMENT):
                answer = person.open(path, method=method, headers=headers)
                assert not missing_headers(answer.headers), f"{method} {path}"


def missing_headers(headers):
    """Which of the promised headers an answer lacks."""
    policy = headers.get("Content-Security-Policy", "")
    kept = {
        "policy": "default-src" in policy and "unsafe" not in policy,
        "frames": "frame-ancestors 'none'" in policy or "frame-ancestors 'self'" in policy,
        "type": headers.get("X-Content-Type-Options") == "nosniff",
        "referrer": headers.get("Referrer-Policy") == "same-origin",
        "cache": headers.get("Cache-Control") == "no-store",
    }
    return [name for name, is_kept in kept.items() if not is_kept]


@pytest.mark.proves("T1")
@pytest.mark.parametrize("who", PEOPLE)
def test_no_route_breaks_on_what_is_ones_own(app, client, world, who):
    """The same requests by the right person: no crash, and what the gate lets pass is not 'invisible'."""
    _, acme, globex = world
    own = globex if who == "globex.contact" else acme
    person = client.as_(who)
    for rule, method in walk.rules(app):
        if rule.endpoint.endswith(("logout", "end_session")):
            continue
        path = walk.path_of(app, rule, own.fill(rule, "own"))
        answer = person.open(path, method=method)
        assert answer.status_code < 500, f"{who} {method} {path}: {answer.status_code}"


@pytest.mark.proves("T10")
@pytest.mark.parametrize("who", ["acme.contact", "acme.agent"])
def test_posting_every_column_changes_no_undeclared_field(app, client, world, who):
    """Ownership, references and instants stay what they were, whatever a form is sent."""
    _, acme, globex = world
    person = client.as_(who)
    forged = dict.fromkeys(walk.all_columns(), str(globex.company.account.id))
    before = _fixed(app, globex)
    for rule, method in walk.rules(app):
        if method == "POST" and rule.arguments and not rule.endpoint.endswith("end_session"):
            path = walk.path_of(app, rule, acme.fill(rule, "own"))
            answer = person.post(path, data=forged)
            assert answer.status_code < 500, f"{who} {path}: {answer.status_code}"
    assert _fixed(app, globex) == before


def _fixed(app, place):
    """What nobody at Acme may move: everything of Globex, and who owns what."""
    with app.app_context(), db.engine.connect() as connection:
        account = place.company.account.id
        rows = []
        for table in (
            "cases",
            "messages",
            "stakeholders",
            "orders",
            "case_participants",
            "files",
            "reviews",
            "review_participants",
        ):
            found = connection.exec_driver_sql(
                f"select * from {table} where account_id = {account} order by id"
            )
            rows.append([tuple(map(str, row)) for row in found])
        return rows
