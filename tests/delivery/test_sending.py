"""Handing mails over: to a server, or to a folder; again after a failure, with the same bytes."""

import logging
import socketserver
import stat
import threading
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from portal.db import db, transaction
from portal.delivery import send_mail, sending
from portal.jobs import Job, worker
from tests.databases import build

RESET = "identity/emails/reset"
pytestmark = pytest.mark.on("sqlite")


class Post(socketserver.StreamRequestHandler):
    """A mail server that keeps what it gets; `mood` decides how it ends."""

    def handle(self):
        self.wfile.write(b"220 here\r\n")
        envelope = {"to": []}
        for line in self.rfile:
            word = line.split()[0].upper() if line.split() else b""
            if word == b"EHLO":
                self.wfile.write(b"250 here\r\n")
            elif word == b"RCPT":
                envelope["to"].append(line.strip().decode())
                self.wfile.write(
                    b"550 nobody\r\n" if self.server.mood == "refuse" else b"250 ok\r\n"
                )
            elif word == b"DATA":
                self.wfile.write(b"354 go\r\n")
                body = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.got.append((envelope["to"], body))
                if self.server.mood == "cut":
                    return
                self.wfile.write(b"250 kept\r\n")
            elif word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 ok\r\n")


@pytest.fixture
def post():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Post) as server:
        server.daemon_threads = True
        server.got, server.mood = [], "good"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def posting(app, post):
    """The app with a mail server."""
    url = app.extensions["portal_settings"].database_url
    made = build(url, PORTAL_SMTP_URL=f"smtp://127.0.0.1:{post.server_address[1]}")
    yield made
    with made.app_context():
        db.engine.dispose()


def order(app):
    with app.app_context(), transaction():
        return send_mail("ana@client.example", RESET, language="en", name="Ana", minutes=30)


def test_a_mail_goes_to_exactly_the_one_it_is_for(posting, post):
    message_id = order(posting)
    assert worker.run_due(posting) == 1
    [(to, body)] = post.got
    assert [line.upper() for line in to] == ["RCPT TO:<ANA@CLIENT.EXAMPLE>"]
    assert message_from_bytes(body, policy=policy.default)["Message-ID"] == message_id


@pytest.mark.parametrize("mood", ["refuse", "cut"])
def test_a_failure_is_tried_again_with_the_same_bytes(posting, post, now, mood):
    order(posting)
    post.mood = mood
    worker.run_due(posting)
    post.mood = "good"
    assert worker.run_due(posting) == 0
    now.shift(timedelta(minutes=10))
    assert worker.run_due(posting) == 1
    assert len({body for _, body in post.got}) == 1
    assert len(post.got) == (2 if mood == "cut" else 1)
    with posting.app_context():
        assert db.session.scalar(select(Job)).state == "done"


def test_no_transaction_is_open_while_a_mail_server_thinks(posting, monkeypatch):
    order(posting)
    seen = []
    monkeypatch.setattr(sending, "_by_smtp", lambda *_: seen.append(db.session().in_transaction()))
    worker.run_due(posting)
    assert seen == [False]


@pytest.mark.proves("T40")
def test_without_a_server_the_mail_is_kept_and_one_line_says_where(app, caplog):
    caplog.set_level(logging.INFO, "portal.mail")
    message_id = order(app)
    worker.run_due(app)
    [record] = [record for record in caplog.records if record.name == "portal.mail"]
    assert message_id in record.getMessage()
    assert "ana@" not in record.getMessage()
    folder = app.extensions["portal_settings"].instance / "mail"
    kept = folder / (message_id[1:].partition("@")[0] + ".eml")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert not list(folder.glob(".*"))
