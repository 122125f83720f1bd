"""Who may see and change calendars, service plans and contracts."""

from portal.accounts.models import Account
from portal.actor import Actor


def may_see_terms(actor: Actor) -> bool:
    """Calendars and plans are read by those of the staff who answer for accounts or for the provider."""
    return actor.is_staff and actor.has("account_manager", "executive", "admin")


def may_change_terms(actor: Actor) -> bool:
    """An administrator alone sets up calendars and plans."""
    return actor.is_staff and actor.has("admin")


def may_change_contract(actor: Actor, account: Account) -> bool:
    """An administrator alone writes down what an account has agreed."""
    return may_change_terms(actor) and actor.sees_whole(account.id)


def may_see_forecasts(actor: Actor) -> bool:
    """Staff alone learn which promises are likely to be missed, each of the accounts they see."""
    return actor.is_staff
