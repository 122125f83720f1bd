"""Who sees figures over many cases, and what the provider thinks of an account: that never its own people."""

from portal.accounts.models import Account
from portal.actor import Actor


def may_see_health(actor: Actor, account: Account) -> bool:
    """Staff who see the account whole; nobody of the client (F30 is internal)."""
    return actor.is_staff and actor.sees_whole(account.id)


def may_see_weights(actor: Actor) -> bool:
    """Those of the staff who answer for accounts or for the provider read what counts how much."""
    return actor.is_staff and actor.has("account_manager", "executive", "admin")


def may_weigh(actor: Actor) -> bool:
    """An administrator alone says what counts how much."""
    return actor.is_staff and actor.has("admin")


def may_see_insights(actor: Actor) -> bool:
    """Staff see the figures of their accounts, a client's sponsors those of their own."""
    return actor.is_staff or bool(actor.sponsored)
