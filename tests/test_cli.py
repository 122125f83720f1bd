"""What every command owes a person: one line about what is wrong, and nothing that is not so."""

import os
import socket
import subprocess
import sys

import pytest
from click.testing import CliRunner

from portal import cli, seed
from portal.db import db
from tests.factories import make_account


def portal(*words, **settings):
    return subprocess.run(
        [sys.executable, "-m", "portal", *words],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_file_that_is_no_database_is_one_line(tmp_path):
    (tmp_path / "portal.db").write_text(
        "not a database, but long enough to look like a file of one"
    )
    done = portal("accounts", PORTAL_INSTANCE=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("portal: the database did not answer as expected (file is not")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nonsense"], "portal: No such command 'nonsense'. See portal --help"),
        (["import"], "portal: Missing argument 'DIR'. See portal import --help"),
        (
            ["accounts", "--jsno"],
            "portal: No such option '--jsno'. Did you mean '--json'? See portal accounts --help",
        ),
        (
            ["figures", "--json"],
            "portal: --account, --from and --to are needed. See portal figures --help",
        ),
        (
            ["user", "add", "ana@client.example", "--role", "contact"],
            "portal: --role contact needs --account: a client belongs to an account. "
            "See portal user add --help",
        ),
    ],
)
def test_wrong_usage_is_one_line_and_ends_with_2(words, told):
    done = portal(*words)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told + "\n")


def test_work_that_fails_is_one_line_and_ends_with_1(tmp_path):
    (tmp_path / "meta.json").write_text("{}")
    done = portal("figures", "check", str(tmp_path / "meta.json"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "portal: meta.json: schema is not portal.kpi/1\n"


@pytest.mark.parametrize("more", [[], ["--with-worker"]])
def test_a_port_that_is_taken_is_one_sentence(tmp_path, more):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = portal("serve", *more, PORTAL_INSTANCE=str(tmp_path), PORTAL_PORT=str(port))
    assert (done.returncode, done.stdout) == (1, "")
    told = f"portal: port {port} is taken; stop what listens there, or set PORTAL_PORT to another\n"
    assert done.stderr == told


def test_an_address_of_another_machine_is_one_sentence(tmp_path):
    done = portal("serve", PORTAL_INSTANCE=str(tmp_path), PORTAL_HOST="192.0.2.1")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("portal: nothing can listen at 192.0.2.1 (")
    assert len(done.stderr.splitlines()) == 1


def test_help_is_no_fault():
    done = portal("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "import-log" in done.stdout


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
