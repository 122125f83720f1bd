"""What every command owes a person: one line about what is wrong, and nothing that is not so."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from portal import cli, seed
from portal.db import db
from tests.factories import make_account


def test_a_file_that_is_no_database_is_one_line(tmp_path):
    (tmp_path / "portal.db").write_text(
        "not a database, but long enough to look like a file of one"
    )
    environment = {**os.environ, "PORTAL_INSTANCE": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "portal", "accounts"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("portal: the database did not answer as expected (file is not")
    assert len(done.stderr.splitlines()) == 1


@pytest.fixture
def demo(app, monkeypatch):
    monkeypatch.setattr(cli, "application", lambda: app)
    return lambda *words: CliRunner().invoke(cli.portal, ["demo", *words])


@pytest.mark.on("sqlite")
def test_log_ins_that_do_not_exist_are_not_offered(app, demo):
    with app.app_context():
        make_account()
        db.session.commit()
    left_out = demo("--if-empty")
    assert (left_out.exit_code, "example" in left_out.output) == (0, False)
    assert demo().exit_code == 1


@pytest.mark.on("sqlite")
def test_a_second_start_names_the_log_ins_again(demo):
    first, second = demo(), demo("--if-empty")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert all(email in second.output for _, email in seed.LOGINS)
