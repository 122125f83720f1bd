"""What people type about a case: cleaned, measured, and each field once."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
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
)

from portal.cases.events import MOST_MINUTES
from portal.cases.models import Channel, LinkKind, Priority, Status
from portal.cases.typed import line, words
from portal.files.kinds import FileRefused
from portal.files.storing import MOST, Upload, examined
from portal.web.forms import PortalForm, options

LONGEST_LINE = 200
LONGEST_BODY = 50_000
PRIORITIES = (
    (Priority.LOW, _l("Low: when there is time")),
    (Priority.NORMAL, _l("Normal")),
    (Priority.HIGH, _l("High: work suffers")),
    (Priority.URGENT, _l("Urgent: work stands still")),
)
CHANNELS = (
    (Channel.PHONE, _l("Phone")),
    (Channel.EMAIL, _l("Email")),
    (Channel.CHAT, _l("Chat")),
    (Channel.PORTAL, _l("Portal")),
)
STATUSES = (
    (Status.OPEN, _l("Open")),
    (Status.IN_PROGRESS, _l("In progress")),
    (Status.WAITING, _l("Waiting on client")),
    (Status.ON_HOLD, _l("On hold")),
)
LINKS = (
    (LinkKind.RELATED, _l("belongs together with")),
    (LinkKind.REPEAT, _l("is the same issue as")),
)
MODES = (("reply", _l("Reply")), ("note", _l("Internal note")))
NEXT = (("", ""), (Status.WAITING, ""), (Status.RESOLVED, ""))
TOKEN = Regexp(r"^[A-Za-z0-9_-]{0,100}$", message=_l("This form is not ours. Load the page again."))


def minutes_field(needed: Any) -> IntegerField:
    """Minutes of working time, as one note of them can hold."""
    fault = _l("Write minutes from 1 to 1,440, without a comma.")
    return IntegerField(_l("Minutes spent"), [needed, NumberRange(1, MOST_MINUTES, message=fault)])


class CaseForm(PortalForm):
    """A form whose fields come once each; a name that is repeated is refused (T10)."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything is in shape; the faults stand at the fields."""
        valid = super().validate(extra_validators)
        for field in self:
            if len(getattr(field, "raw_data", None) or ()) > 1:
                field.errors = [_("This came twice. Load the page again.")]
                valid = False
        return bool(valid)


class NewCaseForm(CaseForm):
    """A new case, by the client or on their behalf."""

    account = StringField(_l("Account"), [Length(max=LONGEST_LINE)], filters=[line])
    person = StringField(_l("Who asks"), [Length(max=254)], filters=[line])
    admitted = StringField(
        _l("Why somebody whom the contract does not name"),
        [Length(max=LONGEST_LINE)],
        filters=[line],
    )
    channel = SelectField(_l("How it came"), choices=options(CHANNELS), default=Channel.PORTAL)
    subject = StringField(
        _l("Subject"),
        [DataRequired(_l("Say in a few words what it is about.")), Length(max=LONGEST_LINE)],
        filters=[line],
    )
    body = TextAreaField(
        _l("What happened"),
        [DataRequired(_l("Write what happened and what you need.")), Length(max=LONGEST_BODY)],
        filters=[words],
    )
    category = StringField(_l("Category"), [Length(max=120)], filters=[line])
    priority = SelectField(_l("Priority"), choices=options(PRIORITIES), default=Priority.NORMAL)
    order = StringField(_l("Order"), [Length(max=120)], filters=[line])
    confidential = BooleanField(_l("Confidential: only the people named on the case see it"))
    submission = HiddenField(validators=[TOKEN])


class MessageForm(CaseForm):
    """A reply or an internal note."""

    mode = RadioField(_l("Who will read this"), choices=options(MODES), default="reply")
    body = TextAreaField(
        _l("Text"),
        [
            DataRequired(_l("There is nothing to send yet. Write something first.")),
            Length(max=LONGEST_BODY),
        ],
        filters=[words],
    )
    then = SelectField(choices=options(NEXT), default="")
    minutes = minutes_field(Optional())
    submission = HiddenField(validators=[TOKEN])

    @property
    def internal(self) -> bool:
        """Whether only staff shall read it."""
        return bool(self.mode.data == "note")


class TimeForm(CaseForm):
    """Working time on the case, and what for."""

    minutes = minutes_field(InputRequired(_l("Say how many minutes.")))
    note = StringField(_l("What for"), [Length(max=LONGEST_LINE)], filters=[line])
    submission = HiddenField(validators=[TOKEN])


class TimeCorrectionForm(CaseForm):
    """Which note of time is taken back."""

    noted = HiddenField(
        validators=[
            Regexp(r"^[0-9]{1,18}$", message=_l("This form is not ours. Load the page again."))
        ]
    )


class AssignmentForm(CaseForm):
    """To whom the case is given; nothing written takes it from whoever has it."""

    owner = StringField(_l("Name or email"), [Length(max=254)], filters=[line])


class StatusForm(CaseForm):
    """Whose turn it is, and why."""

    status = SelectField(_l("State"), choices=options(STATUSES))
    reason = StringField(_l("Reason"), [Length(max=LONGEST_LINE)], filters=[line])


class ReasonForm(CaseForm):
    """A word on why the case ends or comes back; staff may say how long it took them."""

    reason = StringField(_l("Reason"), [Length(max=LONGEST_LINE)], filters=[line])
    minutes = minutes_field(Optional())


class ResolutionForm(ReasonForm):
    """How well we did, besides; nobody has to say."""

    rating = SelectField(
        _l("How well did we do?"),
        choices=options((value, value or _l("no answer")) for value in ("", *"12345")),
        default="",
    )


class EscalationForm(CaseForm):
    """Why a case cannot wait."""

    reason = StringField(
        _l("Why it cannot wait"),
        [DataRequired(_l("Say in a few words why it cannot wait.")), Length(max=LONGEST_LINE)],
        filters=[line],
    )


class CauseForm(CaseForm):
    """Why a promise was missed."""

    promise = HiddenField(
        validators=[
            Regexp(r"^[0-9]{1,9}$", message=_l("This form is not ours. Load the page again."))
        ]
    )
    cause = StringField(
        _l("Why it was missed"),
        [DataRequired(_l("Say in a few words why it was missed.")), Length(max=LONGEST_LINE)],
        filters=[line],
    )


class ParticipantForm(CaseForm):
    """A colleague by name or email."""

    person = StringField(
        _l("Name or email"),
        [DataRequired(_l("Write the name or email of a colleague.")), Length(max=254)],
        filters=[line],
    )


class LinkForm(CaseForm):
    """Another case and how they belong together."""

    case = StringField(
        _l("Reference of the other case"),
        [DataRequired(_l("Write the other case's reference, like C-1042.")), Length(max=60)],
        filters=[line],
    )
    kind = SelectField(_l("This case"), choices=options(LINKS))


class MergeForm(CaseForm):
    """The case that the other becomes part of, and why."""

    into = StringField(_l("Reference of the other case"), [Length(max=60)], filters=[line])
    reason = StringField(_l("Reason"), [Length(max=LONGEST_LINE)], filters=[line])


class PriorityForm(CaseForm):
    """How pressing the case is."""

    priority = SelectField(_l("Priority"), choices=options(PRIORITIES))


class ConfidentialityForm(CaseForm):
    """Whether only the people named on the case see it."""

    confidential = SelectField(choices=options((("1", ""), ("0", ""))))


# Files


def attached() -> tuple[Sequence[Upload], list[str]]:
    """The files of the present request and what is wrong with them, a sentence each."""
    uploads, faults = [], []
    sent = [file for file in request.files.getlist("files") if file.filename or _holds_bytes(file)]
    if len(sent) > MOST:
        return (), [
            ngettext(
                "At most %(num)d file goes with a message.",
                "At most %(num)d files go with a message.",
                MOST,
            )
            + " "
            + _("None was kept; your text is. Choose fewer, or send them in two messages.")
        ]
    for file in sent:
        try:
            uploads.append(examined(file.filename, file.stream))
        except FileRefused as refused:
            faults.append(_fault(refused))
    return uploads, faults


def _holds_bytes(file: FileStorage) -> bool:
    return file.stream.seek(0, 2) > 0


def _fault(refused: FileRefused) -> str:
    reasons = {
        "size": _(
            "%(name)s is larger than 20 MB. Make it smaller or send a link.", name=refused.name
        ),
        "empty": _("%(name)s is empty. Choose it again.", name=refused.name),
        "program": _(
            "%(name)s is a program, and programs are not taken. Send it another way.",
            name=refused.name,
        ),
        "mismatch": _(
            "%(name)s is not what its name says. Save it again in its own format.",
            name=refused.name,
        ),
        "pixels": _(
            "%(name)s has more than 40 megapixels. Make the picture smaller.", name=refused.name
        ),
    }
    return reasons[refused.reason] + " " + _("No file was kept; your text is.")
