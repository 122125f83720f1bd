"""In which language and theme to answer: the person's, else this browser's choice, else what it asks for."""

from flask import has_request_context, request
from werkzeug.wrappers import Response

from portal.actor import current_actor
from portal.web import ui
from portal.web.security import settings

LANGUAGES = tuple(code for code, _ in ui.LANGUAGES)
THEMES = ui.THEMES
A_YEAR = 365 * 24 * 3600


def language() -> str:
    """The reader's language, one of LANGUAGES."""
    actor = current_actor()
    if actor.signed_in or not has_request_context():
        return actor.language if actor.language in LANGUAGES else "en"
    chosen = request.cookies.get("language")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES, "en")


def theme() -> str:
    """`light`, `dark`, or "" for what the device prefers."""
    chosen = request.cookies.get("theme", "") if has_request_context() else ""
    return chosen if chosen in THEMES else ""


def remember(response: Response, *, language: str | None = None, theme: str | None = None) -> None:
    """Let this browser keep a choice, signed in or not."""
    for name, value in (("language", language), ("theme", theme)):
        if value is not None:
            response.set_cookie(
                name,
                value,
                max_age=A_YEAR,
                path="/",
                secure=settings().secure,
                httponly=True,
                samesite="Lax",
            )
