"""Who may do what with a review."""

from portal.accounts.models import Account
from portal.actor import Actor
from portal.reviews.models import Review, ReviewState, Stage
from portal.reviews.portfolio.models import PortfolioReview

ORDERING = ("agent", "account_manager", "executive")
ISSUING = ("account_manager", "executive")


def may_read(actor: Actor, review: Review) -> bool:
    """Staff of the account at any stage; of the client the sponsors and the named participants once it is issued, and whoever it is shared with."""
    if actor.is_staff:
        return actor.sees_whole(review.account_id)
    if review.children:
        return False
    if review.is_issued and (review.account_id in actor.sponsored or _named(actor, review)):
        return True
    return _shared(actor, review)


def _named(actor: Actor, review: Review) -> bool:
    """Whether the person is on the list of its participants and sees the account whole."""
    person = actor.stakeholder_ids.get(review.account_id)
    return review.account_id in actor.accounts and str(person) in review.named


def _shared(actor: Actor, review: Review) -> bool:
    """Whether the review, once it is there, is shared with a part the person has."""
    if review.state != ReviewState.READY or review.stage == Stage.PLANNED:
        return False
    if "sponsor" in review.shared_with and review.account_id in actor.sponsored:
        return True
    return "contact" in review.shared_with and review.account_id in actor.accounts


def may_order(actor: Actor, account: Account) -> bool:
    """Agents and managers of the account, and the provider's executives."""
    if not actor.is_staff or not actor.sees_whole(account.id):
        return False
    return actor.has(*ORDERING)


def may_schedule(actor: Actor, account: Account) -> bool:
    """The account's managers and executives, and administrators, let its reviews come by themselves."""
    if not actor.is_staff or not actor.sees_whole(account.id):
        return False
    return actor.has(*ISSUING, "admin")


def may_order_reviews(actor: Actor) -> bool:
    """Whether there can be any account to order a review of."""
    return actor.is_staff and actor.has(*ORDERING)


def may_review_portfolio(actor: Actor) -> bool:
    """The provider's executives, and account managers for the accounts they answer for."""
    return actor.is_staff and actor.has("executive", "account_manager")


def may_read_portfolio(actor: Actor, review: PortfolioReview) -> bool:
    """Executives; an account manager reads those about their own accounts alone."""
    if not actor.is_staff:
        return False
    if actor.has("executive"):
        return True
    return actor.has("account_manager") and review.manager_id == actor.user_id


def may_order_again(actor: Actor, review: Review) -> bool:
    """Whoever may order it may have a draft made anew, but not while it is being made."""
    if review.state not in (ReviewState.READY, ReviewState.FAILED):
        return False
    if review.stage != Stage.DRAFT and review.state == ReviewState.READY:
        return False
    return may_write(actor, review)


def may_write(actor: Actor, review: Review) -> bool:
    """Agents, managers and executives of the account write it, share it and ask for approval."""
    if not actor.is_staff or not actor.sees_whole(review.account_id):
        return False
    return actor.has(*ORDERING)


def may_judge(actor: Actor, worked_on_it: frozenset[int]) -> bool:
    """Who reads a case of the sample had no part in it: neither looks after it nor wrote to the client in it."""
    return actor.user_id is not None and actor.user_id not in worked_on_it


def may_approve(actor: Actor, review: Review) -> bool:
    """A manager or an executive who is not the one who asked."""
    if not actor.is_staff or not actor.sees_whole(review.account_id):
        return False
    return actor.has(*ISSUING) and actor.user_id != review.submitted_by_id


def may_issue(actor: Actor, review: Review) -> bool:
    """Managers and executives of the account hand it to the client."""
    if not actor.is_staff or not actor.sees_whole(review.account_id):
        return False
    return actor.has(*ISSUING)


def may_add_figures(actor: Actor, review: Review) -> bool:
    """Only managers and executives of the account add internal figures, and only to a draft."""
    return may_issue(actor, review) and review.stage == Stage.DRAFT


def may_quote(actor: Actor, review: Review) -> bool:
    """Managers and executives of the account ask for comments and choose which ones it quotes."""
    return may_issue(actor, review)


def may_acknowledge(actor: Actor, review: Review) -> bool:
    """The person or the part of the client that was chosen for it, once it is issued; beside a person the sponsors too."""
    if actor.is_staff or not review.is_issued or review.children:
        return False
    if is_chosen(actor, review):
        return True
    if review.acknowledged_by == "contact":
        return review.account_id in actor.accounts
    return review.account_id in actor.sponsored


def is_chosen(actor: Actor, review: Review) -> bool:
    """Whether the acknowledgement is asked of this very person, who is on the list and can read it."""
    person = actor.stakeholder_ids.get(review.account_id)
    return person is not None and person == review.acknowledging_id and _named(actor, review)


def may_dispute(actor: Actor, review: Review) -> bool:
    """Whoever of the client reads it, and the staff who write it."""
    if actor.is_staff:
        return may_write(actor, review)
    return may_read(actor, review)


def may_settle(actor: Actor, review: Review) -> bool:
    """Managers and executives end a dispute with a restatement; the client's sponsors say it is settled for them."""
    return may_issue(actor, review) or may_acknowledge(actor, review)
