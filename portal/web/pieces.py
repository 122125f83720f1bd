"""Pieces of pages that depend on nothing but their arguments: made once, then kept.

A piece is a macro of a `pieces.html`, imported without context. It sees its arguments and what every template
knows, never the request, the actor or the clock (a test holds them to it), so the same arguments give every reader of
the same side, language, time zone and day the same text.
"""

from functools import lru_cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment
from jinja2.runtime import Macro
from markupsafe import Markup

from portal.web.reader import Reader, reader

MOST, LONGEST = 4096, 6000
MOST_LONG, LONGEST_OF_ALL = 128, 64_000
_wordy: set[Macro] = set()
"""Macros that have made a long piece: all of theirs stand on a smaller shelf of their own."""


class Shelf:
    """The pieces of one folder, as `pieces.cases.queue_row(…)` in every template and block; found when first asked."""

    def __init__(self, env: Environment, template: str) -> None:
        self._env, self._template = env, template

    def __getattr__(self, name: str) -> Any:
        macro = getattr(self._env.get_template(self._template).module, name)
        setattr(self, name, partial(piece, macro))
        return getattr(self, name)


def shelves(env: Environment, folder: Path) -> SimpleNamespace:
    """Every folder's pieces under the folder's name."""
    names = (path.parent.name for path in folder.glob("*/pieces.html"))
    return SimpleNamespace(**{name: Shelf(env, f"{name}/pieces.html") for name in names})


def piece(macro: Macro, *args: Any, **named: Any) -> Markup:
    """What the macro makes of its arguments, which must be values: texts, numbers, instants, rows of them.

    Raises: TypeError for a list or a dict, and for an object of the database that can change.
    """
    try:
        if macro in _wordy:
            return _made_long(macro, reader(), *args, **named)
        return _made(macro, reader(), *args, **named)
    except _TooLong as long:
        _wordy.add(macro)
        return long.made


class _TooLong(Exception):
    def __init__(self, made: Markup) -> None:
        self.made = made


@lru_cache(MOST, typed=True)
def _made(macro: Macro, reader: Reader, *args: Any, **named: Any) -> Markup:
    """Typed, since markup and the same characters as plain text are equal but must not share a place."""
    return _fitting(LONGEST, macro, *args, **named)


@lru_cache(MOST_LONG, typed=True)
def _made_long(macro: Macro, reader: Reader, *args: Any, **named: Any) -> Markup:
    return _fitting(LONGEST_OF_ALL, macro, *args, **named)


def _fitting(longest: int, macro: Macro, *args: Any, **named: Any) -> Markup:
    """What the macro makes, if it is no longer than what is kept."""
    for arg in args:
        if "_sa_instance_state" in getattr(arg, "__dict__", ()):
            raise TypeError(f"{type(arg).__name__} can change and is no argument of a piece")
    made = Markup(macro(*args, **named))
    if len(made) > longest:
        raise _TooLong(made)
    return made
