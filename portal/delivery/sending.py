"""The job that hands a mail over: to the mail server, or without one to a folder."""

import logging
import os
import smtplib
import ssl
from email.message import EmailMessage
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from portal.delivery.mail import build
from portal.web.security import settings

log = logging.getLogger("portal.mail")
PATIENCE = 20
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def send(payload: dict[str, Any]) -> None:
    """Send the mail of a job, holding no transaction while a mail server thinks.

    A failure raises; the queue tries again with the same bytes.
    """
    mail = build(payload)
    if settings().smtp_url:
        _by_smtp(mail, payload["to"], urlsplit(settings().smtp_url))
        log.info("mail %s sent", payload["message_id"])
    else:
        log.info("mail %s kept as %s", payload["message_id"], _as_file(mail, payload["message_id"]))


def _by_smtp(mail: EmailMessage, to: str, server: SplitResult) -> None:
    with _connection(server) as connection:
        if server.username:
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(
            mail, from_addr=str(mail["From"].addresses[0].addr_spec), to_addrs=[to]
        )


def _connection(server: SplitResult) -> smtplib.SMTP:
    """An open connection, encrypted wherever a password travels or the server offers it."""
    host = server.hostname or "localhost"
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(
            host, server.port or 465, timeout=PATIENCE, context=ssl.create_default_context()
        )
    connection = smtplib.SMTP(
        host, server.port or (587 if server.username else 25), timeout=PATIENCE
    )
    connection.ehlo()
    offered = connection.has_extn("starttls")
    if host not in LOOPBACK and (server.username or offered):
        connection.starttls(context=ssl.create_default_context())
    return connection


def _as_file(mail: EmailMessage, message_id: str) -> str:
    """Keep the mail in the instance's folder `mail`; the same mail again is the same file."""
    folder = settings().instance / "mail"
    folder.mkdir(parents=True, exist_ok=True)
    name = message_id.strip("<>").partition("@")[0] + ".eml"
    unfinished = folder / f".{name}"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(mail.as_bytes())
        out.flush()
        os.fsync(out.fileno())
    unfinished.replace(folder / name)
    return f"mail/{name}"
