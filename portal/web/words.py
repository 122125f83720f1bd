"""Words in the reader's language: flask-babel's catalogues, looked up once for a locale instead of at every word."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

from babel import Locale
from flask import Flask, g, has_app_context
from flask_babel import Babel, Domain, get_domain, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

T = TypeVar("T")


def kept(name: str, make: Callable[[], T]) -> T:
    """A value made once and kept as long as the locale of this context stays what it is."""
    context = g.get("_flask_babel") if has_app_context() else None
    locale: Locale | None = getattr(context, "babel_locale", None)
    found = getattr(context, name, None)
    if found is not None and locale is not None and found[0] is locale:
        return found[1]  # type: ignore[no-any-return]
    made = make()
    if context is not None:
        setattr(context, name, (get_locale(), made))
    return made


def gettext(text: str, **values: Any) -> str:
    """The text in the reader's language, its placeholders filled."""
    found = kept("portal_words", _catalogue).ugettext(text)
    return str(found % values if values else found)


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """The form of the text for that many; `num` is a placeholder too."""
    found = kept("portal_words", _catalogue).ungettext(one, many, num)
    return str(found % {"num": num, **values})


def _catalogue() -> Any:
    return get_domain().get_translations()


class Words(Domain):
    """The catalogue of the present locale; a forced locale has its own."""

    def get_translations(self) -> Any:
        """What every gettext function asks."""
        return kept("portal_words", super().get_translations)


class PortalBabel(Babel):
    """flask-babel with our domain, in templates too."""

    @cached_property
    def domain_instance(self) -> Words:
        """The one domain of the app."""
        return Words(domain=self.domain)

    def init_app(self, app: Flask, **options: Any) -> None:
        """Set up flask-babel, then let templates ask the kept catalogue."""
        super().init_app(app, **options)
        app.jinja_env.globals.update(_=_shown, gettext=_shown, ngettext=_shown_many)


@pass_eval_context
def _shown(context: EvalContext, text: str, **values: Any) -> str:
    """`_` of the templates: on a page the text is markup and what fills it is escaped."""
    return _filled(context, kept("portal_words", _catalogue).ugettext(text), values)


@pass_eval_context
def _shown_many(context: EvalContext, one: str, many: str, count: int, /, **values: Any) -> str:
    found = kept("portal_words", _catalogue).ungettext(one, many, count)
    return _filled(context, found, {"num": count, **values})


def _filled(context: EvalContext, text: str, values: dict[str, Any]) -> str:
    whole = Markup(text) if context.autoescape else text
    return whole % values if values or "%" in text else whole
