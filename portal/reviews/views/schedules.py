"""When an account's reviews come by themselves; when both sides meet about one."""

from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, flash, make_response, redirect, request, url_for

from portal.accounts.models import Account
from portal.actor import current_actor
from portal.reviews import meetings, participants, policy, queries, schedules
from portal.reviews.forms import RHYTHMS, MeetingForm, SchedulesForm, cadences_typed
from portal.reviews.models import Review
from portal.reviews.views.blueprint import back_to, bp
from portal.reviews.views.reviews import page_of
from portal.reviews.words import gettext as _
from portal.web.gate import one
from portal.web.render import render


@bp.get("/schedules/<account>", gate=one(Account, policy.may_schedule))
def rhythms(account: Account, form: SchedulesForm | None = None, status: int = 200) -> Response:
    """The rhythms of the account's reviews."""
    form = form or SchedulesForm(data=cadences_typed(schedules.schedules_of(account)))
    page: dict[str, Any] = {"form": form, "rhythms": [name for name, _months in RHYTHMS]}
    return render("reviews/schedule.html", status=status, account=account, **page)


@bp.post("/schedules/<account>", gate=one(Account, policy.may_schedule))
def set_rhythms(account: Account) -> Any:
    """Let reviews come by themselves, or no longer."""
    form = SchedulesForm(request.form)
    if not form.validate():
        return rhythms(account, form, 422)
    for cadence in form.cadences:
        schedules.set_schedule(account, cadence, by=current_actor())
    flash(_("The rhythm of the reviews is saved."), "ok")
    return redirect(url_for("reviews.index", account=account.ref), 303)


@bp.post("/<review>/meeting", gate=one(Review, policy.may_write))
def meet(review: Review) -> Any:
    """Say when and where both sides talk about it, in the account's own time."""
    form = MeetingForm(request.form)
    if not form.validate():
        return page_of(review, 422, meeting_form=form)
    zone, typed = ZoneInfo(review.timezone), form.at.data
    at = typed.replace(tzinfo=zone).astimezone(UTC) if typed else None
    meetings.set_meeting(review, at, form.place.data or "", by=current_actor())
    return back_to(review, _("The meeting is saved.") if at else _("No meeting is planned."))


@bp.get("/<review>/meeting.ics", gate=one(Review, policy.may_read))
def invitation(review: Review) -> Response:
    """The meeting for a calendar, with the addresses that the reader may see."""
    account = queries.account_of(current_actor(), review)
    people = participants.reachable(current_actor(), review, account)
    answer = make_response(meetings.invitation(review, account, people))
    answer.mimetype = "text/calendar"
    answer.headers["Content-Disposition"] = f'attachment; filename="{review.ref}.ics"'
    return answer
