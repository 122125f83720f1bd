"""Charts: shapes stay on the surface, bars tell the truth, and the picture obeys the rules of paper."""

import re
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader

from portal.insights import charts, lines
from portal.insights.shapes import TONES, Box, Chart, Dot, Line, Words, fitted

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
AGES = ("0–7", "8–14", "15–30", "31–60", "61–90", "over 90")
TICKS = [f"tick {n}" for n in range(len(charts.TICKS))]
CLOCKS = ("Times", "contract", "lived")
PAIR = ("Months", "Opened", "Resolved")

counts = st.integers(0, 10**6)
names = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=40)
spans = st.tuples(st.integers(0, 10**8), st.integers(0, 10**8)).map(
    lambda pair: tuple(sorted(pair))
)


def week(seed):
    dice = Random(seed)
    return [dice.choice((0, 0, 1, 7, 12, 2345)) for _ in range(168)]


EVERY = {
    "months": (
        lambda rows: charts.months(rows, PAIR),
        st.lists(st.tuples(names, counts, counts), max_size=26),
    ),
    "backlog": (
        lambda rows: charts.backlog(rows, "Backlog"),
        st.lists(st.tuples(names, counts), max_size=20),
    ),
    "bars": (
        lambda rows: charts.bars(rows, "Reasons"),
        st.lists(st.tuples(names, counts, counts), max_size=6),
    ),
    "ages": (
        lambda rows: charts.ages(rows, AGES, "Ages"),
        st.lists(st.tuples(names, st.tuples(*[counts] * 6)), max_size=5),
    ),
    "times": (
        lambda rows: charts.times(rows, TICKS, CLOCKS),
        st.lists(st.builds(charts.Spread, names, spans, st.none() | spans), max_size=5),
    ),
    "course": (
        lambda points: lines.course(points, "Course"),
        st.lists(st.tuples(names, st.none() | st.floats(0, 100)), max_size=60),
    ),
    "aims": (
        lambda points: lines.aims(points, CLOCKS),
        st.lists(st.builds(lines.Aim, st.floats(0, 100), st.floats(0, 100), names), max_size=10),
    ),
    "heat": (lambda seed: charts.heat(week(seed), DAYS, "Hours"), st.integers(0, 99)),
}


def macros():
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    return environment.get_template("charts/chart.html").module


@pytest.mark.parametrize("kind", EVERY)
def test_shapes_stay_on_the_surface(kind):
    make, given_rows = EVERY[kind]

    @settings(max_examples=30, deadline=None)
    @given(given_rows)
    def holds(rows):
        chart = make(rows)
        for shape in chart.shapes:
            assert getattr(shape, "fill", "none") in TONES
            assert getattr(shape, "stroke", "none") in TONES
            for x, y in _corners(shape):
                assert -1 <= x <= chart.width + 1, shape
                assert -1 <= y <= chart.height + 1, shape

    holds()


def _corners(shape):
    match shape:
        case Box():
            assert shape.width >= 0
            assert shape.height >= 0
            return [(shape.x, shape.y), (shape.x + shape.width, shape.y + shape.height)]
        case Line():
            return shape.points
        case Dot() | Words():
            return [(shape.x, shape.y)]


def test_bars_are_as_long_as_their_values():
    chart = charts.bars([("a", 10, 0), ("b", 5, 0), ("c", 0, 0)], "x")
    widths = [s.width for s in chart.shapes if isinstance(s, Box)]
    assert widths[0] == 2 * widths[1]
    assert widths[2] == 0


def test_a_number_stands_in_every_cell_of_the_week():
    hours = [0] * 168
    hours[3 * 24 + 14] = 9
    chart = charts.heat(hours, DAYS, "x")
    cells = [s for s in chart.shapes if isinstance(s, Words) and s.size <= 6.5 and s.y > 12]
    assert len(cells) == 168
    assert [s.text for s in cells if s.text != "0"] == ["9"]


def test_values_stand_on_the_bars_while_there_is_room():
    few = charts.months([("July", 3, 2)], PAIR)
    many = charts.months([("July", 3, 2)] * 24, PAIR)
    assert {"3", "2"} <= {s.text for s in few.shapes if isinstance(s, Words)}
    assert not any(s.text == "3" for s in many.shapes if isinstance(s, Words))


def test_a_line_breaks_where_a_value_is_missing():
    chart = lines.course([("a", 50.0), ("b", 40.0), ("c", None), ("d", 100.0)], "x")
    drawn = [shape for shape in chart.shapes if isinstance(shape, Line) and shape.stroke == "ours"]
    assert [len(line.points) for line in drawn] == [2, 1]
    assert {"50", "40", "100"} <= {s.text for s in chart.shapes if isinstance(s, Words)}


def test_the_lowest_value_stands_beneath_the_line_and_over_no_other():
    chart = lines.course([("", 86.0), ("", 84.0), *[("", 88.0)] * 24], "x")
    at = {s.text: s.y for s in chart.shapes if isinstance(s, Words) and s.weight == 600}
    assert at["84"] - at["86"] > 14


def test_long_names_are_cut():
    assert fitted("short", 100) == "short"
    assert len(fitted("a" * 200, 100)) < 30
    assert fitted("a" * 200, 100).endswith("…")


@pytest.mark.parametrize("kind", EVERY)
def test_the_picture_obeys_the_rules_of_paper(kind):
    make, given_rows = EVERY[kind]
    draw = macros().draw

    @settings(max_examples=6, deadline=None)
    @given(given_rows)
    def holds(rows):
        chart = make(rows)
        root = ElementTree.fromstring(str(draw(chart, TONES)))
        assert root[0].tag.endswith("title")
        assert root[0].text == chart.title
        for element in root.iter():
            kind = element.tag.rpartition("}")[2]
            assert kind in {"svg", "title", "rect", "text", "polyline", "circle"}
            assert {"id", "style", "filter"}.isdisjoint(element.keys())
            if kind not in {"svg", "title"}:
                assert element.get("class")
                assert re.fullmatch("#[0-9a-f]{6}|none", element.get("fill"))
                assert re.fullmatch("#[0-9a-f]{6}|none", element.get("stroke", "none"))

    holds()


@pytest.mark.parametrize("kind", EVERY)
def test_a_screen_shows_every_shape_and_every_word(kind):
    make, given_rows = EVERY[kind]
    on_screen = macros().on_screen

    @settings(max_examples=10, deadline=None)
    @given(given_rows)
    def holds(rows):
        chart = make(rows)
        root = ElementTree.fromstring(str(on_screen(chart)))
        drawn = [s for s in chart.shapes if not isinstance(s, Words) and s.course]
        written = [s.text for s in chart.shapes if isinstance(s, Words)]
        assert sorted(text.text or "" for text in root.iter("text")) == sorted(written)
        paths = [(path.get("class"), path.get("d")) for path in root.iter("path")]
        assert sum(d.upper().count("M") for _, d in paths) == len(drawn)
        assert len(paths) == len(chart.layers) <= len(drawn)

    holds()


def test_shapes_drawn_alike_are_one_path_unless_something_lies_between():
    below, between, above = (
        Box(x, 0, 10, 10, fill) for x, fill in ((300, "ours"), (305, "ink"), (308, "ours"))
    )
    apart = Box(340, 0, 10, 10, "ink")
    chart = Chart(360, 10, "x", (below, between, above, apart))
    side = "h10v10h-10z"
    paths = [f"M300 0{side}", f"M305 0{side}m35 0{side}", f"M308 0{side}"]
    assert [path for _, path in chart.layers] == paths
    week = charts.heat([1] * 168, DAYS, "x")
    assert len(week.layers) == 1


def test_names_cannot_break_out():
    drawn = str(macros().draw(charts.bars([("<b>&", 1, 0)], "<script>"), TONES))
    assert "<b>" not in drawn
    assert "<script>" not in drawn


def test_the_accent_is_an_argument():
    drawn = str(macros().draw(charts.bars([("a", 1, 0)], "x"), {**TONES, "ours": "#123456"}))
    assert "#123456" in drawn
    assert TONES["ours"] not in drawn


def test_the_table_beside_a_chart():
    drawn = ElementTree.fromstring(
        str(macros().chart_table("Months", ["Month", "Opened"], [("July", [3])]))
    )
    assert drawn.find("caption").text == "Months"
    assert [th.get("scope") for th in drawn.iter("th")] == ["col", "col", "row"]
