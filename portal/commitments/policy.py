"""Who may do what with commitments."""

from portal.accounts.models import Account
from portal.actor import Actor
from portal.commitments.models import Commitment, Party

WRITING = ("agent", "account_manager", "executive")


def may_see_ledger(actor: Actor, account: Account) -> bool:
    """The whole ledger is for those who see the account whole."""
    return actor.sees_whole(account.id)


def may_write(actor: Actor, account: Account) -> bool:
    """Agents, managers and the provider's executives write down what was agreed."""
    if not actor.is_staff or not actor.sees_whole(account.id):
        return False
    return actor.has(*WRITING)


def may_change(actor: Actor, commitment: Commitment) -> bool:
    """Who may write it down may correct, move or drop it, on either side."""
    if not actor.is_staff or not actor.sees_whole(commitment.account_id):
        return False
    return actor.has(*WRITING)


def may_tick(actor: Actor, commitment: Commitment) -> bool:
    """Staff of the account tick anything; on the client's side its owner and the sponsors tick what is theirs."""
    if actor.is_staff:
        return may_change(actor, commitment)
    if commitment.side != Party.CLIENT:
        return False
    if commitment.account_id in actor.sponsored:
        return True
    mine = actor.stakeholder_ids.get(commitment.account_id)
    return mine is not None and mine == commitment.stakeholder_id
