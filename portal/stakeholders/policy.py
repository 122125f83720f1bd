"""Who may see and change the people of an account."""

from collections.abc import Collection

from portal.accounts.models import Account
from portal.accounts.policy import may_change_team
from portal.actor import Actor


def may_see_people(actor: Actor, account: Account) -> bool:
    """Staff and colleagues of the account see who its people are."""
    return actor.reaches(account.id)


def may_see_details(actor: Actor, account: Account) -> bool:
    """Language, access and people who have left are for staff alone."""
    if not actor.is_staff:
        return False
    return actor.sees_whole(account.id)


def may_change_people(actor: Actor, account: Account) -> bool:
    """Staff who work in the account add people and correct their details; a provider's executive only reads."""
    if not actor.is_staff or not actor.sees_whole(account.id):
        return False
    return actor.has("agent", "account_manager", "admin")


def may_invite(actor: Actor, account: Account) -> bool:
    """The account's manager, the deputy manager or an administrator lets people in."""
    return may_change_team(actor, account)


def may_open_tree(actor: Actor, below: Collection[int]) -> bool:
    """Nobody lets others see companies below the account that they do not see themselves."""
    if actor.everywhere:
        return True
    return bool(below) and all(actor.sees_whole(account_id) for account_id in below)
