"""Styles, scripts, fonts and icons: joined at start, named by their content, kept by browsers for a year."""

import hashlib
import os
import posixpath
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask, current_app
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from portal.config import SettingError, Settings
from portal.web import brand

POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'none'"
YEAR = 365 * 24 * 3600
PREFIX = "static"
BUILDS_KEPT = 5
LOGO_LIMIT = 512 * 1024
LOGO_KINDS = (".svg", ".png", ".webp", ".jpg", ".jpeg")
ADDRESS = re.compile(r'url\("([^":]+)"\)')


class Assets:
    """What is published: the address of each file by its plain name, and the server of the files."""

    def __init__(self, static: Path, settings: Settings) -> None:
        self.static = static
        self.settings = settings
        self.seen = _newest(static)
        self.server = WhiteNoise(
            None,
            max_age=YEAR,
            allow_all_origins=False,
            immutable_file_test=lambda path, url: True,
            add_headers_function=self._headers,
        )
        self.publish()

    def publish(self) -> None:
        """Join, name and compress everything; a build that is there already is used as it is."""
        contents = collect(self.static, self.settings)
        self.names = {plain: fingerprinted(plain, body) for plain, body in contents.items()}
        build = hashlib.sha256("\n".join(sorted(self.names.values())).encode()).hexdigest()[:16]
        files = {self.names[plain]: body for plain, body in contents.items()}
        try:
            folder = _laid_out(self.settings.instance / "assets" / build, files)
        except OSError:
            folder = _laid_out(Path(tempfile.mkdtemp(prefix="portal-assets-")) / build, files)
        self.server.add_files(str(folder), PREFIX)

    def address(self, plain: str) -> str:
        """The path under which browsers fetch a file.

        Raises: KeyError when there is no such file.
        """
        if self.settings.debug and self.seen < (newest := _newest(self.static)):
            self.seen = newest
            self.publish()
        return f"/{PREFIX}/{self.names[plain]}"

    def _headers(self, headers: Headers, path: str, url: str) -> None:
        headers["Content-Security-Policy"] = POLICY
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        if self.settings.secure:
            headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"


def install(app: Flask, static: Path, settings: Settings) -> None:
    """Publish the folder `static` and serve it in front of the app.

    Raises: SettingError when the brand's logo cannot be used.
    """
    published = Assets(static, settings)
    published.server.application = app.wsgi_app
    app.extensions["portal_assets"] = published
    app.jinja_env.globals["asset"] = asset
    app.wsgi_app = published.server  # type: ignore[method-assign]


def asset(plain: str) -> str:
    """The address of a static file in this app, by its plain name (`css/app.css`)."""
    published = current_app.extensions["portal_assets"]
    assert isinstance(published, Assets)
    return published.address(plain)


def collect(static: Path, settings: Settings) -> dict[str, bytes]:
    """Every published file by plain name: styles and scripts joined, addresses inside styles rewritten."""
    contents = {name: (static / name).read_bytes() for name in _single_files(static)}
    if settings.brand_logo:
        logo = _logo(Path(settings.brand_logo))
        contents[f"brand/logo{logo.suffix.lower()}"] = logo.read_bytes()
    names = {plain: fingerprinted(plain, body) for plain, body in contents.items()}
    contents["css/app.css"] = _styles(static, names, settings.brand_accent).encode()
    contents["js/app.js"] = _scripts(static).encode()
    return contents


def fingerprinted(plain: str, body: bytes) -> str:
    """`css/app.css` as `css/app.<hash>.css`."""
    stem, suffix = posixpath.splitext(plain)
    return f"{stem}.{hashlib.sha256(body).hexdigest()[:12]}{suffix}"


def _single_files(static: Path) -> Iterator[str]:
    """Files published one by one; licences and the fonts of the PDF stay at home."""
    for path in sorted(static.rglob("*")):
        name = path.relative_to(static).as_posix()
        joined = name.startswith(("css/", "js/", "fonts/pdf/"))
        if path.is_file() and not joined and path.suffix != ".txt":
            yield name


def _styles(static: Path, names: dict[str, str], accent: str) -> str:
    """`layers.css` first, for it sets the order of the layers; among the rest order is alphabetical."""
    first = static / "css" / "layers.css"
    rest = sorted(path for path in (static / "css").rglob("*.css") if path != first)
    parts = [_addresses_named(path, static, names) for path in (first, *rest)]
    if accent:
        parts.append(brand.stylesheet(accent))
    return "\n".join(parts)


def _addresses_named(path: Path, static: Path, names: dict[str, str]) -> str:
    here = path.parent.relative_to(static).as_posix()

    def named(match: re.Match[str]) -> str:
        plain = posixpath.normpath(posixpath.join(here, match[1]))
        return f'url("/{PREFIX}/{names[plain]}")'

    return ADDRESS.sub(named, path.read_text("utf-8"))


def _scripts(static: Path) -> str:
    """All modules in one, each in a block of its own so that their names do not meet."""
    paths = sorted((static / "js").glob("*.js"))
    return "\n".join(f"// {path.name}\n{{\n{path.read_text('utf-8')}}}" for path in paths)


def _logo(path: Path) -> Path:
    if path.suffix.lower() not in LOGO_KINDS:
        raise SettingError(f"PORTAL_BRAND_LOGO must name a file ending in {', '.join(LOGO_KINDS)}.")
    if not path.is_file() or path.stat().st_size > LOGO_LIMIT:
        raise SettingError(f"PORTAL_BRAND_LOGO: {path} is not there or is larger than 512 KB.")
    return path


def _laid_out(folder: Path, files: dict[str, bytes]) -> Path:
    """The files in `folder`, which appears complete or not at all."""
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder.parent))
    compressor = Compressor(quiet=True)
    for name, body in files.items():
        path = draft / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        if compressor.should_compress(name):
            list(compressor.compress(str(path)))
    draft.chmod(0o755)
    try:
        os.rename(draft, folder)
    except OSError:
        shutil.rmtree(draft)
        if not folder.is_dir():
            raise
    _drop_old(folder.parent)
    return folder


def _newest(static: Path) -> float:
    return max((path.stat().st_mtime for path in static.rglob("*")), default=0.0)


def _drop_old(builds: Path) -> None:
    found = sorted((p for p in builds.iterdir() if p.is_dir()), key=lambda p: p.stat().st_mtime)
    for path in found[:-BUILDS_KEPT]:
        shutil.rmtree(path, ignore_errors=True)
