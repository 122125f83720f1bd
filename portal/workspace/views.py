"""Screens that join features: home by role, portfolio, an account's page, its orders, search."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Response, abort, redirect, request, url_for

from portal import clock
from portal.accounts import policy as account_policy
from portal.accounts.agreed import Agreed, agreed_for
from portal.accounts.keyset import Page, cursor_from
from portal.accounts.models import Account
from portal.accounts.queries import accounts_of
from portal.accounts.team import team_of
from portal.actor import Actor, current_actor
from portal.cases.search import search as search_cases
from portal.commitments.models import Party
from portal.commitments.queries import waiting_for
from portal.insights import health_kept, health_words
from portal.insights import policy as insight_policy
from portal.orders import policy as order_policy
from portal.orders.queries import latest_orders, orders_of
from portal.reviews.periods import Period
from portal.stakeholders.parts import part_name
from portal.web.gate import one, signed_in
from portal.web.render import render
from portal.web.routes import Routes
from portal.web.words import gettext as _
from portal.workspace import finding, greeting, months, standing
from portal.workspace.agreement import accounts_agreed, with_its_agreement
from portal.workspace.bars import Bars
from portal.workspace.beside_orders import beside
from portal.workspace.desk import desk_of
from portal.workspace.entitlement import Used, entitles, used_of
from portal.workspace.entries import Filters
from portal.workspace.portfolio import portfolio

bp = Routes("workspace", __name__)
bp.add_app_template_global(Bars.of, "chart_of_months")
bp.add_app_template_global(health_words.glance, "health_glance")


@bp.get("/", gate=signed_in)
def home() -> Any:
    """What awaits the person, by role."""
    actor = current_actor()
    if not actor.is_staff:
        return _client_home(actor)
    if actor.has("account_manager", "executive", "admin"):
        return _portfolio(actor, greeted=True)
    return render(
        "workspace/desk.html", desk=desk_of(actor), hello=greeting.hello(actor), nav_current="home"
    )


def _client_home(actor: Actor) -> Response:
    known = dict(accounts_agreed(actor))
    accounts = list(known)
    account = _chosen(actor, accounts)
    if account is None:
        return render("workspace/no_account.html", hello=greeting.hello(actor), open_case_url="")
    agreed = known[account] if account_policy.may_see_contract(actor, account) else None
    found = standing.at_home(actor, account, agreed)
    page: dict[str, Any] = {
        "account": account,
        "accounts": accounts,
        "standing": found,
        "agreed": agreed,
        "used": _used(account, agreed, found),
        "team": team_of(actor, account),
        "orders": latest_orders(actor, account),
        "promised": waiting_for(actor, account, side=Party.CLIENT),
        "now": clock.now(),
        "period": _running(account),
        "hello": greeting.hello(actor),
        "account_name": account.name,
        "part_name": part_name,
        "chooser": [
            _link(a.name, url_for("workspace.home", account=a.ref), a is account) for a in accounts
        ],
        "open_case_url": f"/cases/new?account={account.ref}" if len(accounts) > 1 else "/cases/new",
    }
    return render("workspace/home.html", **page)


def _chosen(actor: Actor, accounts: Sequence[Account]) -> Account | None:
    """The account the address names, else the person's own company, else the first."""
    wanted = request.args.get("account")
    if wanted is not None:
        found = next((account for account in accounts if account.ref == wanted), None)
        return found or abort(404)
    own = [account for account in accounts if account.id in actor.stakeholder_ids]
    return next(iter([*own, *accounts]), None)


@bp.get("/accounts", gate=signed_in)
def accounts() -> Any:
    """The staff's portfolio; a client's people get their own accounts, or the only one at once."""
    actor = current_actor()
    if actor.is_staff:
        return _portfolio(actor)
    found = accounts_of(actor)
    if len(found) == 1:
        return redirect(url_for("workspace.account", account=found[0].ref), 303)
    return render("workspace/accounts.html", accounts=found)


def _portfolio(actor: Actor, *, greeted: bool = False) -> Response:
    args = request.args
    mine, former = args.get("manager") == "me", args.get("status") == "churned"
    filters = Filters(_asked()[:80], mine, former, args.get("order") == "health")
    kinds = (int, str) if filters.by_health else (int, datetime, datetime, str)
    found = portfolio(actor, filters, cursor_from(args.get("after"), args.get("before"), *kinds))
    hello = greeting.hello(actor) if greeted else None
    page: dict[str, Any] = {
        "portfolio": found,
        "filters": filters,
        "hello": hello,
        "nav_current": "accounts",
    }
    page |= {
        "chips": _chips(filters),
        "orders": _orders(filters),
        **_edges(found.page, "workspace.accounts", **filters.as_query),
    }
    return render("workspace/portfolio.html", fragment="portfolio", **page)


def _chips(filters: Filters) -> list[dict[str, Any]]:
    """The filters of a portfolio as links; each keeps what is looked for."""
    mine, former = (
        replace(filters, mine=True, former=False),
        replace(filters, mine=False, former=True),
    )
    every = replace(filters, mine=False, former=False)
    chips = (
        (_("All accounts"), every),
        (_("Mine to answer for"), mine),
        (_("Former clients"), former),
    )
    return [
        _link(words, url_for("workspace.accounts", **f.as_query), f == filters)
        for words, f in chips
    ]


def _orders(filters: Filters) -> list[dict[str, Any]]:
    """The orders of a portfolio as links."""
    chosen = ((_("Most pressing first"), False), (_("Lowest health first"), True))
    return [
        _link(
            words,
            url_for("workspace.accounts", **replace(filters, by_health=by_health).as_query),
            by_health is filters.by_health,
        )
        for words, by_health in chosen
    ]


def _link(label: str, url: str, current: bool) -> dict[str, Any]:
    return {"label": label, "url": url, "current": current}


def _edges(page: Page[Any], endpoint: str, **kept: Any) -> dict[str, str | None]:
    """The addresses of the pages before and after."""
    earlier = url_for(endpoint, before=page.earlier, **kept) if page.earlier else None
    return {
        "earlier_url": earlier,
        "later_url": url_for(endpoint, after=page.later, **kept) if page.later else None,
    }


@bp.get("/accounts/<account>", gate=with_its_agreement)
def account(account: Account, agreed: Agreed | None) -> Response:
    """An account at a glance."""
    actor, period = current_actor(), _running(account)
    page: dict[str, Any] = {
        "account": account,
        "account_name": account.name,
        "part_name": part_name,
    }
    page |= _figures(actor, account)
    found = standing.overview(actor, account, agreed)
    page |= {"standing": found, "team": team_of(actor, account), "agreed": agreed}
    page |= {"period": period, "past_periods": _past(period) if actor.is_staff else ()}
    return render("workspace/account.html", used=_used(account, agreed, found), **page)


def _used(account: Account, agreed: Agreed | None, found: standing.Standing) -> Used | None:
    return used_of(account, agreed, found.used) if agreed and entitles(agreed) else None


def _figures(actor: Actor, account: Account) -> dict[str, Any]:
    """Two years in figures for those who see the account whole; its health for staff alone."""
    found: dict[str, Any] = {}
    if account_policy.may_see_figures(actor, account):
        found["figures"] = months.figures_of(actor, account)
    if insight_policy.may_see_health(actor, account):
        kept = health_kept.kept(actor, account)
        found["health"] = health_words.told(kept) if kept else {}
    return found


@bp.get("/accounts/<account>/orders", gate=one(Account, order_policy.may_see_orders))
def orders(account: Account) -> Response:
    """The account's orders and returns with the cases that concern them."""
    actor, args = current_actor(), request.args
    returns = args.get("show") == "returns"
    cursor = cursor_from(args.get("after"), args.get("before"), datetime, str)
    found = orders_of(actor, account, returns=returns, cursor=cursor)
    page: dict[str, Any] = {"orders": found, "returns": returns}
    page |= {"account": account, "account_name": account.name, "beside": beside(actor, found.rows)}
    show = "returns" if returns else None
    page["agreed"] = agreed_for(actor, account)
    page |= _edges(found, "workspace.orders", account=account.ref, show=show)
    return render("orders/index.html", fragment="orders", **page)


@bp.get("/search", gate=signed_in)
def search() -> Response:
    """Cases, accounts and people found within the reader's reach."""
    actor, text, after = current_actor(), _asked(), request.args.get("after")
    found = search_cases(actor, text, after=after)
    named = finding.named(actor, text) if not after else finding.Named()
    page: dict[str, Any] = {
        "found": found,
        "named": named,
        "later_page": bool(after),
        "part_name": part_name,
    }
    return render("workspace/search.html", fragment="results", text=text, **page)


def _running(account: Account) -> Period:
    return Period.containing(clock.today(account.timezone))


def _past(running: Period) -> list[Period]:
    """Periods that are over and worth a review: four quarters, the last month, the last year."""
    quarters = [running.previous]
    while len(quarters) < 4:
        quarters.append(quarters[-1].previous)
    last_day = quarters[0].last_day
    return [
        *quarters,
        Period.containing(last_day, 1),
        Period.containing(last_day.replace(year=running.starts_on.year - 1), 12),
    ]


def _asked() -> str:
    """What is looked for, as the address says it, without characters nobody can see."""
    return "".join(c for c in request.args.get("q", "") if c.isprintable()).strip()
