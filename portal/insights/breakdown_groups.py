"""The groups of a breakdown in statements over cases, and what people call them."""

from collections.abc import Mapping
from typing import Any

from portal.cases.models import Case
from portal.identity.models import User
from portal.insights.behind import NONE
from portal.stakeholders.models import Stakeholder
from portal.web.ui import CHANNELS, PRIORITIES
from portal.web.words import gettext as _

WHY = "which group of a breakdown a case belongs to"
Key = tuple[str, str]
"""How an address calls a group, and how people do."""


def kind_name(by: str) -> str:
    """What a breakdown is by, in a word."""
    return {
        "channel": _("channel"),
        "category": _("category"),
        "priority": _("priority"),
        "team": _("team"),
        "stakeholder": _("person"),
    }[by]


def label(by: str, key: Key) -> str:
    """A group as people call it."""
    known: Mapping[str, Any] = {"channel": CHANNELS, "priority": PRIORITIES}.get(by, {})
    if key[1] in known:
        return str(known[key[1]])
    empty = {
        "category": _("without a category"),
        "team": _("no team"),
        "stakeholder": _("nobody known"),
    }
    return key[1] or empty.get(by, _("unknown"))


def narrowing(by: str, code: str) -> dict[str, Any]:
    """A group as a list of cases is narrowed to it."""
    if by == "category" and code == NONE:
        return {"without": "category"}
    names = {"team": "owners", "stakeholder": "opener"}
    return {names.get(by, by): code}


def group_of(by: str) -> tuple[Any, Any]:
    """The columns that tell groups apart: what an address calls them, and people."""
    columns: Mapping[str, tuple[Any, Any]] = {
        "channel": (Case.channel, Case.channel),
        "category": (Case.category, Case.category),
        "priority": (Case.priority, Case.priority),
        "team": (User.team, User.team),
        "stakeholder": (Case.opened_by_id, Stakeholder.name),
    }
    return columns[by]


def grouped(statement: Any, by: str) -> Any:
    """The statement over cases with the group of each as columns `code` and `name`."""
    code, name = group_of(by)
    statement = statement.add_columns(code.label("code"), name.label("name"))
    if by == "team":
        return statement.outerjoin(User, User.id == Case.owner_id)
    if by == "stakeholder":
        return statement.outerjoin(Stakeholder, Stakeholder.id == Case.opened_by_id)
    return statement
