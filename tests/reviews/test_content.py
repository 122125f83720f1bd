import csv
from dataclasses import replace
from io import StringIO

import pytest

from portal.insights.cells import cell, value_of
from portal.reviews import headlines, notes, summary, trends
from portal.reviews.content import ROWS, Brand, compose
from portal.reviews.figures import Figures, Share, Spread
from portal.reviews.figures_csv import figures_csv
from portal.reviews.notes import identity_sentence
from portal.reviews.phrasing import Say, plain
from portal.reviews.snapshot import fingerprint
from portal.reviews.verdict import sentence
from portal.reviews.verifying import Finding
from tests.reviews import samples
from tests.reviews.conftest import sheet_of

SAY = Say("en", "Europe/Lisbon")
pytestmark = pytest.mark.usefixtures("speaking")


def figures(**changes):
    return Figures.of(samples.plain(**changes))


def test_the_identity_is_printed_with_its_numbers_and_must_hold():
    now = figures()
    assert now.identity.holds
    assert identity_sentence(now, SAY).startswith("20 open at the start + 60 opened + 3 reopened")
    assert identity_sentence(now, SAY).endswith("= 25 open at the end.")


def test_a_difference_in_the_identity_is_said():
    broken = samples.plain()
    broken["F5"] = {**broken["F5"], "end": 99}
    content = compose(samples.material(figures=Figures.of(broken)), "en", Brand("B"))
    assert next(d.value for d in content.definitions if d.id == "F5") == "does not hold"


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (
            1,
            (
                "1 value",
                "1 of 1 resolution",
                "Of 10 promises we kept 9; 1 was missed",
                "1 case behind",
            ),
        ),
        (2, ("2 values", "2 of 2 resolutions", "we kept 8; 2 were missed", "2 cases behind")),
    ],
)
def test_one_is_not_several(n, said):
    now = replace(
        figures(),
        first=Spread(n=n, p50=60, p90=60),
        again=Share(n, n, 100.0),
        response=Share(10 - n, 10, 0.0),
        resolution=Share(),
        following=Share(),
    )
    cases = samples.material().cases[:1] * ROWS
    listed = replace(samples.material(figures=now), cases=cases, case_total=ROWS + n)
    proven = Finding("data", True, "data", {"account": "A", "period": "P", "as_of": "now"})
    sentences = (
        *notes.spread_lines(n, 60, None, SAY),
        *notes.again_lines(now, None, SAY),
        *headlines.of(listed, SAY).values(),
        sentence(replace(proven, values=proven.values | {"rows": str(n)})),
        notes.cases_note(listed, SAY),
    )
    found = " ".join(sentences)
    assert [words for words in said if words not in found] == []
    stands = "1 is counted in every figure and stands" if n == 1 else "2 are counted in every"
    assert stands in found


def test_the_verdict_names_the_backlog_and_the_largest_change():
    slow = samples.plain(F6={"n": 58, "p50": 9000, "p90": 34_200})
    assert summary.verdict(Figures.of(slow), figures(), SAY) == (
        "The backlog grew from 20 to 25. First answers came more slowly."
    )


@pytest.mark.parametrize("n", [9, 10])
def test_a_change_counts_from_ten_values_on_both_sides(n):
    before = Figures.of(
        samples.plain(F6={"n": n, "p50": 9000, "p90": 34_200}, F10={"n": 0}, F12={})
    )
    titles = [point.title for point in summary.went_well(figures(), before, SAY)]
    assert ("First answers came faster." in titles) is (n == 10)


def texts_of(material, language="en"):
    content = compose(material, language, Brand("B"))
    points = [f"{point.title} {point.text}" for point in (*content.well, *content.watch)]
    return content, " ".join([content.verdict, *points])


def test_without_an_issued_review_before_nothing_is_compared(words):
    """Not even where today's rows say what the period before was (C10)."""
    faster = Figures.of(samples.plain(F6={"n": 58, "p50": 90_000, "p90": 134_200}))
    compared = samples.material(previous=faster, issued=faster)
    alone = replace(compared, issued=None, issued_before="")
    assert "First answers came faster." in texts_of(compared)[1]
    content, said = texts_of(alone)
    for word in ("faster", "before", "Fewer", "More promises", "More cases: "):
        assert word not in said
    assert "More cases are open." in said, "how the backlog moved within the period is no trend"
    assert summary.state("speed", content.figures, None, SAY) == ""
    for language, none in NOTHING_YET.items():
        html = sheet_of(words, alone, language).html
        assert none in html, language
        assert none not in sheet_of(words, compared, language).html
    rows = list(csv.reader(StringIO(figures_csv(alone))))[1:]
    assert {row[6] for row in rows} == {""}


NOTHING_YET = {
    "en": "No review of the period before (October – December 2025) has been issued yet",
    "pt": "Nenhuma revisão do período anterior (outubro – dezembro de 2025) foi emitida ainda",
    "es": "Todavía no se ha emitido ninguna revisión del periodo anterior",
    "it": "Non è ancora stata emessa alcuna revisione del periodo precedente",
}


@pytest.mark.parametrize(
    ("now", "before", "shown"),
    [
        ((9, 9), (8, 10), "+20.0"),
        ((9, 10), (8, 10), "↑ +10.0"),
        ((8, 10), (9, 10), "↓ −10.0"),
        ((9, 10), (9, 10), "±0.0"),
        ((0, 0), (9, 10), "–"),
    ],
)
def test_a_trend_of_shares_is_in_points_with_an_arrow_from_ten_values_on(now, before, shown):
    shares = [
        Share(part, whole, 100 * part / whole if whole else None) for part, whole in (now, before)
    ]
    assert trends.of_shares(*shares, SAY) == shown


@pytest.mark.parametrize(
    ("now", "before", "shown"),
    [(60, 50, "↑ +20.0\xa0%"), (9, 12, "−25.0\xa0%"), (12, 12, "±0.0\xa0%"), (5, 0, "n/a")],
)
def test_a_trend_of_counts_is_in_per_cent(now, before, shown):
    assert trends.of_counts(now, before, SAY) == shown


def test_a_change_below_a_tenth_is_not_named():
    before = Figures.of(samples.plain(F6={"n": 58, "p50": 4700, "p90": 34_200}))
    assert "First answers" not in " ".join(
        p.title for p in summary.went_well(figures(), before, SAY)
    )


def test_old_cases_are_always_named_and_three_lines_are_the_most():
    points = summary.to_watch(figures(), figures(), SAY)
    assert points[0].title == "More cases are open." or "30 days" in " ".join(
        p.title for p in points
    )
    assert "2 cases are open for more than 30 days." in [p.title for p in points]
    assert len(points) <= 3


def test_the_one_page_names_no_case():
    content = compose(samples.material(), "en", Brand("B"))
    words = " ".join(
        [content.verdict, *(p.title + p.text for p in (*content.well, *content.watch))]
    )
    assert "C-1" not in words


def test_an_account_without_cases_gets_one_sentence_for_each_section(words):
    empty = Figures.of(samples.nothing())
    material = samples.material(
        figures=empty,
        previous=empty,
        issued=None,
        months=(),
        days=(),
        oldest=(),
        cases=(),
        case_total=0,
    )
    content = compose(material, "en", Brand("B"))
    assert content.verdict == "Nothing was asked of us in this period, and nothing is open."
    assert all(
        sentence.endswith(".") for key, sentence in content.sentences.items() if key != "kind"
    )
    html = sheet_of(words, material).html.replace("\N{NO-BREAK SPACE}", " ")
    assert 'class="chart"' not in html
    assert "No case was opened or resolved in this period." in html


def test_other_categories_are_one_line():
    many = [{"category": f"Reason {n}", "n": 20 - n} for n in range(12)]
    now = Figures.of(samples.plain(F16={"all": many, "complaints": []}))
    content = compose(samples.material(figures=now), "en", Brand("B"))
    assert len(content.reasons) == 9
    assert content.reasons[-1].rest == 4
    assert sum(reason.now for reason in content.reasons) == sum(row["n"] for row in many)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\nlines\x00 and\u202emore", "two lines andmore"),
        ("A" * 10_000, "A" * 29 + "…"),
        ("  ", ""),
        ("شركة", "شركة"),
    ],
)
def test_texts_of_others_are_one_short_line_without_control_characters(text, shown):
    assert plain(text, 30) == shown


def test_a_long_subject_and_foreign_scripts_stay_in_their_row(words):
    lines = tuple(
        samples.case(n, subject=s)
        for n, s in enumerate(("<b>x</b>" * 2000, "株式会社" * 3000, "=1+1"))
    )
    html = sheet_of(words, samples.material(cases=lines)).html
    assert "<b>x" not in html
    short = sheet_of(words, samples.material(cases=lines[2:])).html
    assert len(html) < len(short) + 1500


@pytest.mark.proves("T33")
@pytest.mark.parametrize(
    "text", ["=1+1", "+a", "-b", "@c", "'=d", "''e", "\tx", "plain", "", "a=b"]
)
def test_no_cell_starts_a_formula_and_its_value_survives(text):
    written = cell(text)
    assert not str(written).startswith(("=", "+", "-", "@", "\t"))
    assert value_of(str(written)) == text


@pytest.mark.proves("T33")
def test_the_attached_figures_hold_every_count_and_no_formula():
    now = samples.plain(F16={"all": [{"category": "=HYPERLINK(1)", "n": 60}], "complaints": []})
    text = figures_csv(samples.material(figures=Figures.of(now)))
    rows = list(csv.reader(StringIO(text)))
    assert ["F1", "all", "", "", "60", "cases", "50"] in rows
    assert ["F12", "all", "3", "40", "7.5", "%", "7.5"] in rows
    assert ["F16", "'=HYPERLINK(1)", "60", "60", "60", "cases", "0"] in rows
    assert not any(field.startswith(("=", "@", "+")) for row in rows for field in row)


def test_the_fingerprint_is_the_same_in_every_language(words):
    sheets = [
        sheet_of(words, samples.material(), language) for language in ("en", "pt", "es", "it")
    ]
    frozen = {file.text for sheet in sheets for file in sheet.files if file.name == "review.json"}
    (mark,) = {fingerprint(text.encode()) for text in frozen}
    assert all(mark in sheet.html for sheet in sheets)
    assert len({sheet.html for sheet in sheets}) == 4


def test_the_list_says_how_many_it_leaves_out(words):
    html = sheet_of(words, samples.material(case_total=3120)).html
    assert "40 of the 3,120 cases" in html
    assert "The other 3,080 are counted in every figure" in html


def test_spans_and_shares_read_as_people_write_them():
    assert SAY.span(4320) == "1\u00a0h 12\u00a0min"
    assert SAY.span(0) == "0\u00a0min"
    assert SAY.span(None) == "–"
    assert Say("pt", "UTC").percent(14.3) == "14,3%"
    assert SAY.percent(None) == "n/a"
    assert replace(SAY, language="es").count(24_400) == "24.400"
