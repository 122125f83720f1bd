"""A PostgreSQL cluster of the tests' own: made from installed binaries, thrown away afterwards."""

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg

ABSENT = "PostgreSQL's programs are not installed (Debian: apt install postgresql)"
CONFIGURATION = """
listen_addresses = ''
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
shared_buffers = 64MB
autovacuum = off
jit = off
log_min_messages = fatal
"""


def binaries() -> Path | None:
    """The folder with `initdb` and `pg_ctl`, the newest if there are several."""
    on_path = shutil.which("initdb")
    if on_path and shutil.which("pg_ctl"):
        return Path(on_path).resolve().parent
    places = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
    found = [
        path for place in places for path in Path("/").glob(place[1:]) if (path / "initdb").exists()
    ]
    return max(
        found,
        key=lambda path: float("".join(c for c in str(path) if c.isdigit() or c == ".") or 0),
        default=None,
    )


class Cluster:
    """One server on a Unix socket in a folder of its own, shared by all test processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def start(cls) -> "Cluster":
        """Make and start a cluster, as an unprivileged user when we are root."""
        cluster = cls(Path(tempfile.mkdtemp(prefix="portal-pg-")))
        owner = cluster._owner()
        if owner:
            shutil.chown(cluster.folder, owner)
        cluster._run(
            "initdb",
            "-D",
            "data",
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        )
        with (cluster.folder / "data" / "postgresql.conf").open("a") as file:
            file.write(CONFIGURATION)
        options = f"-k {cluster.folder}"
        cluster._run("pg_ctl", "-D", "data", "-w", "-s", "-l", "log", "-o", options, "start")
        return cluster

    def stop(self) -> None:
        """End the server and remove everything."""
        self._run("pg_ctl", "-D", "data", "-m", "immediate", "-s", "stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """The address of a database, as `PORTAL_DATABASE_URL` wants it."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """A connection that commits each statement."""
        return psycopg.connect(
            dbname=database, user="postgres", host=str(self.folder), autocommit=True
        )

    def create(self, database: str, template: str | None = None) -> str:
        """Make a database anew, and return its address."""
        with self.connect() as connection:
            connection.execute(f'drop database if exists "{database}" with (force)')
            connection.execute(
                f'create database "{database}"' + (f' template "{template}"' if template else "")
            )
        return self.url(database)

    def drop(self, database: str) -> None:
        """Throw a database away, whoever is connected."""
        with self.connect() as connection:
            connection.execute(f'drop database if exists "{database}" with (force)')

    def empty(self, database: str) -> None:
        """Delete all rows of all tables that have any, and start the numbering again."""
        with self.connect(database) as connection:
            connection.execute(EMPTY)

    def _run(self, program: str, *arguments: str, check: bool = True) -> None:
        """Run one of PostgreSQL's programs; its words go to a file, which a server may keep open."""
        folder = binaries()
        assert folder is not None, ABSENT
        owner: dict[str, Any] = {}
        if name := self._owner():
            owner = {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}
        with (self.folder / "words").open("w+b") as words:
            done = subprocess.run(
                [folder / program, *arguments],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"},
                **owner,
            )
            words.seek(0)
            if check and done.returncode:
                raise RuntimeError(f"{program}: {words.read().decode(errors='replace')}")

    @staticmethod
    def _owner() -> str | None:
        if os.geteuid() != 0:
            return None
        known = {entry.pw_name for entry in pwd.getpwall()}
        return next(name for name in ("postgres", "nobody", getpass.getuser()) if name in known)


EMPTY = """
do $$
declare
    name text;
    sequence text;
    filled boolean;
begin
    set local session_replication_role = replica;
    for name in select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version' loop
        execute format('select exists (select 1 from %I)', name) into filled;
        if filled then
            execute format('delete from %I', name);
        end if;
    end loop;
    for sequence in select sequencename from pg_sequences where schemaname = 'public' and last_value is not null loop
        perform setval(sequence::regclass, 1, false);
    end loop;
end $$
"""
