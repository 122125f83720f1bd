"""The rules of health: what each figure becomes, what is too little, and that the whole is Σ wᵢ·sᵢ ÷ Σ wᵢ."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.insights.health_parts import (
    DEFAULT_WEIGHTS,
    Lack,
    Measure,
    Renewal,
    measures,
    weighed,
)

DAY = date(2026, 3, 2)
NO_DATE = Renewal(None, DAY)


def share(numerator, denominator):
    return {"numerator": numerator, "denominator": denominator}


def figures(**changes):
    """The data of a period in which nothing happened, but for the changes."""
    buckets = dict.fromkeys(("0-7", "8-14", "15-30", "31-60", "61-90", ">90"), 0)
    nothing = {
        "F1": {"value": 0},
        "F15": {"buckets": buckets},
        "F16": {"complaints": []},
        "F20": {},
        "F27": {"n": 0, "top": 0, "flag": False},
        **{name: share(0, 0) for name in ("F7", "F8", "F12", "F13", "F18", "F24", "F26")},
    }
    return {**nothing, **changes}


def part(name, renewal=NO_DATE, **changes):
    return next(one for one in measures(figures(**changes), renewal) if one.name == name)


def test_of_nothing_there_is_no_score_and_each_part_says_so():
    found = measures(figures(), NO_DATE)
    assert [one.name for one in found] == list(DEFAULT_WEIGHTS)
    assert {one.score for one in found} == {None}
    assert {one.lack for one in found[:-1]} == {Lack.NOTHING}
    assert found[-1].lack == Lack.NO_DATE
    assert weighed(found, DEFAULT_WEIGHTS)["value"] is None
    assert weighed(found, DEFAULT_WEIGHTS)["missing"] == DEFAULT_WEIGHTS


@pytest.mark.parametrize(
    ("name", "given", "score"),
    [
        ("responses", {"F7": share(3, 4)}, None),
        ("responses", {"F7": share(4, 5)}, 80),
        ("responses", {"F7": share(1, 8)}, 13),
        ("resolutions", {"F8": share(0, 5)}, 0),
        ("csat", {"F18": share(5, 5)}, 100),
        ("coverage", {"F26": share(1, 3)}, 33),
        ("reopened", {"F12": share(0, 5)}, 100),
        ("reopened", {"F12": share(1, 10)}, 60),
        ("reopened", {"F12": share(1, 4)}, None),
        ("reopened", {"F12": share(2, 8)}, 0),
        ("repeats", {"F13": share(7, 8)}, 0),
        ("escalations", {"F24": share(1, 40)}, 90),
        ("complaints", {"F1": {"value": 20}, "F16": {"complaints": [{"n": 1}, {"n": 1}]}}, 60),
        ("nps", {"F20": {"2026-Q1": {"n": 5, "promoters": 5, "detractors": 0}}}, 100),
        ("nps", {"F20": {"2026-Q1": {"n": 8, "promoters": 0, "detractors": 8}}}, 0),
        ("nps", {"F20": {"2026-Q1": {"n": 8, "promoters": 2, "detractors": 2}}}, 50),
        ("nps", {"F20": {"2026-Q1": {"n": 4, "promoters": 4, "detractors": 0}}}, None),
        ("thread", {"F27": {"n": 10, "top": 8, "flag": True}}, 0),
        ("thread", {"F27": {"n": 10, "top": 7, "flag": False}}, 100),
        ("thread", {"F27": {"n": 9, "top": 9, "flag": False}}, None),
    ],
)
def test_what_a_figure_becomes(name, given, score):
    found = part(name, **given)
    assert found.score == score
    assert found.lack == (Lack.FEW if score is None else "")


def test_the_latest_wave_counts():
    waves = {
        "2025-Q4": {"n": 9, "promoters": 9, "detractors": 0},
        "2026-Q1": {"n": 9, "promoters": 0, "detractors": 9},
    }
    assert part("nps", F20=waves) == Measure("nps", -9, 9, 0)


def test_what_is_old_weighs_on_the_backlog():
    buckets = {"0-7": 1, "8-14": 1, "15-30": 1, "31-60": 1, "61-90": 0, ">90": 0}
    assert part("backlog", F15={"buckets": buckets}) == Measure("backlog", 3, 4, 75)


def test_an_escalation_without_a_date_leaves_no_score():
    found = part("escalations", F24={**share(1, 9), "undated": 1})
    assert (found.score, found.lack) == (None, Lack.UNDATED)


@pytest.mark.parametrize(
    ("away", "met", "score", "lack"),
    [
        (0, 1, 100, ""),
        (90, 0, 0, ""),
        (91, 0, None, Lack.FAR),
        (-1, 0, None, Lack.FAR),
    ],
)
def test_a_renewal_counts_only_when_it_is_near(away, met, score, lack):
    found = part("renewal", Renewal(DAY + timedelta(days=away), DAY), F26=share(met, 2))
    assert (found.score, found.lack) == (score, lack)


scores = st.one_of(st.none(), st.integers(0, 100))


@given(
    st.dictionaries(
        st.sampled_from(sorted(DEFAULT_WEIGHTS)), st.tuples(scores, st.integers(0, 100))
    )
)
def test_the_whole_is_the_weighed_mean_of_what_is_known(parts):
    found = tuple(Measure(name, 0, 0, score) for name, (score, _) in parts.items())
    told = weighed(found, {name: weight for name, (_, weight) in parts.items()})
    known = [(score, weight) for score, weight in parts.values() if score is not None]
    total = sum(weight for _, weight in known)
    if not total:
        assert told["value"] is None
        return
    exact = Fraction(sum(score * weight for score, weight in known), total)
    assert abs(Fraction(str(told["value"])) - exact) <= Fraction(1, 20)
    counted = [score for score, weight in known if weight]
    assert min(counted) <= told["value"] <= max(counted)
    assert told["weights"].keys() | told["missing"].keys() == parts.keys()


@given(st.integers(0, 400), st.integers(5, 400))
def test_scores_stay_between_0_and_100_and_never_rise_with_what_came_back(n, whole):
    one, more = (
        part("reopened", F12=share(min(times, whole), whole)).score for times in (n, n + 1)
    )
    assert 0 <= more <= one <= 100
