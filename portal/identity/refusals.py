"""Why something was refused, in words for the person, at the field they concern."""

from typing import Any

from flask_babel import gettext as _

from portal.identity.limits import TooManyTries
from portal.identity.operations import WeakPassword, WrongCredentials
from portal.identity.passwords import LONGEST, SHORTEST, Weakness

Refusal = WrongCredentials | WeakPassword | TooManyTries
REFUSALS = (WrongCredentials, WeakPassword, TooManyTries)


def explain(form: Any, refusal: Refusal, *, tried: str = "password", new: str = "password") -> int:
    """Put the reason at the field that was tried, or at the new password; the answer's status."""
    field = form[new if isinstance(refusal, WeakPassword) else tried]
    field.errors = [*field.errors, _words(refusal, tried)]
    return 429 if isinstance(refusal, TooManyTries) else 422


def _words(refusal: Refusal, tried: str) -> str:
    if isinstance(refusal, WeakPassword):
        return _weakness(refusal.reason)
    if not isinstance(refusal, TooManyTries):
        wrong = {
            "password": _("This does not match the address. You may paste it as it is."),
            "old": _("This is not your present password. You may paste it as it is."),
        }
        return str(wrong[tried])
    if refusal.reset_only:
        return str(
            _("Too many tries failed. Only a new password helps now: have a link sent to you.")
        )
    return str(
        _("Too many tries. Wait 15 minutes, or have a link sent to you to set a new password.")
    )


def _weakness(reason: Weakness) -> str:
    words = {
        Weakness.SHORT: _("At least %(count)s characters. A sentence works well.", count=SHORTEST),
        Weakness.LONG: _("At most %(count)s characters.", count=LONGEST),
        Weakness.KNOWN: _("Many people use this one, so it is tried first. Choose another."),
        Weakness.OWN: _("It holds little more than your name or ours. Add other words."),
    }
    return str(words[reason])
