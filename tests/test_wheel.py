"""The wheel, built and installed away from the checkout, serves a page with its styles and words."""

import os
import re
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytestmark = [pytest.mark.real_time, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        check=True,
    )
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel; it borrows the dependencies of this one, but not the checkout."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    site = Path(
        sysconfig.get_path(
            "purelib", vars={"base": str(folder), "platbase": str(folder)}, scheme="venv"
        )
    )
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    borrowed = tmp_path_factory.mktemp("borrowed")
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if not path.name.startswith(("portal", "_portal", "_editable")) and path.suffix != ".pth":
            (borrowed / path.name).symlink_to(path)
    (site / "borrowed.pth").write_text(str(borrowed))
    return folder / ("Scripts" if os.name == "nt" else "bin") / "python"


def test_the_wheel_carries_templates_static_files_migrations_and_words(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder, suffix in (("templates", ".html"), ("static", ".css")):
        for path in (ROOT / folder).rglob(f"*{suffix}"):
            assert f"portal/_assets/{path.relative_to(ROOT).as_posix()}" in names
    for path in (ROOT / "portal").rglob("*.po"):
        assert path.with_suffix(".mo").relative_to(ROOT).as_posix() in names
    assert "portal/migrations/env.py" in names
    assert "portal/migrations/alembic.ini" in names


def test_the_installed_wheel_serves_its_log_in_with_styles(installed: Path, tmp_path: Path) -> None:
    port = _free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")},
        "PORTAL_INSTANCE": str(tmp_path / "instance"),
        "PORTAL_PORT": str(port),
    }
    where = "import portal, pathlib; print(pathlib.Path(portal.__file__).parent / '_assets')"
    assets = subprocess.check_output(
        [installed, "-c", where], env=environment, cwd=tmp_path, text=True
    ).strip()
    assert Path(assets).is_dir()
    assert not assets.startswith(str(ROOT))
    subprocess.run([installed, "-m", "portal", "init"], env=environment, cwd=tmp_path, check=True)
    with _serving(installed, environment, tmp_path):
        page = _fetch(f"http://127.0.0.1:{port}/login")
        assert 'name="password"' in page
        sheets = re.findall(r'<link[^>]+href="([^"]+\.css[^"]*)"', page)
        assert sheets
        for sheet in sheets:
            assert "{" in _fetch(f"http://127.0.0.1:{port}{sheet}")
        words = _fetch(f"http://127.0.0.1:{port}/login", {"Accept-Language": "pt-BR"})
        assert not list((ROOT / "portal").rglob("*.po")) or re.search(r'<html[^>]+lang="pt', words)


@contextmanager
def _serving(python: Path, environment: dict[str, str], folder: Path) -> Iterator[None]:
    server = subprocess.Popen([python, "-m", "portal", "serve"], env=environment, cwd=folder)
    try:
        yield
    finally:
        server.terminate()
        server.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _fetch(address: str, headers: dict[str, str] | None = None) -> str:
    """A page, waited for while the server starts."""
    until = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(
                urllib.request.Request(address, headers=headers or {}), timeout=5
            ) as answer:
                return str(answer.read().decode())
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
