"""The rows behind a review as the tables that `portal figures check` reads; they lie inside the PDF. Pure."""

import csv
import json
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import TYPE_CHECKING, Any

from portal.insights.attainment import written
from portal.insights.case_tables import Files
from portal.insights.cells import STARTERS
from portal.insights.check import SCHEMA
from portal.reviews.evidence import Evidence

if TYPE_CHECKING:
    from portal.reviews.content import Material

CASE = ("case_id", "account_id", "opened_at", "origin", "category", "priority", "complaint")
EVENT = ("case_id", "occurred_at", "type", "value")
PROMISE = ("case_id", "target", "number", "decided_at", "met", "cause")
GUARDED = frozenset(STARTERS)
SURVEY = (
    *("kind", "person_id", "case_id", "wave", "invited_at", "answered_at", "score"),
    *("survey_id", "delivered", "comment"),
)


def files_of(evidence: Evidence, as_of: int) -> Files:
    """The rows as tables; all of them were known at the as-of instant."""
    recorded = written(as_of)
    cases = [
        {**dict(zip(CASE, row, strict=True)), "kind": "normal", "recorded_at": recorded}
        for row in evidence.cases
    ]
    events = [
        {
            **dict(zip(EVENT, row, strict=True)),
            "event_id": str(number),
            "recorded_at": recorded,
            "side": row[3],
            "public": "1",
        }
        for number, row in enumerate(evidence.events, 1)
    ]
    groups = sorted({row[1] for row in evidence.cases})
    return Files(
        accounts=[{"account_id": group, "parent_id": ""} for group in groups],
        cases=cases,
        events=events,
        surveys=[],
        promises=[dict(zip(PROMISE, row, strict=True)) for row in evidence.promises],
    )


def row_files(material: "Material") -> dict[str, str]:
    """Name and text of each file: the rows as CSV, and what they are to be counted by as JSON."""
    evidence, recorded = material.evidence, written(int(material.as_of.timestamp()))
    groups = sorted({row[1] for row in evidence.cases})
    cases = ((*row, recorded, "normal") for row in evidence.cases)
    events = (
        (str(number), *row, row[3], "1", recorded) for number, row in enumerate(evidence.events, 1)
    )
    return {
        "cases.csv": _csv((*CASE, "recorded_at", "kind"), cases),
        "events.csv": _csv(("event_id", *EVENT, "side", "public", "recorded_at"), events),
        "promises.csv": _csv(PROMISE, evidence.promises),
        "accounts.csv": _csv(("account_id", "parent_id"), ((group, "") for group in groups)),
        "surveys.csv": _csv(SURVEY, _surveys(material)),
        "meta.json": json.dumps(_meta(material), sort_keys=True, indent=1),
    }


def _surveys(material: "Material") -> Iterable[tuple[str, ...]]:
    """What was asked and answered; persons and cases are numbers that name nobody."""
    rows = material.beside.surveys if material.beside else ()
    return ((*row, str(number), "1", "0") for number, row in enumerate(rows, 1))


def _csv(columns: Sequence[str], rows: Iterable[tuple[str, ...]]) -> str:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows(
        [f"'{text}" if text[:1] in GUARDED and text else text for text in row] for row in rows
    )
    return out.getvalue()


def _meta(material: "Material") -> dict[str, Any]:
    """One report for the period, the one before and each month; what was promised stands in promises.csv."""
    hours = json.loads(material.evidence.hours or '{"calendars": {}, "groups": {}}')
    periods = [material.period, material.period.previous, *(m.period for m in material.months)]
    nothing = dict.fromkeys(("response_seconds", "next_response_seconds", "resolution_seconds"))
    return {
        "schema": SCHEMA,
        "calendars": hours["calendars"],
        "agreements": {
            group: {priority: {"calendar": name, **nothing} for priority, name in agreed.items()}
            for group, agreed in hours["groups"].items()
        },
        "reports": [
            {
                "id": period.code,
                "account": None,
                "include_children": False,
                "period": [period.starts_on.isoformat(), period.ends_on.isoformat()],
                "tz": material.timezone,
                "as_of": written(int(material.as_of.timestamp())),
            }
            for period in dict.fromkeys(periods)
        ],
    }
