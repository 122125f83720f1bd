"""Language, appearance and time zone."""

import pytest

from portal.db import db
from portal.identity.models import User
from tests.identity.people import log_in, make_ana


@pytest.fixture
def ana(app):
    with app.app_context():
        return make_ana(language="it", theme="dark")


def language_of(page):
    return page.text.partition('lang="')[2][:2]


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("pt-BR,pt;q=0.9", "pt"),
        ("es-419", "es"),
        ("de,it;q=0.5,en;q=0.1", "it"),
        ("de", "en"),
        ("", "en"),
        ("*", "en"),
        ("pt-PT;q=x,,;;", None),
    ],
)
@pytest.mark.on("sqlite")
def test_nobody_is_answered_in_the_language_their_browser_asks_for(client, asked, given):
    found = language_of(client.get("/login", headers={"Accept-Language": asked}))
    assert found == given or given is None


@pytest.mark.on("sqlite")
def test_a_choice_is_kept_in_a_cookie_before_signing_in(client):
    form = {"language": "es", "next": "/password/forgot"}
    answer = client.post("/preferences", data=form, headers={"Accept-Language": "it"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/password/forgot")
    cookie = answer.headers["Set-Cookie"]
    assert "language=es" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert language_of(client.get("/login", headers={"Accept-Language": "it"})) == "es"
    client.post("/preferences", data={"theme": "dark"})
    assert 'data-theme="dark"' in client.get("/login").text
    assert language_of(client.get("/login")) == "es"
    client.post("/preferences", data={"theme": ""})
    assert "data-theme" not in client.get("/login").text.partition("<body")[0]


@pytest.mark.parametrize(
    ("origin", "path", "back"),
    [
        ("http://localhost", "/password/forgot?sent=1", "/password/forgot?sent=1"),
        ("http://elsewhere.example", "/password/forgot", "/"),
        ("http://localhost", "/no/such/page", "/"),
    ],
)
@pytest.mark.on("sqlite")
def test_a_choice_leads_back_to_the_page_it_was_made_on(client, origin, path, back):
    headers = {"Referer": origin + path}
    answer = client.post("/preferences", data={"theme": "dark"}, headers=headers)
    assert answer.headers["Location"] == back


@pytest.mark.parametrize(
    "form",
    [
        {"language": "xx"},
        {"theme": "pink"},
        {"language": "es\r\nX: y"},
        {},
        {"language": ["it", "es"]},
    ],
)
@pytest.mark.on("sqlite")
def test_what_is_not_offered_is_not_kept(client, form):
    answer = client.post("/preferences", data=form)
    assert answer.status_code == 303
    assert form.get("language") == ["it", "es"] or "Set-Cookie" not in answer.headers


def test_the_persons_own_choice_comes_with_them(app, client, ana):
    log_in(client)
    page = client.get("/me", headers={"Accept-Language": "en"})
    assert language_of(page) == "it"
    assert 'data-theme="dark"' in page.text
    client.post("/preferences", data={"language": "pt"})
    assert language_of(client.get("/me")) == "pt"
    with app.app_context():
        kept = db.session.get(User, ana.id)
    assert (kept.language, kept.theme) == ("pt", "dark")


def test_all_choices_are_kept_on_ones_own_page(app, client, ana):
    log_in(client)
    form = {
        "language": "en",
        "theme": "light",
        "timezone": "America/Sao_Paulo",
        "is_staff": "1",
        "email": "x@x.test",
    }
    assert client.post("/me/preferences", data=form).headers["Location"] == "/me"
    assert 'data-theme="light"' in client.get("/me").text
    with app.app_context():
        kept = db.session.get(User, ana.id)
    assert (kept.language, kept.theme, kept.timezone) == ("en", "light", "America/Sao_Paulo")
    assert (kept.is_staff, kept.email) == (False, ana.email)
    for wrong in ({"timezone": "Mars/Olympus"}, {"language": "xx"}, {"theme": "pink"}):
        assert client.post("/me/preferences", data={**form, **wrong}).status_code == 422
