"""What people type to sign in and about themselves."""

from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from portal.identity.preferences import LANGUAGES, THEMES
from portal.web import ui
from portal.web.forms import PortalForm, one_line, options

APPEARANCES = (("", _l("As the device")), ("light", _l("Light")), ("dark", _l("Dark")))


@lru_cache
def _zones() -> list[Any]:
    """Every zone that is named after a place, and UTC."""
    names = sorted(
        zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")
    )
    return options([("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)])


class LogInForm(PortalForm):
    """Address and password; where to go afterwards."""

    email = StringField(_l("Email"), [InputRequired(), Length(max=254), one_line])
    password = PasswordField(_l("Password"), [InputRequired()])
    next = HiddenField()


class ForgotForm(PortalForm):
    """The address a reset link is asked for."""

    email = StringField(_l("Email"), [InputRequired(), Length(max=254), one_line])


class NewPasswordForm(PortalForm):
    """A password to set by a one-time link."""

    password = PasswordField(_l("New password"), [InputRequired()])


class ChangePasswordForm(PortalForm):
    """The password one has and the one one wants."""

    old = PasswordField(_l("Present password"), [InputRequired()])
    password = PasswordField(_l("New password"), [InputRequired()])


class ChoicesForm(PortalForm):
    """Language and theme, one of them or both; what is not sent stays as it is."""

    language = StringField()
    theme = StringField()
    next = HiddenField()

    def validate(self, extra_validators: object = None) -> bool:
        """Whether every choice that was sent is one we offer."""
        languages, themes = (None, *LANGUAGES), (None, *THEMES)
        return self.language.data in languages and self.theme.data in themes


class PreferencesForm(PortalForm):
    """All a person can choose for themselves, on their own page."""

    language = SelectField(_l("Language"), choices=options(ui.LANGUAGES))
    theme = SelectField(
        _l("Appearance"),
        choices=options(APPEARANCES),
    )
    timezone = SelectField(_l("Time zone"), choices=_zones)
