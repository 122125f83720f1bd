"""What must hold for any history: the identity F5, and that parts add up to the whole."""

import itertools
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.insights.figures import figures
from portal.insights.history import CaseHistory, Pause, Report, Step, Turn, in_turn
from portal.insights.ranks import nearest_rank, percent
from portal.insights.speed import clock

ACCOUNTS = ("one", "two", "three")
END = 400
LIMITS = (100, 180, 240, 300)
instants = st.integers(0, END)


@st.composite
def cases(draw, number=0):
    opened_at = draw(instants)
    later = st.integers(opened_at, END)
    steps = sorted(
        draw(st.lists(st.builds(Step, later, st.sampled_from(Turn)), max_size=5)),
        key=lambda s: s.at,
    )
    transfers = draw(st.lists(st.tuples(instants, st.sampled_from(ACCOUNTS)), max_size=3))
    return CaseHistory(
        ref=f"C{number}-{draw(st.integers(0, 10**9))}",
        account=draw(st.sampled_from(ACCOUNTS)),
        opened_at=opened_at,
        origin=draw(st.sampled_from(("client", "on_behalf", "staff"))),
        category=draw(st.sampled_from(("", "billing", "access"))),
        complaint=draw(st.booleans()),
        steps=tuple(in_turn(iter(steps))),
        responses=tuple(sorted(draw(st.lists(instants, max_size=3)))),
        inbound=tuple(sorted(draw(st.lists(instants, max_size=3)))),
        transfers=tuple(sorted(transfers)),
    )


def ask(found, begin, end, accounts):
    report = Report(begin, end, END, ZoneInfo("UTC"), accounts)
    return {name: figure.data for name, figure in figures(report, found).items()}


histories = st.lists(cases(), max_size=8, unique_by=lambda case: case.ref)
some_accounts = st.none() | st.frozensets(st.sampled_from(ACCOUNTS))


@settings(max_examples=300, deadline=None)
@given(histories, some_accounts)
def test_the_identity_holds(found, accounts):
    got = ask(found, LIMITS[0], LIMITS[-1], accounts)
    five = got["F5"]
    came = five["start"] + five["opened"] + five["reopened"] + five["transferred_in"]
    assert came - five["resolved"] - five["cancelled"] - five["transferred_out"] == five["end"]
    assert five["end"] == got["F4"]["value"] == sum(got["F15"]["buckets"].values())


@settings(max_examples=200, deadline=None)
@given(histories, some_accounts)
def test_three_months_add_up_to_the_quarter(found, accounts):
    quarter = ask(found, LIMITS[0], LIMITS[-1], accounts)
    months = [ask(found, a, b, accounts) for a, b in itertools.pairwise(LIMITS)]
    for name in ("F1", "F2", "F3"):
        assert sum(month[name]["value"] for month in months) == quarter[name]["value"]
    for part in (
        "opened",
        "reopened",
        "transferred_in",
        "resolved",
        "cancelled",
        "transferred_out",
    ):
        assert sum(month["F5"][part] for month in months) == quarter["F5"][part]
    for name in ("F6", "F10"):
        assert sum(month[name]["n"] for month in months) == quarter[name]["n"]
    for part in ("numerator", "denominator", "immature"):
        assert sum(month["F12"][part] for month in months) == quarter["F12"][part]
    for month, following in itertools.pairwise(months):
        assert month["F5"]["end"] == following["F5"]["start"]
    assert months[-1]["F5"]["end"] == quarter["F5"]["end"]
    assert sum(sum(month["F17"].values()) for month in months) == sum(quarter["F17"].values())
    assert _by_category(months) == _by_category([quarter])


def _by_category(found):
    sums = {}
    for one in found:
        for kind in ("all", "complaints"):
            for row in one["F16"][kind]:
                key = kind, row["category"]
                sums[key] = sums.get(key, 0) + row["n"]
    return sums


@settings(max_examples=200, deadline=None)
@given(histories)
def test_accounts_add_up_to_all(found):
    whole = ask(found, LIMITS[0], LIMITS[-1], None)
    parts = [ask(found, LIMITS[0], LIMITS[-1], frozenset({name})) for name in ACCOUNTS]
    for name in ("F1", "F2", "F3", "F4"):
        assert sum(part[name]["value"] for part in parts) == whole[name]["value"]
    assert whole["F5"]["transferred_in"] == whole["F5"]["transferred_out"] == 0
    moved = [
        sum(part["F5"][way] for part in parts) for way in ("transferred_in", "transferred_out")
    ]
    assert moved[0] == moved[1]


@given(st.lists(st.integers(), min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_value_that_so_many_reach(values, share):
    ordered = sorted(values)
    got = nearest_rank(ordered, share)
    assert got in ordered
    assert 100 * sum(v <= got for v in ordered) >= share * len(ordered)
    smaller = [v for v in ordered if v < got]
    assert not smaller or 100 * len(smaller) < share * len(ordered)


def test_percentages_are_rounded_half_up():
    assert percent(1, 3) == 33.3
    assert percent(1, 8) == 12.5
    assert percent(1, 2000) == 0.1
    assert percent(5, 8) == 62.5
    assert percent(1, 16) == 6.3
    assert percent(0, 0) is None
    assert nearest_rank([], 50) is None


def test_the_clock_stands_still_in_pauses_but_never_before_the_first_response():
    case = CaseHistory(
        "C1",
        "one",
        opened_at=100,
        pauses=(Pause(110, 130, "client"), Pause(150, None, "client")),
        responses=(120,),
        steps=(Step(180, Turn.RESOLVED),),
    )
    report = Report(0, 400, 400, ZoneInfo("UTC"))
    assert clock(report, case, 100, 180) == 80 - 10 - 30
