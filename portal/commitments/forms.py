"""What people type about a commitment."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, StopValidation, ValidationError

from portal.commitments.drafts import Draft
from portal.commitments.models import Commitment, Entry, Party, Source
from portal.commitments.words import ONE_OF, SIDES, SOURCES
from portal.web.forms import PortalForm, one_line, options, plain_text

FOLLOWED = ("F1", "F2", "F3", "F4", *(f"F{number}" for number in range(6, 15)))
"""Figures of which a review shows what became of them since a commitment named them."""

LATEST = date(2100, 1, 1)


def day_named(form: Any, field: DateField) -> None:
    """A commitment and a decision have a day."""
    missing = not field.data and not any(field.raw_data or ())
    if missing and form.kind.data in (Entry.COMMITMENT, Entry.DECISION):
        raise StopValidation(_("Name the day: without one nobody can say whether it was kept."))


class CommitmentForm(PortalForm):
    """Who promises what by when; the owners are those of the account."""

    kind = SelectField(_l("What it is"), choices=options(ONE_OF.items()), default=Entry.COMMITMENT)
    side = SelectField(_l("Whose it is"), choices=options(SIDES.items()), default=Party.US)
    title = StringField(_l("What will be done"), [DataRequired(), Length(max=200), one_line])
    detail = TextAreaField(_l("More about it"), [Length(max=4000), plain_text])
    ours = SelectField(_l("Owner on our side"), coerce=int, default=0)
    theirs = SelectField(_l("Owner on the client’s side"), coerce=int, default=0)
    due_on = DateField(_l("By"), [day_named, Optional()])
    effect = StringField(_l("Expected effect"), [Length(max=200), one_line])
    figure = StringField(_l("Figure it should move"), [Length(max=3), one_line])
    source = SelectField(_l("Agreed"), choices=options(SOURCES.items()), default=Source.CALL)

    def __init__(self, *args: Any, owners: tuple[Any, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team, people = owners
        self.ours.choices = [(0, _l("Nobody yet")), *((one.id, one.name) for one in team)]
        self.theirs.choices = [(0, _l("Nobody yet")), *((one.id, one.name) for one in people)]

    def validate_due_on(self, field: DateField) -> None:
        """Any day lies in this century."""
        if field.data is not None and not date(2000, 1, 1) <= field.data < LATEST:
            raise ValidationError(_("This day is too far away."))

    def validate_figure(self, field: StringField) -> None:
        """One of the figures that a review follows, or none."""
        field.data = (field.data or "").strip().upper()
        if field.data and field.data not in FOLLOWED:
            raise ValidationError(
                _("Write F1 to F4 or F6 to F14, which reviews can follow, or leave it empty.")
            )

    @property
    def draft(self) -> Draft:
        """What was typed."""
        return Draft(
            side=Party(self.side.data),
            kind=Entry(self.kind.data),
            title=(self.title.data or "").strip(),
            detail=(self.detail.data or "").strip(),
            effect=(self.effect.data or "").strip(),
            due_on=self.due_on.data,
            user_id=self.ours.data or None,
            stakeholder_id=self.theirs.data or None,
            figure=self.figure.data or "",
            source=Source(self.source.data),
        )


class DropForm(PortalForm):
    """Why it will not be done."""

    reason = StringField(_l("Why it will not be done"), [DataRequired(), Length(max=500), one_line])


def typed(row: Commitment) -> dict[str, Any]:
    """A commitment as its fields show it."""
    return {
        "kind": row.kind,
        "side": row.side,
        "title": row.title,
        "detail": row.detail,
        "ours": row.user_id or 0,
        "theirs": row.stakeholder_id or 0,
        "due_on": row.due_on,
        "effect": row.effect,
        "figure": row.figure,
        "source": row.source,
    }
