"""Who may see what the provider thinks of an account; never its own people."""

from portal.accounts.models import Account
from portal.actor import Actor


def may_see_health(actor: Actor, account: Account) -> bool:
    """Staff who see the account whole; nobody of the client (F30 is internal)."""
    return actor.is_staff and actor.sees_whole(account.id)
