"""Working time on a case, noted and taken back by staff."""

from typing import Any

from flask import request

from portal.accounts.models import Account
from portal.actor import current_actor
from portal.cases import operations, policy
from portal.cases.forms import TimeCorrectionForm, TimeForm
from portal.cases.gates import on_case
from portal.cases.models import Case
from portal.cases.views.blueprint import bp
from portal.cases.views.page import done, first_fault, refuse
from portal.web.words import gettext as _


@bp.post("/cases/<case>/time", gate=on_case(policy.may_note_time))
def note_time(case: Case, account: Account) -> Any:
    """Note time spent on the case."""
    form = TimeForm(request.form)
    if not form.validate():
        return refuse(case, account, "time", first_fault(form), form.data)
    minutes, note = form.minutes.data or 0, form.note.data or ""
    token = form.submission.data
    if not operations.note_time(case, minutes, note=note, by=current_actor(), submission=token):
        return done(case, account, _("This was sent already; it stands below once."))
    return done(case, account, _("The time is noted; only staff see it here."))


@bp.post("/cases/<case>/time/corrections", gate=on_case(policy.may_note_time))
def take_back_time(case: Case, account: Account) -> Any:
    """Take a note of time back; both stay in the log."""
    form = TimeCorrectionForm(request.form)
    if not form.validate():
        return refuse(case, account, "time", first_fault(form), {})
    try:
        operations.take_back_time(case, int(form.noted.data or 0), by=current_actor())
    except operations.NoSuchTime:
        return refuse(case, account, "time", _("There is no such note of time on this case."), {})
    except operations.AlreadySo:
        return done(case, account, _("This was taken back already; nothing has changed."))
    return done(case, account, _("The time is taken back; both stand in the log."))
