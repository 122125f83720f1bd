"""The case files of `portal figures check` in full, and what the command says of broken agreements and tables."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal.insights.check import check
from portal.insights.commands import figures
from tests.conftest import lacking
from tests.insights.case_loading import differences

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "kpi"
SETS = sorted(path.parent.name for path in CASES.glob("*/meta.json"))


@pytest.mark.data
@pytest.mark.parametrize("name", SETS or ["absent"])
def test_every_value_of_every_report_is_equal(name):
    if not SETS:
        lacking("data", "the acceptance cases are not beside the checkout")
    expected = json.loads((CASES / name / "expect.json").read_text())["reports"]
    got = {one["id"]: one["figures"] for one in check(CASES / name / "meta.json")["results"]}
    assert set(got) == {one["id"] for one in expected}
    wrong = [
        (one["id"], *difference)
        for one in expected
        for difference in differences(one["figures"], got[one["id"]])
    ]
    assert not wrong


AGREED = {
    "calendar": "A",
    "response_seconds": 3600,
    "next_response_seconds": None,
    "resolution_seconds": 7200,
}
META = {
    "schema": "portal.kpi/1",
    "calendars": {
        "A": {"tz": "UTC", "versions": [{"from": None, "weekly": {"mon": [["09:00", "18:00"]]}}]}
    },
    "agreements": {"acme": {"P1": AGREED}},
    "reports": [
        {
            "id": "r",
            "account": "acme",
            "period": ["2026-01-01", "2026-02-01"],
            "tz": "UTC",
            "as_of": "2026-02-01T00:00:00Z",
        }
    ],
}
TABLES = {
    "accounts": "account_id,parent_id\nacme,\n",
    "cases": (
        "case_id,account_id,opened_at,recorded_at,origin,category,priority,kind,complaint\n"
        "C1,acme,2026-01-05T09:00:00Z,2026-01-05T09:00:00Z,client,,P1,normal,0\n"
    ),
    "events": "event_id,case_id,occurred_at,recorded_at,type,side,public,value\n",
    "surveys": "kind,case_id,answered_at,score,comment\n",
    "contracts": "account_id,valid_from,valid_to,value\nacme,2025-01-01,,100\n",
    "commitments": "account_id,side,due_at,done_at\nacme,us,2026-01-09T09:00:00Z,\n",
    "links": "case_id,of_case_id,confirmed,recorded_at\n",
    "persons": "person_id,account_id,side,role\n",
    "team": "account_id,person_id,from,to\n",
}


@pytest.fixture
def ask(tmp_path):
    def answer(meta=META, **tables):
        for name, text in {**TABLES, **tables}.items():
            (tmp_path / f"{name}.csv").write_text(text)
        (tmp_path / "meta.json").write_text(json.dumps(meta))
        command = ["check", str(tmp_path / "meta.json")]
        return CliRunner(catch_exceptions=False).invoke(figures, command)

    return answer


def test_a_small_folder_prints_one_document(ask):
    answer = ask()
    assert (answer.exit_code, answer.stderr) == (0, "")
    (one,) = json.loads(answer.stdout)["results"]
    assert one["figures"]["F7"] == {"numerator": 0, "denominator": 1, "value": 0.0}
    assert one["figures"]["misses"] == [
        {"case": "C1", "target": "response", "at": "2026-01-05T10:00:00Z"},
        {"case": "C1", "target": "resolution 1", "at": "2026-01-05T11:00:00Z"},
    ]
    assert one["figures"]["F21"] == {"numerator": 1, "denominator": 1, "value": 100.0}
    assert one["figures"]["F25"]["us"] == {"numerator": 0, "denominator": 1, "value": 0.0}


def agreed(**changes):
    return {**META, "agreements": {"acme": {"P1": {**AGREED, **changes}}}}


def without(key):
    return {**META, "agreements": {"acme": {"P1": {k: v for k, v in AGREED.items() if k != key}}}}


@pytest.mark.parametrize(
    ("meta", "says"),
    [
        ({**META, "schema": "portal.sla/1"}, "schema is not portal.kpi/1"),
        (agreed(response_seconds=0), "agreement of 'acme', P1: 0 is not a number of seconds"),
        (agreed(resolution_seconds=-60), "-60 is not a number of seconds"),
        (agreed(next_response_seconds=1.5), "1.5 is not a number of seconds"),
        (agreed(calendar="B"), "agreement of 'acme', P1: B is missing"),
        (without("response_seconds"), "response_seconds is missing"),
        ({**META, "agreements": {"acme": []}}, "not in the shape"),
        ({**META, "calendars": {"A": {"tz": "UTC", "versions": []}}}, "needs open hours"),
        ({**META, "calendars": {"A": {"tz": "Mars", "versions": []}}}, "unknown time zone 'Mars'"),
        (
            {**META, "reports": [{**META["reports"][0], "tz": None}]},
            "report 'r': unknown time zone",
        ),
        (
            {**META, "reports": [{**META["reports"][0], "period": ["2026-02-01", "2026-02-01"]}]},
            "report 'r': the period ends",
        ),
        ({**META, "reports": [{**META["reports"][0], "as_of": "2026-02-01"}]}, "not an instant"),
    ],
)
def test_a_broken_meta_file_is_one_clear_line(ask, meta, says):
    _refused(ask(meta), says)


@pytest.mark.parametrize(
    ("table", "row", "says"),
    [
        ("contracts", "acme,2025-01-01,,much", "contracts.csv:3: value: 'much'"),
        ("contracts", "acme,2025-02-30,,1", "contracts.csv:3: valid_from: '2025-02-30'"),
        ("commitments", "acme,us,soon,", "commitments.csv:3: due_at: 'soon'"),
        ("team", "acme,s1,,", "team.csv:2: from: ''"),
        ("links", "C1,C2,1", "links.csv:2: another number of cells"),
        ("events", "1,C1,2026-01-05T09:00:00,2026-01-05T09:00:00Z,resolved,,0,", "occurred_at"),
        (
            "cases",
            "C2,acme,2026-01-05T09:00:00Z,2026-01-05T09:00:00Z,moon,,P1,normal,0",
            "cases.csv:3: origin: 'moon'",
        ),
    ],
)
def test_a_broken_table_is_one_clear_line(ask, table, row, says):
    _refused(ask(**{table: TABLES[table] + row + "\n"}), says)


def test_a_further_table_that_lacks_a_column_is_one_clear_line(ask):
    _refused(ask(team="account_id,person_id,from\n"), "team.csv: column to is missing")


def _refused(answer, says):
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert says in answer.stderr
    assert answer.stderr.count("\n") == 1
