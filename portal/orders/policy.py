"""Who may see orders and returns."""

from portal.accounts.models import Account
from portal.actor import Actor


def may_see_orders(actor: Actor, account: Account) -> bool:
    """Everyone of the account; who sees only their own cases finds only what they ordered themselves."""
    return actor.reaches(account.id)
