"""`portal figures check` against the case files, and what it says of broken ones."""

import json
import shutil
from pathlib import Path

import pytest

from portal.insights.check import check
from portal.insights.figures import FIGURES
from tests.conftest import lacking

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "kpi"
SETS = sorted(path.parent.name for path in CASES.glob("*/meta.json"))


@pytest.mark.data
@pytest.mark.parametrize("name", SETS or ["absent"])
def test_every_figure_of_every_report_is_equal(name):
    if not SETS:
        lacking("data", "the acceptance cases are not beside the checkout")
    expected = {
        report["id"]: report["figures"]
        for report in json.loads((CASES / name / "expect.json").read_text())["reports"]
    }
    got = {
        result["id"]: result["figures"] for result in check(CASES / name / "meta.json")["results"]
    }
    assert set(got) == set(expected)
    wrong = [
        (report, figure, want, got[report][figure])
        for report, figures in expected.items()
        for figure in FIGURES
        if not _within(want := figures[figure], got[report][figure])
    ]
    assert not wrong


def _within(want, got):
    """Equal, but for further keys that we print."""
    shared = {key: got[key] for key in want} if want and set(want) <= set(got) else got
    return want == shared


CSV = {
    "accounts": "account_id,parent_id\nacme,\n",
    "cases": (
        "case_id,account_id,opened_at,recorded_at,origin,category,priority,kind,complaint\n"
        "C1,acme,2026-01-05T08:00:00Z,2026-01-05T08:00:00Z,client,,P1,normal,0\n"
    ),
    "events": "event_id,case_id,occurred_at,recorded_at,type,side,public,value\n",
    "surveys": "kind,case_id,answered_at,score,comment\n",
}
META = {
    "schema": "portal.kpi/1",
    "calendars": {},
    "agreements": {},
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


@pytest.fixture
def folder(tmp_path):
    for name, text in CSV.items():
        (tmp_path / f"{name}.csv").write_text(text)
    (tmp_path / "meta.json").write_text(json.dumps(META))
    return tmp_path


def test_a_small_folder(folder):
    (result,) = check(folder / "meta.json")["results"]
    assert result["figures"]["F1"] == {"value": 1}
    assert result["figures"]["F12"] == {
        "immature": 0,
        "numerator": 0,
        "denominator": 0,
        "value": None,
    }


def report(**changes):
    return {**META, "reports": [{**META["reports"][0], **changes}]}


@pytest.mark.parametrize(
    ("meta", "says"),
    [
        ("{", "not JSON"),
        ("[]", "schema"),
        (json.dumps({**META, "reports": [{}]}), "missing"),
        (json.dumps({**META, "reports": 7}), "shape"),
        (json.dumps(report(tz="Moon/Base")), "Moon/Base"),
        (json.dumps(report(period=["2026-01-01", "2026-02-30"])), "day"),
        (json.dumps(report(as_of="soon")), "soon"),
        (json.dumps({**META, "calendars": {"A": {"tz": "Nowhere", "versions": []}}}), "Nowhere"),
        (json.dumps({**META, "agreements": {"acme": {"P1": {"calendar": "A"}}}}), "A is missing"),
    ],
)
def test_a_broken_meta_file_is_one_clear_line(folder, meta, says):
    (folder / "meta.json").write_text(meta)
    with pytest.raises(ValueError, match=says) as raised:
        check(folder / "meta.json")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("cases", None, "cases.csv"),
        ("cases", b"\xff\xfe\x00", "cases.csv"),
        ("cases", CSV["cases"].replace("kind", "sort").encode(), "column kind"),
        ("cases", (CSV["cases"] + "C2,acme\n").encode(), "cases.csv:3"),
        ("cases", CSV["cases"].replace("2026-01-05T08:00:00Z", "yesterday").encode(), "yesterday"),
        ("surveys", (CSV["surveys"] + "csat,C1,2026-01-06T00:00:00Z,much,0\n").encode(), "much"),
    ],
)
def test_a_broken_csv_file_is_one_clear_line(folder, name, content, says):
    path = folder / f"{name}.csv"
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=says) as raised:
        check(folder / "meta.json")
    assert "\n" not in str(raised.value)


@pytest.mark.data
def test_nothing_is_written_beside_the_files(tmp_path):
    if not SETS:
        lacking("data", "the acceptance cases are not beside the checkout")
    copy = Path(shutil.copytree(CASES / SETS[-1], tmp_path / "copy"))
    before = {path.name for path in copy.iterdir()}
    check(copy / "meta.json")
    assert {path.name for path in copy.iterdir()} == before
