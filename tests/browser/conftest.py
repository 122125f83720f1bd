"""What journeys share: windows with and without scripts, people with passwords, a demonstration told once.

Journeys are made on SQLite: what differs on PostgreSQL is tested below the browser.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from portal import seed
from portal.db import db, transaction
from portal.identity import passwords
from portal.identity.models import User
from tests import databases, factories

SIZE = {"width": 1280, "height": 800}


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Each journey is made twice: with JavaScript and without."""
    return bool(request.param)


@pytest.fixture
def window(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """`window("agent")` opens a window for a person of the cast; an error of a script fails the test."""
    errors: list[str] = []

    def opened(who: str | User | None = None, *, scripts: bool = True, **more: Any) -> Any:
        options = {"viewport": SIZE, "java_script_enabled": scripts, **more}
        context = browser.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(15_000)
        if who is not None:
            live_server.sign_in(context, who)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield opened
    assert not errors, errors


@pytest.fixture
def with_password(app: Any, cast: factories.Cast) -> Callable[[str], User]:
    """`with_password("acme.contact")` is that person, with `factories.PASSWORD` to type."""

    def given(who: str) -> User:
        with app.app_context():
            user = db.session.get(User, cast[who].id)
            assert user is not None
            user.password_hash = passwords.hash_password(factories.PASSWORD)
            db.session.commit()
        return user

    return given


@pytest.fixture
def demonstration(app: Any, database: Any) -> None:
    """The demonstration company, told once in a run and copied afterwards."""
    told = databases.run_folder() / "demonstration.db"
    with FileLock(databases.run_folder() / "demonstration.lock"):
        if not told.exists():
            _tell(app, database.file, told)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    shutil.copyfile(told, database.file)


def _tell(app: Any, file: Path, told: Path) -> None:
    with app.app_context(), transaction():
        seed.load()
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(told)) as copy:
        source.backup(copy)
