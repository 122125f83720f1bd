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
from sqlalchemy import select

from portal import clock, seed
from portal.accounts.models import Account
from portal.db import db, transaction
from portal.identity import passwords
from portal.identity.actors import actor_for
from portal.identity.models import User
from portal.jobs import worker
from portal.reviews.forms import past_periods
from portal.reviews.operations import order_review
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
    """The demonstration company with one review, told once in a run and copied afterwards."""
    told = databases.run_folder() / "demonstration"
    files = app.extensions["portal_settings"].storage_path
    with FileLock(databases.run_folder() / "demonstration.lock"):
        if not told.exists():
            _tell(app)
            _keep(database.file, files, told)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    shutil.copyfile(told / "portal.db", database.file)
    shutil.copytree(told / "files", files, dirs_exist_ok=True)


def _tell(app: Any) -> None:
    with app.app_context(), transaction():
        seed.load()
        manager = db.session.scalars(
            select(User).where(User.email == dict(seed.LOGINS)["account manager"])
        ).one()
        account = db.session.scalars(
            Account.unscoped("the demonstration").where(Account.ref == "SERRA")
        ).one()
        period = past_periods(clock.today(account.timezone))[0]
        order_review(account, period, "pt", by=actor_for(manager))
    worker.run_due(app)


def _keep(file: Path, files: Path, told: Path) -> None:
    draft = told.with_suffix(".draft")
    shutil.copytree(files, draft / "files")
    with (
        closing(sqlite3.connect(file)) as source,
        closing(sqlite3.connect(draft / "portal.db")) as copy,
    ):
        source.backup(copy)
    draft.rename(told)
