"""What managers type about an account's team."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from portal.accounts.models import Account
from portal.web.forms import PortalForm, one_line, options

PARTS = (
    ("agent", _l("Works on cases")),
    ("account_manager", _l("Account manager")),
    ("specialist", _l("Specialist")),
    ("cover", _l("Covers somebody who is away")),
)
COVERED = (("", _l("Nobody")), ("manager", _l("The account manager")), ("deputy", _l("The deputy")))
PERSON = [InputRequired(), Length(max=254), one_line]


class TeamMemberForm(PortalForm):
    """A colleague's part in the team, with dates."""

    person = StringField(_l("Colleague"), PERSON)
    part = SelectField(_l("Part"), choices=options(PARTS))
    from_on = DateField(_l("From"), [InputRequired()])
    to_on = DateField(_l("Last day"), [Optional()])
    covers = SelectField(_l("Covers"), choices=options(COVERED), default="")

    def part_of(self, account: Account) -> dict[str, Any]:
        """What was chosen, as `operations.add_member` takes it."""
        covered = {"manager": account.manager_id, "deputy": account.deputy_id}
        dates = {"from_on": self.from_on.data, "to_on": self.to_on.data}
        return {"role": self.part.data, "covers_id": covered.get(self.covers.data), **dates}

    def validate_to_on(self, field: DateField) -> None:
        """The last day is not before the first; a cover has one."""
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(_("The last day lies before the first."))

    def validate_part(self, field: SelectField) -> None:
        """A cover says until when."""
        if field.data == "cover" and not self.to_on.data:
            raise ValidationError(_("Say the last day of the cover."))

    def validate_covers(self, field: SelectField) -> None:
        """A cover says for whom, and nothing else does."""
        if (self.part.data == "cover") is not bool(field.data):
            raise ValidationError(
                _("Choose who is away for a cover, and nobody for any other part.")
            )


class LeadsForm(PortalForm):
    """Who answers for the account and who stands in."""

    manager = StringField(_l("Account manager"), PERSON)
    deputy = StringField(_l("Deputy"), [Optional(), Length(max=254), one_line])


class DepartureForm(PortalForm):
    """Whose part in the team ends today."""

    person = StringField(_l("Colleague"), PERSON)


def new_member_form(today: date, data: Any = None) -> TeamMemberForm:
    """The form for a part that begins today unless said otherwise."""
    return TeamMemberForm(data, from_on=today)
