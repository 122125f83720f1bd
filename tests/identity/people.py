"""What the tests of signing in share."""

import html
import re

from sqlalchemy import func, select

from portal.db import db
from portal.events import Event
from portal.identity.passwords import hash_password
from portal.jobs.worker import run_due
from tests import factories

EMAIL = "ana@acme.test"
PASSWORD = "linha de costura azul"
NEW = "sete gatos no telhado"
HASHED = hash_password(PASSWORD)


def make_ana(**changes):
    """A client's person with a password and a grant."""
    account = factories.make_account(name="Acme")
    user = factories.make_user(
        **{"email": EMAIL, "name": "Ana Lima", "password_hash": HASHED, **changes}
    )
    factories.make_grant(user, "agent" if user.is_staff else "contact", account)
    db.session.commit()
    return user


def log_in(client, email=EMAIL, password=PASSWORD, **more):
    """Send the log-in form."""
    return client.post("/login", data={"email": email, "password": password}, **more)


def is_in(client):
    """Whether the client's cookie opens something."""
    return client.get("/me").status_code == 200


def events(app, kind):
    """The payloads of a kind of event, oldest first."""
    with app.app_context():
        statement = Event.unscoped("test").where(Event.kind == kind).order_by(Event.id)
        return [event.payload for event in db.session.scalars(statement)]


def count(app, model):
    """How many rows a table has."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model))


def mails(app):
    """Do the worker's jobs; the mails it kept, oldest first, as parsed messages."""
    from email import message_from_bytes, policy

    run_due(app)
    folder = app.extensions["portal_settings"].instance / "mail"
    found = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in found]


def link_in(mail):
    """The path of the one-time link in a mail."""
    text = mail.get_body(("plain",)).get_content()
    return re.search(r"http://localhost(/password/\S+)", html.unescape(text)).group(1)
