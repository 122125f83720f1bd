"""The staff's queue and the client's list."""

from bisect import bisect
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Response, request, url_for
from flask_babel import get_timezone

from portal import clock
from portal.accounts.keyset import Page, cursor_from
from portal.actor import Actor, current_actor
from portal.cases import queries
from portal.cases.queries.lists import MOST_COUNTED, Counts, Filters
from portal.cases.views.blueprint import bp
from portal.cases.views.signs import signs
from portal.web.filters import number
from portal.web.gate import signed_in
from portal.web.reader import reader
from portal.web.render import render
from portal.web.words import gettext as _

STAFF_GROUPS = ("open", "mine", "unassigned", "waiting", "all")


@bp.get("/cases", gate=signed_in)
def index() -> Response:
    """Cases: the queue for staff, the account's list for its people."""
    actor = current_actor()
    filters = Filters.asked(actor, request.args)
    cursor = cursor_from(request.args.get("after"), request.args.get("before"), datetime, str)
    if actor.is_staff:
        page = queries.queue_for(actor, filters, cursor)
        return render("cases/queue.html", fragment="cases", **_staff_page(actor, filters, page))
    page = queries.list_for_client(actor, filters, cursor)
    return render("cases/list.html", fragment="cases", **_client_page(actor, filters, page))


def _staff_page(actor: Actor, filters: Filters, page: Page[Any]) -> dict[str, Any]:
    counted = queries.counts(actor, filters, this_minute(), end_of_today())
    total = (
        queries.how_many(actor, filters)
        if filters.status in ("all", "past")
        else counted.of(filters.status)
    )
    account = queries.account_of(actor, filters.account) if filters.account else None
    return {
        **_common(filters, page, total, counted),
        "rows": list(_rows(page.rows, filters.order == "due")),
        "account": account,
        "chips": [
            {
                "label": _group(group),
                "url": _address(filters, status=group),
                "current": group == filters.status,
                "count": None if group == "all" else counted_words(counted, group),
            }
            for group in STAFF_GROUPS
        ],
    }


def _client_page(actor: Actor, filters: Filters, page: Page[Any]) -> dict[str, Any]:
    past = filters.status in ("past", "all")
    counted = queries.counts(actor, filters, this_minute(), end_of_today())
    total = queries.how_many(actor, filters) if past else counted.of(filters.status)
    tabs = [
        {
            "label": _("Open cases"),
            "url": url_for("cases.index"),
            "current": not past,
            "text": counted_words(counted, "open"),
        },
        {"label": _("Past cases"), "url": url_for("cases.index", status="past"), "current": past},
    ]
    several = len(actor.all_accounts) > 1
    now, who = this_minute(), reader()
    return {
        **_common(filters, page, total, counted),
        "rows": [(row, *signs(row, now, who)) for row in page.rows],
        "tabs": tabs,
        "several": several,
        "past": past,
    }


def _common(filters: Filters, page: Page[Any], total: int, counted: Counts) -> dict[str, Any]:
    return {
        "filters": filters,
        "page": page,
        "earlier": _address(filters, before=page.earlier) if page.earlier else None,
        "later": _address(filters, after=page.later) if page.later else None,
        "pages": _which(page, total, counted.capped or total > MOST_COUNTED),
        "counts": counted,
        "open_words": counted_words(counted, "open"),
        "orders": _orders(filters),
    }


def _address(filters: Filters, status: str | None = None, **cursor: Any) -> str:
    """The same list with another status, or from a place within."""
    query: dict[str, Any] = filters.changed(**({"status": status} if status else {}))
    return url_for("cases.index", **query | cursor)


def _which(page: Page[Any], total: int, more: bool) -> str:
    if not page.rows:
        return ""
    shown = number(min(total, MOST_COUNTED)) + ("+" if more else "")
    return _(
        "%(first)s–%(last)s of %(total)s",
        first=number(page.first),
        last=number(page.last),
        total=shown,
    )


def counted_words(counted: Counts, group: str) -> str:
    """A count as it is shown: beyond a thousand only that there are more."""
    count = counted.of(group)
    return number(min(count, MOST_COUNTED)) + ("+" if counted.capped else "")


def end_of_today() -> datetime:
    """The reader's next midnight."""
    here = clock.now().astimezone(get_timezone())
    return (here.replace(hour=0, minute=0, second=0) + timedelta(days=1)).astimezone(
        clock.now().tzinfo
    )


def this_minute() -> datetime:
    """Now, to the minute: what a list says about time holds for all of it."""
    return clock.now().replace(second=0, microsecond=0)


def _rows(rows: Sequence[Any], by_due: bool) -> Iterator[tuple[Any, str, str, str, bool]]:
    """Rows with their signs; overdue, today, tomorrow and later are set apart."""
    now, tonight, last = this_minute(), end_of_today(), None
    bounds, who = (now, tonight, tonight + timedelta(days=1)), reader()
    for row in rows:
        bucket = bisect(bounds, row.due_order) if by_due else 0
        yield row, *signs(row, now, who), last is not None and bucket != last
        last = bucket


def _group(name: str) -> str:
    return {
        "open": _("All open"),
        "mine": _("Mine"),
        "unassigned": _("Unassigned"),
        "waiting": _("Waiting on client"),
        "all": _("All, finished too"),
    }[name]


def _orders(filters: Filters) -> tuple[tuple[str, str], ...]:
    """The orders a list may have; finished cases are not due."""
    orders = (("updated", _("last moved first")), ("opened", _("longest open first")))
    finished = filters.status in ("all", "past")
    return orders if finished else (("due", _("soonest due first")), *orders)
