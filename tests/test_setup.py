"""What `bin/setup` says to a machine that lacks something: one line, the fault and the cure."""

import ast
import importlib.util
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections import namedtuple
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "bin" / "_setup.py"


@pytest.fixture
def setup() -> ModuleType:
    spec = importlib.util.spec_from_file_location("portal_setup", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _one_line(error: pytest.ExceptionInfo[Exception]) -> str:
    words = str(error.value)
    assert "\n" not in words
    return words


def test_an_old_python_can_read_it_as_far_as_the_check() -> None:
    tree = ast.parse(SOURCE.read_text("utf-8"), feature_version=(3, 4))
    too_new = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Match, ast.AsyncFunctionDef)
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, too_new)]
    imported = {
        name.name for node in tree.body if isinstance(node, ast.Import) for name in node.names
    }
    assert imported <= set(sys.stdlib_module_names)


def test_an_old_python_is_named(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup.sys, "version_info", (3, 9, 2))
    with pytest.raises(setup.Missing) as error:
        setup.check_python()
    assert "Python 3.11 or newer" in _one_line(error)


@pytest.mark.proves("X16")
def test_a_missing_pango_is_named_with_what_to_install(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "PANGO_PROBE", "raise SystemExit(1)")
    monkeypatch.setattr(setup, "root", lambda: False)
    with pytest.raises(setup.Missing) as error:
        setup.check_pango()
    assert _one_line(error).startswith("Pango is missing")
    assert setup.pango_cure() in str(error.value)


def test_the_check_for_pango_believes_weasyprint(setup: ModuleType) -> None:
    assert setup.pango_loads()
    setup.check_render()


def test_a_taken_port_is_named(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORTAL_PORT", str(port))
        with pytest.raises(setup.Missing) as error:
            setup.check_port()
    assert f"Port {port} is taken" in _one_line(error)


@pytest.mark.proves("X16")
def test_a_wrong_setting_is_named(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PORTAL_INSTANCE", str(tmp_path))
    setup.check_settings()
    monkeypatch.setenv("PORTAL_DATABSE_URL", "sqlite:///x")
    with pytest.raises(setup.Missing) as error:
        setup.check_settings()
    assert "PORTAL_DATABSE_URL" in _one_line(error)


def test_a_full_disk_is_named(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 10, 99 * 1024 * 1024))
    monkeypatch.setattr(setup, "STAMP", "no such file")
    with pytest.raises(setup.Missing) as error:
        setup.check_disk()
    assert "99 MB" in _one_line(error)


def test_an_old_sqlite_is_named(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    setup.check_sqlite()
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(setup.Missing) as error:
        setup.check_sqlite()
    assert "SQLite 3.35" in _one_line(error)


@pytest.mark.skipif(os.name == "nt", reason="there is no shell")
def test_every_command_is_a_program() -> None:
    for name in ("setup", "demo", "dev", "test", "ci"):
        path = ROOT / "bin" / name
        assert os.access(path, os.X_OK), name
        assert subprocess.run(["sh", "-n", path]).returncode == 0
