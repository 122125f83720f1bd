"""The public page that checks a file."""

from io import BytesIO

import pytest

from portal.identity import limits
from portal.reviews import public
from portal.reviews.verifying import Examined, Finding
from tests.reviews import samples
from tests.reviews.conftest import sheet_of

pytestmark = [pytest.mark.timeout(300)]


def send(client, data, name="review.pdf", **headers):
    return client.post("/verify", data={"file": (BytesIO(data), name)}, headers=headers)


@pytest.fixture
def examined(monkeypatch):
    """Examination without its process; what was asked, and what is to be found."""
    asked, found = [], [Finding("file", False, "foreign")]

    def examine(data, trusted=()):
        asked.append((data, list(trusted)))
        return Examined(tuple(found))

    monkeypatch.setattr(public, "examine", examine)
    return asked, found


@pytest.mark.real_time
def test_anyone_may_have_a_file_checked(client, words, press):
    made = press.print(sheet_of(words, samples.counted(), "pt"))
    answer = send(client, made)
    assert answer.status_code == 200
    assert "All of it holds." in answer.text
    assert answer.text.count("<li><p>") == 8
    broken = bytearray(made)
    broken[8_000] ^= 1
    answer = send(client, bytes(broken))
    assert answer.status_code == 200
    assert "It does not hold." in answer.text
    assert "does not hold</span>" in answer.text


@pytest.mark.proves("T31", "X9")
def test_what_a_file_says_is_shown_as_text(client, examined):
    _asked, found = examined
    found[:] = [
        Finding("seal", True, "sealed"),
        Finding("files", False, "extra", {"name": "<script>alert(1)</script>\x07\ufffe\x81"}),
    ]
    answer = send(client, b"%PDF-", name="<b>x</b>.pdf")
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text
    assert "<b>x</b>" not in answer.text


def test_a_file_that_is_missing_or_no_review_is_said(client, examined):
    asked, _found = examined
    answer = client.post("/verify", data={})
    assert answer.status_code == 422
    assert "Choose the PDF of a service review." in answer.text
    assert asked == []
    answer = send(client, b"hello")
    assert "This PDF is no service review of this portal" in answer.text


def test_a_peer_has_so_many_tries_and_no_more(client, examined, monkeypatch):
    asked, _found = examined
    monkeypatch.setattr(public, "PEER", limits.Limit("verify-peer", 2, public.PEER.span))
    assert [send(client, b"x").status_code for _one in range(3)] == [200, 200, 429]
    assert len(asked) == 2


@pytest.mark.proves("P3")
def test_another_sites_form_is_refused(client, examined):
    asked, _found = examined
    answer = send(
        client, b"x", **{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    )
    assert answer.status_code in (400, 403)
    assert asked == []


@pytest.mark.parametrize("language", ["en", "pt", "es", "it"])
def test_the_page_speaks_the_readers_language(client, language):
    page = client.get("/verify", headers={"Accept-Language": language})
    assert page.status_code == 200
    assert f'lang="{language}"' in page.text
