"""What staff type about a client's person."""

from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField, TelField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from portal.accounts.models import Account
from portal.stakeholders.parts import JOB_ROLES
from portal.web import ui
from portal.web.forms import PortalForm, one_line, options

REACHES = (
    ("own", _l("Only cases that name this person")),
    ("account", _l("All cases of the account, confidential ones only when named")),
    ("tree", _l("All cases of the account and of the companies below it")),
)


class StakeholderForm(PortalForm):
    """A person of an account: who they are, how to reach them, their part."""

    name = StringField(_l("Name"), [InputRequired(), Length(max=120), one_line])
    job_title = StringField(_l("Job title"), [Length(max=120), one_line])
    job_role = SelectField(_l("Part in the account"), choices=options(JOB_ROLES))
    email = StringField(_l("Email"), [Optional(), Length(max=254), one_line])
    phone = TelField(_l("Phone"), [Optional(), Length(max=40), one_line])
    language = SelectField(_l("Language"), choices=options(ui.LANGUAGES))

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def validate_email(self, field: StringField) -> None:
        """An address mail could be sent to; nothing is looked up."""
        try:
            found = validate_email(
                (field.data or "").strip(),
                check_deliverability=False,
                test_environment=current_app.testing,
            )
        except EmailNotValidError:
            raise ValidationError(
                _("This is not an email address. Write it like ana@example.com.")
            ) from None
        field.data = found.normalized.lower()

    def validate_phone(self, field: TelField) -> None:
        """A number that can be dialled; without a country code it is one of the account's own country."""
        try:
            number = phonenumbers.parse(field.data or "", self.account.country.upper() or None)
        except phonenumbers.NumberParseException:
            raise ValidationError(_phone_fault()) from None
        if not phonenumbers.is_possible_number(number):
            raise ValidationError(_phone_fault())
        field.data = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    @property
    def details(self) -> dict[str, Any]:
        """What was typed, as columns; an empty address is none."""
        return {
            "name": (self.name.data or "").strip(),
            "job_title": (self.job_title.data or "").strip(),
            "job_role": self.job_role.data,
            "email": self.email.data or None,
            "phone": self.phone.data or "",
            "language": self.language.data,
        }


class EditStakeholderForm(StakeholderForm):
    """The same, and whether the person still belongs to the account."""

    active = BooleanField(_l("Belongs to the account"))


class InvitationForm(PortalForm):
    """How far a person's access will reach."""

    reach = SelectField(_l("Sees"), choices=options(REACHES), default="account")

    def __init__(self, *args: Any, with_tree: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach.choices = options(
            choice for choice in REACHES if with_tree or choice[0] != "tree"
        )


def _phone_fault() -> str:
    return str(_("This is not a phone number. Begin with + and the country code."))
