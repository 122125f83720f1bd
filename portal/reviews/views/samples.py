"""The quality sample of a review: which cases were drawn, and what a colleague found who reads them."""

from typing import Any

from flask import Response, abort, flash, redirect, request, url_for

from portal.actor import current_actor
from portal.reviews import operations, policy, quality, queries, sampling
from portal.reviews.forms import NO, YES, SampleForm
from portal.reviews.models import Review, ReviewState
from portal.reviews.refusals import NotNow, Why, sentence
from portal.reviews.sample import QUESTIONS
from portal.reviews.sampling import DrawnCase
from portal.reviews.stages import require_draft
from portal.reviews.views.blueprint import bp
from portal.reviews.views.reviews import name_of
from portal.reviews.words import gettext as _
from portal.web.gate import one
from portal.web.render import render


@bp.get("/<review>/sample", gate=one(Review, policy.may_write))
def sample(review: Review) -> Response:
    """The drawn cases, who read them, and what is still to be read."""
    return _page(review)


@bp.post("/<review>/sample/<int:number>", gate=one(Review, policy.may_write))
def read_case(review: Review, number: int) -> Any:
    """Write down what was found in one case, and lay the pages out anew."""
    form, drawn = SampleForm(request.form, prefix=_prefix(number)), _found(review, number)
    if not form.validate():
        return _page(review, 422, number, form)
    remark = form.remark.data or ""
    try:
        changed = sampling.read_case(review, drawn, form.answers, remark, by=current_actor())
    except NotNow as refused:
        return _page(review, 409, refusal=sentence(refused.why))
    if changed and review.state == ReviewState.READY:
        operations.print_again(review, by=current_actor())
    flash(_("What you found is kept."), "ok")
    return redirect(url_for("reviews.sample", review=review.ref, _anchor=f"drawn-{number}"), 303)


def _page(
    review: Review,
    status: int = 200,
    number: int = 0,
    form: SampleForm | None = None,
    refusal: str = "",
) -> Response:
    drawn, closed = sampling.listed(current_actor(), review), _closed(review)
    page: dict[str, Any] = {"account": queries.account_of(current_actor(), review)}
    page |= {"title": name_of(review.period), "drawn": drawn, "closed": closed, "failed_at": number}
    page |= {"refusal": refusal, "own_case": sentence(Why.OWN_CASE)}
    page["questions"] = quality.questions()
    page["forms"] = {
        one.number: form if form and one.number == number else _typed(one)
        for one in drawn
        if one.readable and not closed
    }
    page["unread"] = sum(one.row.read_at is None and not one.gone for one in drawn)
    return render("reviews/sample.html", fragment="sample", status=status, review=review, **page)


def _found(review: Review, number: int) -> DrawnCase:
    """The drawn case of this number, if it is open to the reader."""
    found = sampling.listed(current_actor(), review)
    drawn = next((one for one in found if one.number == number and (one.ref or one.gone)), None)
    return drawn or abort(404)


def _typed(drawn: DrawnCase) -> SampleForm:
    """The form of a case with what its reader wrote before."""
    data: dict[str, Any] = {"remark": drawn.row.remark}
    if drawn.row.read_at is not None:
        data |= {name: YES if getattr(drawn.row, name) else NO for name in QUESTIONS}
    return SampleForm(data=data, prefix=_prefix(drawn.number))


def _prefix(number: int) -> str:
    return f"drawn{number}-"


def _closed(review: Review) -> str:
    """Why nothing can be written down now; empty if it can."""
    try:
        require_draft(review)
    except NotNow as refused:
        return sentence(refused.why)
    return ""
