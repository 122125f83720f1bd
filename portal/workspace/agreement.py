"""Accounts together with what is agreed with each, for pages that show both."""

from typing import Any

from sqlalchemy import func
from werkzeug.exceptions import Forbidden, NotFound, Unauthorized

from portal.accounts import policy
from portal.accounts.agreed import Agreed
from portal.accounts.models import Account
from portal.actor import Actor
from portal.sla.in_force import with_agreement
from portal.web.gate import Gate

MOST = 50


def accounts_agreed(actor: Actor) -> list[tuple[Account, Agreed]]:
    """The accounts within the actor's reach, parents before children, then by name; one statement."""
    statement = Account.visible_to(actor).order_by(
        func.length(Account.path), Account.name, Account.ref
    )
    return list(with_agreement(statement.limit(2 * MOST)))[:MOST]


def _account(actor: Actor, values: dict[str, Any]) -> dict[str, Any]:
    """The account of the path, if visible, with what is agreed for those who may see it."""
    if not actor.signed_in:
        raise Unauthorized
    wanted = Account.visible_to(actor).where(Account.ref == values["account"])
    account, agreed = next(with_agreement(wanted), (None, None))
    if account is None:
        raise NotFound
    if not policy.may_see(actor, account):
        raise Forbidden
    seen = agreed if policy.may_see_contract(actor, account) else None
    return {**values, "account": account, "agreed": seen}


with_its_agreement = Gate("one(Account, accounts.may_see)", _account)
