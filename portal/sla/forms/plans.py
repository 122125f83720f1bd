"""What administrators type about service plans."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    FieldList,
    FormField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.sla.drafts import Level, PlanDraft, Promised
from portal.sla.models import BusinessCalendar, ServicePlan
from portal.sla.written import Fault, NotUnderstood, span_text, span_written
from portal.web import ui
from portal.web.forms import PortalForm, one_line, options, plain_text

PRIORITIES = ("urgent", "high", "normal", "low")
LEVELS, BLANK = 4, 2
TELLABLE = (
    ("owner", _l("Who has the case")),
    ("manager", _l("Account manager")),
    ("lead", _l("Team lead")),
)
WRONG_SPAN: Mapping[Fault, Any] = {
    Fault.FORM: _l("Write a time like 4 h, 30 min or 2 h 30 min."),
    Fault.DAYS: _l("A day of business hours has no fixed length. Write hours, like 16 h."),
    Fault.NOTHING: _l("A target is longer than nothing. Leave it empty to promise nothing."),
    Fault.TOO_LONG: _l("A target is ten years at most."),
}


class SpanField(StringField):
    """Business time written like `2 h 30 min`; `seconds` is None for nothing."""

    seconds: int | None = None

    def pre_validate(self, form: Any) -> None:
        """Read what was written."""
        try:
            self.seconds = span_written(self.data or "")
        except NotUnderstood as wrong:
            raise ValidationError(str(WRONG_SPAN[wrong.fault])) from None


class TargetFields(PortalForm):
    """What is promised for a priority."""

    response = SpanField(_l("First response"), [Length(max=30), one_line])
    next_response = SpanField(_l("Next responses"), [Length(max=30), one_line])
    resolution = SpanField(_l("Resolution"), [Length(max=30), one_line])
    calendar = SelectField(_l("Calendar"), coerce=int, default=0)

    def promised(self, priority: str, category: str = "") -> Promised:
        """What was typed."""
        spans = (self.response.seconds, self.next_response.seconds, self.resolution.seconds)
        return Promised(priority, category, *spans, self.calendar.data or None)


class ExceptionFields(TargetFields):
    """What is promised for one category at a priority instead."""

    category = StringField(_l("Category"), [Length(max=120), one_line])
    priority = SelectField(
        _l("Priority"), choices=options((p, ui.PRIORITIES[p]) for p in PRIORITIES)
    )

    def validate_category(self, field: StringField) -> None:
        """Targets without a category belong in the rows above."""
        typed = (self.response.data, self.next_response.data, self.resolution.data)
        if any((text or "").strip() for text in typed) and not (field.data or "").strip():
            raise ValidationError(str(_l("Say for which category, or empty the row.")))


class LevelFields(PortalForm):
    """At which percent of the time promised whom to tell."""

    percent = IntegerField(_l("At percent"), [Optional()])
    tell = SelectMultipleField(
        _l("Tell"),
        choices=options(TELLABLE),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def validate_percent(self, field: IntegerField) -> None:
        """In range; the rule says so again."""
        if field.data is not None and not 1 <= field.data <= 500:
            raise ValidationError(str(_l("Write 1 to 500.")))

    def validate_tell(self, field: SelectMultipleField) -> None:
        """A percentage and somebody to tell belong together."""
        if bool(field.data) is not (self.percent.data is not None) and not self.percent.errors:
            raise ValidationError(str(_l("Say both the percentage and whom to tell.")))


class PlanForm(PortalForm):
    """A service plan: note, calendar, targets, warnings."""

    note = TextAreaField(_l("Note"), [Length(max=2000), plain_text])
    calendar = SelectField(_l("Calendar"), coerce=int)
    promises = FieldList(FormField(TargetFields), _l("Targets"), min_entries=4, max_entries=4)
    exceptions = FieldList(FormField(ExceptionFields), _l("Categories"), max_entries=60)
    levels = FieldList(FormField(LevelFields), _l("Warnings"), min_entries=LEVELS, max_entries=20)

    def __init__(self, *args: Any, calendars: Sequence[BusinessCalendar], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.exceptions.entries or not args or not args[0]:
            for _row in range(BLANK):
                self.exceptions.append_entry()
        known = [(calendar.id, calendar.name) for calendar in calendars]
        self.calendar.choices = known
        for row in [*self.promises, *self.exceptions]:
            row.form.calendar.choices = [(0, _l("The plan’s own")), *known]

    @property
    def draft(self) -> PlanDraft:
        """What was typed; rows without a target are left out."""
        rows = [
            row.form.promised(priority)
            for priority, row in zip(PRIORITIES, self.promises, strict=True)
        ]
        for row in self.exceptions:
            category = (row.form.category.data or "").strip()
            if category:
                rows.append(row.form.promised(row.form.priority.data, category))
        levels = [
            Level(row.form.percent.data, tuple(row.form.tell.data or ()))
            for row in self.levels
            if row.form.percent.data is not None
        ]
        targets = [row for row in rows if row.category or any(row.spans)]
        return PlanDraft((self.note.data or "").strip(), self.calendar.data, levels, targets)


class NewPlanForm(PlanForm):
    """A plan that is set up."""

    name = StringField(_l("Name"), [InputRequired(), Length(max=80), one_line])


def plan_typed(plan: ServicePlan, calendar_id: int, targets: Sequence[Promised]) -> dict[str, Any]:
    """A plan as its fields show it."""
    common = {target.priority: target for target in targets if not target.category}
    return {
        "note": plan.note,
        "calendar": calendar_id,
        "levels": plan.levels,
        "promises": [_row(common.get(priority, Promised(priority))) for priority in PRIORITIES],
        "exceptions": [_row(target) for target in targets if target.category],
    }


def _row(target: Promised) -> dict[str, Any]:
    response, following, resolution = map(span_text, target.spans)
    return {
        "response": response,
        "next_response": following,
        "resolution": resolution,
        "calendar": target.calendar_id or 0,
        "category": target.category,
        "priority": target.priority,
    }
