"""Settings: one frozen dataclass read from `PORTAL_*`; anything unknown or malformed stops the start."""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class SettingError(Exception):
    """A setting is unknown, malformed or unreadable; the text names it and the remedy."""


def _url(*schemes: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if urlsplit(value).scheme not in schemes:
            raise ValueError(f"must start with {' or '.join(s + ':' for s in schemes)}")
        return value

    return parse


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError("must be an address like https://portal.example.com, without a path")
    return value.rstrip("/")


def _port(value: str) -> int:
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise ValueError("must be a number from 1 to 65535")
    return int(value)


def _count(value: str) -> int:
    if not value.isdecimal():
        raise ValueError("must be a whole number")
    return int(value)


def _some(value: str) -> int:
    if not value.isdecimal() or int(value) < 1:
        raise ValueError("must be a whole number from 1 on")
    return int(value)


def _flag(value: str) -> bool:
    if value not in ("0", "1"):
        raise ValueError("must be 0 or 1")
    return value == "1"


def _secret(value: str) -> str:
    if len(value) < 32:
        raise ValueError("must have at least 32 characters")
    return value


def _colour(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError("must be a colour like #005d59")
    return value.lower()


def _plain(value: str) -> str:
    if any(ord(c) < 32 for c in value):
        raise ValueError("must not hold control characters")
    return value.strip()


def _mailbox(value: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(value, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise ValueError("must be one bare address like no-reply@example.com") from None
    return value


def _pem(kind: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if not re.match(rf"-----BEGIN (?:[A-Z]+ )?{kind}-----\s", value) or "ENCRYPTED" in value:
            raise ValueError(f"must be a {kind.lower()} in PEM, without a password")
        return value

    return parse


def _setting(parse: Callable[[str], Any], default: Any) -> Any:
    return field(default=default, metadata={"parse": parse})


SIGNING = ("signing_key", "signing_certificate")


@dataclass(frozen=True)
class Settings:
    """Everything an installation may set; the names are `PORTAL_` + the field in capitals."""

    database_url: str = _setting(_url("sqlite", "postgresql"), "")
    secret_key: str = _setting(_secret, "")
    base_url: str = _setting(_origin, "http://127.0.0.1:8000")
    storage_url: str = _setting(_url("file"), "")
    jobs_url: str = _setting(_url("embedded"), "embedded:")
    smtp_url: str = _setting(_url("smtp", "smtps"), "")
    mail_from: str = _setting(_mailbox, "")
    instance: Path = field(default=Path("instance"), metadata={"parse": Path})
    host: str = _setting(_plain, "127.0.0.1")
    port: int = _setting(_port, 8000)
    web_workers: int = _setting(_some, 2)
    worker_processes: int = _setting(_some, 2)
    proxies: int = _setting(_count, 0)
    debug: bool = _setting(_flag, False)
    signing_key: str = _setting(_pem("PRIVATE KEY"), "")
    signing_certificate: str = _setting(_pem("CERTIFICATE"), "")
    brand_name: str = _setting(_plain, "Vinculo")
    brand_logo: str = _setting(_plain, "")
    brand_accent: str = _setting(_colour, "")
    brand_phone: str = _setting(_plain, "")
    brand_email: str = _setting(_plain, "")
    brand_hours: str = _setting(_plain, "")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings.

        Raises: SettingError naming the setting and the remedy.
        """
        given = _given(os.environ if environ is None else environ)
        known = {f.name: f for f in fields(cls)}
        for name in given:
            if name not in known:
                raise SettingError(
                    f"PORTAL_{name.upper()} is not a setting. {_closest(name, known)}"
                )
        values = {
            name: _parsed(name, known[name].metadata["parse"], raw) for name, raw in given.items()
        }
        if "port" in values and "base_url" not in values:
            values["base_url"] = f"http://127.0.0.1:{values['port']}"
        for one, other in (SIGNING, SIGNING[::-1]):
            if one in values and other not in values:
                raise SettingError(
                    f"PORTAL_{other.upper()} is missing beside PORTAL_{one.upper()}."
                )
        return cls(**values).completed()

    def completed(self) -> "Settings":
        """The same settings with defaults that depend on the instance folder filled in."""
        folder = self.instance.resolve()
        changes: dict[str, Any] = {"instance": folder}
        if not self.database_url:
            changes["database_url"] = f"sqlite:///{folder / 'portal.db'}"
        if not self.storage_url:
            changes["storage_url"] = f"file:{folder / 'files'}"
        if not self.secret_key:
            changes["secret_key"] = _kept_secret(folder)
        return Settings(**{**self.__dict__, **changes})

    @property
    def storage_path(self) -> Path:
        """The folder of a `file:` storage address."""
        return Path(self.storage_url.removeprefix("file:"))

    @property
    def secure(self) -> bool:
        """Whether people reach the portal by https."""
        return self.base_url.startswith("https:")


def _given(environ: Mapping[str, str]) -> dict[str, str]:
    """`PORTAL_X` and the contents of `PORTAL_X_FILE`, by lower-case name; the tests' own names left out."""
    given: dict[str, str] = {}
    for key, value in environ.items():
        if not key.startswith("PORTAL_") or key.startswith("PORTAL_TEST_"):
            continue
        name = key.removeprefix("PORTAL_").lower()
        if name.endswith("_file"):
            name, value = name.removesuffix("_file"), _read(key, value)
        if name in given:
            raise SettingError(
                f"PORTAL_{name.upper()} is set twice, plainly and by _FILE; keep one."
            )
        given[name] = value
    return given


def _read(key: str, path: str) -> str:
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{key} names a file that cannot be read: {error}") from None


def _parsed(name: str, parse: Callable[[str], Any], raw: str) -> Any:
    try:
        return parse(raw)
    except ValueError as error:
        raise SettingError(f"PORTAL_{name.upper()} {error}.") from None


def _closest(name: str, known: Mapping[str, object]) -> str:
    from difflib import get_close_matches

    match = get_close_matches(name, known, n=1)
    if match:
        return f"Did you mean PORTAL_{match[0].upper()}?"
    return "docs/operations.md lists all settings; remove it or correct its name."


def _kept_secret(folder: Path) -> str:
    """The instance's own key, made once and readable by its owner alone."""
    path = folder / "secret_key"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                out.write(secrets.token_urlsafe(48))
        return path.read_text("utf-8").strip()
    except OSError as error:
        raise SettingError(
            f"PORTAL_INSTANCE: the folder {folder} cannot be used: {error}"
        ) from None
