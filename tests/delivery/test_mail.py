"""What a mail is made of, and that nothing typed ends a header."""

from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from portal.db import db, transaction
from portal.delivery import BadAddress, sealed, send_mail
from portal.delivery.mail import address, build, header_text
from portal.jobs import Job
from tests.databases import build as build_app

RESET = "identity/emails/reset"
BREAKS = ["\r\n", "\n", "\r", "\x00", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x7f"]


def payload(**changes):
    given = {
        "to": "ana@client.example",
        "subject": "Réunião às 10 h\n",
        "text": "Olá, Łódź.\n",
        "html": "<p>Olá, Łódź.</p>\n",
        "language": "pt",
        "message_id": "<0123456789abcdef@provider.example>",
        "date": "Mon, 02 Mar 2026 09:00:00 +0000",
        "secret": None,
    }
    return given | changes


@pytest.fixture
def plain_app(app):
    with app.app_context():
        yield app


pytestmark = pytest.mark.on("sqlite")


@pytest.mark.proves("T28")
@pytest.mark.parametrize("found", BREAKS)
def test_a_line_break_in_a_subject_adds_no_header(plain_app, found):
    mail = build(payload(subject=f"Case{found}Bcc: thief@evil.example{found}{found}body"))
    parsed = message_from_bytes(mail.as_bytes(), policy=policy.default)
    assert parsed["Subject"] == "Case Bcc: thief@evil.example body"
    assert parsed["Bcc"] is None
    assert parsed["To"] == "ana@client.example"
    assert header_text(f"a{found}b") == "a b"


@pytest.mark.proves("T28")
@pytest.mark.parametrize("found", BREAKS)
def test_a_line_break_in_our_own_name_adds_no_header(app, found):
    settings = app.extensions["portal_settings"]
    named = build_app(
        settings.database_url, PORTAL_BRAND_NAME="Norte", PORTAL_MAIL_FROM="desk@norte.example"
    )
    object.__setattr__(
        named.extensions["portal_settings"], "brand_name", f"Norte{found}Bcc: x@evil.example"
    )
    with named.app_context():
        parsed = message_from_bytes(build(payload()).as_bytes(), policy=policy.default)
    assert parsed["Bcc"] is None
    assert parsed["From"].addresses[0].addr_spec == "desk@norte.example"


@pytest.mark.proves("T28")
@pytest.mark.parametrize(
    "typed",
    [
        *(f"ana@client.example{found}Bcc: x@evil.example" for found in BREAKS),
        "ana@client.example, x@evil.example",
        "ana@client.example;x@evil.example",
        "Ana <ana@client.example>",
        "ana@client.example> RCPT TO:<x@evil.example",
        "ana@",
        "@client.example",
        "",
        "ana",
        "ana@client.example ",
        '"a\r\nb"@client.example',
    ],
)
def test_an_address_is_one_bare_address_or_refused(typed):
    with pytest.raises(BadAddress):
        address(typed)


@pytest.mark.proves("T28")
def test_ordering_to_a_bad_address_orders_nothing(plain_app):
    with pytest.raises(BadAddress), transaction():
        send_mail("a@b.example\nBcc: c@d.example", RESET, language="en", name="x", minutes=30)
    assert db.session.scalars(select(Job)).all() == []


def test_the_same_order_gives_the_same_bytes(plain_app):
    order = payload(text=f"go {sealed.MARK}", html=f"<a>{sealed.MARK}</a>", secret=sealed.nonce())
    first, second = build(order).as_bytes(), build(order).as_bytes()
    assert first == second
    assert sealed.reveal(order["secret"]).encode() in first
    assert order["secret"].encode() not in first


def test_a_mail_says_who_made_it_and_keeps_its_id(plain_app):
    mail = message_from_bytes(build(payload()).as_bytes(), policy=policy.default)
    assert mail["Message-ID"] == "<0123456789abcdef@provider.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "pt"
    assert mail["Subject"] == "Réunião às 10 h"
    assert mail.get_content_type() == "multipart/alternative"
    assert mail.get_body(("plain",)).get_content().strip() == "Olá, Łódź."
    assert "Łódź" in mail.get_body(("html",)).get_content()
    assert all(byte < 128 for byte in build(payload()).as_bytes())


def test_names_are_escaped_in_the_html_part_alone(plain_app):
    with transaction():
        send_mail("ana@client.example", RESET, language="en", name="A <b>&\x00", minutes=30)
    job = db.session.scalar(select(Job))
    assert "A <b>&," in job.payload["text"]
    assert "A &lt;b&gt;&amp;," in job.payload["html"]
