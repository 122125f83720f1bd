"""Disputing a figure in place, answering, settling; whoever began on the review as a page comes back to it."""

from typing import Any

from flask import Response, abort, request

from portal.actor import current_actor
from portal.reviews import disputing, policy, queries, reading
from portal.reviews.forms import DisputeForm, NoteForm, SettlementForm
from portal.reviews.models import Dispute, Review
from portal.reviews.refusals import NotNow, sentence
from portal.reviews.views.blueprint import back_to, bp
from portal.reviews.views.reviews import name_of, page_of
from portal.reviews.words import gettext as _
from portal.web.gate import one
from portal.web.render import render


@bp.get("/<review>/disputes/new", gate=one(Review, policy.may_dispute))
def new_dispute(review: Review) -> Response:
    """The form to dispute a figure of one section of the review as a page, or any figure."""
    kept, _language = queries.twin_in(review, current_actor().language)
    section = request.args.get("section", "")
    asked = reading.figures_in(kept, section)
    return _asking(review, DisputeForm(section=section, added=review.added_figures, asked=asked))


def _asking(review: Review, form: DisputeForm, status: int = 200) -> Response:
    account = queries.account_of(current_actor(), review)
    page = {"review": review, "account": account, "title": name_of(review.period)}
    return render(
        "reviews/dispute.html", fragment="asking", status=status, dispute_form=form, **page
    )


@bp.post("/<review>/disputes", gate=one(Review, policy.may_dispute))
def dispute(review: Review) -> Any:
    """Say that a figure or an exclusion is not right."""
    form = DisputeForm(request.form, added=review.added_figures)
    section = form.section.data or ""
    if not form.validate():
        return _asking(review, form, 422) if section else page_of(review, 422, dispute_form=form)
    try:
        row = disputing.open_dispute(
            review, form.about.data, form.body.data or "", by=current_actor()
        )
    except NotNow as refused:
        return page_of(review, 409, refusal=sentence(refused.why))
    told = _("Your objection stands beside the figure. We answer it here.")
    return _back(review, told, disputing.number_of(row), section)


def _back(review: Review, told: str, number: int, section: str | None) -> Any:
    """To the thread, on the page where it was begun."""
    page = "reviews.twin" if section else "reviews.show"
    return back_to(review, told, f"dispute-{number}", page=page)


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
    return _back(review, _("Your answer is written down."), number, form.section.data)


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
    return _back(review, _("The dispute is settled."), number, form.section.data)


def _found(review: Review, number: int) -> Dispute:
    row = disputing.dispute_at(review, number)
    if row is None:
        abort(404)
    return row
