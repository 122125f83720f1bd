"""How far the database is, told without Alembic as Alembic tells it."""

import subprocess
import sys
from pathlib import Path

from alembic.script import ScriptDirectory

import portal
from portal.db import db, revisions

MIGRATIONS = Path(portal.__file__).parent / "migrations"


def test_the_newest_revision_is_the_one_that_alembic_takes_for_it():
    wanted = frozenset(ScriptDirectory(str(MIGRATIONS)).get_heads())
    assert revisions.newest(MIGRATIONS / "versions") == wanted


def test_a_database_says_where_it_stands(app):
    with app.app_context(), db.engine.connect() as connection:
        assert revisions.reached(connection) == revisions.newest(MIGRATIONS / "versions")


def test_two_ends_of_a_chain_are_both_told(tmp_path):
    for name, before in (("one", None), ("two", "one"), ("other", "one")):
        (tmp_path / f"{name}.py").write_text(f"revision = '{name}'\ndown_revision = {before!r}\n")
    assert revisions.newest(tmp_path) == {"two", "other"}


def test_a_web_process_does_not_load_alembic():
    program = "import sys; from portal.app import create_app; print('alembic' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
