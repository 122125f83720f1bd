"""gettext with types: the words of the review's language, or of the reader's on a page."""

import flask_babel


def gettext(text: str, /, **values: object) -> str:
    """The text in the present language."""
    return str(flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """The text in the present language's form for the number."""
    return str(flask_babel.ngettext(one, many, number, **values))
