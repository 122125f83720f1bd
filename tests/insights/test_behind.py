"""Every number opens the list of the very cases behind it, whoever asks; sums are those of a full recount."""

import itertools
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from werkzeug.datastructures import MultiDict

from portal import clock
from portal.accounts.keyset import FIRST, cursor_from
from portal.actor import SYSTEM, Actor
from portal.cases import queries
from portal.cases.queries.lists import Filters
from portal.insights import breakdown, days, further, sums
from portal.insights.around import book
from portal.insights.asked import DIMENSIONS, Asked
from portal.insights.backlog import AGES, OLDER, bucket
from portal.insights.breakdown_quality import judged
from portal.insights.by_kind import figures_by
from portal.insights.figures import beside, figures, promised
from portal.insights.gathering import gather
from portal.insights.history import Report
from portal.insights.open_work import NAMES, open_work
from portal.insights.queries import figures_for
from portal.insights.reading import Span, instant
from portal.insights.scope import Scope
from portal.sla.walls import midnight
from tests.insights.case_rows import DAY, LATEST
from tests.insights.test_random_in_database import DATES, SEEDS, random_rows  # noqa: F401

STAFF = Actor(user_id=1, is_staff=True, everywhere=True, roles=frozenset({"executive"}))
PERIODS = [(DATES[0], DATES[-1]), (DATES[1], DATES[2]), (date(2026, 1, 11), date(2026, 2, 3))]
LATE = [(date(2026, 4, 1), date(2026, 5, 1)), (date(2026, 4, 20), date(2026, 5, 12))]
SAME = ("F1", "F2", "F3", "F4", "F6", "F7", "F8", "F9", "F12", "F13", "F14")


def listed(actor, **args):
    """The references of a list as its pages show them."""
    found, cursor = [], FIRST
    filters = Filters.asked(actor, MultiDict(args))
    assert filters.behind is not None, args
    while True:
        page = queries.queue_for(actor, filters, cursor)
        found += [row.ref for row in page.rows]
        if page.later is None:
            assert len(found) == len(set(found)) == queries.how_many(actor, filters)
            return sorted(found)
        cursor = cursor_from(page.later, None, datetime, str)


def recount(account, period):
    """All figures of cases with the references behind each."""
    zone = ZoneInfo(account.timezone)
    begin, end = (midnight(day, zone) for day in period)
    span = Span(SYSTEM, [account.id], instant(begin), instant(end), clock.now())
    found = gather(span, further.read(span))
    report = Report(begin, end, int(clock.now().timestamp()), zone)
    whole = book(span, zone, found.histories)
    return {
        **figures(report, found.histories),
        **promised(found.decisions),
        **beside(report, whole),
    }


def address(period, **more):
    return {
        "from": period[0].isoformat(),
        "to": (period[1] - timedelta(days=1)).isoformat(),
        **more,
    }


def test_lists_hold_the_cases_that_a_recount_names(random_rows):  # noqa: F811
    seen = Counter()
    for seed, one in zip(SEEDS, random_rows, strict=True):
        days.rebuild()
        for account, period in itertools.product(one.rows.account.values(), PERIODS):
            want = recount(account, period)
            for figure in SAME:
                got = listed(STAFF, figure=figure, account=account.ref, **address(period))
                assert got == list(want[figure].cases), (seed, account.ref, period, figure)
                seen[figure] += len(got)
            check_parts(account, period, want, seen)
    assert min(seen.values()) > 0


def check_parts(account, period, want, seen):
    """Misses, complaints, ages and hours too."""
    where = address(period, account=account.ref)
    for figure, name in (("F7", "response"), ("F9", "next response")):
        missed = {one["case"] for one in want["misses"].data if one["target"] == name}
        got = listed(STAFF, figure=f"{figure}-missed", **where)
        assert got == sorted(missed)
        seen["missed"] += len(got)
    complained = sum(one["n"] for one in want["F16"].data["complaints"])
    assert len(listed(STAFF, figure="F16", **where)) == complained
    for name in NAMES:
        aged = sorted(
            one["case"] for one in want["F15"].data["cases"] if bucket(one["days"]) == name
        )
        assert listed(STAFF, figure="F4", age=name, **where) == aged
    weekdays = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    union = set()
    for name in want["F17"].data:
        at = f"{weekdays.index(name[:3])}.{int(name[4:])}"
        got = listed(STAFF, figure="F17", at=at, **where)
        assert got
        union |= set(got)
    assert sorted(union) == list(want["F17"].cases)
    assert [n for _, n in AGES] + [OLDER] == list(NAMES)


def asked(period, **more):
    return Asked(*period, period="own", **more)


def test_pages_count_what_a_recount_counts(random_rows):  # noqa: F811
    for seed, one in zip(SEEDS, random_rows, strict=True):
        days.rebuild()
        for account, period in itertools.product(one.rows.account.values(), PERIODS):
            want = figures_for(SYSTEM, account, period)
            scope = Scope(STAFF, account)
            found = sums.figures(sums.read(scope, asked(period)).period)
            for name, figure in found.items():
                assert figure.items() <= {**want[name], **figure}.items()
                assert {k: v for k, v in want[name].items() if k in figure} == figure, (seed, name)
            work = open_work(scope, asked(period))
            assert work.total == want["F4"]["value"]
            assert dict(zip(NAMES, work.ages, strict=True)) == want["F15"]["buckets"]


def test_what_is_too_early_to_say_is_counted_so(random_rows, now):  # noqa: F811
    """Three days after the last event: the instants of the youngest resolutions decide."""
    early = 0
    for _, one in zip(SEEDS, random_rows, strict=True):
        now.move_to(datetime.fromtimestamp(LATEST + 3 * DAY, UTC))
        days.rebuild()
        for account, period in itertools.product(one.rows.account.values(), LATE):
            want = figures_for(SYSTEM, account, period)
            found = sums.figures(sums.read(Scope(STAFF, account), asked(period)).period)
            for name in ("F2", "F12", "F14"):
                assert {k: v for k, v in want[name].items() if k in found[name]} == found[name]
            early += found["F12"]["immature"]
            refs = listed(STAFF, figure="F12-early", account=account.ref, **address(period))
            assert bool(refs) is bool(found["F12"]["immature"])
    assert early > 0


def test_the_house_is_the_sum_of_its_accounts(random_rows):  # noqa: F811
    for _, one in zip(SEEDS[:4], random_rows, strict=False):
        days.rebuild()
        for period in PERIODS:
            house = sums.read(Scope(STAFF), asked(period)).period
            some = [
                sums.read(Scope(STAFF, a), asked(period)).period for a in one.rows.account.values()
            ]
            assert house.counts == sum((part.counts for part in some), Counter())
            granted = Actor(
                user_id=1,
                is_staff=True,
                accounts=frozenset(a.id for a in list(one.rows.account.values())[:2]),
            )
            few = sums.read(Scope(granted), asked(period)).period
            assert few.counts == some[0].counts + some[1].counts
            for name in ("first", "clock", "lived"):
                values = sorted(
                    v for part in some for some_list in part.lists[name] for v in some_list
                )
                assert house.n(name) == len(values)
                assert house.ranked(name, 90) == (
                    values[-(-90 * len(values) // 100) - 1] if values else None
                )


def test_a_breakdown_adds_up_and_leads_to_its_cases(random_rows):  # noqa: F811
    for _, one in zip(SEEDS[:3], random_rows, strict=False):
        days.rebuild()
        for account, by in itertools.product(one.rows.account.values(), DIMENSIONS):
            wanted = asked(PERIODS[0], view="breakdown", by=by)
            scope = Scope(STAFF, account)
            groups = breakdown.groups(scope, wanted)
            whole = sums.read(scope, wanted).period
            for name in ("opened", "resolved", "reopened", "met:response", "missed:next response"):
                assert sum(group.counts[name] for group in groups.values()) == whole.counts[name]
            for (code, _), group in groups.items():
                where = address(PERIODS[0], account=account.ref, **breakdown.narrowing(by, code))
                assert len(listed(STAFF, figure="F1", **where)) == group.counts["opened"]


def test_the_command_breaks_figures_down_as_the_page_does(random_rows):  # noqa: F811
    for _, one in zip(SEEDS[:3], random_rows, strict=False):
        days.rebuild()
        for account, by in itertools.product(one.rows.account.values(), DIMENSIONS):
            found = figures_by(SYSTEM, account, PERIODS[0], by)
            assert found["by"] == by
            whole = figures_for(SYSTEM, account, PERIODS[0])
            for name in ("F1", "F2", "F3"):
                assert (
                    sum(group[name]["value"] for group in found["groups"].values())
                    == whole[name]["value"]
                )
            for name in ("F7", "F8", "F9", "F12", "F13", "F14", "F24", "F28"):
                parts = [group[name] for group in found["groups"].values()]
                assert sum(part["numerator"] for part in parts) == whole[name]["numerator"]
            if by in ("channel", "category", "priority"):
                pages = breakdown.groups(
                    Scope(STAFF, account), asked(PERIODS[0], view="breakdown", by=by)
                )
                for (_code, label), one_sum in pages.items():
                    group, page = found["groups"][label], sums.figures(one_sum)
                    for name in ("F1", "F3", "F6", "F7", "F8", "F9", "F10", "F12"):
                        assert {**page[name], **group[name]} == group[name], (by, label, name)
                check_quality(account, by, found["groups"])


def check_quality(account, by, wanted):
    """The other half of the page."""
    found = judged(Scope(SYSTEM, account), asked(PERIODS[0], view="breakdown", by=by))
    pages = {label: one for (_code, label), one in found.items()}
    assert wanted.keys() <= pages.keys()
    for label, group in wanted.items():
        page = pages[label]
        for figure, name in (("F13", "repeated"), ("F14", "settled"), ("F28", "team")):
            got = {"numerator": page.counts[name], "denominator": page.counts[f"all:{name}"]}
            assert {**group[figure], **got} == group[figure], (by, label, figure)
        escalated = group["F24"]["denominator"], group["F24"].get("undated", 0)
        assert (page.counts["all:escalated"], page.counts["undated"]) == escalated
        assert page.counts["left"] == group["F4"]["value"]


@pytest.mark.parametrize(
    "args",
    [
        {"figure": "F99"},
        {"figure": "F1", "from": "2026-13-01"},
        {"figure": "F1", "from": "2026-03-02", "to": "2026-03-01"},
        {"figure": "F1", "account": "none-such"},
        {"figure": "F4", "age": "<script>"},
        {"figure": "F17", "at": "7.24"},
    ],
)
def test_an_address_that_cannot_be_is_a_list_like_any_other(session, args):
    days_ = {"from": "2026-01-01", "to": "2026-02-01"}
    filters = Filters.asked(STAFF, MultiDict({**days_, **args}))
    if filters.behind is None:
        assert filters == Filters.from_args({**days_, **args})
    assert queries.queue_for(STAFF, filters).rows == []
