"""What the author of a comment says to its being quoted."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired

from portal.feedback.models import Consent
from portal.web.forms import PortalForm, options

ANSWERS = (
    (Consent.NAMED, _l("With my name")),
    (Consent.UNNAMED, _l("Without my name")),
    (Consent.NO, _l("Rather not")),
)


class ConsentForm(PortalForm):
    """One of three answers; none is chosen beforehand."""

    answer = RadioField(_l("May we quote it?"), [InputRequired()], choices=options(ANSWERS))
