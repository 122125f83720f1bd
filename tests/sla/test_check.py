"""`portal sla check`: the case files in full, and what it says of broken ones."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal.insights.commands import figures
from portal.sla.check import check
from portal.sla.commands import sla
from tests.conftest import lacking

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "sla"


@pytest.mark.data
@pytest.mark.parametrize("name", ["practice.json", "peers.json"])
def test_every_field_of_every_case_is_equal(name):
    if not CASES.exists():
        lacking("data", "the acceptance cases are not beside the checkout")
    expected = {
        case["id"]: case["expect"] for case in json.loads((CASES / name).read_text())["cases"]
    }
    got = {result["id"]: result for result in check(CASES / name)["results"]}
    assert set(got) == set(expected)
    wrong = [
        (case, field, value, got[case][field])
        for case, fields in expected.items()
        for field, value in fields.items()
        if got[case][field] != value
    ]
    assert not wrong


CASE = {
    "id": "one",
    "calendar": "A",
    "start": "2026-02-02T09:00:00Z",
    "at": "2026-02-03T09:00:00Z",
    "pauses": [["2026-02-02T10:00:00Z", "2026-02-02T11:00:00Z"]],
    "target_seconds": 7 * 3600,
}


def calendar(tz="UTC", monday=("09:00", "17:00"), **version):
    hours = {day: [list(monday)] for day in ("mon", "tue")}
    return {"tz": tz, "versions": [{"from": None, "weekly": hours, **version}]}


def document(calendars=None, **case):
    return {
        "schema": "portal.sla/1",
        "calendars": {"A": calendar()} if calendars is None else calendars,
        "cases": [{**CASE, **case}],
    }


@pytest.fixture
def ask(tmp_path):
    def answer(found):
        path = tmp_path / "cases.json"
        path.write_text(found if isinstance(found, str) else json.dumps(found))
        return CliRunner(catch_exceptions=False).invoke(sla, ["check", str(path)])

    return answer


def result(answer):
    assert (answer.exit_code, answer.stderr) == (0, "")
    (found,) = json.loads(answer.stdout)["results"]
    return found


def test_a_target_used_up_at_closing_time_lasts_until_the_next_opening(ask):
    assert result(ask(document())) == {
        "id": "one",
        "business_seconds": 8 * 3600,
        "paused_seconds": 3600,
        "clock_seconds": 7 * 3600,
        "met": True,
        "reached_at": "2026-02-02T17:00:00Z",
        "deadline": "2026-02-03T09:00:00Z",
    }


def test_one_second_less_is_missed_on_the_same_day(ask):
    found = result(ask(document(target_seconds=7 * 3600 - 1)))
    assert (found["met"], found["deadline"]) == (False, "2026-02-02T16:59:59Z")


def test_a_target_of_nothing_lasts_until_the_clock_first_runs(ask):
    found = result(ask(document(start="2026-02-01T00:00:00Z", target_seconds=0)))
    assert (found["reached_at"], found["deadline"]) == (
        "2026-02-01T00:00:00Z",
        "2026-02-02T09:00:00Z",
    )


@pytest.mark.parametrize(
    "never",
    [
        {"pauses": [["2026-02-02T10:00:00Z", None]]},
        {"calendars": {"A": calendar(weekly={}, special={"2026-02-02": [["09:00", "10:00"]]})}},
    ],
)
def test_what_never_comes_is_null(ask, never):
    found = result(ask(document(**never)))
    assert (found["reached_at"], found["deadline"]) == (None, None)


def test_overlapping_intervals_and_pauses_count_once(ask):
    twice = calendar(weekly={"mon": [["09:00", "13:00"], ["12:00", "17:00"]]})
    pauses = [
        ["2026-02-02T10:30:00Z", "2026-02-02T11:00:00Z"],
        ["2026-02-02T10:00:00Z", "2026-02-02T10:45:00Z"],
        ["2026-02-01T10:00:00Z", "2026-02-02T09:00:00Z"],
    ]
    found = result(ask(document({"A": twice}, pauses=pauses)))
    assert (found["business_seconds"], found["paused_seconds"]) == (8 * 3600, 3600)


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "schema is not portal.sla/1"),
        ({"schema": "portal.sla/1", "cases": []}, "calendars is missing"),
        ({"schema": "portal.sla/1", "calendars": {}}, "cases is missing"),
        ({"schema": "portal.sla/1", "calendars": [], "cases": []}, "not in the shape"),
        (document({"A": calendar(tz="Moon/Base")}), "calendar 'A': unknown time zone 'Moon/Base'"),
        (document({"A": calendar(tz="Europe")}), "unknown time zone 'Europe'"),
        (document({"A": calendar(tz=7)}), "unknown time zone 7"),
        (document({"A": calendar(weekly={})}), "calendar 'A': a calendar needs open hours"),
        (document({"A": {"tz": "UTC", "versions": []}}), "a calendar needs open hours"),
        (document({"A": calendar(monday=("17:00", "09:00"))}), "ends after it begins"),
        (document({"A": calendar(monday=("09:00", "09:00"))}), "ends after it begins"),
        (document({"A": calendar(monday=("09:00", "25:00"))}), "'25:00' is not a time of day"),
        (document({"A": calendar(monday=("09:00",))}), "not an interval"),
        (document(calendar="B"), "case 'one': B is missing"),
        (document(target_seconds=-1), "case 'one': -1 is not a number of seconds"),
        (document(target_seconds="60"), "'60' is not a number of seconds"),
        (document(target_seconds=True), "True is not a number of seconds"),
        (document(target_seconds=10**12), "is not a number of seconds"),
        (document(start="2026-02-02T09:00:00"), "is not an instant"),
        (document(start="9999-12-31T23:59:59Z"), "is not an instant"),
        (document(at=None), "None is not an instant"),
        (document(pauses=[["2026-02-02T09:00:00Z"]]), "is not a pause"),
        (document(pauses=[[None, None]]), "is not a pause"),
        (document(pauses=[["2026-02-02T09:00:00Z", "2026-02-01T09:00:00Z"]]), "before it begins"),
        (document(pauses=None), "case 'one': not in the shape"),
    ],
)
def test_a_broken_file_is_one_clear_line(ask, found, says):
    answer = ask(found)
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert says in answer.stderr
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize("command", [sla, figures])
@pytest.mark.parametrize("name", ["missing.json", "."])
def test_a_file_that_cannot_be_read_is_one_clear_line(tmp_path, command, name):
    answer = CliRunner(catch_exceptions=False).invoke(command, ["check", str(tmp_path / name)])
    assert (answer.exit_code, answer.stdout, answer.stderr.count("\n")) == (1, "", 1)
