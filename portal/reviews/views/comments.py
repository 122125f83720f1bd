"""The comments of the period: what their authors say to being quoted, asking them, choosing what is quoted."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response, abort, flash, redirect, request, url_for

from portal.accounts.keyset import cursor_from
from portal.actor import current_actor
from portal.feedback import queries as feedback
from portal.feedback.queries import Said
from portal.reviews import operations, policy, queries, quoting
from portal.reviews.models import Review, ReviewState
from portal.reviews.quotes import MOST, shortened
from portal.reviews.refusals import NotNow, sentence
from portal.reviews.stages import require_draft
from portal.reviews.views.blueprint import bp
from portal.reviews.views.reviews import name_of
from portal.reviews.words import gettext as _
from portal.web.gate import one
from portal.web.render import render

CHOSEN = "chosen"


@bp.get("/<review>/comments", gate=one(Review, policy.may_quote))
def comments(review: Review) -> Response:
    """What the client's people wrote in the period, and what may be quoted of it."""
    return _page(review)


def _page(review: Review, status: int = 200, refusal: str = "") -> Response:
    if not quoting.has_voice(review):
        abort(404)
    actor, chosen = current_actor(), request.args.get("show") == CHOSEN
    cursor = cursor_from(request.args.get("after"), request.args.get("before"), datetime, int)
    among = list(review.quoted) if chosen else None
    begin, end = quoting.limits(review)
    found = feedback.comments_between(actor, review.account_id, begin, end, cursor, among=among)
    page: dict[str, Any] = {"account": queries.account_of(actor, review), "comments": found}
    page |= {"title": name_of(review.period), "chosen": chosen, "chips": _chips(review, chosen)}
    page |= {"closed": _closed(review), "refusal": refusal, "most": MOST, "shortened": shortened}
    return render("reviews/comments.html", status=status, review=review, **page)


def _chips(review: Review, chosen: bool) -> list[dict[str, Any]]:
    url = url_for("reviews.comments", review=review.ref)
    name = _("Chosen for this review")
    if review.quoted:
        name = f"{name} {len(review.quoted)}"
    return [
        {"label": _("All comments of the period"), "url": url, "current": not chosen},
        {"label": name, "url": f"{url}?show={CHOSEN}", "current": chosen},
    ]


def _closed(review: Review) -> str:
    """Why nothing can be chosen now; empty if it can."""
    try:
        require_draft(review)
    except NotNow as refused:
        return sentence(refused.why)
    return ""


@bp.post("/<review>/comments/<comment>/question", gate=one(Review, policy.may_quote))
def ask_author(review: Review, comment: str) -> Any:
    """Ask who wrote it by mail; a second time nothing is sent."""
    said, actor = _found(review, comment), current_actor()
    account = queries.account_of(actor, review)
    return _done(
        review,
        lambda: quoting.ask(review, account, said, by=actor),
        _("The author is asked by mail. The answer will stand here."),
        _("The author was asked before; nothing was sent."),
    )


@bp.post("/<review>/comments/<comment>/quotation", gate=one(Review, policy.may_quote))
def quote(review: Review, comment: str) -> Any:
    """Quote it in this review."""
    said = _found(review, comment)
    return _laid_out(review, lambda: quoting.choose(review, said, by=current_actor()))


@bp.post("/<review>/comments/<comment>/quotation/removal", gate=one(Review, policy.may_quote))
def leave_out(review: Review, comment: str) -> Any:
    """Quote it no longer."""
    said = _found(review, comment)
    return _laid_out(review, lambda: quoting.leave_out(review, said, by=current_actor()))


def _laid_out(review: Review, step: Callable[[], bool]) -> Any:
    def changed() -> bool:
        if not step():
            return False
        if review.state == ReviewState.READY:
            operations.print_again(review, by=current_actor())
        return True

    told = _("Your choice is kept; the pages are laid out anew.")
    return _done(review, changed, told, _("That was so already."))


def _done(review: Review, step: Callable[[], bool], told: str, otherwise: str) -> Any:
    """Take a step and say what came of it, or what is in the way."""
    try:
        changed = step()
    except NotNow as refused:
        return _page(review, 409, sentence(refused.why))
    flash(told if changed else otherwise, "ok")
    return redirect(url_for("reviews.comments", review=review.ref), 303)


def _found(review: Review, ref: str) -> Said:
    """The comment of that name, as far as the actor may see it."""
    begin, end = quoting.limits(review)
    actor = current_actor()
    said = feedback.comment_called(actor, review.account_id, begin, end, ref)
    if said is None or not quoting.has_voice(review):
        abort(404)
    return said
