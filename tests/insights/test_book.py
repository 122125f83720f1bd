"""What must hold for the figures of any folder of case files."""

import itertools
from dataclasses import fields, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.insights.case_book import book
from portal.insights.case_tables import Files
from portal.insights.figures import figures_of
from tests.insights.case_rows import ACCOUNTS, LATEST, MONTHS, folder, report

folders = st.integers(0, 10**9).map(folder)
accounts = st.sampled_from(
    (None, frozenset({"north"}), frozenset({"north", "north-a"}), frozenset({"south"}))
)
as_of = st.sampled_from((MONTHS[-1], MONTHS[-1] + 5 * 86_400, LATEST))
RATED = ("F7", "F8", "F9", "F11", "F12", "F13", "F14", "F28")
COUNTED = {
    "F1": ("value",),
    "F2": ("value",),
    "F3": ("value",),
    "F5": ("opened", "reopened", "transferred_in", "resolved", "cancelled", "transferred_out"),
    "F6": ("n",),
    "F10": ("n",),
    "F12": ("immature",),
    "F13": ("same_person", "other_person", "suggested"),
    **dict.fromkeys(RATED, ()),
}


def ask(found, begin, end, known, whose):
    return figures_of(report(begin, end, known, whose), book(found, known))


def additive(figures):
    """Every number of a report that is a sum over its period."""
    for name, keys in COUNTED.items():
        for key in (*keys, *(("numerator", "denominator") if name in RATED else ())):
            yield (name, key), figures[name][key]
    for name in ("F19", "F25"):
        for side, share in figures[name].items():
            yield (name, side, "numerator"), share["numerator"]
            yield (name, side, "denominator"), share["denominator"]
    for kind in ("all", "complaints"):
        for row in figures["F16"][kind]:
            yield ("F16", kind, row["category"]), row["n"]
    for cell, n in figures["F17"].items():
        yield ("F17", cell), n


@settings(max_examples=150, deadline=None)
@given(folders, as_of, accounts)
def test_three_months_add_up_to_the_quarter(found, known, whose):
    quarter = ask(found, MONTHS[0], MONTHS[-1], known, whose)
    sums = {}
    misses = []
    for begin, end in itertools.pairwise(MONTHS):
        month = ask(found, begin, end, known, whose)
        misses += month["misses"]
        for key, n in additive(month):
            sums[key] = sums.get(key, 0) + n
    assert sums == {**dict.fromkeys(sums, 0), **dict(additive(quarter))}
    assert misses == quarter["misses"]


@settings(max_examples=150, deadline=None)
@given(folders, as_of, accounts)
def test_the_identity_holds_and_the_parts_fit(found, known, whose):
    got = ask(found, MONTHS[0], MONTHS[-1], known, whose)
    five = got["F5"]
    came = five["start"] + five["opened"] + five["reopened"] + five["transferred_in"]
    assert came - five["resolved"] - five["cancelled"] - five["transferred_out"] == five["end"]
    missed = sum(got[name]["denominator"] - got[name]["numerator"] for name in ("F7", "F8", "F9"))
    assert missed == len(got["misses"])
    assert got["F13"]["numerator"] == got["F13"]["same_person"] + got["F13"]["other_person"]
    assert got["F14"]["denominator"] <= got["F12"]["denominator"]
    assert got["F24"]["numerator"] <= got["F24"]["by_client"] + got["F24"]["by_staff"]
    assert got["F22"]["numerator"] <= min(got["F22"]["denominator"], got["F23"]["numerator"])


@settings(max_examples=150, deadline=None)
@given(folders, as_of, accounts, st.randoms(use_true_random=False))
def test_the_order_of_rows_means_nothing(found, known, whose, random):
    shuffled = {
        field.name: random.sample(list(rows), len(rows))
        for field in fields(Files)
        if (rows := getattr(found, field.name)) is not None
    }
    assert ask(found, MONTHS[0], MONTHS[-1], known, whose) == ask(
        replace(found, **shuffled), MONTHS[0], MONTHS[-1], known, whose
    )


@settings(max_examples=100, deadline=None)
@given(folders, as_of)
def test_accounts_add_up_to_all(found, known):
    whole = ask(found, MONTHS[0], MONTHS[-1], known, None)
    parts = [ask(found, MONTHS[0], MONTHS[-1], known, frozenset({name})) for name in ACCOUNTS]
    for name in ("F7", "F8", "F9", "F11", "F12", "F14", "F21", "F22", "F23", "F28"):
        for key in ("numerator", "denominator"):
            assert whole[name][key] == sum(part[name][key] for part in parts)
    everyone = [miss for part in parts for miss in part["misses"]]
    assert sorted(map(sorted, map(dict.items, everyone))) == sorted(
        map(sorted, map(dict.items, whole["misses"]))
    )


@settings(max_examples=100, deadline=None)
@given(folders, accounts)
def test_what_is_recorded_later_changes_nothing_before(found, whose):
    """C2: rows recorded after the as-of instant might as well not exist."""
    known = MONTHS[-1]
    until = {
        name: [row for row in getattr(found, name) if row["recorded_at"] <= "2026-03-31T22:00:00Z"]
        for name in ("cases", "events", "links")
    }
    assert ask(found, MONTHS[0], known, known, whose) == ask(
        replace(found, **until), MONTHS[0], known, known, whose
    )


def test_without_data_there_is_no_value_and_never_a_nought():
    empty = Files(accounts=(), cases=(), events=(), surveys=())
    got = ask(empty, MONTHS[0], MONTHS[-1], LATEST, None)
    for name in (*RATED, "F18", "F21", "F22", "F23", "F24", "F26"):
        assert (got[name]["denominator"], got[name]["value"]) == (0, None), name
    for name in ("F19", "F25"):
        assert {share["value"] for share in got[name].values()} == {None}
    assert (got["F6"]["p50"], got["F10"]["p90"], got["F15"]["oldest"]) == (None, None, None)
    assert (got["F17"], got["F20"], got["misses"]) == ({}, {}, [])
    assert got["F27"] == {"n": 0, "top": 0, "flag": False}
