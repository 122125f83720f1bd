"""Who may do what with a review."""

from portal.accounts.models import Account
from portal.actor import Actor
from portal.reviews.models import Review, ReviewState

ORDERING = ("agent", "account_manager", "executive")


def may_read(actor: Actor, review: Review) -> bool:
    """Staff of the account at any stage; the client's sponsors once it is ready."""
    if actor.is_staff:
        return actor.sees_whole(review.account_id)
    if review.children or review.account_id not in actor.sponsored:
        return False
    return review.state == ReviewState.READY


def may_order(actor: Actor, account: Account) -> bool:
    """Agents and managers of the account, and the provider's executives."""
    if not actor.is_staff or not actor.sees_whole(account.id):
        return False
    return actor.has(*ORDERING)


def may_order_reviews(actor: Actor) -> bool:
    """Whether there can be any account to order a review of."""
    return actor.is_staff and actor.has(*ORDERING)


def may_order_again(actor: Actor, review: Review) -> bool:
    """Whoever may order it may have it made anew, but not while it is being made."""
    if review.state not in (ReviewState.READY, ReviewState.FAILED):
        return False
    return may_order_reviews(actor) and actor.sees_whole(review.account_id)
