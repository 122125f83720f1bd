"""Signing in and out, and what a cookie is worth."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.actor import SYSTEM
from portal.db import db, transaction
from portal.identity import invitations, passwords
from portal.identity.models import LoginSession, User
from tests.databases import build
from tests.identity.people import EMAIL, NEW, PASSWORD, count, events, is_in, log_in, make_ana


@pytest.fixture
def ana(app):
    with app.app_context():
        return make_ana()


def copy_of(client):
    """Another browser with the same cookie, as a thief would have."""
    thief = client.application.test_client()
    thief.set_cookie("session", client.get_cookie("session").value)
    return thief


def test_signing_in_leads_where_one_was_going(app, client, ana):
    sent_away = client.get("/me")
    assert sent_away.headers["Location"] == "/login?next=/me"
    assert 'value="/me"' in client.get("/login?next=/me").text
    form = {"email": "ANA@acme.test ", "password": PASSWORD, "next": "/me"}
    answer = client.post("/login", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me")
    assert is_in(client)
    assert events(app, "SignedIn") == [{"user_id": ana.id}]
    assert client.get("/login").headers["Location"] == "/"


def test_a_wrong_password_says_so_and_changes_nothing(app, client, ana):
    answer = log_in(client, password="linha de costura azuL")
    assert answer.status_code == 422
    assert "does not match" in answer.text
    assert EMAIL in answer.text
    assert count(app, LoginSession) == 0
    assert [event.keys() for event in events(app, "SignInRefused")] == [{"subject"}]


@pytest.mark.proves("T14")
def test_only_the_hash_of_a_session_is_kept_and_the_cookie_is_for_us_alone(app, client, ana):
    answer = log_in(client)
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("session="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Expires" not in cookie
    assert "Domain" not in cookie
    with client.session_transaction() as kept:
        token = kept["_user_id"]
    with app.app_context():
        row = db.session.scalar(select(LoginSession))
    assert len(token) >= 43
    assert token not in (row.token_hash, row.ref)


@pytest.mark.proves("T14")
@pytest.mark.on("sqlite")
def test_the_cookie_is_bound_to_the_host_when_people_come_by_https(app, ana):
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    secure = build(url, PORTAL_BASE_URL="https://localhost")
    browser = secure.test_client()
    form = {"email": EMAIL, "password": PASSWORD}
    answer = browser.post(
        "/login", data=form, base_url="https://localhost", headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert answer.status_code == 303
    cookies = answer.headers.getlist("Set-Cookie")
    cookie = next(c for c in cookies if c.startswith("__Host-session="))
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert all("Secure" in c for c in cookies)
    with secure.app_context():
        db.engine.dispose()


@pytest.mark.proves("T14")
def test_signing_in_gives_a_new_session_and_ends_the_old_one(client, ana):
    log_in(client)
    thief = copy_of(client)
    with client.session_transaction() as kept:
        kept["planted"] = "by somebody"
    log_in(client)
    assert is_in(client)
    assert not is_in(thief)
    with client.session_transaction() as kept:
        assert "planted" not in kept


@pytest.mark.proves("T14")
def test_a_copied_cookie_is_dead_after_logging_out(app, client, ana):
    log_in(client)
    thief = copy_of(client)
    assert is_in(thief)
    assert client.post("/logout").status_code == 303
    assert not is_in(thief)
    assert not is_in(client)
    assert events(app, "SignedOut") == [{"user_id": ana.id}]
    assert "has ended" in thief.get("/login").text
    assert "has ended" not in client.get("/login").text


@pytest.mark.proves("T14")
def test_a_copied_cookie_is_dead_after_a_change_of_password(app, client, ana):
    log_in(client)
    thief, elsewhere = copy_of(client), app.test_client()
    log_in(elsewhere)
    assert client.post("/me/password", data={"old": PASSWORD, "password": NEW}).status_code == 303
    assert is_in(client)
    assert not is_in(thief)
    assert not is_in(elsewhere)
    assert log_in(elsewhere).status_code == 422
    assert log_in(elsewhere, password=NEW).status_code == 303
    assert events(app, "PasswordChanged") == [{"user_id": ana.id}]


@pytest.mark.proves("T14", "T19")
@pytest.mark.parametrize(
    ("old", "new"),
    [("not the old one", NEW), (PASSWORD, "short"), (PASSWORD, "Ana Lima 2026!!"), ("", "")],
)
def test_a_refused_change_of_password_leaves_all_as_it_was(client, ana, old, new):
    log_in(client)
    answer = client.post("/me/password", data={"old": old, "password": new})
    assert answer.status_code == 422
    assert 'class="fault"' in answer.text
    assert is_in(client)
    assert log_in(client).status_code == 303


@pytest.mark.proves("T14")
@pytest.mark.parametrize("end", [invitations.deactivate, invitations.sign_out_everywhere])
def test_a_cookie_is_dead_when_staff_end_it(app, client, ana, end):
    log_in(client)
    with app.app_context(), transaction():
        end(db.session.get(User, ana.id), by=SYSTEM)
    assert not is_in(client)
    assert log_in(client).status_code == (422 if end is invitations.deactivate else 303)


@pytest.mark.proves("T14")
@pytest.mark.parametrize(
    ("is_staff", "idle", "absolute"),
    [
        (False, timedelta(hours=8), timedelta(days=7)),
        (True, timedelta(hours=1), timedelta(hours=12)),
    ],
)
def test_sessions_end_by_themselves(app, client, now, is_staff, idle, absolute):
    with app.app_context():
        make_ana(is_staff=is_staff)
    log_in(client)
    now.shift(idle)
    assert is_in(client)
    now.shift(idle + timedelta(seconds=1))
    assert not is_in(client)
    log_in(client)
    for _ in range(int(absolute / idle)):
        now.shift(idle)
        assert is_in(client)
    now.shift(timedelta(seconds=1))
    assert not is_in(client)


@pytest.mark.proves("T14")
def test_people_see_and_end_their_sessions(app, client, ana):
    log_in(client)
    phone = app.test_client()
    log_in(phone, headers={"User-Agent": "Phone <b>\x7f"})
    page = client.get("/me").text
    assert "Phone &lt;b&gt;" in page
    assert page.count(">this device<") == 1
    with app.app_context():
        ref = db.session.scalars(select(LoginSession).order_by(LoginSession.id.desc())).first().ref
    assert f"/me/sessions/{ref}/end" in page
    assert client.post(f"/me/sessions/{ref}/end").status_code == 303
    assert not is_in(phone)
    assert is_in(client)
    assert client.post(f"/me/sessions/{ref}/end").status_code == 404


@pytest.mark.proves("T14")
def test_anothers_session_is_ended_by_administrators_alone(app, cast, client):
    contact = client.as_("contact")
    with app.app_context():
        ref = db.session.scalar(select(LoginSession)).ref
    for who in ("sponsor", "stranger", "manager", "executive"):
        assert client.as_(who).post(f"/me/sessions/{ref}/end").status_code == 404
    assert is_in(contact)
    assert client.as_("admin").post(f"/me/sessions/{ref}/end").status_code == 303
    assert not is_in(contact)


def test_a_session_is_noted_as_used_every_five_minutes(app, client, now, ana):
    log_in(client)

    def seen():
        with app.app_context():
            return db.session.scalar(select(LoginSession)).seen_at

    begun = seen()
    now.shift(timedelta(minutes=4))
    client.get("/me")
    assert seen() == begun
    now.shift(timedelta(minutes=1))
    client.get("/me")
    assert seen() == begun + timedelta(minutes=5)
    now.shift(timedelta(minutes=5))
    client.post("/preferences", data={"theme": "dark"})
    assert seen() == begun + timedelta(minutes=10)


def test_reading_waits_for_nobody_while_another_writes(app, client, now, ana):
    """The note that a session was used is left out when the row or the database is locked."""
    log_in(client)
    now.shift(timedelta(minutes=6))
    with app.app_context():
        engine = db.engine
    with engine.connect() as other:
        other.execute(LoginSession.__table__.update().values(agent="locked"))
        assert is_in(client)
        other.rollback()


def test_an_outdated_hash_is_renewed_at_log_in(app, client):
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    with app.app_context():
        made = make_ana(password_hash=weak)
    assert log_in(client).status_code == 303
    with app.app_context():
        kept = db.session.get(User, made.id).password_hash
    assert not passwords.is_outdated(kept)
    assert passwords.matches(kept, PASSWORD)


def test_forged_cookies_open_nothing(app, client, ana):
    for value in ("", "x", "null", "[]", "eyJfdXNlcl9pZCI6MX0.x.y"):
        client.set_cookie("session", value)
        assert client.get("/me").status_code == 302
    for token in (1, None, [], {"a": 1}, "", "a\x00b"):
        fresh = app.test_client()
        with fresh.session_transaction() as kept:
            kept["_user_id"] = token
        assert fresh.get("/me").status_code == 302


def test_a_refusal_is_logged_with_actor_and_path(app, cast, client):
    stranger = client.as_("stranger")
    assert stranger.post("/me/sessions/nothing/end").status_code == 404
    assert client.post("/me/sessions/nothing/end").status_code == 302
    stranger.get("/no/such/page")
    assert events(app, "Refused") == [
        {"method": "POST", "path": "/me/sessions/nothing/end", "status": 404}
    ]
