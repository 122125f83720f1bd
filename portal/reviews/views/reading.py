"""The review as a page to read, dispute and acknowledge."""

from typing import Any

from flask import Response, abort

from portal.actor import current_actor
from portal.reviews import around, openings, policy, queries, reading
from portal.reviews.disputable import called
from portal.reviews.forms import AcknowledgementForm
from portal.reviews.models import Review, ReviewState
from portal.reviews.views.blueprint import bp
from portal.reviews.views.reviews import described, language_for, stages
from portal.web.gate import one
from portal.web.render import render


@bp.get("/<review>.html", gate=one(Review, policy.may_read))
def twin(review: Review) -> Response:
    """The whole review in the reader's language where there is one, each dispute in its section."""
    actor = current_actor()
    kept, language = queries.twin_in(review, language_for(review))
    if not kept or review.state != ReviewState.READY:
        abort(404)
    found = around.around(actor, review)
    page: dict[str, Any] = {"review": review, "account": queries.account_of(actor, review)}
    page |= {"chapters": reading.chapters(kept, found.threads), "twin_language": language}
    page |= {"stages": stages(review, found.steps), "acknowledgement": AcknowledgementForm()}
    shown = render("reviews/twin.html", called=called, **page, **described(review))
    openings.note_again(review, found.opened_at, by=actor)
    return shown
