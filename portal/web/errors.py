"""Errors as pages: what happened, what was kept, what to do; an id, never a trace."""

import logging
import secrets
from typing import Any

from flask import Flask, Response, redirect, request, url_for
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, Unauthorized

from portal.db.transaction import abandon
from portal.web.render import render, wants_fragment
from portal.web.words import gettext as _

log = logging.getLogger("portal.web")


def install(app: Flask) -> None:
    """Answer every error of the app."""
    app.register_error_handler(Unauthorized, to_login)
    app.register_error_handler(HTTPException, show)
    app.register_error_handler(Exception, crash)


def to_login(error: Unauthorized) -> Any:
    """Nobody is sent to the log-in and back afterwards."""
    target = request.full_path.rstrip("?") if request.method == "GET" else "/"
    address = url_for("identity.login", next=target if target != "/" else None)
    if wants_fragment():
        response = Response(status=204)
        response.headers["HX-Redirect"] = address
        return response
    return redirect(address, 302)


def show(error: HTTPException) -> Response:
    """A page for any HTTP error."""
    abandon()
    code = error.code or 500
    title, text = _words(code)
    own = (
        error.description if isinstance(error.description, str) and code in (403, 409, 422) else ""
    )
    if own and own != type(error).description:
        text = own
    return render("errors/error.html", status=code, title=title, text=text, code=code, fault_id="")


def crash(error: Exception) -> Response:
    """A fault of ours: logged with an id that the page shows."""
    abandon()
    fault_id = secrets.token_hex(4)
    log.exception("fault %s at %s %s", fault_id, request.method, request.path)
    title, text = _words(500)
    try:
        return render(
            "errors/error.html", status=500, title=title, text=text, code=500, fault_id=fault_id
        )
    except Exception:
        return Response(f"{title}\n{text}\n{fault_id}", status=500, mimetype="text/plain")


def _words(code: int) -> tuple[str, str]:
    if code == RequestEntityTooLarge.code:
        return _("That was too large"), _(
            "Nothing was kept of it. Send smaller files, at most 20 MB each."
        )
    known = {
        400: (
            _("We could not read that request"),
            _("Nothing was changed. Go back and try again."),
        ),
        403: (
            _("This is not open to you"),
            _("Nothing was changed. Ask your account manager if you need it."),
        ),
        404: (
            _("There is nothing here"),
            _("The address may be mistyped, or the page is not yours to see."),
        ),
        405: (
            _("This cannot be done here"),
            _("Nothing was changed. Go back and use the page's own buttons."),
        ),
        409: (
            _("This has moved meanwhile"),
            _("Nothing was changed. Go back, copy what you wrote and open it anew."),
        ),
        429: (_("Too many tries"), _("Wait a few minutes, then try again. Nothing was lost.")),
    }
    fallback = (
        _("Something broke on our side"),
        _("What you last saved is safe. Try again in a moment."),
    )
    return known.get(code, fallback)
