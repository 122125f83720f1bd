"""What a reader of insights can choose: views, periods, accounts, and the files; each an address."""

from typing import Any

from flask import url_for

from portal.actor import Actor
from portal.insights.asked import (
    CLIENT_VIEWS,
    DIMENSIONS,
    HALVES,
    LENGTHS,
    OF_CLIENTS,
    STAFF_VIEWS,
    Asked,
)
from portal.insights.breakdown_groups import kind_name
from portal.insights.sheets import spreadsheets_here
from portal.insights.showing import link
from portal.web.filters import day
from portal.web.words import gettext as _


def choices(actor: Actor, asked: Asked, has_children: bool) -> dict[str, Any]:
    """Links for the page, and what its period is called."""
    return {
        "views": _views(actor, asked),
        "periods": _periods(asked),
        "whose": _family(asked) if has_children else _whose(actor, asked),
        "dimensions": _dimensions(actor, asked),
        "halves": _halves(asked),
        "csv_url": url_for("insights.as_csv", **asked.query()),
        "xlsx_url": url_for("insights.as_xlsx", **asked.query()) if spreadsheets_here() else None,
        "heading": _heading(asked),
        "hours_link": _hours(asked),
        "from_to": _("%(first)s – %(last)s", first=day(asked.begin), last=day(asked.last)),
    }


def _heading(asked: Asked) -> str:
    return {
        "month": _("How the last month went"),
        "quarter": _("How the last quarter went"),
        "year": _("How the last 12 months went"),
    }.get(asked.period, _("How these days went"))


def _hours(asked: Asked) -> str:
    """The address of the cases behind an hour of the week, to be filled with `day` and `hour`."""
    return link(asked, "F17").replace("{", "%7B").replace("}", "%7D") + "&at={day}.{hour}"


def _choice(label: str, current: bool, asked: Asked, **changes: Any) -> dict[str, Any]:
    return {
        "label": label,
        "url": url_for("insights.index", **asked.query(**changes)),
        "current": current,
    }


def _views(actor: Actor, asked: Asked) -> list[dict[str, Any]]:
    names = {
        "overview": _("Overview"),
        "breakdown": _("Breakdown"),
        "opinion": _("Opinion"),
        "workload": _("Workload"),
        "loyalty": _("Retention and renewal"),
        "coverage": _("Coverage"),
    }
    shown = STAFF_VIEWS if actor.is_staff else CLIENT_VIEWS
    return [_choice(names[view], view == asked.view, asked, view=view) for view in shown]


def _periods(asked: Asked) -> list[dict[str, Any]]:
    names = {"month": _("Last month"), "quarter": _("Last quarter"), "year": _("Last 12 months")}
    return [
        _choice(names[period], period == asked.period, asked, period=period) for period in LENGTHS
    ]


def _whose(actor: Actor, asked: Asked) -> list[dict[str, Any]]:
    """All accounts or those the reader answers for; only for staff, and not about one account."""
    if not actor.is_staff or asked.account:
        return []
    return [
        _choice(_("All accounts"), not asked.mine, asked, mine=False),
        _choice(_("Mine to answer for"), asked.mine, asked, mine=True),
    ]


def _family(asked: Asked) -> list[dict[str, Any]]:
    """One account alone, or with the companies below it."""
    return [
        _choice(_("This account alone"), not asked.children, asked, children=False),
        _choice(_("With the companies below it"), asked.children, asked, children=True),
    ]


def _dimensions(actor: Actor, asked: Asked) -> list[dict[str, Any]]:
    shown = DIMENSIONS if actor.is_staff else OF_CLIENTS
    return [
        _choice(
            _("By %(kind)s", kind=kind_name(by)), by == asked.by, asked, view="breakdown", by=by
        )
        for by in shown
    ]


def _halves(asked: Asked) -> list[dict[str, Any]]:
    names = {"": _("Flow and speed"), "quality": _("Quality and opinion")}
    return [
        _choice(names[half], half == asked.half, asked, view="breakdown", half=half)
        for half in HALVES
    ]
