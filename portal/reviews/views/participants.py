"""Who takes part in a review: naming somebody, taking somebody off the list."""

from typing import Any

from flask import request

from portal.accounts.models import Account
from portal.actor import current_actor
from portal.reviews import naming, participants, policy, queries
from portal.reviews.forms import ParticipantForm, RemovalForm
from portal.reviews.models import Part, Review
from portal.reviews.participants import Candidate
from portal.reviews.refusals import NotNow, sentence
from portal.reviews.views.blueprint import back_to, bp
from portal.reviews.views.reviews import page_of
from portal.reviews.words import gettext as _
from portal.web.gate import one


@bp.post("/<review>/participants", gate=one(Review, policy.may_write))
def name_participant(review: Review) -> Any:
    """Put a person of either side on the list, or give them another part."""
    form = ParticipantForm(request.form)
    found = _called(form, queries.account_of(current_actor(), review)) if form.validate() else None
    if found is None:
        return page_of(review, 422, participant_form=form)
    try:
        naming.name_participant(review, found, Part(form.part.data), by=current_actor())
    except NotNow as refused:
        return page_of(review, 409, refusal=sentence(refused.why))
    told = _("%(name)s is among the participants.", name=found.name)
    return back_to(review, told, "participants")


def _called(form: ParticipantForm, account: Account) -> Candidate | None:
    """The one person the form names, or a fault at the field."""
    actor, typed = current_actor(), form.who.data or ""
    found = participants.called(actor, account, typed)
    if len(found) == 1:
        return found[0]
    if found:
        fault = _("Several people are called that. Write the email address of the one you mean.")
    elif participants.has_left(actor, account, typed):
        fault = _("This person no longer belongs to the account.")
    else:
        fault = _("Nobody of this account or of its team is called that. Choose one from the list.")
    form.who.errors = [fault]
    return None


@bp.post("/<review>/participants/departure", gate=one(Review, policy.may_write))
def remove_participant(review: Review) -> Any:
    """Take somebody off the list; whoever is not on it any more stays off."""
    form = RemovalForm(request.form)
    if not form.validate():
        return page_of(review, 422)
    try:
        naming.remove_participant(review, form.participant.data or 0, by=current_actor())
    except NotNow as refused:
        return page_of(review, 409, refusal=sentence(refused.why))
    return back_to(review, _("The person is off the list of participants."), "participants")
