"""Words in the reader's language: flask-babel's catalogues, looked up once for a locale instead of at every word."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

from babel import Locale
from flask import Flask, g, has_app_context
from flask_babel import Babel, Domain, get_locale

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
        app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
            gettext=lambda text: self.domain_instance.get_translations().ugettext(text),
            ngettext=lambda one, many, n: self.domain_instance.get_translations().ungettext(
                one, many, n
            ),
            newstyle=True,
        )
