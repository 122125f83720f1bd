"""Limits, and answers that tell nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters
from sqlalchemy import event

from portal.db import db, transaction
from portal.identity import limits, passwords
from portal.identity.limits import PEER, PERSON, TooManyTries
from portal.identity.models import Attempt
from tests.databases import build
from tests.identity.people import EMAIL, NEW, count, events, is_in, link_in, log_in, mails, make_ana


@pytest.fixture
def ana(app):
    with app.app_context():
        return make_ana()


@pytest.fixture
def quick(monkeypatch):
    """Passwords without the cost of a hash, where only the counting matters."""
    monkeypatch.setattr(
        passwords, "matches", lambda known, password: known is not None and password == "right"
    )


def fail(client, times, **more):
    return [log_in(client, password="wrong", **more).status_code for _ in range(times)]


@pytest.mark.proves("T17")
@pytest.mark.parametrize("email", [EMAIL, "nobody@acme.test"])
def test_ten_tries_for_a_person_not_eleven(app, client, now, ana, quick, email):
    assert fail(client, 11, email=email) == [422] * 10 + [429]
    assert log_in(client, email, "right").status_code == 429
    assert log_in(client.application.test_client(), email, "right").status_code == 429
    now.shift(timedelta(minutes=15))
    assert log_in(client, email, "right").status_code == (303 if email == EMAIL else 422)
    assert len(events(app, "SignInRefused")) >= 13


@pytest.mark.proves("T17")
def test_a_success_does_not_count_and_others_are_not_locked_out(client, app, ana, quick):
    with app.app_context():
        make_ana(email="bea@acme.test")
    for _ in range(12):
        assert log_in(client, password="right").status_code == 303
    fail(client, 11)
    assert log_in(client, "bea@acme.test", "right").status_code == 303


@pytest.mark.proves("T17")
def test_a_hundred_tries_for_a_peer_not_a_hundred_and_one(app, client, ana, quick):
    answers = [log_in(client, f"p{n}@acme.test", "wrong").status_code for n in range(101)]
    assert answers == [422] * 100 + [429]
    assert log_in(client, password="right").status_code == 429
    away = {"environ_base": {"REMOTE_ADDR": "198.51.100.7"}}
    assert log_in(client, password="right", **away).status_code == 303


@pytest.mark.proves("T17")
@pytest.mark.parametrize("proxies", [0, 1, 2])
@pytest.mark.on("sqlite")
def test_the_peer_is_what_our_own_proxies_saw(app, ana, quick, proxies):
    """A header's invented part neither escapes the limit nor makes another pay for it."""
    own = build(app.config["SQLALCHEMY_DATABASE_URI"], PORTAL_PROXIES=str(proxies))
    browser, passed = own.test_client(), ["203.0.113.9", "10.0.0.2"][:proxies]

    def status(number, seen=passed):
        told = ", ".join([f"192.0.2.{number}", *seen])
        headers = {"X-Forwarded-For": told, "Sec-Fetch-Site": "same-origin"}
        return browser.post(
            "/login", data={"email": f"p{number}@x.test", "password": "x"}, headers=headers
        ).status_code

    assert [status(n) for n in range(101)] == [422] * 100 + [429]
    if proxies:
        assert status(7, ["203.0.113.10", "10.0.0.2"][:proxies]) == 422
    with own.app_context():
        db.engine.dispose()


@pytest.mark.proves("T17")
def test_after_a_hundred_failures_in_a_row_only_a_reset_helps(app, client, now, ana, quick):
    for _ in range(10):
        assert fail(client, 10) == [422] * 10
        now.shift(timedelta(minutes=15))
    now.shift(timedelta(days=3))
    answer = log_in(client, password="right")
    assert answer.status_code == 429
    assert "Only a new password helps" in answer.text
    client.post("/password/forgot", data={"email": EMAIL})
    [mail] = mails(app)
    assert client.post(link_in(mail), data={"password": NEW}).status_code == 303
    assert log_in(client, password="right").status_code == 303
    assert is_in(client)


@pytest.mark.proves("T17")
@pytest.mark.real_time
def test_parallel_guesses_do_not_slip_through(app, ana, quick):
    def guess(number):
        return log_in(app.test_client(), password=f"guess {number}").status_code

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(guess, range(15)))
    assert sorted(answers) == [422] * 10 + [429] * 5


@pytest.mark.proves("T17")
def test_a_refused_try_is_not_counted(app, ana):
    with app.app_context():
        for number in range(10):
            with transaction():
                limits.take((PERSON, "who"), (PEER, f"peer {number}"))
        before = count(app, Attempt)
        with pytest.raises(TooManyTries), transaction():
            limits.take((PERSON, "who"), (PEER, "peer"))
    assert count(app, Attempt) == before == 20


@pytest.mark.proves("T17")
def test_changing_the_password_is_limited_like_logging_in(client, ana, quick):
    log_in(client, password="right")
    change = {"old": "wrong", "password": NEW}
    assert [client.post("/me/password", data=change).status_code for _ in range(11)] == [
        422
    ] * 10 + [429]


@pytest.mark.proves("T16")
def test_known_and_unknown_get_the_same_bytes_and_headers(app, client, ana):
    """Log-in and reset: people with a password, without one, closed, unknown."""
    with app.app_context():
        make_ana(email="new@acme.test", password_hash=None)
        make_ana(email="shut@acme.test", active=False)
    emails = (EMAIL, "new@acme.test", "shut@acme.test", "none@acme.test")
    for path, more in (("/login", {"password": "not the password"}), ("/password/forgot", {})):
        answers = set()
        for email in emails:
            answer = app.test_client().post(
                path, data={"email": email, **more}, headers={"Sec-Fetch-Site": "same-origin"}
            )
            answers.add(
                (
                    answer.status_code,
                    answer.text.replace(email, "…"),
                    str(sorted(answer.headers.items())).replace(str(answer.content_length), ""),
                )
            )
        assert len(answers) == 1, path


@pytest.mark.proves("T16")
def test_known_and_unknown_take_the_same_work(app, ana, monkeypatch):
    """The same statements, and as many hashes verified at the same cost: a timed test would only add noise."""
    done = []
    verify = PasswordHasher.verify

    def recorded(hasher, kept, password):
        done.append(extract_parameters(kept))
        return verify(hasher, kept, password)

    def record(connection, cursor, statement, *rest):
        done.append(statement)

    monkeypatch.setattr(PasswordHasher, "verify", recorded)
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", record)
    work = []
    try:
        for email in (EMAIL, "none@acme.test"):
            assert log_in(app.test_client(), email, "wrong").status_code == 422
            work.append(list(done))
            done.clear()
    finally:
        event.remove(engine, "before_cursor_execute", record)
    known, unknown = work
    assert known == unknown
    assert sum(isinstance(one, Parameters) for one in known) == 1


@pytest.mark.proves("T16")
def test_asking_for_a_reset_does_the_same_for_all(app, client, ana):
    """The page only orders; whether there is such a person is seen by the worker."""
    statements = {}
    with app.app_context():
        engine = db.engine
    for email in (EMAIL, "none@acme.test"):
        seen = statements.setdefault(email, [])

        def record(connection, cursor, statement, *rest, seen=seen):
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", record)
        app.test_client().post(
            "/password/forgot", data={"email": email}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        event.remove(engine, "before_cursor_execute", record)
    known, unknown = statements.values()
    assert known == unknown
    assert len(mails(app)) == 1
