"""Who may do what with an account."""

from portal.accounts.models import Account
from portal.actor import Actor


def may_see(actor: Actor, account: Account) -> bool:
    """Anyone with a grant on the account sees its name and who looks after it."""
    return actor.reaches(account.id)


def may_see_figures(actor: Actor, account: Account) -> bool:
    """Sums over all cases are for those who see the account whole."""
    return actor.sees_whole(account.id)


def may_see_contract(actor: Actor, account: Account) -> bool:
    """The contract's dates are for those who see the account whole."""
    return actor.sees_whole(account.id)


def may_see_value(actor: Actor, account: Account) -> bool:
    """What the account is worth a year is the provider's own affair."""
    if not actor.is_staff:
        return False
    return actor.sees_whole(account.id)


def may_change_team(actor: Actor, account: Account) -> bool:
    """The account's manager or deputy manager changes team and cover; an administrator too."""
    if not actor.is_staff or not actor.sees_whole(account.id):
        return False
    if actor.has("admin"):
        return True
    return actor.has("account_manager") and actor.user_id in (account.manager_id, account.deputy_id)


def may_see_portfolio(actor: Actor) -> bool:
    """The portfolio is for staff; a client's people get the list of their own accounts."""
    return actor.is_staff
