"""Where we send people, and whose forms we take."""

import pytest

from portal.identity.models import LoginSession
from tests.identity.people import EMAIL, PASSWORD, count, is_in, log_in, mails, make_ana


@pytest.fixture
def ana(app):
    with app.app_context():
        return make_ana()


OUTSIDE = [
    "https://evil.example/",
    "//evil.example/me",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "/me\r\nSet-Cookie: a=b",
    "javascript:alert(1)",
    "data:text/html,x",
    "/%2Fevil.example",
    "/%5Cevil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/me/..//evil.example",
    "me",
    "@evil.example",
    "/no/such/page",
    "/logout",
    "/\x00me",
    "/me\x00",
    "/\N{FULLWIDTH SOLIDUS}evil.example",
]


@pytest.mark.proves("T20")
@pytest.mark.parametrize("target", OUTSIDE)
@pytest.mark.on("sqlite")
def test_log_in_and_preferences_lead_to_our_own_pages_alone(client, ana, target):
    form = {"email": EMAIL, "password": PASSWORD, "next": target}
    assert client.post("/login", data=form).headers["Location"] == "/"
    assert client.get("/login", query_string={"next": target}).headers["Location"] == "/"
    assert (
        client.post("/preferences", data={"theme": "dark", "next": target}).headers["Location"]
        == "/"
    )


@pytest.mark.proves("T20")
@pytest.mark.parametrize("target", ["/me", "/me?tab=1&x=%2F", "/password/forgot?sent=1"])
@pytest.mark.on("sqlite")
def test_our_own_pages_are_kept(client, ana, target):
    form = {"email": EMAIL, "password": PASSWORD, "next": target}
    assert client.post("/login", data=form).headers["Location"] == target


@pytest.mark.proves("T20")
@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "evil.example:80", "localhost@evil.example", ""],
)
def test_an_unknown_host_is_refused_and_reaches_no_link(app, client, ana, host):
    form = {"email": EMAIL}
    answer = client.post(
        "/password/forgot", data=form, headers={"Host": host, "X-Forwarded-Host": host}
    )
    assert answer.status_code == 400
    client.post("/password/forgot", data=form, headers={"X-Forwarded-Host": "evil.example"})
    [mail] = mails(app)
    assert "evil" not in mail.as_string()
    assert "http://localhost/password/" in mail.get_body(("plain",)).get_content()


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:81"},
    {"Origin": ""},
]


@pytest.mark.proves("T21")
@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.on("sqlite")
def test_forms_of_other_pages_change_nothing(app, client, ana, headers):
    """Signed in or not; the same request from our own page succeeds."""
    assert log_in(client, headers=headers).status_code == 403
    assert count(app, LoginSession) == 0
    assert log_in(client).status_code == 303
    for path, data in (
        ("/logout", {}),
        ("/preferences", {"language": "it"}),
        ("/me/password", {"old": PASSWORD}),
    ):
        answer = client.post(path, data=data, headers=headers)
        assert answer.status_code == 403
        assert "Set-Cookie" not in answer.headers
    assert is_in(client)
    assert client.post("/logout", headers={"Origin": "http://localhost"}).status_code == 303
    assert not is_in(client)


@pytest.mark.proves("T21")
@pytest.mark.on("sqlite")
def test_a_form_without_any_origin_is_refused(app, ana):
    from flask.testing import FlaskClient

    bare = FlaskClient(app, app.response_class)
    assert bare.post("/login", data={"email": EMAIL, "password": PASSWORD}).status_code == 403
    assert count(app, LoginSession) == 0


@pytest.mark.proves("T21")
def test_twenty_log_ins_by_one_browser_leave_one_session(app, client, ana):
    for _ in range(20):
        log_in(client)
    from portal.db import db

    with app.app_context():
        live = [row for row in db.session.query(LoginSession) if row.ended_at is None]
    assert len(live) == 1
