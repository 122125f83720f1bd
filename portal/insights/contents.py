"""What each view of insights is made of, the same for the page and for its downloads."""

from collections.abc import Callable, Mapping
from typing import Any

from portal.insights import overview, overview_tables, sums
from portal.insights.asked import Asked
from portal.insights.breakdown import breakdown, quality
from portal.insights.loyalty import loyalty
from portal.insights.open_work import open_work
from portal.insights.opinion import opinion
from portal.insights.reach import reach
from portal.insights.scope import Scope
from portal.insights.workload import workload


def contents(scope: Scope, asked: Asked, *, whole: bool = False) -> dict[str, Any]:
    """The values of the view that the address asks for; when the `whole` is wanted, `tables` hold all its numbers."""
    if asked.view == "overview":
        return _overview(scope, asked, whole)
    if asked.view == "breakdown":
        return _breakdown(scope, asked, whole)
    return VIEWS[asked.view](scope, asked)


def _overview(scope: Scope, asked: Asked, whole: bool) -> dict[str, Any]:
    counted, work = sums.read(scope, asked), open_work(scope, asked)
    facts = overview.Facts.of(asked, counted, work, for_staff=scope.actor.is_staff)
    return {
        "facts": facts,
        "words": overview.first_words(facts),
        "pairs": overview.pairs(facts),
        "identity": overview_tables.identity(facts),
        "tables": overview_tables.tables(facts, whole=whole),
        "charts": overview_tables.pictures(facts),
    }


def _breakdown(scope: Scope, asked: Asked, whole: bool) -> dict[str, Any]:
    if scope.account is None:
        return {"tables": {}}
    makers = (breakdown, quality) if whole else (quality if asked.half else breakdown,)
    tables = [make(scope, asked) for make in makers]
    return {"tables": {table.name: table for table in tables}, "table": tables[0]}


def _opinion(scope: Scope, asked: Asked) -> dict[str, Any]:
    found = opinion(scope, asked)
    tables = [found.waves] if found.remarks is None else [found.waves, found.remarks]
    return {"numbers": found.numbers, "tables": {table.name: table for table in tables}}


def _workload(scope: Scope, asked: Asked) -> dict[str, Any]:
    found = workload(scope, asked, sums.read(scope, asked).period)
    return {"tables": {table.name: table for table in found}}


def _loyalty(scope: Scope, asked: Asked) -> dict[str, Any]:
    found = loyalty(scope, asked)
    tables = {table.name: table for table in (found.accounts, found.ending)}
    return {"numbers": found.numbers, "tables": tables}


def _coverage(scope: Scope, asked: Asked) -> dict[str, Any]:
    found = reach(scope, asked)
    tables = [found.people] if found.threads is None else [found.people, found.threads]
    return {"numbers": [found.number], "tables": {table.name: table for table in tables}}


VIEWS: Mapping[str, Callable[[Scope, Asked], dict[str, Any]]] = {
    "opinion": _opinion,
    "workload": _workload,
    "loyalty": _loyalty,
    "coverage": _coverage,
}
