"""How far the database is, and how far the migrations go, without Alembic: web processes never load it."""

import re
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

VERSIONS = table("alembic_version", column("version_num"))
STEP = re.compile(r"^(revision|down_revision)(?::[^=]*)? = ['\"](\w+)['\"]", re.MULTILINE)


def reached(connection: Connection) -> frozenset[str]:
    """The revisions that a database stands at; none if it was never set up."""
    if not inspect(connection).has_table(VERSIONS.name):
        return frozenset()
    return frozenset(connection.scalars(select(VERSIONS.c.version_num)))


@cache
def newest(folder: Path) -> frozenset[str]:
    """The revisions in a folder of migrations that no other one leads on from."""
    found = [
        step for path in folder.glob("[!_]*.py") for step in STEP.findall(path.read_text("utf-8"))
    ]
    named, left = (
        {name for kind, name in found if kind == of} for of in ("revision", "down_revision")
    )
    return frozenset(named - left)
