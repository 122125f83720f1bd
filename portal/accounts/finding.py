"""An account by what an operator calls it: our reference, its name, or its id in another system."""

from sqlalchemy import func, or_

from portal.accounts.models import Account
from portal.db import db


class AccountUnknown(Exception):
    """No account, or more than one, answers to that text."""


def account_called(text: str) -> Account:
    """The account with this reference, else with this id of the system it came from, else of this name.

    Raises: AccountUnknown.
    """
    statement = Account.unscoped("a command names an account")
    named = or_(Account.name == text, func.lower(Account.name) == text.lower())
    found = db.session.scalars(
        statement.where(or_(Account.ref == text, Account.source_id == text, named)).limit(50)
    ).all()
    for test in (lambda a: a.ref == text, lambda a: a.source_id == text, lambda a: True):
        matches = [account for account in found if test(account)]
        if len(matches) == 1:
            return matches[0]
        if matches:
            names = ", ".join(sorted(account.ref for account in matches))
            raise AccountUnknown(f"{text!r} may be any of {names}; give one of these references")
    raise AccountUnknown(f"no account is called {text!r}; portal accounts lists them all")
