"""What the page of one case shows, and how it is answered again after a change."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Response, flash, redirect, request, url_for

from portal import clock
from portal.accounts.models import Account
from portal.actor import Actor, current_actor
from portal.cases import policy, queries, telling
from portal.cases.models import Case
from portal.cases.queries.beside import Beside
from portal.cases.views.clocks import clocks_of
from portal.web.filters import language_name
from portal.web.render import render, wants_fragment
from portal.web.words import gettext as _
from portal.web.words import ngettext


@dataclass(frozen=True)
class Refused:
    """A form that was not accepted: which one, why, and what had been typed."""

    form: str
    fault: str
    typed: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> tuple[tuple[str, str], ...]:
        """The texts that had been typed, by field."""
        return tuple((name, typed) for name, typed in self.typed.items() if isinstance(typed, str))


class Facts(NamedTuple):
    """What the actions on a case depend on; `mine` says whether the reader owns it."""

    ref: str
    status: str
    priority: str
    confidential: bool
    is_open: bool
    owner: str
    mine: bool


def facts_of(case: Case, beside: Beside, actor: Actor) -> Facts:
    """The case as far as its actions show it."""
    owner, mine = beside.owner.title if beside.owner else "", case.owner_id == actor.user_id
    return Facts(case.ref, case.status, case.priority, case.confidential, case.is_open, owner, mine)


def case_page(
    case: Case,
    account: Account,
    *,
    status: int = 200,
    refused: Refused | None = None,
    told: str = "",
) -> Response:
    """The whole page, or to htmx the block `case`; a refused form keeps what was typed."""
    actor = current_actor()
    beside = queries.beside(actor, case, account)
    context = {
        "case": case,
        "account": account,
        "timeline": queries.conversation(actor, case, request.args.get("before")),
        "beside": beside,
        "clocks": clocks_of(case, beside),
        "readers": readers(case, account, beside, actor),
        "telling": telling,
        "may": may(actor, case),
        "facts": facts_of(case, beside, actor),
        "refused": refused,
        "typed": refused.typed if refused else {},
        "typed_words": refused.words if refused else (),
        "told": told,
        "mine": set(actor.stakeholder_ids.values()),
        "lived": (case.resolved_at or clock.now()) - case.opened_at,
        **_asking(beside),
        **_agreed(account, beside),
        "submission": (refused.typed.get("submission") if refused else "")
        or secrets.token_urlsafe(18),
    }
    return render("cases/show.html", fragment="case", status=status, **context)


def _asking(beside: Beside) -> dict[str, str]:
    """The asking person's part, the time where they are and the language they read."""
    person = beside.asking
    if person is None:
        return {}
    return {
        "job_role": telling.job_role(person.state),
        "their_time": f"{clock.now().astimezone(_zone(person.extra)):%H:%M}",
        "their_language": language_name(person.more),
    }


def _agreed(account: Account, beside: Beside) -> dict[str, Any]:
    """The plan and the renewal of the contract in force, else those recorded with the account."""
    found = beside.agreed
    if found is None:
        return {"plan": account.sla_plan, "renewal_on": account.contract_renewal}
    renewal_on = date.fromisoformat(found.note) if found.note else None
    return {"plan": found.title or account.sla_plan, "renewal_on": renewal_on}


@lru_cache(256)
def _zone(name: str) -> ZoneInfo:
    """A time zone by name; what is none is read as UTC."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def done(case: Case, account: Account, told: str, *, kind: str = "ok") -> Any:
    """After a change: the block again, or for a plain form the page by a redirect."""
    if wants_fragment():
        case.names_reader = case.names_reader or policy.opened(current_actor(), case)
        return case_page(case, account, told=told)
    flash(told, kind)
    return redirect(url_for("cases.show", case=case.ref), 303)


def refuse(
    case: Case, account: Account, form: str, fault: str, typed: dict[str, Any] | None = None
) -> Response:
    """The page again with what was wrong; nothing has been changed."""
    return case_page(case, account, status=422, refused=Refused(form, fault, typed or {}))


def first_fault(form: Any) -> str:
    """The first thing that is wrong with a small form."""
    return next((str(fault) for faults in form.errors.values() for fault in faults), "")


VERBS = (
    policy.may_reply,
    policy.may_note,
    policy.may_assign,
    policy.may_set_status,
    policy.may_resolve,
    policy.may_close,
    policy.may_withdraw,
    policy.may_reopen,
    policy.may_add_participant,
    policy.may_remove_participant,
    policy.may_link,
    policy.may_merge,
    policy.may_change_priority,
    policy.may_confide,
    policy.may_escalate,
    policy.may_explain,
    policy.may_note_time,
)


class May(NamedTuple):
    """What the reader may do with the case, a field for each of VERBS."""

    reply: bool
    note: bool
    assign: bool
    set_status: bool
    resolve: bool
    close: bool
    withdraw: bool
    reopen: bool
    add_participant: bool
    remove_participant: bool
    link: bool
    merge: bool
    change_priority: bool
    confide: bool
    escalate: bool
    explain: bool
    note_time: bool


def may(actor: Actor, case: Case) -> May:
    """Every verb of the policy, asked once for the page."""
    allowed = {verb.__name__.removeprefix("may_"): verb(actor, case) for verb in VERBS}
    return May(**allowed)


def readers(case: Case, account: Account, beside: Beside, actor: Actor) -> str:
    """Who will read a reply, by name."""
    mine = set(actor.stakeholder_ids.values())
    names = [row.title.split()[0] for row in beside.people if row.number not in mine]
    who = named(names)
    if actor.is_staff:
        if not who:
            return _("Goes to %(account)s", account=account.name)
        return _("Goes to %(names)s at %(account)s", names=who, account=account.name)
    return _("Read by our team and %(names)s", names=who) if who else _("Read by our team")


def named(names: Sequence[str], most: int = 2) -> str:
    """The first names and how many more: `Mariana, Joaquín and 2 others`."""
    rest = len(names) - most
    if rest <= 0:
        return (
            _("%(first)s and %(second)s", first=names[0], second=names[1])
            if len(names) == 2
            else "".join(names)
        )
    first = ", ".join(names[:most])
    return ngettext(
        "%(names)s and %(num)d other", "%(names)s and %(num)d others", rest, names=first
    )
