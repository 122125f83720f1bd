# fmt: off
"""A quality sample that two colleagues have begun to read, in the demonstration."""

from sqlalchemy import select

from portal import clock
from portal.accounts.models import Account
from portal.actor import SYSTEM
from portal.db import db
from portal.identity.actors import actor_for
from portal.identity.models import User
from portal.reviews import queries, sampling
from portal.reviews.figures_beside import QUARTER
from portal.reviews.gathering import read_for
from portal.reviews.models import Review
from portal.reviews.periods import Period

READERS = ("tiago.antunes", "graca.mourao")
FOUND = (
    ({"complete": True, "clear": True, "filed": True}, "Resposta completa e no tom certo; vale como exemplo."),
    ({"complete": True, "clear": False, "filed": True}, "Está tudo lá, mas a segunda resposta fala em siglas que o cliente não conhece."),
)
"""What they say of the first cases; the rest is still to be read."""
# fmt: on


def read_some(account: Account) -> None:
    """Draw the sample of the account's planned review and have some of its cases read by people without a part in them."""
    quarter = Period.containing(clock.today(account.timezone), QUARTER).previous
    review = queries.same_order(account.id, quarter.code)
    assert review is not None
    read = read_for(SYSTEM, account, quarter, clock.now())
    sampling.keep(review, sampling.drawn(review, read))
    for number, (answers, remark) in enumerate(FOUND, 1):
        _read(review, number, answers, remark)


def _read(review: Review, number: int, answers: dict[str, bool], remark: str) -> None:
    """One case by the first reader who may; by nobody where both have a part in it."""
    for reader in READERS:
        user = db.session.scalars(select(User).where(User.email.like(f"{reader}@%"))).one()
        by = actor_for(user)
        found = [one for one in sampling.listed(by, review) if one.number == number]
        if found and found[0].readable:
            sampling.read_case(review, found[0], answers, remark, by=by)
            return
