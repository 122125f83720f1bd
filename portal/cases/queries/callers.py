"""Who may open cases of an account, where its contract names them."""

from dataclasses import dataclass

from sqlalchemy import and_, select

from portal import clock
from portal.accounts.models import Account
from portal.db import db, opened
from portal.sla.in_force import in_force_on
from portal.sla.models import Contract, NamedCaller
from portal.stakeholders.models import Stakeholder

WHY = "whom an account's contract names to open cases"


@dataclass(frozen=True)
class Callers:
    """By number and name those whom the contract in force names; where it names nobody, everybody is one."""

    limited: bool = False
    people: tuple[tuple[int, str], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names in order."""
        return tuple(name for _, name in self.people)

    @property
    def numbers(self) -> frozenset[int] | None:
        """The numbers of those named, None where everybody may, as the policy asks for them."""
        return frozenset(number for number, _ in self.people) if self.limited else None

    def admits(self, stakeholder_id: int | None) -> bool:
        """Whether a person of the client may open a case."""
        return not self.limited or any(number == stakeholder_id for number, _ in self.people)


def callers_for(account: Account) -> Callers:
    """Who may open cases of an account today; people who left are no longer among them; one statement."""
    named = and_(NamedCaller.contract_id == Contract.id, NamedCaller.account_id == account.id)
    present = and_(Stakeholder.id == NamedCaller.stakeholder_id, Stakeholder.active)
    statement = (
        select(Contract.id, Contract.named_callers, Stakeholder.id, Stakeholder.name)
        .outerjoin(NamedCaller, named)
        .outerjoin(Stakeholder, present)
        .where(Contract.account_id == account.id, in_force_on(clock.today(account.timezone)))
        .order_by(Contract.begins_on.desc(), Contract.id.desc(), Stakeholder.name, Stakeholder.id)
    )
    rows = db.session.execute(opened(statement, Contract, NamedCaller, Stakeholder, why=WHY)).all()
    if not rows or not rows[0].named_callers:
        return Callers()
    newest = [row for row in rows if row[0] == rows[0][0] and row[2] is not None]
    return Callers(True, tuple((number, name) for _, _, number, name in newest))
