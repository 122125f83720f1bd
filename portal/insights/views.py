"""The pages of insights: figures of the accounts a person may see, their definitions, and the same as files."""

from dataclasses import replace
from typing import Any

from flask import Response, abort, request

from portal import clock
from portal.accounts.models import Account
from portal.actor import Actor, current_actor
from portal.insights import definitions as texts
from portal.insights import policy, sheets
from portal.insights.asked import Asked
from portal.insights.choices import choices
from portal.insights.contents import contents
from portal.insights.family import first_of, named
from portal.insights.scope import Scope
from portal.web.gate import allowed, signed_in
from portal.web.render import render
from portal.web.routes import Routes
from portal.web.words import gettext as _

bp = Routes("insights", __name__)
readable = allowed(policy.may_see_insights)
CSV, XLSX = (
    "text/csv; charset=utf-8",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)


@bp.get("/insights", gate=readable)
def index() -> Response:
    """What the address asks for, on a page."""
    actor = current_actor()
    asked, account, has_children = _asked(actor)
    scope = Scope.of(actor, asked, account)
    page: dict[str, Any] = {"asked": asked, "account": account}
    page |= {
        **choices(actor, asked, has_children),
        **contents(scope, asked),
        "stale_since": scope.stale_since,
    }
    return render(f"insights/{asked.view}.html", **page)


@bp.get("/insights.csv", gate=readable)
def as_csv() -> Response:
    """The numbers of a view, one a line."""
    return _file(sheets.as_csv(_page()), CSV, "csv")


@bp.get("/insights.xlsx", gate=readable)
def as_xlsx() -> Response:
    """The tables of a view as a workbook."""
    if not sheets.spreadsheets_here():
        sentence = _("Workbooks need the extra “xlsx”; the same numbers are there as CSV.")
        return Response(sentence + "\n", 501, content_type="text/plain; charset=utf-8")
    return _file(sheets.as_xlsx(_page()), XLSX, "xlsx")


@bp.get("/insights/definitions", gate=signed_in)
def definitions() -> Response:
    """What each figure means."""
    return render("insights/definitions.html", rules=list(texts.rules()))


def _page() -> dict[str, Any]:
    actor = current_actor()
    asked, account, _has_children = _asked(actor)
    return contents(Scope.of(actor, asked, account), asked, whole=True)


def _file(content: str | bytes, kind: str, ending: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f"attachment; filename=insights.{ending}"
    return response


def _asked(actor: Actor) -> tuple[Asked, Account | None, bool]:
    """What the address asks for; for a client's people always one account, the first they sponsor.

    Last whether there are accounts below it that the reader may count too.
    """
    asked = Asked.from_args(request.args, clock.today(actor.timezone), is_staff=actor.is_staff)
    if actor.is_staff and not asked.account:
        return asked, None, False
    account, has_children = named(actor, asked.account) if asked.account else first_of(actor)
    if account is None or not (actor.is_staff or account.id in actor.sponsored):
        abort(404)
    children = asked.children and has_children
    return replace(asked, account=account.ref, children=children), account, has_children
