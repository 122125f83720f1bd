"""One-time links: invitation and reset."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.actor import SYSTEM
from portal.db import db, transaction
from portal.delivery import sealed
from portal.identity import invitations, tokens
from portal.identity.models import LoginSession, Purpose, Token, User
from portal.jobs import Job
from tests.identity.people import (
    EMAIL,
    NEW,
    PASSWORD,
    count,
    events,
    is_in,
    link_in,
    log_in,
    mails,
    make_ana,
)


@pytest.fixture
def ana(app):
    with app.app_context():
        return make_ana()


def invite(app, user):
    """The path of a fresh invitation."""
    with app.app_context(), transaction():
        return invitations.one_time_link(db.session.get(User, user.id)).removeprefix(
            "http://localhost"
        )


def ask(client, email=EMAIL):
    return client.post("/password/forgot", data={"email": email})


def choose(client, link, password=NEW):
    return client.post(link, data={"password": password})


@pytest.mark.proves("T15")
def test_a_reset_leads_from_the_mail_to_a_new_password(app, client, ana):
    elsewhere = app.test_client()
    log_in(elsewhere)
    assert ask(client, " ANA@acme.test").status_code == 303
    [mail] = mails(app)
    assert mail["To"] == EMAIL
    link = link_in(mail)
    page = client.get(link)
    assert page.status_code == 200
    assert EMAIL in page.text
    assert choose(client, link).headers["Location"] == "/login"
    assert not is_in(client)
    assert not is_in(elsewhere)
    assert "The password is set" in client.get("/login").text
    assert log_in(client).status_code == 422
    assert log_in(client, password=NEW).status_code == 303
    assert events(app, "ResetAsked") == events(app, "PasswordChanged") == [{"user_id": ana.id}]


@pytest.mark.proves("T15")
def test_looking_at_a_link_uses_nothing_up(client, app, ana):
    link = invite(app, ana)
    for method in ("GET", "HEAD", "GET", "OPTIONS"):
        client.open(link, method=method)
    assert choose(client, link).status_code == 303
    assert choose(client, link).status_code == 404


@pytest.mark.proves("T15")
def test_every_bad_link_gives_one_and_the_same_page(app, client, now, ana):
    used, expired_invitation, withdrawn, foreign = (invite(app, ana) for _ in range(4))
    with app.app_context(), transaction():
        other = make_ana(email="bea@acme.test")
    assert choose(app.test_client(), foreign).status_code == 303
    used, foreign = foreign, invite(app, other)
    with app.app_context(), transaction():
        invitations.deactivate(db.session.get(User, other.id), by=SYSTEM)
    expired = invite(app, ana)
    now.shift(timedelta(days=7, seconds=1))
    ask(client)
    strange = [
        "",
        "x",
        "null",
        "None",
        "%5B%5D",
        "[]",
        "a" * 5000,
        "%F0%9F%91%8D",
        "forgott",
        used.rpartition("/")[2] + "=",
    ]
    links = [
        used,
        expired,
        expired_invitation,
        withdrawn,
        foreign,
        *(f"/password/{part}" for part in strange),
    ]
    pages = set()
    for link in links:
        for answer in (
            client.get(link),
            choose(client, link) if link != "/password/" else client.get(link),
        ):
            assert answer.status_code == 404, link
            own = re.sub(r'value="/password/[^"]*"', "", answer.text)
            pages.add(
                (
                    own,
                    tuple(
                        sorted((k, v) for k, v in answer.headers.items() if k != "Content-Length")
                    ),
                )
            )
    assert len({page for page, _ in pages}) == 1
    assert len({headers for _, headers in pages}) == 1
    assert log_in(client, password=NEW).status_code == 303


@pytest.mark.proves("T15")
@pytest.mark.parametrize(
    ("purpose", "life"),
    [(Purpose.RESET, timedelta(minutes=30)), (Purpose.INVITATION, timedelta(days=7))],
)
def test_links_run_out(app, client, now, ana, purpose, life):
    with app.app_context(), transaction():
        link = f"/password/{sealed.reveal(tokens.issue(db.session.get(User, ana.id), purpose))}"
    now.shift(life - timedelta(seconds=1))
    assert client.get(link).status_code == 200
    now.shift(timedelta(seconds=1))
    assert client.get(link).status_code == 404


@pytest.mark.proves("T15")
def test_only_hashes_are_kept_and_the_queue_holds_no_link(app, client, ana):
    ask(client)
    [mail] = mails(app)
    token = link_in(mail).rpartition("/")[2]
    assert len(token) >= 43
    with app.app_context():
        kept = [row.token_hash for row in db.session.scalars(select(Token))]
        queued = [str(job.payload) for job in db.session.scalars(select(Job))]
    assert kept
    assert not any(token in text for text in (*kept, *queued))
    assert token not in str(events(app, "ResetAsked"))


@pytest.mark.proves("T15")
def test_a_new_link_and_a_new_password_end_the_earlier_links(app, client, ana):
    first, second = invite(app, ana), invite(app, ana)
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    log_in(client)
    assert client.post("/me/password", data={"old": PASSWORD, "password": NEW}).status_code == 303
    assert client.get(second).status_code == 404


@pytest.mark.proves("T15")
def test_a_weak_password_does_not_cost_the_link(client, app, ana):
    link = invite(app, ana)
    for weak in ("", "short", "Ana Lima 2026!!", "x" * 1025, "passwordpassword"):
        answer = choose(client, link, weak)
        assert answer.status_code == 422
        assert 'class="fault"' in answer.text
    assert choose(client, link).status_code == 303


@pytest.mark.proves("T15", "T21")
@pytest.mark.real_time
def test_of_many_who_use_a_link_at_once_one_succeeds(app, ana):
    link = invite(app, ana)

    def use(number):
        return choose(app.test_client(), link, f"{NEW} {number}").status_code

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(use, range(6)))
    assert answers == [303, 404, 404, 404, 404, 404]
    assert len(events(app, "PasswordChanged")) == 1


@pytest.mark.proves("T15")
def test_a_link_is_never_a_log_in(app, client, ana):
    link = invite(app, ana)
    client.get(link)
    choose(client, link)
    assert client.get("/me").status_code == 302
    assert count(app, LoginSession) == 0


@pytest.mark.proves("T17")
def test_one_person_gets_few_reset_mails_whoever_asks(app, client, now, ana):
    for peer in range(8):
        ask(app.test_client(), EMAIL)
        ask(client, EMAIL)
        assert peer < 8
        now.shift(timedelta(minutes=2))
    assert len(mails(app)) == 3
    now.shift(timedelta(hours=1))
    ask(client)
    assert len(mails(app)) == 4


@pytest.mark.proves("T21")
def test_twenty_clicks_ask_for_one_mail(app, client, ana):
    for _ in range(20):
        assert ask(client).status_code == 303
    assert len(mails(app)) == 1


def test_no_link_goes_to_people_without_access(app, client, ana):
    with app.app_context():
        make_ana(email="closed@acme.test", active=False)
    for email in ("closed@acme.test", "nobody@acme.test"):
        assert ask(client, email).status_code == 303
    assert mails(app) == []


@pytest.mark.parametrize(
    ("language", "words"), [("en", "set a new password"), ("pt", ""), ("es", ""), ("it", "")]
)
def test_the_mail_speaks_the_receivers_language(app, client, language, words):
    with app.app_context():
        make_ana(language=language)
    client.post("/password/forgot", data={"email": EMAIL}, headers={"Accept-Language": "en"})
    [mail] = mails(app)
    assert mail["Content-Language"] == language
    assert words in mail["Subject"]
