"""From draft to acknowledged, each step by a form of its own."""

from collections.abc import Callable
from typing import Any

from flask import abort, request

from portal.actor import Actor, current_actor
from portal.reviews import documents, operations, participants, policy, stages
from portal.reviews.forms import SHARED, AcknowledgementForm, FiguresForm, ReasonForm, SharingForm
from portal.reviews.models import Review
from portal.reviews.refusals import NotNow, sentence
from portal.reviews.views.blueprint import back_to, bp
from portal.reviews.views.reviews import page_of
from portal.reviews.words import gettext as _
from portal.web.gate import one


def _taken(review: Review, step: Callable[[], object], told: str) -> Any:
    """Take a step and say so, or say what is in the way."""
    try:
        step()
    except NotNow as refused:
        return page_of(review, 409, refusal=sentence(refused.why))
    return back_to(review, told)


@bp.post("/<review>/submission", gate=one(Review, policy.may_write))
def submit(review: Review) -> Any:
    """Ask a second person to approve."""
    return _taken(
        review,
        lambda: stages.submit_review(review, by=current_actor()),
        _("Approval is asked for. A colleague can give it on this page."),
    )


@bp.post("/<review>/approval", gate=one(Review, policy.may_approve))
def approve(review: Review) -> Any:
    """Say that it may be issued."""
    return _taken(
        review,
        lambda: stages.approve_review(review, by=current_actor()),
        _("The review is approved and can be issued."),
    )


@bp.post("/<review>/return", gate=one(Review, policy.may_write))
def send_back(review: Review) -> Any:
    """Make it a draft again."""
    form = ReasonForm(request.form)
    if not form.validate():
        return page_of(review, 422, reason_form=form)
    return _taken(
        review,
        lambda: stages.send_back(review, reason=form.reason.data or "", by=current_actor()),
        _("The review is a draft again."),
    )


@bp.post("/<review>/sharing", gate=one(Review, policy.may_write))
def share(review: Review) -> Any:
    """Choose who of the client reads the draft."""
    people = participants.who_can_acknowledge(participants.participants_of(review))
    form = SharingForm(request.form, people=people)
    if not form.validate():
        return page_of(review, 422, sharing_form=form)
    roles = [role for role, _name in SHARED if role in (form.roles.data or [])]
    told = _("The draft is shared.") if roles else _("The draft is for staff alone.")
    asked = {**form.acknowledging, "by": current_actor()}
    return _taken(review, lambda: _with_readers(review, roles, **asked), told)


def _with_readers(review: Review, roles: list[str], *, by: Actor, **asked: Any) -> None:
    """A draft that the client may read quotes nobody yet."""
    before = bool(review.shared_with)
    stages.share_review(review, roles, by=by, **asked)
    if bool(review.shared_with) != before:
        operations.lay_out_quotes(review, by=by)


@bp.post("/<review>/figures", gate=one(Review, policy.may_add_figures))
def add_figures(review: Review) -> Any:
    """Choose which internal figures this review prints."""
    form = FiguresForm(request.form)
    if not form.validate():
        return page_of(review, 422, figures_form=form)
    figures = list(form.figures.data or [])
    told = _("The figures are added; the pages are laid out anew.")
    if not figures:
        told = _("No internal figure is in this review.")
    return _taken(review, lambda: _with_figures(review, figures), told)


def _with_figures(review: Review, figures: list[str]) -> None:
    if stages.add_figures(review, figures, by=current_actor()):
        operations.print_again(review, by=current_actor())


@bp.post("/<review>/issue", gate=one(Review, policy.may_issue))
def issue(review: Review) -> Any:
    """Hand it to the client for good."""
    return _taken(
        review,
        lambda: operations.issue_review(review, by=current_actor()),
        _("The final document is being made. The review is issued as soon as it is stored."),
    )


@bp.post("/<review>/acknowledgement", gate=one(Review, policy.may_acknowledge))
def acknowledge(review: Review) -> Any:
    """The client has read it."""
    form = AcknowledgementForm(request.form)
    if not form.validate():
        return page_of(review, 422, acknowledgement=form)
    accepted, remark = form.answer.data == "accepted", form.remark.data or ""
    return _taken(
        review,
        lambda: stages.acknowledge_review(
            review, accepted=accepted, remark=remark, by=current_actor()
        ),
        _("Thank you. Your answer is kept with the review."),
    )


@bp.post("/<review>/documents/<language>", gate=one(Review, policy.may_read))
def order_document(review: Review, language: str) -> Any:
    """Have it made in a further language."""
    if language == review.language:
        abort(404)
    try:
        documents.document_in(review, language)
    except documents.LanguageUnknown:
        return page_of(review, 404)
    return back_to(review, _("The document is being made; it will stand here shortly."))
