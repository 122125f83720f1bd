"""X2: web processes are killed while people post; what was acknowledged is stored, what was not is whole or absent."""

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from portal.cases.models import Message
from portal.db import db, opened
from portal.events import Event
from tests import factories

POSTS, WRITERS, KILLS, SEED = 160, 4, 12, 20260302
PREFIX = "killed"
TOKENS = [f"{PREFIX}{number:04}" for number in range(POSTS)]
FORM = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Sec-Fetch-Site": "same-origin",
}


@dataclass
class Tally:
    """What the writers were told, by the token of each form."""

    acknowledged: set[str] = field(default_factory=set)
    unanswered: set[str] = field(default_factory=set)
    other: Counter[int] = field(default_factory=Counter)


@dataclass
class Outcome:
    """What the writers were told, and what the database holds: messages by token, events by message."""

    tally: Tally
    killed: int
    stored: Counter[str]
    logged: Counter[int]

    @property
    def names(self) -> set[str]:
        """The tokens of which something is stored."""
        return {token for token in TOKENS if any(token in name for name in self.stored)}

    def told(self, seconds: float) -> str:
        """The numbers of the trial in a line."""
        lost = len(self.tally.acknowledged - self.names)
        doubled = sum(count > 1 for count in self.stored.values())
        half = len(self.stored) - len(self.logged)
        return (
            f"N {POSTS}, kills {self.killed}, acknowledged {len(self.tally.acknowledged)}, "
            f"unanswered {len(self.tally.unanswered)}, lost {lost}, doubled {doubled}, half {half}, "
            f"seconds {seconds:.1f}, seed {SEED}"
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serve(app, port: int, program: list[str]) -> subprocess.Popen[bytes]:
    settings = app.extensions["portal_settings"]
    environment = {
        **os.environ,
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_INSTANCE": str(settings.instance),
        "PORTAL_STORAGE_URL": settings.storage_url,
        "PORTAL_SECRET_KEY": settings.secret_key,
        "PORTAL_BASE_URL": f"http://127.0.0.1:{port}",
        "PORTAL_PORT": str(port),
        "PORTAL_WEB_WORKERS": "2",
    }
    process = subprocess.Popen([sys.executable, *program], env=environment)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if _ask(port, "GET", "/healthz") == 200:
                return process
        except OSError:
            time.sleep(0.05)
    process.kill()
    raise AssertionError("the server did not start")


def _ask(port: int, method: str, path: str, body: str = "", cookie: str = "") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body or None, {**FORM, "Cookie": cookie})
        return connection.getresponse().status
    finally:
        connection.close()


def _write(port: int, path: str, cookie: str, tokens: list[str], tally: Tally) -> None:
    for token in tokens:
        body = urlencode({"mode": "reply", "body": f"Words of {token}", "submission": token})
        try:
            status = _ask(port, "POST", path, body, cookie)
        except (OSError, http.client.HTTPException):
            tally.unanswered.add(token)
            continue
        if status == 303:
            tally.acknowledged.add(token)
        else:
            tally.other[status] += 1


def _workers(parent: int) -> list[int]:
    return [int(n) for n in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def _kill_some(parent: int, writing: list[threading.Thread], dice: random.Random) -> int:
    killed = 0
    while killed < KILLS and any(thread.is_alive() for thread in writing):
        time.sleep(dice.uniform(0.05, 0.25))
        if children := _workers(parent):
            os.kill(dice.choice(children), signal.SIGKILL)
            killed += 1
    return killed


def _stored() -> Counter[str]:
    statement = select(Message.submission).where(Message.submission.contains(PREFIX))
    return Counter(db.session.scalars(opened(statement, Message, why="count what was stored")))


def _logged() -> Counter[int]:
    statement = select(Event.payload).where(Event.kind == "MessagePosted")
    rows = db.session.scalars(opened(statement, Event, why="count what was logged"))
    return Counter(row["message_id"] for row in rows)


def _trial(app, cast, program: list[str]) -> Outcome:
    """Post from several threads while web processes are killed at random."""
    with app.app_context():
        case = factories.make_case(cast.acme.account, cast.acme.contact_person)
        path = f"/cases/{case.ref}/messages"
        db.session.commit()
    person = app.test_client()
    person.sign_in("acme.contact")
    cookie = "; ".join(f"{kept.key}={kept.value}" for kept in person._cookies.values())
    port, tally, begun = _free_port(), Tally(), time.monotonic()
    server = _serve(app, port, program)
    writing = [
        threading.Thread(target=_write, args=(port, path, cookie, TOKENS[n::WRITERS], tally))
        for n in range(WRITERS)
    ]
    try:
        for thread in writing:
            thread.start()
        killed = _kill_some(server.pid, writing, random.Random(SEED))
        for thread in writing:
            thread.join()
    finally:
        server.terminate()
        server.wait(15)
    with app.app_context():
        outcome = Outcome(tally, killed, _stored(), _logged())
    print(outcome.told(time.monotonic() - begun))
    return outcome


@pytest.mark.real_time
@pytest.mark.proves("X2", "P7")
def test_a_killed_web_process_loses_nothing_and_doubles_nothing(app, cast):
    found = _trial(app, cast, ["-m", "portal", "serve"])
    assert found.killed >= KILLS // 2
    assert not found.tally.other
    assert found.tally.acknowledged <= found.names
    assert len(found.stored) == len(found.names) == sum(found.stored.values())
    assert len(found.logged) == sum(found.logged.values()) == len(found.stored)


TORN = """
import sys, time
from portal.cases.operations import conversation
from portal.cli import main
from portal.db import db

whole = conversation._insert

def torn(*arguments):
    kept = whole(*arguments)
    db.session.commit()
    time.sleep(0.1)
    return kept

conversation._insert = torn
sys.argv = ["portal", "serve"]
main()
"""


@pytest.mark.real_time
@pytest.mark.on("sqlite")
def test_the_judge_sees_a_server_that_commits_in_two_steps(app, cast):
    found = _trial(app, cast, ["-c", TORN])
    assert len(found.logged) < len(found.stored)
