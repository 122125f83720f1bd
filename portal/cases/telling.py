"""What happened to a case, as one sentence in the reader's language."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from portal.actor import Actor
from portal.cases.models import LinkKind, Status
from portal.stakeholders.models import JobRole
from portal.web.filters import span
from portal.web.ui import case_status, word
from portal.web.words import gettext as _

ICONS = {
    "StatusChanged": "s-open",
    "CaseResolved": "s-done",
    "CaseReopened": "undo",
    "CaseClosed": "lock",
    "CaseCancelled": "x",
    "OwnerChanged": "user",
    "PriorityChanged": "flag",
    "ConfidentialityChanged": "lock",
    "ParticipantAdded": "userplus",
    "ParticipantRemoved": "user",
    "CaseLinked": "link",
    "CaseEscalated": "alert",
    "CaseTransferred": "external",
    "MissExplained": "flag",
    "TimeSpent": "clock",
    "CallerAdmitted": "userplus",
    "CaseAbsorbed": "merge",
}


def job_role(value: str) -> str:
    """What a client's person is to the relationship."""
    return {
        JobRole.REQUESTER: _("reports and asks"),
        JobRole.TECHNICAL: _("decides operations"),
        JobRole.FINANCE: _("finance"),
        JobRole.APPROVER: _("approves cost"),
        JobRole.EXECUTIVE: _("executive"),
    }.get(JobRole(value) if value in list(JobRole) else JobRole.REQUESTER, "")


def icon(row: Any) -> str:
    """The sign that stands on the thread."""
    if row.kind == "StatusChanged" and "waiting" in (
        row.payload.get("new"),
        row.payload.get("old"),
    ):
        return "s-wait"
    return ICONS.get(row.kind, "s-calm")


def sentence(row: Any, actor: Actor) -> Markup:
    """An event of the log as a person reads it; who did it, if that is known, stands first."""
    words = SENTENCES.get(row.kind, _something)(row.author, row, row.payload, actor)
    reason = (row.payload.get("reason") or "").strip()
    return escape(words) + (Markup(" <q>{}</q>").format(reason) if reason else Markup(""))


def _status(who: str, row: Any, payload: dict[str, Any], actor: Actor) -> str:
    new, old = payload.get("new", ""), payload.get("old", "")
    if new == Status.WAITING and actor.is_staff:
        return _("%(who)s waits for the client", who=who) if who else _("Waiting on the client")
    if new == Status.WAITING:
        return _("%(who)s waits for your answer", who=who) if who else _("Waiting for your answer")
    if old == Status.WAITING and new == Status.OPEN and who:
        return _("The wait ended with %(who)s; the clock runs again", who=who)
    state = case_status(new)[1] if new in list(Status) else new
    if who:
        return _("%(who)s set the state: %(state)s", who=who, state=state)
    return _("The state is now: %(state)s", state=state)


def _resolved(who: str, row: Any, payload: dict[str, Any], actor: Actor) -> str:
    return _("%(who)s resolved the case", who=who) if who else _("The case was resolved")


def _reopened(who: str, row: Any, payload: dict[str, Any], actor: Actor) -> str:
    return _("%(who)s reopened the case", who=who) if who else _("The case was reopened")


def _closed(who: str, row: Any, payload: dict[str, Any], actor: Actor) -> str:
    return _("%(who)s closed the case", who=who) if who else _("The case was closed")


def _cancelled(who: str, row: Any, payload: dict[str, Any], actor: Actor) -> str:
    return _("%(who)s withdrew the case", who=who) if who else _("The case was withdrawn")


def _owner(who: str, row: Any, payload: dict[str, Any], actor: Actor) -> str:
    if not payload.get("new_id"):
        return _("Nobody is assigned any more")
    if row.whom == who or not who:
        return _("%(who)s takes care of the case", who=row.whom)
    return _("%(who)s gave the case to %(whom)s", who=who, whom=row.whom)


def _priority(who: str, row: Any, payload: dict[str, Any], actor: Actor) -> str:
    new = payload.get("new", "")
    name = word("priority", new) if new in ("low", "normal", "high", "urgent") else new
    if who:
        return _("%(who)s set the priority: %(priority)s", who=who, priority=name)
    return _("The priority is now: %(priority)s", priority=name)


def _confided(who: str, row: Any, payload: dict[str, Any], actor: Actor) -> str:
    if payload.get("confidential"):
        return _("Confidential from here on: only the people named on the case see it")
    return _("No longer confidential: everybody who sees the account's cases sees it")


def _joined(who: str, row: Any, payload: dict[str, Any], actor: Actor) -> str:
    if row.whom == who or not who:
        return _("%(who)s joined", who=row.whom or who)
    return _("%(who)s brought in %(whom)s", who=who, whom=row.whom)


def _left(who: str, row: Any, payload: dict[str, Any], actor: Actor) -> str:
    return _("%(whom)s no longer takes part", whom=row.whom)


def _linked(who: str, row: Any, payload: dict[str, Any], actor: Actor) -> str:
    if payload.get("link") == LinkKind.REPEAT:
        return _("Marked as the same issue as an earlier case")
    return _("Linked to another case")


def _escalated(who: str, row: Any, payload: dict[str, Any], actor: Actor) -> str:
    if payload.get("side") == "client":
        return _("%(who)s says that it cannot wait", who=who)
    return _("%(who)s escalated the case", who=who) if who else _("The case was escalated")


def _explained(who: str, row: Any, payload: dict[str, Any], actor: Actor) -> Markup:
    words = _("%(who)s said why a promise was missed", who=who)
    return escape(words) + Markup(" <q>{}</q>").format(payload.get("cause", ""))


def _spent(who: str, row: Any, payload: dict[str, Any], actor: Actor) -> Markup:
    minutes, note = payload.get("minutes", 0), payload.get("note")
    length = span(abs(minutes) * 60, False)
    if minutes < 0:
        return escape(_("%(who)s took %(span)s of working time back", who=who, span=length))
    words = escape(_("%(who)s noted %(span)s of working time", who=who, span=length))
    return words + (Markup(" <q>{}</q>").format(note) if note else "")


def _admitted(who: str, row: Any, payload: dict[str, Any], actor: Actor) -> str:
    return _("%(who)s opened it for somebody whom the contract does not name", who=who)


def _absorbed(who: str, row: Any, payload: dict[str, Any], actor: Actor) -> str:
    gone = {"ref": payload.get("merged_ref", ""), "subject": row.whom}
    if who:
        return _(
            "%(who)s merged %(ref)s, “%(subject)s”, into this case: what was said there stands here",
            who=who,
            **gone,
        )
    return _(
        "%(ref)s, “%(subject)s”, became part of this case: what was said there stands here", **gone
    )


def _something(who: str, row: Any, payload: dict[str, Any], actor: Actor) -> str:
    return _("The case changed")


SENTENCES: dict[str, Callable[[str, Any, dict[str, Any], Actor], str]] = {
    "StatusChanged": _status,
    "CaseResolved": _resolved,
    "CaseReopened": _reopened,
    "CaseClosed": _closed,
    "CaseCancelled": _cancelled,
    "OwnerChanged": _owner,
    "PriorityChanged": _priority,
    "ConfidentialityChanged": _confided,
    "ParticipantAdded": _joined,
    "ParticipantRemoved": _left,
    "CaseLinked": _linked,
    "CaseEscalated": _escalated,
    "MissExplained": _explained,
    "TimeSpent": _spent,
    "CallerAdmitted": _admitted,
    "CaseAbsorbed": _absorbed,
}
