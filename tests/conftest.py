"""Fixtures of the whole house.

`app` runs a test on SQLite and on PostgreSQL, each time on an empty, migrated database; `client` speaks
to it by HTTP, `session` is for tests below HTTP, `live_server` and `page` for those in a browser.
What a machine lacks is skipped with its reason, or is a failure if `PORTAL_TEST_REQUIRE` names it.
"""

import importlib.util
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from portal import wiring
from portal.actor import NOBODY, act_as
from portal.db import db
from portal.jobs import schedule
from portal.sla import agreements
from tests import databases, factories
from tests.browser import server
from tests.web import HouseClient

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
RUN = "PORTAL_TEST_RUN"


def pytest_configure(config: pytest.Config) -> None:
    """The settings of whoever runs the tests are not the tests' own."""
    for name in [name for name in os.environ if name.startswith("PORTAL_")]:
        if not name.startswith("PORTAL_TEST_"):
            del os.environ[name]
    if RUN not in os.environ:
        os.environ[RUN] = tempfile.mkdtemp(prefix="portal-tests-")
        config.stash[_OURS] = True
        _compile_words()


_OURS = pytest.StashKey[bool]()


def pytest_unconfigure(config: pytest.Config) -> None:
    if config.stash.get(_OURS, False):
        databases.stop_cluster()
        shutil.rmtree(os.environ.pop(RUN), ignore_errors=True)


def _compile_words() -> None:
    spec = importlib.util.spec_from_file_location("catalogues", ROOT / "bin" / "_catalogues.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.compile_catalogues()


def lacking(what: str, reason: str) -> None:
    """Skip for want of something, or fail if it is required."""
    if what in os.environ.get("PORTAL_TEST_REQUIRE", "").split(","):
        pytest.fail(f"{what} is required: {reason}", pytrace=False)
    pytest.skip(reason)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever uses a database runs on each kind, or on those its mark `on` names."""
    if "database" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("on")
        kinds = mark.args if mark else databases.KINDS
        metafunc.parametrize("database", kinds, indirect=True, scope="function")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests get their mark from what they use."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("data") and not DATA.exists():
        lacking(
            "data",
            f"the real help desk logs are not beside the checkout ({DATA.parent.name}/{DATA.name})",
        )


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real help desk logs beside the checkout; mark the test `data`."""
    return DATA


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Nothing but this machine can be reached."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != getattr(socket, "AF_UNIX", None) and address[0] not in (
            "127.0.0.1",
            "::1",
            "localhost",
        ):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def now(request: pytest.FixtureRequest) -> Iterator[time_machine.Traveller | None]:
    """Time stands still; `now.shift(seconds)` and `now.move_to(instant)` move it.

    Marked `real_time`, and in the browser, the clock runs.
    """
    if request.node.get_closest_marker("real_time") or "browser" in request.fixturenames:
        yield None
        return
    with time_machine.travel(factories.BEGINNING, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def nobody_acts() -> Iterator[None]:
    """No actor is left over from another test."""
    act_as(NOBODY)
    yield
    act_as(NOBODY)


_opened: dict[str, Any] = {}
_apps: dict[str, Flask] = {}


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Any:
    """An open database of one kind; the kind is `database.kind`."""
    kind = request.param
    if reason := databases.absent(kind):
        lacking(kind, reason)
    if kind not in _opened:
        with time_machine.travel(factories.BEGINNING, tick=False):
            _opened[kind] = databases.open_database(kind)
            _apps[kind] = databases.build(_opened[kind].url)
            _apps[kind].test_client_class = HouseClient
    return _opened[kind]


@pytest.fixture
def app(database: Any) -> Iterator[Flask]:
    """The app on an empty, migrated database, no files, no mail, no certificate; no context is open."""
    found = _apps[database.kind]
    database.reset(found)
    agreements.forget()
    schedule.wire(wiring.SCHEDULE)
    shutil.rmtree(found.extensions["portal_settings"].storage_path, ignore_errors=True)
    for left in ("mail", "signing"):
        shutil.rmtree(found.extensions["portal_settings"].instance / left, ignore_errors=True)
    yield found
    with found.app_context():
        db.session.remove()


@pytest.fixture
def client(app: Flask) -> HouseClient:
    """Nobody's client; `client.as_("agent")` is an agent's."""
    made = app.test_client()
    assert isinstance(made, HouseClient)
    return made


@pytest.fixture
def session(app: Flask) -> Iterator[Any]:
    """The database session inside an app context, rolled back at the end; for tests below HTTP."""
    with app.app_context():
        yield db.session
        db.session.rollback()


@pytest.fixture
def cast(app: Flask) -> factories.Cast:
    """The standing cast, committed; their rows stay readable outside any context."""
    with app.app_context():
        made = factories.make_cast()
        db.session.commit()
    return made


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One Chromium for all tests of this process."""
    program = server.chromium_program()
    if program is None:
        lacking("chromium", "Chromium is not installed (Debian: apt install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=server.CHROMIUM_OPTIONS)
        yield running
        running.close()


@pytest.fixture
def browser(chromium: Any) -> Iterator[Any]:
    """The browser without windows; each test opens contexts of its own, which are closed after it."""
    yield chromium
    for context in list(chromium.contexts):
        context.close()


@pytest.fixture
def live_server(app: Flask) -> Iterator[server.LiveServer]:
    """The app served by HTTP on a free loopback port, with the worker's jobs done by `run_jobs()`."""
    with server.LiveServer(app) as running:
        yield running


@pytest.fixture
def page(browser: Any, live_server: server.LiveServer) -> Any:
    """A window at 1280 x 800 on the running app, in which an error of a script fails the test."""
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(15_000)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    assert not errors, errors
