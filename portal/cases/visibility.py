"""Why a person sees a case or does not: the conditions of the case's own door, asked one by one."""

from dataclasses import dataclass

from sqlalchemy import Select, literal, select, true

from portal.actor import Actor
from portal.cases.models import Case, Participant, Status
from portal.db import db, opened

RULES = {
    "everywhere": "a staff grant covers every account",
    "granted": "a staff grant covers this account",
    "shared": "the grant covers the whole account and the case is not confidential",
    "named": "the person is named on the case",
    "no grant": "no grant in force reaches the account of this case",
    "confidential": "the case is confidential and the person is not named on it",
    "own cases only": "the grant reaches own cases only and the person is not named on this one",
    "merged": "the case became part of another one",
    "inactive": "the person's log-in is switched off",
}


@dataclass(frozen=True)
class Explanation:
    """Whether somebody sees a case, and the condition that decided."""

    allowed: bool
    rule: str

    @property
    def words(self) -> str:
        """The rule as a sentence for an operator."""
        return RULES[self.rule]


def explain(actor: Actor, case: Case) -> Explanation:
    """Ask each condition of the door about one case."""
    if case.status == Status.MERGED:
        return Explanation(False, "merged")
    reached, shared, named = db.session.execute(_asked(actor, case)).one()
    if not reached:
        return Explanation(False, "no grant")
    if actor.is_staff:
        return Explanation(True, "everywhere" if actor.everywhere else "granted")
    if shared:
        return Explanation(True, "shared")
    if named:
        return Explanation(True, "named")
    return Explanation(
        False, "confidential" if actor.sees_whole(case.account_id) else "own cases only"
    )


def _asked(actor: Actor, case: Case) -> Select[bool, bool, bool]:
    reach = super(Case, Case).visible_condition(actor)
    statement = select(
        (literal(True) if reach is None else reach).label("reached"),
        (true() if actor.is_staff else Case.shared_with(actor)).label("shared"),
        Case.naming(actor).label("named"),
    ).where(Case.id == case.id)
    return opened(statement, Case, Participant, why="an operator asks why a case is visible")
