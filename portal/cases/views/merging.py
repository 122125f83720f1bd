"""Making one case of two: choosing the other, seeing what will happen, and doing it."""

from typing import Any

from flask import Response, flash, redirect, request, url_for

from portal.accounts.models import Account
from portal.actor import current_actor
from portal.cases import operations, policy, queries
from portal.cases.forms import MergeForm
from portal.cases.gates import gone_words, held_words, on_case
from portal.cases.models import Case
from portal.cases.operations import Against, MergeRefused
from portal.cases.views.blueprint import bp
from portal.cases.views.page import first_fault
from portal.web.render import render
from portal.web.words import gettext as _

LONGEST = 200


@bp.get("/cases/<case>/merge", gate=on_case(policy.may_merge))
def ahead(case: Case, account: Account) -> Response:
    """The account's other cases to choose from, or what merging into the chosen one would do."""
    ref = request.args.get("into", "").strip()
    if not ref:
        return _choose(case, account)
    into = _called(case, ref)
    return _show(case, account, into) if into else _choose(case, account, _unknown(ref), status=422)


@bp.post("/cases/<case>/merge", gate=on_case(policy.may_merge))
def merge(case: Case, account: Account) -> Any:
    """Make the case part of the chosen one."""
    form = MergeForm(request.form)
    into = _called(case, form.into.data or "")
    if into is None:
        return _choose(case, account, _unknown(form.into.data or ""), status=422)
    if not form.validate():
        return _show(case, account, into, first_fault(form), status=422)
    try:
        operations.merge_case(case, into=into, by=current_actor(), reason=form.reason.data or "")
    except MergeRefused as refused:
        return _show(case, account, into, _words(refused.why, case, into), status=422)
    flash(_("%(gone)s is part of this case now.", gone=case.ref), "ok")
    return redirect(url_for("cases.show", case=into.ref), 303)


def _called(case: Case, ref: str) -> Case | None:
    """The account's other case of that reference; one of another account is like one that does not exist."""
    found = queries.case_called(current_actor(), ref[:LONGEST])
    return found if found is not None and found.account_id == case.account_id else None


def _unknown(ref: str) -> str:
    """Why no such case can be chosen: it became part of another, or there is none."""
    into = queries.became(current_actor(), ref[:LONGEST])
    if into is not None:
        return gone_words(ref, into)
    return _("This account has no case “%(ref)s”. Nothing was changed.", ref=ref[:60])


def _choose(case: Case, account: Account, fault: str = "", *, status: int = 200) -> Response:
    text = request.args.get("q", "").strip()[:LONGEST]
    offered = queries.mergeable(current_actor(), case, text)
    found: dict[str, Any] = {"case": case, "account": account, "fault": fault, "text": text}
    return render("cases/merge.html", status=status, offered=offered, **found)


def _show(
    case: Case, account: Account, into: Case, fault: str = "", *, status: int = 200
) -> Response:
    against = operations.what_stands_against(case, into)
    found: dict[str, Any] = {
        "case": case,
        "account": account,
        "into": into,
        "fault": fault,
        "against": _words(against, case, into) if against else "",
        "ahead": None if against else queries.merge_ahead(current_actor(), case, into),
        "reason": request.form.get("reason", ""),
    }
    return render("cases/merge_ahead.html", status=status, **found)


def _words(why: Against, case: Case, into: Case) -> str:
    """What stands against it, and what helps."""
    refs = {"gone": case.ref, "into": into.ref}
    return {
        Against.ITSELF: _("A case cannot become part of itself. Choose another one."),
        Against.ACCOUNT: _unknown(into.ref),
        Against.MERGED: _("One of the two became part of another case meanwhile."),
        Against.WITHDRAWN: _("The client withdrew one of the two; it stays as it is."),
        Against.KIND: _("One of the two counts in the figures and the other does not."),
        Against.FINISHED: _(
            "%(into)s is finished and %(gone)s is open: reopen %(into)s first, or merge the other way round.",
            **refs,
        ),
        Against.CONFIDENTIAL: _(
            "Only one of the two is confidential, so that a merge would show or hide words. Make both confidential, or neither, first.",
        ),
        Against.PEOPLE: _(
            "Both are confidential and name different people of the client. Name the same people on both first.",
        ),
        Against.HELD: held_words(),
    }[why]
