"""Known hosts, own origin, the headers on every answer, and errors that tell an id and no more."""

import logging
import re

import pytest

from portal.web import security
from tests import databases

pytestmark = pytest.mark.on("sqlite")

FAULT = "the inner workings of /srv/portal/cases.py"


def promised(answer):
    """Whether an answer has the headers of T36."""
    headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.proves("T20")
@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "localhost@evil.example", "evil.example:80", ""],
)
def test_an_unknown_host_is_refused(client, host):
    answer = client.get("/login", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text
    assert client.get("/login", headers={"Host": "localhost"}).status_code == 200


@pytest.mark.proves("T6")
@pytest.mark.parametrize(
    ("path", "status"), [("/reviews/%00", 404), ("/a%00b", 404), ("/login?next=a%00b", 200)]
)
def test_a_page_whose_name_has_a_nul_is_not_there(client, path, status):
    answer = client.get(path)
    assert answer.status_code == status
    promised(answer)


def test_a_health_check_may_ask_by_any_name(client):
    assert client.get("/healthz", headers={"Host": "10.0.0.7:8000"}).status_code == 200


@pytest.mark.proves("T20")
def test_a_name_of_this_machine_is_known_only_to_an_installation_on_it(app):
    url = app.extensions["portal_settings"].database_url
    client = databases.build(url, PORTAL_BASE_URL="https://portal.norte.example").test_client()
    assert client.get("/login", headers={"Host": "localhost"}).status_code == 400
    assert client.get("/login", headers={"Host": "127.0.0.1:8000"}).status_code == 400
    answer = client.get("/login", headers={"Host": "portal.norte.example"})
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")


@pytest.mark.proves("T21")
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_an_unsafe_request_comes_from_our_own_pages(client, headers, status):
    answer = client.post("/preferences", data={"theme": "dark"}, headers=headers)
    assert answer.status_code == status
    assert ("Set-Cookie" in answer.headers) is (status == 303)
    assert client.get("/login", headers=headers).status_code == 200


@pytest.mark.proves("T36")
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/login", 200),
        ("GET", "/accounts", 302),
        ("GET", "/no/such/page", 404),
        ("GET", "/static/no-such-file.css", 404),
        ("GET", "/preferences", 405),
        ("DELETE", "/login", 405),
        ("HEAD", "/login", 200),
    ],
)
def test_every_answer_has_the_headers(client, method, path, status):
    answer = client.open(path, method=method)
    assert answer.status_code == status
    promised(answer)


@pytest.mark.proves("T36")
def test_a_refused_host_and_a_refused_form_have_the_headers(client):
    promised(client.get("/login", headers={"Host": "evil.example"}))
    promised(client.post("/preferences", headers={"Sec-Fetch-Site": "cross-site"}))


@pytest.mark.proves("T36")
def test_what_is_too_large_is_refused_with_the_headers(client):
    head = '--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n'
    body = f"{head}{'a' * 2 * 1024 * 1024}\r\n--x--\r\n".encode()
    answer = client.post("/login", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert "20 MB" in answer.text
    promised(answer)


@pytest.mark.proves("T36")
@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("where", ["page", "fragment"])
def test_a_fault_shows_an_id_that_the_log_explains_and_never_a_trace(
    app, client, monkeypatch, caplog, where, debug
):
    def fail(**_):
        raise RuntimeError(FAULT)

    endpoint = app.url_map.bind("localhost").match("/login", method="GET")[0]
    monkeypatch.setitem(app.view_functions, endpoint, fail)
    monkeypatch.setattr(app, "testing", debug)
    headers = {"HX-Request": "true"} if where == "fragment" else {}
    with caplog.at_level(logging.ERROR, logger="portal.web"):
        answer = client.get("/login", headers=headers)
    assert answer.status_code == 500
    promised(answer)
    for word in ("Traceback", "RuntimeError", "inner workings", "cases.py", "File &#34;"):
        assert word not in answer.text
    (record,) = [record for record in caplog.records if record.name == "portal.web"]
    (fault,) = re.findall(r"fault ([0-9a-f]{8}) ", record.getMessage())
    assert fault in answer.text
    assert FAULT in str(record.exc_info[1])


@pytest.mark.proves("T36")
def test_a_fault_while_the_error_page_is_made_still_shows_the_id(app, client, monkeypatch, caplog):
    def fail(*_, **__):
        raise RuntimeError(FAULT)

    monkeypatch.setattr("portal.web.errors.render", fail)
    endpoint = app.url_map.bind("localhost").match("/login", method="GET")[0]
    monkeypatch.setitem(app.view_functions, endpoint, fail)
    answer = client.get("/login")
    assert answer.status_code == 500
    assert answer.mimetype == "text/plain"
    assert re.search(r"\b[0-9a-f]{8}$", answer.text)
    assert "inner workings" not in answer.text
    promised(answer)


@pytest.mark.proves("T20")
@pytest.mark.parametrize(
    ("target", "kept"),
    [("/me?tab=1", True), ("//evil.example", False), ("/no/such", False), (None, False)],
)
def test_a_path_of_our_own_is_kept_and_any_other_forgotten(app, target, kept):
    with app.test_request_context("/"):
        assert security.own_path(target, "/login") == (target if kept else "/login")
