"""`portal figures check`: the figures of case files, in memory."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from portal.insights.attainment import decided_rows
from portal.insights.case_book import book
from portal.insights.case_tables import Files, read
from portal.insights.figures import figures_of, printed, promised
from portal.insights.history import Holder, Report
from portal.sla.calendars import Calendar, zone_called
from portal.sla.case_files import CaseFileFault, document, instant, seconds
from portal.sla.check import calendars_of
from portal.sla.terms import Terms
from portal.sla.walls import midnight

SCHEMA = "portal.kpi/1"


def check(path: Path) -> dict[str, Any]:
    """The figures of every report of a `meta.json`, from the CSV files beside it.

    Raises: ValueError with one line on what is wrong with the files.
    """
    meta = document(path, SCHEMA)
    files = read(path.parent)
    try:
        terms = _terms(meta)
        return {"results": [_result(found, files, terms) for found in meta["reports"]]}
    except KeyError as error:
        raise CaseFileFault(f"{path.name}: {error.args[0]} is missing") from None
    except (TypeError, AttributeError):
        raise CaseFileFault(f"{path.name}: not in the shape of {SCHEMA}") from None


def _terms(meta: Mapping[str, Any]) -> dict[Holder, dict[str, Terms]]:
    calendars = calendars_of(meta["calendars"])
    return {
        account: {
            priority: _agreed(agreed, calendars, f"agreement of {account!r}, {priority}")
            for priority, agreed in priorities.items()
        }
        for account, priorities in meta["agreements"].items()
    }


def _agreed(found: Mapping[str, Any], calendars: Mapping[str, Calendar], where: str) -> Terms:
    try:
        return Terms(
            clock=calendars[found["calendar"]],
            response=_allowed(found["response_seconds"]),
            next_response=_allowed(found["next_response_seconds"]),
            resolution=_allowed(found["resolution_seconds"]),
        )
    except KeyError as error:
        raise CaseFileFault(f"{where}: {error.args[0]} is missing") from None
    except ValueError as error:
        raise CaseFileFault(f"{where}: {error}") from None


def _allowed(found: object) -> int | None:
    return None if found is None else seconds(found, least=1)


def _result(
    found: Mapping[str, Any], files: Files, terms: Mapping[Holder, Mapping[str, Terms]]
) -> dict[str, Any]:
    try:
        report = _report(found, files, terms)
    except ValueError as error:
        raise CaseFileFault(f"report {found['id']!r}: {error}") from None
    computed = figures_of(report, book(files, report.as_of))
    if files.promises is not None:
        decided = [one for one in decided_rows(files.promises) if report.covers(one.at)]
        computed |= printed(promised(decided))
    return {"id": found["id"], "figures": computed}


def _report(
    found: Mapping[str, Any], files: Files, terms: Mapping[Holder, Mapping[str, Terms]]
) -> Report:
    zone = zone_called(found["tz"])
    first, last = (date.fromisoformat(text) for text in found["period"])
    if first >= last:
        raise CaseFileFault(f"the period ends on {last}, not after it begins")
    return Report(
        begin=midnight(first, zone),
        end=midnight(last, zone),
        as_of=instant(found["as_of"]),
        zone=zone,
        accounts=_accounts(found, files),
        terms=terms,
    )


def _accounts(found: Mapping[str, Any], files: Files) -> frozenset[Holder] | None:
    if found.get("account") is None:
        return None
    names = {found["account"]}
    grown = bool(found.get("include_children"))
    while grown:
        more = {row["account_id"] for row in files.accounts if row["parent_id"] in names} - names
        names |= more
        grown = bool(more)
    return frozenset(names)
