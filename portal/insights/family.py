"""The account that a page of insights is about, and whether others stand below it."""

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.accounts.models import Account
from portal.accounts.queries import accounts_of
from portal.actor import Actor
from portal.db import db


def named(actor: Actor, ref: str) -> tuple[Account | None, bool]:
    """The account with a reference, if the reader may see it, and whether they count any below it; one statement."""
    child = aliased(Account)
    below = select(child.id).where(child.parent_id == Account.id)
    if not actor.everywhere:
        below = below.where(child.id.in_(actor.all_accounts if actor.is_staff else actor.sponsored))
    wanted = Account.visible_to(actor).where(Account.ref == ref).add_columns(below.exists())
    row = db.session.execute(wanted).first()
    return (None, False) if row is None else (row[0], row[1])


def first_of(actor: Actor) -> tuple[Account | None, bool]:
    """The same of the first account that a client's person sponsors."""
    theirs = [one for one in accounts_of(actor) if one.id in actor.sponsored]
    first = theirs[0] if theirs else None
    return first, any(first is not None and one.parent_id == first.id for one in theirs)
