"""Headers on every response, our own origin for every unsafe request, known hosts only."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request
from werkzeug.routing import RequestRedirect

from portal.config import Settings
from portal.web.routes import SAFE

POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
)


def settings() -> Settings:
    """The installation's settings."""
    found = current_app.extensions["portal_settings"]
    assert isinstance(found, Settings)
    return found


def install(app: Flask) -> None:
    """Put the checks before and the headers after every request."""
    app.before_request(check_address)
    app.before_request(check_host)
    app.before_request(check_origin)
    app.after_request(add_headers)


def check_address() -> None:
    """No name has the character NUL, and a database takes none: such a page is not there."""
    if "\0" in request.path:
        abort(404)


def check_host() -> None:
    """An unknown Host is refused; absolute links come from configuration alone (T20)."""
    if request.path in ("/healthz", "/readyz"):
        return
    known = urlsplit(settings().base_url).netloc
    host = request.host
    if host != known and not (_loopback(known) and _loopback(host)):
        abort(400)


def _loopback(netloc: str) -> bool:
    return urlsplit(f"//{netloc}").hostname in ("127.0.0.1", "localhost", "::1")


def check_origin() -> None:
    """Unsafe methods must come from our own pages (T21)."""
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site == "same-origin":
        return
    origin = request.headers.get("Origin")
    own = (settings().base_url, f"{request.scheme}://{request.host}")
    if site is None and origin in own:
        return
    abort(403, "This form did not come from one of our pages. Nothing was changed.")


def add_headers(response: Response) -> Response:
    """The same strict headers on pages, fragments, files and errors (T35, T36)."""
    ancestors = response.headers.pop("X-Portal-Frame", "'none'")
    response.headers.setdefault("Content-Security-Policy", POLICY.format(ancestors=ancestors))
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers.setdefault("Cache-Control", "no-store")
    if settings().secure:
        response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return response


def came_from() -> str:
    """The path of the page whose form was sent, as the browser names it; empty for another site's."""
    parts = urlsplit(request.referrer or "")
    own = parts.netloc == request.host
    return parts.path + (f"?{parts.query}" if parts.query else "") if own else ""


def own_path(target: str | None, default: str = "/") -> str:
    """The target if it is a plain path of ours, judged parsed and normalised, else the default (T20)."""
    if not target or any(ord(c) < 33 or c == "\\" for c in target):
        return default
    parts = urlsplit(target)
    if (
        parts.scheme
        or parts.netloc
        or not parts.path.startswith("/")
        or parts.path.startswith("//")
    ):
        return default
    adapter = current_app.create_url_adapter(request)
    try:
        if adapter is None or not adapter.match(parts.path, method="GET"):
            return default
    except RequestRedirect:
        return default
    except Exception:
        return default
    return parts.path + (f"?{parts.query}" if parts.query else "")
