"""A person's own comments, and whether they may be quoted."""

from typing import Any

from flask import Response, flash, redirect, request, url_for

from portal.accounts.keyset import cursor_from
from portal.actor import current_actor
from portal.feedback import operations, policy, queries
from portal.feedback.forms import ANSWERS, ConsentForm
from portal.feedback.models import CommentConsent, Consent
from portal.web.gate import allowed, one
from portal.web.render import render
from portal.web.routes import Routes
from portal.web.words import gettext as _

bp = Routes("feedback", __name__, url_prefix="/comments")


@bp.get("", gate=allowed(policy.may_see_own_comments))
def mine() -> Response:
    """The comments one was asked about, each with what one said."""
    cursor = cursor_from(request.args.get("after"), request.args.get("before"), int)
    found = queries.own_comments(current_actor(), cursor)
    answers = {str(answer): label for answer, label in ANSWERS}
    return render("feedback/mine.html", comments=found, answers=answers)


@bp.get("/<comment>", gate=one(CommentConsent, policy.may_answer, name="comment"))
def show(comment: CommentConsent) -> Response:
    """One's own comment, and whether it may be quoted."""
    return _page(comment, ConsentForm(data={"answer": comment.answer}))


@bp.post("/<comment>", gate=one(CommentConsent, policy.may_answer, name="comment"))
def answer(comment: CommentConsent) -> Any:
    """Say it, or say something else than before."""
    form = ConsentForm(request.form)
    if not form.validate():
        return _page(comment, form, 422)
    operations.answer_consent(comment, Consent(form.answer.data), by=current_actor())
    flash(_("Thank you. Your answer is kept."), "ok")
    return redirect(url_for("feedback.show", comment=comment.ref), 303)


def _page(comment: CommentConsent, form: ConsentForm, status: int = 200) -> Response:
    own = queries.own_comment(current_actor(), comment)
    return render("feedback/comment.html", status=status, own=own, form=form)
