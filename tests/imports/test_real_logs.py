"""The real logs, imported by the shipped mappings, against what an independent program computed."""

import json
import math
from collections import Counter, defaultdict
from pathlib import Path
from statistics import median

import pytest
from sqlalchemy import select

from portal.accounts.models import Account
from portal.cases.models import Case
from portal.db import db, opened
from portal.events import Event
from portal.imports.log import import_log
from portal.imports.mapping import load_mapping

MAPPINGS = Path(__file__).parent.parent.parent / "docs" / "mappings"
LOGS = {"helpdesk": "helpdesk-log/helpdesk.csv", "bpi2013": "bpi2013/closed-problems.csv"}
pytestmark = pytest.mark.data


@pytest.fixture(params=list(LOGS))
def imported(request, session, data):
    """The result of importing a real log, and what is expected of it."""
    path = data / LOGS[request.param]
    mapping = load_mapping(MAPPINGS / f"{request.param}.toml")
    expected = json.loads((path.parent / "expected.json").read_text("utf-8"))
    return import_log(path, mapping), expected, path, mapping


def figures(cases, events) -> dict:
    """The figures of expected.json, from stored cases and events."""
    acknowledged, resolved, reopens = [], [], Counter()
    rows = 0
    for case in cases:
        first: dict[str, float] = {}
        for kind, at, payload in events[case.id]:
            minutes = (at - case.opened_at).total_seconds() / 60
            rows += kind == "ActivityLogged"
            reopens[case.id] += kind == "CaseReopened"
            if kind == "StatusChanged" and payload["new"] == "in_progress":
                first.setdefault("acknowledged", minutes)
            if kind == "CaseResolved":
                first.setdefault("resolved", minutes)
        acknowledged += [first["acknowledged"]] if "acknowledged" in first else []
        resolved += [first["resolved"]] if "resolved" in first else []
        assert case.reopen_count == reopens[case.id]
    reopened = sum(1 for n in reopens.values() if n)
    rank = math.ceil(0.9 * len(resolved)) - 1
    return {
        "acknowledge_minutes_median": round(median(acknowledged), 3) if acknowledged else None,
        "by_status": dict(sorted(Counter(case.status for case in cases).items())),
        "cases": len(cases),
        "events": rows,
        "first_resolution_minutes_median": round(median(resolved), 3) if resolved else None,
        "first_resolution_minutes_p90_nearest_rank": round(sorted(resolved)[rank], 3)
        if resolved
        else None,
        "opened_by_month": dict(
            sorted(Counter(f"{case.opened_at:%Y-%m}" for case in cases).items())
        ),
        "reopen_rate": round(reopened / len(resolved), 6) if resolved else None,
        "reopened_cases": reopened,
        "reopens": sum(reopens.values()),
    }


def stored(source: str) -> tuple[dict[str, list], dict[int, list]]:
    """Cases by their account's own id, and the events of each case in order."""
    cases = defaultdict(list)
    query = select(Account.source_id, Case).join(Case, Case.account_id == Account.id)
    query = query.where(Case.source == source)
    for account, case in db.session.execute(opened(query, Account, Case, why="test")):
        cases[account].append(case)
    events = defaultdict(list)
    told = select(Event.case_id, Event.kind, Event.occurred_at, Event.payload)
    for case_id, *event in db.session.execute(
        opened(told.order_by(Event.occurred_at, Event.id), Event, why="test")
    ):
        events[case_id].append(event)
    return cases, events


def test_a_real_log_yields_exactly_what_is_expected(imported):
    result, expected, _, mapping = imported
    total = expected["total"]
    assert result.accounts == expected["accounts"]
    assert (result.cases, result.events) == (total["cases"], total["events"])
    assert (result.reopens, result.skipped, result.problems) == (total["reopens"], 0, [])
    cases, events = stored(mapping.name)
    assert figures([case for rows in cases.values() for case in rows], events) == total
    for account, figure in expected["accounts_by_cases"].items():
        assert figures(cases[account], events) == figure, account


def test_repeating_a_real_log_changes_nothing(imported):
    result, _, path, mapping = imported
    again = import_log(path, mapping)
    assert (again.accounts, again.cases, again.events, again.staff, again.reopens) == (0,) * 5
    assert again.skipped == result.events


@pytest.mark.on("sqlite")
def test_a_log_that_came_in_two_parts_equals_one_that_came_at_once(session, data, tmp_path):
    path = data / LOGS["helpdesk"]
    mapping = load_mapping(MAPPINGS / "helpdesk.toml")
    header, *rows = path.read_text("utf-8").splitlines()
    early = [row for row in rows if row.split(",")[3] < "2012"]
    part = tmp_path / "part.csv"
    part.write_text("\n".join([header, *early, ""]), "utf-8")
    first = import_log(part, mapping)
    second = import_log(path, mapping)
    expected = json.loads((path.parent / "expected.json").read_text("utf-8"))
    assert first.events + second.events == expected["total"]["events"]
    assert second.skipped == first.events == len(early)
    cases, events = stored("helpdesk")
    figure = figures([case for rows in cases.values() for case in rows], events)
    assert figure == expected["total"]
