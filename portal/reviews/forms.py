"""What people choose when they order a review."""

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from portal.reviews.periods import Period
from portal.web.forms import PortalForm, one_line, options
from portal.web.ui import LANGUAGES

QUARTERS, MONTHS, YEARS = 8, 6, 2


class OrderReviewForm(PortalForm):
    """Which account, which period, in which language."""

    account = StringField(_l("Account"), [InputRequired(), Length(max=80), one_line])
    period = StringField(_l("Period"), [InputRequired(), Length(max=10), one_line])
    language = SelectField(_l("Language"), choices=options(LANGUAGES), default="en")


def past_periods(today: date) -> list[Period]:
    """The last quarters, months and years that are over, the latest first of each."""
    found: list[Period] = []
    for length, count in ((3, QUARTERS), (1, MONTHS), (12, YEARS)):
        period = Period.containing(today, length)
        for _step in range(count):
            period = period.previous
            found.append(period)
    return found
