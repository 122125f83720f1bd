"""Small changes to a case, each a form of its own."""

from typing import Any

from flask import request

from portal.accounts.models import Account
from portal.actor import Actor, current_actor
from portal.cases import operations, policy, queries
from portal.cases.forms import (
    AssignmentForm,
    CauseForm,
    ConfidentialityForm,
    EscalationForm,
    LinkForm,
    ParticipantForm,
    PriorityForm,
    ReasonForm,
    ResolutionForm,
    StatusForm,
)
from portal.cases.gates import gone_words, held_words, on_case
from portal.cases.models import Case, LinkKind, Priority, Status
from portal.cases.views.blueprint import bp
from portal.cases.views.page import done, first_fault, refuse
from portal.web.words import gettext as _


@bp.post("/cases/<case>/assignment", gate=on_case(policy.may_assign))
def assign(case: Case, account: Account) -> Any:
    """Give the case to somebody, take it, or leave it to nobody."""
    actor, form = current_actor(), AssignmentForm(request.form)
    if not form.validate():
        return refuse(case, account, "assignment", first_fault(form), form.data)
    wanted = form.owner.data or ""
    owner_id = actor.user_id if wanted == "me" else None
    if wanted not in ("", "me"):
        person = queries.staff_called(account.id, wanted)
        if person is None:
            return refuse(case, account, "assignment", _nobody(wanted), form.data)
        owner_id = person.id
    return _changed(case, account, operations.assign, owner_id)


@bp.post("/cases/<case>/status", gate=on_case(policy.may_set_status))
def set_status(case: Case, account: Account) -> Any:
    """Say whose turn it is."""
    form = StatusForm(request.form)
    if not form.validate():
        return refuse(case, account, "status", first_fault(form), form.data)
    return _changed(
        case, account, operations.set_status, Status(form.status.data), reason=form.reason.data
    )


@bp.post("/cases/<case>/priority", gate=on_case(policy.may_change_priority))
def change_priority(case: Case, account: Account) -> Any:
    """Say how pressing it is."""
    form = PriorityForm(request.form)
    if not form.validate():
        return refuse(case, account, "priority", first_fault(form), form.data)
    return _changed(case, account, operations.change_priority, Priority(form.priority.data))


@bp.post("/cases/<case>/confidentiality", gate=on_case(policy.may_confide))
def confide(case: Case, account: Account) -> Any:
    """Show the case only to the people named on it, or to the account again."""
    form = ConfidentialityForm(request.form)
    if not form.validate():
        return refuse(case, account, "confidentiality", first_fault(form), form.data)
    return _changed(case, account, operations.confide, form.confidential.data == "1")


@bp.post("/cases/<case>/resolution", gate=on_case(policy.may_resolve))
def resolve(case: Case, account: Account) -> Any:
    """Say that it is solved, staff also how well we did."""
    told = _("The case is resolved. A reply opens it again.")
    return _resolved(case, account, "resolution", operations.resolve, told)


@bp.post("/cases/<case>/closure", gate=on_case(policy.may_close))
def close(case: Case, account: Account) -> Any:
    """End the case."""
    return _resolved(case, account, "closure", operations.close, _("The case is closed."))


@bp.post("/cases/<case>/withdrawal", gate=on_case(policy.may_withdraw))
def withdraw(case: Case, account: Account) -> Any:
    """Take the case back."""
    return _settled(
        case,
        account,
        "withdrawal",
        operations.withdraw,
        _("The case is withdrawn. Nothing of it is lost."),
    )


@bp.post("/cases/<case>/reopening", gate=on_case(policy.may_reopen))
def reopen(case: Case, account: Account) -> Any:
    """Bring the case back."""
    return _settled(case, account, "reopening", operations.reopen, _("The case is open again."))


@bp.post("/cases/<case>/escalation", gate=on_case(policy.may_escalate))
def escalate(case: Case, account: Account) -> Any:
    """Say that the case cannot wait."""
    form = EscalationForm(request.form)
    if not form.validate():
        return refuse(case, account, "escalation", first_fault(form), form.data)
    try:
        operations.escalate(case, reason=form.reason.data or "", by=current_actor())
    except operations.EscalatedLately:
        lately = _(
            "This was said within the last day already, and stands. Write a message instead."
        )
        return refuse(case, account, "escalation", lately, form.data)
    return done(case, account, _("It is marked as pressing, and who looks after it is told."))


@bp.post("/cases/<case>/cause", gate=on_case(policy.may_explain))
def explain_miss(case: Case, account: Account) -> Any:
    """Say why a promise was missed."""
    form = CauseForm(request.form)
    if not form.validate():
        return refuse(case, account, "cause", first_fault(form), form.data)
    number, cause = int(form.promise.data or 0), form.cause.data or ""
    try:
        operations.explain_miss(case, number, cause=cause, by=current_actor())
    except operations.NotMissed:
        return refuse(case, account, "cause", _("This promise was not missed."), form.data)
    except operations.AlreadySo:
        return done(case, account, _("This was so already; nothing has changed."))
    return done(case, account, _("The cause is kept; it stands in the next review."))


@bp.post("/cases/<case>/participants", gate=on_case(policy.may_add_participant))
def add_participant(case: Case, account: Account) -> Any:
    """Bring a colleague in."""
    form = ParticipantForm(request.form)
    if not form.validate():
        return refuse(case, account, "participants", first_fault(form), form.data)
    name = form.person.data or ""
    person = queries.colleague_called(current_actor(), account.id, name)
    if person is None:
        return refuse(case, account, "participants", _no_colleague(name, account), form.data)
    told = _("%(name)s takes part from now on.", name=person.name)
    return _changed(case, account, operations.add_participant, person, told=told)


@bp.post("/cases/<case>/departures", gate=on_case(policy.may_remove_participant))
def remove_participant(case: Case, account: Account) -> Any:
    """Take somebody off the case."""
    form = ParticipantForm(request.form)
    if not form.validate():
        return refuse(case, account, "participants", first_fault(form), form.data)
    name = form.person.data or ""
    person = queries.participant_called(case, name)
    if person is None:
        return refuse(case, account, "participants", _no_colleague(name, account), {})
    try:
        return _changed(case, account, operations.remove_participant, person)
    except operations.OpenerStays:
        return refuse(case, account, "participants", _("Who opened the case stays on it."), {})


@bp.post("/cases/<case>/links", gate=on_case(policy.may_link))
def link(case: Case, account: Account) -> Any:
    """Say which case belongs to this one."""
    form = LinkForm(request.form)
    if not form.validate():
        return refuse(case, account, "links", first_fault(form), form.data)
    ref = form.case.data or ""
    other = queries.case_called(current_actor(), ref)
    try:
        if other is None:
            raise operations.LinkRefused(ref)
        return _changed(case, account, operations.link, other, LinkKind(form.kind.data))
    except operations.LinkRefused:
        return refuse(case, account, "links", _unlinkable(ref), form.data)
    except operations.LinkHeld:
        return refuse(case, account, "links", held_words(), form.data)


def _changed(
    case: Case, account: Account, verb: Any, *values: Any, told: str = "", **more: Any
) -> Any:
    """Do it and show the case; what is so already needs no second doing."""
    try:
        verb(case, *values, by=current_actor(), **more)
    except operations.AlreadySo:
        return done(case, account, _("That is so already; nothing was changed."))
    return done(case, account, told or _("Saved."))


def _settled(case: Case, account: Account, name: str, verb: Any, told: str) -> Any:
    """Do it, with a reason; afterwards the person may not see the case any more."""
    form = ReasonForm(request.form)
    if not form.validate():
        return refuse(case, account, name, first_fault(form), form.data)
    return _timed(case, account, form, verb, told)


def _resolved(case: Case, account: Account, name: str, verb: Any, told: str) -> Any:
    """The same with what staff say about their own work."""
    form = ResolutionForm(request.form)
    if not form.validate():
        return refuse(case, account, name, first_fault(form), form.data)
    rating = int(form.rating.data) if form.rating.data else None
    return _timed(case, account, form, verb, told, rating=rating)


def _timed(
    case: Case, account: Account, form: ReasonForm, verb: Any, told: str, **more: Any
) -> Any:
    """Do it with its reason, and note the working time that was said with it."""

    def settle(case: Case, *, by: Actor, **given: Any) -> None:
        verb(case, by=by, **given)
        if form.minutes.data and policy.may_note_time(by, case):
            operations.note_time(case, form.minutes.data, by=by)

    return _changed(case, account, settle, told=told, reason=form.reason.data, **more)


def _nobody(name: str) -> str:
    return _(
        "No colleague with access to this account is called “%(name)s”. Nothing was changed; try their email.",
        name=name,
    )


def _no_colleague(name: str, account: Account) -> str:
    return _(
        "We know nobody called “%(name)s” at %(account)s. Nothing was changed; try their email, "
        "or ask your account manager to add the person.",
        name=name,
        account=account.name,
    )


def _unlinkable(ref: str) -> str:
    into = queries.became(current_actor(), ref)
    if into is not None:
        return gone_words(ref, into)
    return _(
        "“%(ref)s” cannot be linked: it must be another case of this account, and for the same issue an earlier one. "
        "Nothing was changed.",
        ref=ref,
    )
