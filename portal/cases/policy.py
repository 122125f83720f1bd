"""Who may do what with a case. Whether a case is seen at all is decided by its door.

A case that a person of the client asks about carries `names_reader`: whether they are named on it.
"""

from collections.abc import Collection

from portal.accounts.models import Account
from portal.actor import Actor
from portal.cases.models import Case, Status

GONE = frozenset({Status.CANCELLED, Status.MERGED})
SETTLED = GONE | {Status.CLOSED}


def may_see(actor: Actor, case: Case) -> bool:
    """The door in plain words; `visibility.explain` and a test hold the two together."""
    if case.status == Status.MERGED or not actor.reaches(case.account_id):
        return False
    if actor.is_staff or case.names_reader:
        return True
    return actor.sees_whole(case.account_id) and not case.confidential


def may_open_case(actor: Actor, account: Account) -> bool:
    """Staff open cases in their accounts, a client's people in those they belong to."""
    if not actor.reaches(account.id):
        return False
    return actor.is_staff or account.id in actor.stakeholder_ids


def may_call(actor: Actor, account: Account, callers: Collection[int] | None) -> bool:
    """Where the contract names its callers, others of the client open no case; staff do, and say why.

    `callers` are the numbers of those named, None where everybody may.
    """
    if not may_open_case(actor, account):
        return False
    if actor.is_staff or callers is None:
        return True
    return actor.stakeholder_ids.get(account.id) in callers


def may_open_cases(actor: Actor) -> bool:
    """Whether there can be any account to open a case in."""
    return actor.is_staff or bool(actor.stakeholder_ids)


def may_open_on_behalf(actor: Actor) -> bool:
    """Only staff open a case in another person's name."""
    return actor.is_staff


def may_reply(actor: Actor, case: Case) -> bool:
    """Everybody who sees the case writes on it until it is withdrawn; a client's words reopen a finished one."""
    if case.status in GONE:
        return False
    return speaks(actor)


def may_note(actor: Actor, case: Case) -> bool:
    """Internal notes are for staff, at any time."""
    return actor.is_staff


def may_assign(actor: Actor, case: Case) -> bool:
    """Staff give an open case to each other."""
    return actor.is_staff and case.is_open


def may_set_status(actor: Actor, case: Case) -> bool:
    """Staff say whose turn it is on an open case."""
    return actor.is_staff and case.is_open


def may_resolve(actor: Actor, case: Case) -> bool:
    """Staff resolve an open case; the client says that it is solved when named on it."""
    if not case.is_open:
        return False
    return actor.is_staff or opened_or_named(actor, case)


def may_close(actor: Actor, case: Case) -> bool:
    """Staff close what is neither closed nor withdrawn; an open case is resolved first."""
    return actor.is_staff and case.status not in SETTLED


def may_withdraw(actor: Actor, case: Case) -> bool:
    """The client takes an open case back: who opened it or is named on it."""
    if actor.is_staff or not case.is_open:
        return False
    return opened_or_named(actor, case)


def may_reopen(actor: Actor, case: Case) -> bool:
    """Whoever may speak on a finished case may open it again."""
    return not case.is_open and case.status != Status.MERGED and speaks(actor)


def may_add_participant(actor: Actor, case: Case) -> bool:
    """Whoever may speak brings in a colleague while there is something to talk about."""
    return case.status not in SETTLED and speaks(actor)


def may_remove_participant(actor: Actor, case: Case) -> bool:
    """Staff and who opened the case take people off it."""
    return actor.is_staff or opened(actor, case)


def may_link(actor: Actor, case: Case) -> bool:
    """Staff say which cases belong together."""
    return actor.is_staff


def may_merge(actor: Actor, case: Case) -> bool:
    """Staff make one case of two of an account, each of which they may work on and nobody has withdrawn."""
    return actor.is_staff and case.status not in GONE


def may_change_priority(actor: Actor, case: Case) -> bool:
    """Staff set the priority of an open case."""
    return actor.is_staff and case.is_open


def may_confide(actor: Actor, case: Case) -> bool:
    """Staff and who opened the case decide whether only the people named on it see it."""
    return actor.is_staff or opened(actor, case)


def may_escalate(actor: Actor, case: Case) -> bool:
    """Whoever may speak on an open case may say that it cannot wait."""
    return case.is_open and speaks(actor)


def may_explain(actor: Actor, case: Case) -> bool:
    """Staff say why a promise was missed; the client reads it in the review."""
    return actor.is_staff


def may_note_time(actor: Actor, case: Case) -> bool:
    """Staff note the time they spent, at any time; the client sees only what is used of the contract."""
    return actor.is_staff


def speaks(actor: Actor) -> bool:
    """Whether the actor's words have an author: staff, or an entry among the client's people."""
    return actor.is_staff or bool(actor.stakeholder_ids)


def opened(actor: Actor, case: Case) -> bool:
    """Whether the actor is the client's person who opened the case."""
    return case.opened_by_id is not None and case.opened_by_id in actor.stakeholder_ids.values()


def opened_or_named(actor: Actor, case: Case) -> bool:
    """Whether the actor opened the case or is named on it."""
    return opened(actor, case) or (not actor.is_staff and case.names_reader)
