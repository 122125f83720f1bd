"""Ordering a mail in the transaction of its cause, and building it, the same bytes every time (P5, T28)."""

import hashlib
import re
import secrets
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask_babel import force_locale

from portal import clock
from portal.delivery import sealed
from portal.files.models import StoredFile
from portal.files.storing import path_of
from portal.jobs import enqueue
from portal.web.security import settings

UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class BadAddress(Exception):
    """Not an address a mail can go to."""


def send_mail(
    to: str,
    folder: str,
    *,
    language: str,
    secret: str | None = None,
    unique_key: str | None = None,
    attached: StoredFile | None = None,
    **context: Any,
) -> str:
    """Order one mail to one address; the worker sends it after the commit.

    `folder` holds subject.txt, body.txt and body.html, rendered in the receiver's `language`.
    `secret` is a nonce of `sealed`: the texts carry `sealed.MARK`, the secret itself is put in only
    when the mail is built. `attached` is a PDF of ours that goes with it. Returns the Message-ID, which stays the same through every repetition.
    Raises: BadAddress.
    """
    receiver = address(to)
    message_id = f"<{secrets.token_hex(16)}@{_domain()}>"
    with force_locale(language):
        given = {**_globals(), **context, "language": language, "secret": secret is not None}
        texts = {
            part: _text(f"{folder}/{part}", given)
            for part in ("subject.txt", "body.txt", "body.html")
        }
    payload = {
        "to": receiver,
        "subject": header_text(texts["subject.txt"]),
        "text": texts["body.txt"],
        "html": texts["body.html"],
        "language": language,
        "message_id": message_id,
        "date": format_datetime(clock.now()),
        "secret": secret,
        "attached": [attached.key, attached.name] if attached else None,
    }
    enqueue("mail", payload, unique_key=unique_key)
    return message_id


def _text(template: str, context: dict[str, Any]) -> str:
    rendered = current_app.jinja_env.get_template(template).render(context)
    return UNPRINTED.sub("", rendered).strip() + "\n"


def _globals() -> dict[str, Any]:
    return {
        "mark": sealed.MARK,
        "brand_name": settings().brand_name,
        "base_url": settings().base_url,
    }


def address(text: str) -> str:
    """The address as a mail server takes it: one, bare, without anything that could end a header.

    Raises: BadAddress.
    """
    if BREAKS.search(text):
        raise BadAddress("an address holds no control characters")
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise BadAddress(str(error)) from None
    return found.ascii_email or found.normalized


def header_text(text: str) -> str:
    """A text fit for a header: line breaks, NUL and their relatives become single spaces."""
    return " ".join(BREAKS.sub(" ", text).split())


def build(payload: dict[str, Any]) -> EmailMessage:
    """The mail of a job's payload; the same payload gives the same bytes."""
    text, html = _unsealed(payload)
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = payload["message_id"]
    mail["Date"] = payload["date"]
    mail["From"] = _sender()
    mail["To"] = Address(addr_spec=address(payload["to"]))
    mail["Subject"] = header_text(payload["subject"])
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(text, cte="quoted-printable")
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    mail["Content-Language"] = payload["language"]
    mark = hashlib.sha256(payload["message_id"].encode()).hexdigest()[:40]
    mail.set_boundary(f"=_{mark}")
    if payload.get("attached"):
        key, name = payload["attached"]
        _attach(mail, key, name, mark)
    return mail


def _attach(mail: EmailMessage, key: str, name: str, mark: str) -> None:
    """Put a PDF of ours beside the texts."""
    data = path_of(StoredFile(key=key)).read_bytes()
    mail.add_attachment(data, maintype="application", subtype="pdf", filename=header_text(name))
    mail.set_boundary(f"=_m{mark}")


def _unsealed(payload: dict[str, Any]) -> tuple[str, str]:
    text, html, kept = payload["text"], payload["html"], payload["secret"]
    if not kept:
        return text, html
    secret = sealed.reveal(kept)
    return text.replace(sealed.MARK, secret), html.replace(sealed.MARK, secret)


def _sender() -> Address:
    name = header_text(settings().brand_name)
    if not settings().mail_from:
        return Address(name, "no-reply", _domain())
    return Address(name, addr_spec=address(settings().mail_from))


def _domain() -> str:
    """The domain our mail comes from."""
    own = settings().mail_from.rpartition("@")[2] or urlsplit(settings().base_url).hostname or ""
    return own if re.search("[a-zA-Z]", own) else "localhost"
