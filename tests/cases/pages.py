"""What tests of the pages of cases send, read off a page and look up behind it."""

import re
from html import unescape
from io import BytesIO

from portal.cases.models import Case, Message
from portal.db import db
from portal.events import Event
from portal.files.models import StoredFile

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


def text(answer):
    return answer.get_data(as_text=True)


def typed(answer, field="body"):
    """What stands in a textarea of the page."""
    found = re.search(rf'<textarea[^>]*\bname="{field}"[^>]*>(.*?)</textarea>', text(answer), re.S)
    return unescape(found[1]).strip() if found else None


def case_of(app, ref="T-1"):
    with app.app_context():
        return db.session.scalars(Case.unscoped("test").where(Case.ref == ref)).one()


def bodies(app):
    with app.app_context():
        statement = Message.unscoped("test").order_by(Message.id)
        return [message.body for message in db.session.scalars(statement)]


def files(app):
    with app.app_context():
        return db.session.scalars(StoredFile.unscoped("test").order_by(StoredFile.id)).all()


def events(app):
    """What happened, the log of refusals aside."""
    with app.app_context():
        statement = Event.unscoped("test").where(Event.kind != "Refused").order_by(Event.id)
        return db.session.scalars(statement).all()


def kinds(app):
    return [event.kind for event in events(app)]


NASTY = "First line\n</textarea><script>alert(1)</script> & more"


def program():
    return BytesIO(b"MZ\x90 program"), "setup.exe"


def plain(name="notes.txt", data=b"some lines\n"):
    return BytesIO(data), name
