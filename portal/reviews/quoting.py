"""Which comments a review quotes: released by their authors, chosen by the account manager, asked anew each time it is made."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from portal.accounts.models import Account
from portal.actor import Actor
from portal.delivery import BadAddress
from portal.events import publish
from portal.feedback import operations as feedback
from portal.feedback import queries as comments
from portal.feedback.queries import Released, Said
from portal.reviews.content import Material
from portal.reviews.events import ReviewQuotesChosen
from portal.reviews.figures_beside import QUARTER
from portal.reviews.models import Review
from portal.reviews.periods import Period
from portal.reviews.quotes import MOST, Quote, Quotes, shortened
from portal.reviews.refusals import NotNow, Why
from portal.reviews.stages import hold, require_draft


def has_voice(review: Review) -> bool:
    """Whether a review of this length has the section that quotes."""
    return Period.parse(review.period).length >= QUARTER


def limits(review: Review) -> tuple[datetime, datetime]:
    """When the answers were given whose comments it may quote."""
    return Period.parse(review.period).limits(review.timezone)


def ask(review: Review, account: Account, said: Said, *, by: Actor) -> bool:
    """Ask the author of a comment whether it may be quoted; False if nothing was sent since that was done before.

    Raises: NotNow. Publishes: QuoteAsked.
    """
    require_draft(review)
    if said.confidential:
        raise NotNow(Why.CONFIDENTIAL)
    try:
        return feedback.ask_consent(said.survey_id, account, by=by)
    except (feedback.CannotAsk, BadAddress):
        raise NotNow(Why.NO_ACCESS) from None


def choose(review: Review, said: Said, *, by: Actor) -> bool:
    """Quote a comment in this review; whether that is a change.

    Raises: NotNow. Publishes: ReviewQuotesChosen if that is a change.
    """
    hold(review)
    require_draft(review)
    if said.survey_id in review.quoted:
        return False
    if not said.released:
        raise NotNow(Why.CONFIDENTIAL if said.confidential else Why.NOT_RELEASED)
    standing = [one.survey_id for one in _released(review)]
    if len(standing) >= MOST:
        raise NotNow(Why.ENOUGH)
    _keep(review, [*standing, said.survey_id], by)
    return True


def leave_out(review: Review, said: Said, *, by: Actor) -> bool:
    """Quote it no longer; whether that is a change.

    Raises: NotNow. Publishes: ReviewQuotesChosen if that is a change.
    """
    hold(review)
    require_draft(review)
    if said.survey_id not in review.quoted:
        return False
    _keep(review, [known for known in review.quoted if known != said.survey_id], by)
    return True


def _keep(review: Review, survey_ids: list[int], by: Actor) -> None:
    review.quoted = sorted(survey_ids)
    refs = [comments.ref_of(survey_id) for survey_id in review.quoted]
    publish(ReviewQuotesChosen(review.account_id, review_id=review.id, comments=refs), by=by)


def quotes_of(review: Review, *, issuing: bool, held: bool = False) -> Quotes | None:
    """What it quotes if it is made now; nothing where it has no such section.

    A draft that the client may read quotes nobody. With `held` no consent changes until the transaction ends.
    """
    if not has_voice(review):
        return None
    if review.shared_with and not issuing:
        return Quotes(held=True)
    zone = ZoneInfo(review.timezone)
    rows = tuple(_frozen(one, zone) for one in _released(review, held=held))
    some = bool(rows) or comments.any_released(review.account_id, *limits(review))
    return Quotes(rows, released=some)


def _released(review: Review, *, held: bool = False) -> list[Released]:
    found = comments.released_of(
        review.account_id, *limits(review), among=list(review.quoted), held=held
    )
    return found[:MOST]


def _frozen(one: Released, zone: ZoneInfo) -> Quote:
    month = one.at.astimezone(zone).date().replace(day=1)
    return Quote(shortened(one.text), one.language, month, one.name, one.title)


def still_holds(review: Review, material: Material) -> bool:
    """Whether a document quotes what may be quoted at the moment it is stored, no more and no less."""
    now = quotes_of(review, issuing=review.issuing_by_id is not None, held=True)
    if material.quotes is None:
        return now is None or not now.rows
    return now == material.quotes


def note_issued(review: Review) -> None:
    """Keep which comments were quoted for good; their authors' pages say so too."""
    if has_voice(review):
        review.quoted = [one.survey_id for one in _released(review)]
        feedback.note_printed(review.quoted)


def held_back(material: Material) -> Material:
    """The material of a document that nobody issues: it quotes nobody."""
    return (
        replace(material, quotes=Quotes(held=True))
        if material.period.length >= QUARTER
        else material
    )
