"""One case, and what is said on it."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request
from werkzeug.exceptions import Forbidden

from portal.accounts.models import Account
from portal.actor import current_actor
from portal.cases import operations, policy
from portal.cases.forms import MessageForm, attached
from portal.cases.gates import on_case
from portal.cases.models import Case, Status
from portal.cases.views.blueprint import bp
from portal.cases.views.page import case_page, done, first_fault, refuse
from portal.files.storing import Upload
from portal.web.words import gettext as _


@bp.get("/cases/<case>", gate=on_case())
def show(case: Case, account: Account) -> Response:
    """One case with its conversation."""
    return case_page(case, account)


@bp.post("/cases/<case>/messages", gate=on_case(policy.may_reply))
def post(case: Case, account: Account) -> Any:
    """Reply, or leave a note for staff."""
    form = MessageForm(request.form)
    uploads, faults = attached()
    if not form.validate() or faults:
        words = " ".join([first_fault(form), *faults]).strip()
        return refuse(case, account, "message", words, form.data)
    if form.internal and not policy.may_note(current_actor(), case):
        raise Forbidden
    return done(case, account, _told(_posted(case, form, uploads), form.internal))


def _posted(case: Case, form: MessageForm, uploads: Sequence[Upload]) -> operations.Posted:
    actor = current_actor()
    posted = operations.post_message(
        case,
        body=form.body.data or "",
        by=actor,
        internal=form.internal,
        submission=form.submission.data,
        uploads=uploads,
        then=Status(form.then.data) if form.then.data else None,
    )
    if form.minutes.data and not posted.again and policy.may_note_time(actor, case):
        operations.note_time(case, form.minutes.data, by=actor)
    return posted


def _told(posted: operations.Posted, internal: bool) -> str:
    if posted.again:
        return _("This was sent already; it stands below once.")
    if posted.reopened:
        return _("Your reply is sent, and the case is open again.")
    return _("Your note is kept; only staff read it.") if internal else _("Your reply is sent.")
