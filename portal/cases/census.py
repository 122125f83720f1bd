"""How many cases each account has; for operators."""

from sqlalchemy import and_, func, select

from portal.accounts.models import Account
from portal.cases.models import IS_STANDING, Case
from portal.db import db, opened


def accounts_by_cases() -> list[tuple[str, str, int]]:
    """Reference, name and number of cases of every account, most cases first, then by reference."""
    count = func.count(Case.id)
    statement = (
        select(Account.ref, Account.name, count)
        .outerjoin(Case, and_(Case.account_id == Account.id, IS_STANDING))
        .group_by(Account.id, Account.ref, Account.name)
        .order_by(count.desc(), Account.ref)
    )
    rows = db.session.execute(
        opened(statement, Account, Case, why="the operator's list of accounts")
    )
    return [(ref, name, cases) for ref, name, cases in rows]
