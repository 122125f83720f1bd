"""What people choose when they order a review."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from portal.reviews.cadence import Cadence
from portal.reviews.disputable import choices, figure_names
from portal.reviews.figures_beside import INSIDE
from portal.reviews.models import Part, ReviewSchedule
from portal.reviews.periods import Period
from portal.reviews.sample import QUESTIONS
from portal.reviews.written import LONGEST_COMMENT
from portal.web.forms import PortalForm, one_line, options, plain_text
from portal.web.ui import LANGUAGES

LONG = Length(max=LONGEST_COMMENT)
QUARTERS, MONTHS, YEARS = 8, 6, 2
SHARED = (("sponsor", _l("Sponsors")), ("contact", _l("Contacts who see the whole account")))
PARTS = ((Part.ATTENDS, _l("Attends the meeting")), (Part.INFORMED, _l("Is informed")))
SECTION = Regexp(r"\w{0,20}\Z")
RHYTHMS = (("monthly", 1), ("quarterly", 3), ("yearly", 12))


def of_this_century(form: Any, field: DateTimeLocalField) -> None:
    """No other instant has a calendar in every zone."""
    if field.data is not None and not 2000 <= field.data.year < 2100:
        raise ValidationError(_("This day is too far away."))


class OrderReviewForm(PortalForm):
    """Which account, which period, in which language."""

    account = StringField(_l("Account"), [DataRequired(), Length(max=80), one_line])
    period = StringField(_l("Period"), [DataRequired(), Length(max=10), one_line])
    language = SelectField(_l("Language"), choices=options(LANGUAGES), default="en")


class OrderPortfolioForm(PortalForm):
    """Whose accounts (all without an address), which period, in which language."""

    manager = StringField(_l("Account manager’s email"), [Optional(), Length(max=200), one_line])
    period = StringField(_l("Period"), [DataRequired(), Length(max=10), one_line])
    as_of = DateTimeLocalField(
        _l("Figures as of"), [Optional(), of_this_century], format=["%Y-%m-%dT%H:%M"]
    )
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


class ReasonForm(PortalForm):
    """What should be changed before it is issued."""

    reason = TextAreaField(_l("What should be changed"), [Length(max=2000), plain_text])


class SharingForm(PortalForm):
    """Which parts of the client read it, and which one, or which participant, acknowledges it."""

    roles = SelectMultipleField(
        _l("Who reads the draft"),
        choices=options(SHARED),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    acknowledged_by = SelectField(_l("Who acknowledges it"), default="sponsor")

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(number), name) for number, name in people]
        self.acknowledged_by.choices = [*SHARED, *named]

    @property
    def acknowledging(self) -> dict[str, Any]:
        """Who is to acknowledge it, as `stages.share_review` takes it: a role, or a person besides the sponsors."""
        chosen = self.acknowledged_by.data
        if chosen in dict(SHARED):
            return {"acknowledged_by": chosen, "person_id": None}
        return {"acknowledged_by": "sponsor", "person_id": int(chosen)}


class FiguresForm(PortalForm):
    """Which figures for staff alone are added to this review."""

    figures = SelectMultipleField(
        _l("Add to this review"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = (f"{name} ({id})" for id, name in figure_names().items() if id in INSIDE)
        self.figures.choices = list(zip(INSIDE, named, strict=True))


class AcknowledgementForm(PortalForm):
    """The client has read it, and what it says to it."""

    answer = RadioField(
        _l("Your answer"),
        choices=options(
            (
                ("accepted", _l("We have read it and accept it.")),
                ("remarks", _l("We have read it and have remarks.")),
            )
        ),
        default="accepted",
    )
    remark = TextAreaField(_l("Remarks"), [Length(max=4000), plain_text])


class DisputeForm(PortalForm):
    """Which figure or exclusion is not right, and why; of the figures `asked` for alone, if any are.

    `section` is the one of the review's page where the dispute is begun; several forms can stand on that page.
    """

    about = SelectField(_l("What is not right"))
    body = TextAreaField(_l("Why"), [DataRequired(), Length(max=4000), plain_text])
    section = HiddenField(validators=[SECTION])

    def __init__(
        self, *args: Any, added: Sequence[str] = (), asked: Sequence[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.about.choices = choices(added, asked)
        if self.section.data:
            for one in (self.about, self.body):
                one.id = f"{one.id}-{self.section.data}"


class NoteForm(PortalForm):
    """A contribution to a dispute."""

    body = TextAreaField(_l("Your answer"), [DataRequired(), Length(max=4000), plain_text])
    section = HiddenField(validators=[SECTION])


class SettlementForm(PortalForm):
    """What will be restated in the next review, if anything."""

    restatement = TextAreaField(_l("What the next review restates"), [Length(max=300), plain_text])
    section = HiddenField(validators=[SECTION])


class TextsForm(PortalForm):
    """The words of a review in one language; `seen` is the newest version of any when the page was opened."""

    seen = IntegerField(widget=HiddenInput(), validators=[Optional(), NumberRange(0, 2**31 - 1)])
    verdict = TextAreaField(_l("The period in one sentence"), [Length(max=240), plain_text])
    well = TextAreaField(_l("What went well"), [Length(max=900), plain_text])
    watch = TextAreaField(_l("What to watch"), [Length(max=900), plain_text])
    promised = TextAreaField(_l("What we promised each other"), [LONG, plain_text])
    agreed = TextAreaField(_l("Agreed and achieved"), [LONG, plain_text])
    backlog = TextAreaField(_l("Volume and backlog"), [LONG, plain_text])
    speed = TextAreaField(_l("Speed"), [LONG, plain_text])
    quality = TextAreaField(_l("Quality"), [LONG, plain_text])
    reasons = TextAreaField(_l("Reasons"), [LONG, plain_text])
    hours = TextAreaField(_l("Busiest hours"), [LONG, plain_text])
    exceptional = TextAreaField(_l("Out of the ordinary"), [LONG, plain_text])
    opinion = TextAreaField(_l("Your voice"), [LONG, plain_text])
    people = TextAreaField(_l("People"), [LONG, plain_text])
    contract = TextAreaField(_l("Contract"), [LONG, plain_text])
    agreement = TextAreaField(_l("What is agreed"), [LONG, plain_text])
    next = TextAreaField(_l("Decisions and new actions"), [LONG, plain_text])


YES, NO = "yes", "no"
ANSWERS = ((YES, _l("Yes")), (NO, _l("No")))


class SampleForm(PortalForm):
    """What somebody found who read a case of the sample."""

    complete = RadioField(
        _l("Was the question answered completely?"), [InputRequired()], choices=options(ANSWERS)
    )
    clear = RadioField(
        _l("Was it written so that the client could follow?"),
        [InputRequired()],
        choices=options(ANSWERS),
    )
    filed = RadioField(
        _l("Were the record and its category right?"), [InputRequired()], choices=options(ANSWERS)
    )
    remark = TextAreaField(_l("Remark for colleagues"), [Length(max=1000), plain_text])

    @property
    def answers(self) -> dict[str, bool]:
        """Each question with its answer."""
        return {name: self[name].data == YES for name in QUESTIONS}


class MeetingForm(PortalForm):
    """When and where both sides talk about it, in the account's time zone."""

    at = DateTimeLocalField(
        _l("Day and time"), [Optional(), of_this_century], format=["%Y-%m-%dT%H:%M"]
    )
    place = StringField(_l("Place or link"), [Length(max=200), one_line])


class ParticipantForm(PortalForm):
    """Who takes part, by address or exact name, and in what way."""

    who = StringField(_l("Name or email"), [DataRequired(), Length(max=254), one_line])
    part = SelectField(_l("Part"), choices=options(PARTS), default=Part.ATTENDS)


class RemovalForm(PortalForm):
    """Which entry is taken off the list."""

    participant = IntegerField(validators=[InputRequired(), NumberRange(1, 2**31 - 1)])


class CadenceFields(Form):
    """One rhythm of reviews."""

    active = BooleanField(_l("Drafted by itself"))
    working_days = IntegerField(
        _l("Working days after the period"), [InputRequired(), NumberRange(1, 20)], default=3
    )
    approval = BooleanField(_l("A second person approves"))
    mail_pdf = BooleanField(_l("The mail carries the PDF"))


class SchedulesForm(PortalForm):
    """The rhythms of an account's reviews."""

    monthly = FormField(CadenceFields, _l("Every month"))
    quarterly = FormField(CadenceFields, _l("Every quarter"))
    yearly = FormField(CadenceFields, _l("Every year"))

    @property
    def cadences(self) -> list[Cadence]:
        """What was chosen."""
        return [Cadence(months=months, **self[name].data) for name, months in RHYTHMS]


def cadences_typed(rows: Sequence[ReviewSchedule]) -> dict[str, Any]:
    """Schedules as their fields show them."""
    known = {row.months: row for row in rows}
    return {
        name: {
            field: getattr(known[months], field)
            for field in ("active", "working_days", "approval", "mail_pdf")
        }
        for name, months in RHYTHMS
        if months in known
    }
