"""Databases for tests: migrated once in a run, copied for each process, emptied for each test."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock
from flask import Flask
from flask_migrate import upgrade

from portal.app import create_app
from portal.cli import migrating
from portal.config import Settings
from portal.db import db
from tests.postgres import ABSENT, Cluster, binaries

KINDS = ("sqlite", "postgres")


def run_folder() -> Path:
    """The folder that all processes of this test run share."""
    return Path(os.environ["PORTAL_TEST_RUN"])


def worker() -> str:
    """This process's own name among those of the run."""
    return os.environ.get("PYTEST_XDIST_WORKER", "only")


def own_folder() -> Path:
    """This process's part of the shared folder."""
    folder = run_folder() / worker()
    folder.mkdir(exist_ok=True)
    return folder


def absent(kind: str) -> str | None:
    """Why a kind of database cannot be used here, or None."""
    return ABSENT if kind == "postgres" and binaries() is None else None


def build(database_url: str, **settings: str) -> Flask:
    """An app on a database, with an instance folder of its own."""
    instance = own_folder() / "instance"
    given = {
        "PORTAL_DATABASE_URL": database_url,
        "PORTAL_INSTANCE": str(instance),
        "PORTAL_STORAGE_URL": f"file:{instance / 'files'}",
        "PORTAL_SECRET_KEY": "a secret key for tests, long enough",
        "PORTAL_BASE_URL": "http://localhost",
    }
    app = create_app(Settings.from_env({**given, **settings}))
    app.testing = True
    return migrating(app)


def migrate(database_url: str) -> None:
    """Bring a database to the newest schema."""
    app = build(database_url)
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()


def cluster() -> Cluster:
    """The run's PostgreSQL server, started by whoever asks first."""
    place = run_folder() / "cluster"
    with FileLock(run_folder() / "cluster.lock"):
        if not place.exists():
            place.write_text(str(Cluster.start().folder))
    return Cluster(Path(place.read_text()))


def stop_cluster() -> None:
    """End the run's server, if there is one."""
    place = run_folder() / "cluster"
    if place.exists():
        Cluster(Path(place.read_text())).stop()


@contextmanager
def _once(name: str) -> Iterator[bool]:
    """True for the first process that comes, which the others wait for."""
    done = run_folder() / f"{name}.done"
    with FileLock(run_folder() / f"{name}.lock"):
        yield not done.exists()
        done.touch()


class SqliteDatabase:
    """A file, replaced by a copy of the migrated one before each test."""

    kind = "sqlite"

    def __init__(self) -> None:
        self.template = run_folder() / "template.db"
        with _once("sqlite") as first:
            if first:
                fresh = run_folder() / "fresh.db"
                migrate(f"sqlite:///{fresh}")
                fresh.replace(self.template)
        self.file = own_folder() / "portal.db"
        self.url = f"sqlite:///{self.file}"

    def reset(self, app: Flask) -> None:
        """Start again from the migrated file."""
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        for leftover in (f"{self.file}-wal", f"{self.file}-shm"):
            Path(leftover).unlink(missing_ok=True)
        shutil.copyfile(self.template, self.file)


class PostgresDatabase:
    """A database of this process's own; all rows are deleted before each test."""

    kind = "postgres"

    def __init__(self) -> None:
        self.cluster = cluster()
        with _once("postgres") as first:
            if first:
                migrate(self.cluster.create("portal_template"))
        self.name = f"portal_{worker()}"
        self.url = self.cluster.create(self.name, template="portal_template")

    def reset(self, app: Flask) -> None:
        """Delete all rows and start the numbering again."""
        with app.app_context():
            db.session.remove()
        self.cluster.empty(self.name)


def open_database(kind: str) -> SqliteDatabase | PostgresDatabase:
    """The database of a kind for this process."""
    return PostgresDatabase() if kind == "postgres" else SqliteDatabase()
