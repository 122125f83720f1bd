"""The base of all forms: built-in messages in the reader's language, declared fields only."""

from collections.abc import Iterable
from typing import Any

from flask import request
from flask_babel import get_locale
from wtforms import Form, SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError


class PortalForm(Form):
    """A form whose messages speak the reader's language; unknown fields are ignored (T10)."""

    class Meta:
        @property
        def locales(self) -> tuple[str, ...]:
            locale = get_locale()
            return (str(locale).partition("_")[0],) if locale else ("en",)

    @classmethod
    def sent(cls, **kwargs: Any) -> "PortalForm":
        """The form filled from the present request."""
        return cls(request.form, **kwargs)


def options(pairs: Iterable[tuple[str, Any]]) -> list[Any]:
    """Choices of a select field from (value, label), the labels lazy or plain."""
    return [SelectChoice(value=str(value), label=label) for value, label in pairs]


def plain_text(form: Form, field: Any) -> None:
    """No control characters but line breaks and tabs; anything else is refused (T28)."""
    if any(ord(c) < 32 and c not in "\n\r\t" for c in field.data or ""):
        raise ValidationError(field.gettext("Invalid input."))


def one_line(form: Form, field: Any) -> None:
    """No control characters at all (T28)."""
    if any(ord(c) < 32 or c in "\u2028\u2029\x85" for c in field.data or ""):
        raise ValidationError(field.gettext("Invalid input."))
