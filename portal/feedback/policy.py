"""Who may say whether a comment is quoted."""

from portal.actor import Actor
from portal.feedback.models import CommentConsent


def may_see_own_comments(actor: Actor) -> bool:
    """People of a client; staff write none."""
    return actor.signed_in and not actor.is_staff


def may_answer(actor: Actor, consent: CommentConsent) -> bool:
    """The author of the comment alone."""
    if actor.is_staff:
        return False
    return actor.stakeholder_ids.get(consent.account_id) == consent.stakeholder_id
