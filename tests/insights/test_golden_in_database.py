"""The ten cases of the definitions page as rows of the database: every figure of every report as expected of them.

Not compared for want of tables: commitments (F25), there are none in these files; transfers; the name of a wave of NPS
(F20), ours is a quarter.
"""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from portal.actor import SYSTEM
from portal.insights.case_tables import read
from portal.insights.queries import figures_for
from tests.conftest import lacking
from tests.insights.case_loading import differences, load

GOLDEN = Path(__file__).resolve().parents[3] / "shared" / "cases" / "kpi" / "golden"


@pytest.fixture
def loaded(session, now):
    if not GOLDEN.exists():
        lacking("data", "the acceptance cases are not beside the checkout")
    now.move_to(datetime(2026, 5, 1, tzinfo=UTC))
    return load(read(GOLDEN), json.loads((GOLDEN / "meta.json").read_text()), "Europe/Rome")


@pytest.mark.data
def test_every_figure_of_every_report_is_as_expected(loaded):
    expected = {
        one["id"]: one["figures"]
        for one in json.loads((GOLDEN / "expect.json").read_text())["reports"]
    }
    reports = json.loads((GOLDEN / "meta.json").read_text())["reports"]
    assert set(expected) == {report["id"] for report in reports}
    for report in reports:
        wanted = expected[report["id"]]
        wanted["F20"] = {"2026-Q1": wanted["F20"]["w1"]}
        assert list(differences(wanted, _asked(loaded, report))) == []


def _asked(loaded, report):
    first, end = (date.fromisoformat(day) for day in report["period"])
    return figures_for(
        SYSTEM,
        loaded.account[report["account"]],
        (first, end),
        as_of=datetime.fromisoformat(report["as_of"]),
        children=report["account"] is None or report["include_children"],
    )


@pytest.mark.data
def test_before_the_merge_was_recorded_both_cases_exist(loaded):
    """C2: C8 was merged into C9 on 18 February at 09:30 Roman time."""
    account, quarter = loaded.account["acme"], (date(2026, 1, 1), date(2026, 4, 1))
    opened = {
        at: figures_for(SYSTEM, account, quarter, as_of=datetime(2026, 2, 18, 8, at, tzinfo=UTC))
        for at in (29, 30)
    }
    assert opened[29]["F1"]["value"] == opened[30]["F1"]["value"] + 1
