"""Settings: a wrong one stops the start with its name and the remedy (X16)."""

import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from portal.config import SettingError, Settings

MALFORMED = {
    "PORTAL_DATABASE_URL": "mysql://somewhere/portal",
    "PORTAL_SECRET_KEY": "short",
    "PORTAL_BASE_URL": "portal.example.com",
    "PORTAL_STORAGE_URL": "ftp://somewhere",
    "PORTAL_JOBS_URL": "redis://somewhere",
    "PORTAL_SMTP_URL": "somewhere:25",
    "PORTAL_MAIL_FROM": "Norte Peças <desk@norte-pecas.example>",
    "PORTAL_PORT": "70000",
    "PORTAL_WEB_WORKERS": "many",
    "PORTAL_PROXIES": "-1",
    "PORTAL_DEBUG": "yes",
    "PORTAL_BRAND_ACCENT": "teal",
    "PORTAL_BRAND_NAME": "Two\nlines",
}

pytestmark = pytest.mark.proves("X16")


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_setting_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError) as error:
        Settings.from_env({"PORTAL_INSTANCE": str(tmp_path), name: MALFORMED[name]})
    assert str(error.value).startswith(name)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("PORTAL_DATABASE_URI", "PORTAL_DATABASE_URL"),
        ("PORTAL_COLOUR_OF_THE_DOOR", "operations.md"),
    ],
)
def test_an_unknown_setting_is_named_with_the_remedy(name: str, remedy: str) -> None:
    with pytest.raises(SettingError) as error:
        Settings.from_env({name: "x"})
    assert name in str(error.value)
    assert remedy in str(error.value)


def test_without_any_setting_everything_lies_in_the_instance_folder(tmp_path: Path) -> None:
    settings = Settings.from_env({"PORTAL_INSTANCE": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path / 'portal.db'}"
    assert settings.storage_path == tmp_path / "files"
    assert Settings.from_env({"PORTAL_INSTANCE": str(tmp_path)}).secret_key == settings.secret_key
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_a_secret_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("a secret that is long enough for this\n")
    given = {"PORTAL_INSTANCE": str(tmp_path), "PORTAL_SECRET_KEY_FILE": str(file)}
    assert Settings.from_env(given).secret_key == "a secret that is long enough for this"
    with pytest.raises(SettingError, match="PORTAL_SECRET_KEY is set twice"):
        Settings.from_env({**given, "PORTAL_SECRET_KEY": "x" * 40})
    with pytest.raises(SettingError, match="PORTAL_SECRET_KEY_FILE"):
        Settings.from_env({**given, "PORTAL_SECRET_KEY_FILE": str(tmp_path / "none")})


@pytest.mark.parametrize("command", ["init", "serve", "worker", "accounts"])
def test_a_command_stops_with_one_line(command: str, tmp_path: Path) -> None:
    environment = {**os.environ, "PORTAL_INSTANCE": str(tmp_path), "PORTAL_WORKERS": "4"}
    done = subprocess.run(
        [sys.executable, "-m", "portal", command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("portal: PORTAL_WORKERS is not a setting.")
    assert len(done.stderr.splitlines()) == 1


def test_every_setting_is_documented() -> None:
    operations = (Path(__file__).parent.parent / "docs" / "operations.md").read_text("utf-8")
    missing = [
        field.name for field in fields(Settings) if f"PORTAL_{field.name.upper()}" not in operations
    ]
    assert not missing
