"""The picture on the cover: one scale for both sides, one stroke for each day that had words."""

from portal.insights.shapes import Box, Words
from portal.reviews.pulse import HEIGHT, MIDDLE, REACH, WIDE, pulse

WORDS = ("What one sees", "You to us: 3", "We to you: 6")


def strokes(days):
    found = [s for s in pulse(days, [(0, "July")], WORDS).shapes if isinstance(s, Box)]
    return [s for s in found if s.fill == "yours"], [s for s in found if s.fill == "ours"]


def test_both_sides_have_one_scale():
    theirs, ours = strokes([(2, 4), (1, 2)])
    assert [s.height for s in theirs] == [REACH / 2, REACH / 4]
    assert [s.height for s in ours] == [REACH, REACH / 2]


def test_theirs_stand_above_the_line_and_ours_hang_below():
    theirs, ours = strokes([(5, 5)])
    assert theirs[0].y + theirs[0].height < MIDDLE < ours[0].y


def test_a_day_without_words_has_no_stroke():
    theirs, ours = strokes([(0, 1), (0, 0), (1, 0)])
    assert (len(theirs), len(ours)) == (1, 1)
    assert ours[0].x < theirs[0].x


def test_all_stays_on_the_surface_for_a_month_and_a_year():
    for length in (28, 92, 366):
        chart = pulse([(9, 1)] * length, [(0, "a"), (length - 1, "b")], WORDS)
        for shape in chart.shapes:
            if isinstance(shape, Box):
                assert shape.x >= 0
                assert shape.x + shape.width <= WIDE
                assert shape.y >= 0
                assert shape.y + shape.height <= HEIGHT


def test_it_says_in_words_what_it_shows():
    chart = pulse([(1, 2)], [(0, "July")], WORDS)
    assert chart.title == "What one sees"
    assert {"You to us: 3", "We to you: 6", "July"} == {
        s.text for s in chart.shapes if isinstance(s, Words)
    }
