"""`portal figures check`: the figures of case files, in memory."""

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from portal.insights.case_files import Files, histories
from portal.insights.figures import figures
from portal.insights.history import Holder, Report
from portal.sla.calendars import Clock, calendar_of
from portal.sla.walls import midnight

TABLES: Mapping[str, tuple[str, ...]] = {
    "accounts": ("account_id", "parent_id"),
    "cases": (
        *("case_id", "account_id", "opened_at", "recorded_at", "origin", "category", "priority"),
        *("kind", "complaint"),
    ),
    "events": (
        *("event_id", "case_id", "occurred_at", "recorded_at", "type", "side", "public", "value"),
    ),
    "surveys": ("kind", "case_id", "answered_at", "score", "comment"),
}


class CaseFileFault(ValueError):
    """A case file cannot be read; the message is one line that says which and why."""


def check(path: Path) -> dict[str, Any]:
    """The figures of every report of a `meta.json`, from the CSV files beside it.

    Raises: ValueError with one line on what is wrong with the files.
    """
    meta = _meta(path)
    files = Files(
        **{
            name: list(_rows(path.parent / f"{name}.csv", needed))
            for name, needed in TABLES.items()
        }
    )
    try:
        clocks = _clocks(meta)
        return {"results": [_result(found, files, clocks) for found in meta["reports"]]}
    except KeyError as error:
        raise CaseFileFault(f"{path.name}: {error.args[0]} is missing") from None
    except (TypeError, AttributeError):
        raise CaseFileFault(f"{path.name}: not in the shape of portal.kpi/1") from None


def _meta(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CaseFileFault(f"{path.name}: {error.strerror}") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CaseFileFault(f"{path.name}: not JSON: {error}") from None
    if not isinstance(found, dict) or found.get("schema") != "portal.kpi/1":
        raise CaseFileFault(f"{path.name}: schema is not portal.kpi/1")
    return found


def _rows(path: Path, needed: tuple[str, ...]) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if missing := set(needed) - set(reader.fieldnames or ()):
                raise CaseFileFault(f"{path.name}: column {sorted(missing)[0]} is missing")
            for row in reader:
                if None in row or None in row.values():
                    raise CaseFileFault(
                        f"{path.name}:{reader.line_num}: another number of cells than the header"
                    )
                yield row
    except OSError as error:
        raise CaseFileFault(f"{path.name}: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise CaseFileFault(f"{path.name}: {error}") from None


def _clocks(meta: Mapping[str, Any]) -> dict[tuple[Holder, str], Clock]:
    calendars = {name: calendar_of(found) for name, found in meta["calendars"].items()}
    return {
        (account, priority): calendars[agreed["calendar"]]
        for account, priorities in meta["agreements"].items()
        for priority, agreed in priorities.items()
    }


def _result(
    found: Mapping[str, Any], files: Files, clocks: Mapping[tuple[Holder, str], Clock]
) -> dict[str, Any]:
    report = _report(found, files, clocks)
    computed = figures(report, histories(files, report.as_of))
    return {"id": found["id"], "figures": {name: figure.data for name, figure in computed.items()}}


def _report(
    found: Mapping[str, Any], files: Files, clocks: Mapping[tuple[Holder, str], Clock]
) -> Report:
    try:
        zone = ZoneInfo(found["tz"])
        first, last = (date.fromisoformat(text) for text in found["period"])
        as_of = datetime.fromisoformat(found["as_of"])
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise CaseFileFault(f"report {found['id']!r}: {error.args[0]}") from None
    return Report(
        begin=midnight(first, zone),
        end=midnight(last, zone),
        as_of=int((as_of if as_of.tzinfo else as_of.replace(tzinfo=UTC)).timestamp()),
        zone=zone,
        accounts=_accounts(found, files),
        clocks=clocks,
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
