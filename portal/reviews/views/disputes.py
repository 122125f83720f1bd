"""Disputing a figure in place, answering, settling."""

from typing import Any

from flask import abort, request

from portal.actor import current_actor
from portal.reviews import disputing, policy
from portal.reviews.forms import DisputeForm, NoteForm, SettlementForm
from portal.reviews.models import Dispute, Review
from portal.reviews.refusals import NotNow, sentence
from portal.reviews.views.blueprint import back_to, bp
from portal.reviews.views.reviews import page_of
from portal.reviews.words import gettext as _
from portal.web.gate import one


@bp.post("/<review>/disputes", gate=one(Review, policy.may_dispute))
def dispute(review: Review) -> Any:
    """Say that a figure or an exclusion is not right."""
    form = DisputeForm(request.form)
    if not form.validate():
        return page_of(review, 422, dispute_form=form)
    try:
        disputing.open_dispute(review, form.about.data, form.body.data or "", by=current_actor())
    except NotNow as refused:
        return page_of(review, 409, refusal=sentence(refused.why))
    return back_to(
        review, _("Your objection stands beside the figure. We answer it here."), "disputes"
    )


@bp.post("/<review>/disputes/<int:number>/notes", gate=one(Review, policy.may_dispute))
def answer_dispute(review: Review, number: int) -> Any:
    """Write into a dispute."""
    form, row = NoteForm(request.form), _found(review, number)
    if not form.validate():
        return page_of(review, 422, note_form=form, note_at=number)
    try:
        disputing.answer_dispute(row, form.body.data or "", by=current_actor())
    except NotNow as refused:
        return page_of(review, 409, refusal=sentence(refused.why))
    return back_to(review, _("Your answer is written down."), "disputes")


@bp.post("/<review>/disputes/<int:number>/settlement", gate=one(Review, policy.may_settle))
def settle_dispute(review: Review, number: int) -> Any:
    """End a dispute; the provider may say what the next review restates."""
    form, row = SettlementForm(request.form), _found(review, number)
    if not form.validate():
        return page_of(review, 422, settlement_form=form, note_at=number)
    actor = current_actor()
    restatement = form.restatement.data or "" if actor.is_staff else ""
    try:
        disputing.settle_dispute(row, restatement=restatement, by=actor)
    except NotNow as refused:
        return page_of(review, 409, refusal=sentence(refused.why))
    return back_to(review, _("The dispute is settled."), "disputes")


def _found(review: Review, number: int) -> Dispute:
    row = disputing.dispute_at(review, number)
    if row is None:
        abort(404)
    return row
