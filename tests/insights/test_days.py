"""Sums by account and day: what is kept is what a recount finds, and days add up to the figures of any period."""

import itertools
import random
from datetime import date, timedelta

from click.testing import CliRunner
from sqlalchemy import select

from portal import clock
from portal.actor import SYSTEM
from portal.cases import operations
from portal.cases.models import Kind
from portal.cases.operations import NewCase
from portal.db import db, opened
from portal.events import Recorded
from portal.identity.actors import actor_for
from portal.insights import days, tally
from portal.insights.commands import figures
from portal.insights.day_sources import Days, tallies
from portal.insights.models import AccountTally, HouseTally, StaleMark, Width
from portal.insights.quality import MATURES_AFTER
from portal.insights.queries import figures_for
from portal.insights.ranks import nearest_rank, share
from portal.sla.events import CalendarChanged, ContractChanged
from portal.sla.terms import Target
from tests import factories
from tests.insights.test_random_in_database import DATES, SEEDS, random_rows  # noqa: F401

MADE = {"F7": Target.RESPONSE, "F8": Target.RESOLUTION, "F9": Target.NEXT_RESPONSE}
PERIODS = [
    *itertools.pairwise(DATES),
    (DATES[0], DATES[-1]),
    (date(2026, 1, 11), date(2026, 2, 3)),
    (date(2026, 3, 29), date(2026, 3, 30)),
]


def kept(account, begin, end, width=Width.DAY):
    found = select(AccountTally.counts, AccountTally.clocks, AccountTally.ends).where(
        AccountTally.account_id == account.id,
        AccountTally.width == width,
        AccountTally.starts_on >= begin,
        AccountTally.starts_on < end,
    )
    return tally.merged(db.session.execute(opened(found, AccountTally, why="a test")))


def figures_of(one):
    """The additive figures as sums of days give them."""
    limit = int(clock.now().timestamp()) - MATURES_AFTER
    counts, lists = one.counts, one.lists
    mature, once = (tally.until([lists[name]], limit) for name in ("resolved", "once"))
    found = {
        "F1": {"value": counts["opened"]},
        "F2": counts["resolved"],
        "F3": {"value": counts["reopened"]},
        "F6": {"n": len(lists["first"]), **spread(lists["first"])},
        "F10": {
            "n": len(lists["clock"]),
            **spread(lists["clock"]),
            **{f"lived_{name}": value for name, value in spread(lists["lived"]).items()},
        },
        "F11": share(counts["waited"], counts["counted"]),
        "F12": {
            "immature": len(lists["resolved"]) - mature,
            **share(tally.until([lists["back"]], limit), mature),
        },
        "F13": share(counts["repeat:same"] + counts["repeat:other"], counts["opened"]),
        "F14": share(tally.until([lists["settled"]], limit), once),
        "F16": sorted(named(counts, "category"), key=lambda one: (-one[1], one[0])),
        "complaints": sorted(named(counts, "complaint"), key=lambda one: (-one[1], one[0])),
        "F17": dict(named(counts, "hour")),
    }
    for figure, target in MADE.items():
        met, missed = counts[f"met:{target}"], counts[f"missed:{target}"]
        found[figure] = share(met, met + missed)
    return found


def spread(values):
    return {"p50": nearest_rank(values, 50), "p90": nearest_rank(values, 90)}


def named(counts, kind):
    return [
        (name.partition(":")[2], n) for name, n in counts.items() if name.startswith(f"{kind}:")
    ]


def comparable(found):
    """The same figures as a full recount prints them."""
    same = {name: found[name] for name in ("F1", "F3", "F6", "F7", "F8", "F9", "F10", "F11", "F14")}
    hours = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    repeats = {name: found["F13"][name] for name in ("numerator", "denominator", "value")}
    return same | {
        "F2": found["F2"]["value"],
        "F12": found["F12"],
        "F13": repeats,
        "F16": [(one["category"], one["n"]) for one in found["F16"]["all"]],
        "complaints": [(one["category"], one["n"]) for one in found["F16"]["complaints"]],
        "F17": {
            str(hours.index(name[:3]) * 24 + int(name[4:])): n for name, n in found["F17"].items()
        },
    }


def test_days_add_up_to_the_figures_of_any_period(random_rows):  # noqa: F811
    for seed, one in zip(SEEDS, random_rows, strict=True):
        days.rebuild()
        assert days.check() == []
        for account, period in itertools.product(one.rows.account.values(), PERIODS):
            want = comparable(figures_for(SYSTEM, account, period))
            assert figures_of(kept(account, *period)) == want, (seed, account.ref, period)


def test_months_are_their_days_and_the_house_its_accounts(random_rows):  # noqa: F811
    for _, one in zip(SEEDS[:3], random_rows, strict=False):
        days.rebuild()
        whole = tally.Tally()
        for account in one.rows.account.values():
            for begin, end in itertools.pairwise(DATES):
                assert kept(account, begin, end, Width.MONTH) == kept(account, begin, end)
            for row in tallies(Days(account.id, account.timezone)).values():
                whole.counts.update(row.counts)
        sums = select(HouseTally.counts, HouseTally.clocks, HouseTally.ends)
        for width in Width:
            house = tally.merged(db.session.execute(sums.where(HouseTally.width == width)))
            assert house.counts == whole.counts


def test_what_is_marked_is_counted_anew_and_nothing_else(random_rows):  # noqa: F811
    """Cases come one after the other into sums that know nothing of them; in the end all is as if counted at once."""
    for seed, one in zip(SEEDS, random_rows, strict=True):
        dice = random.Random(seed)
        cases = sorted(one.rows.case.values(), key=lambda case: case.id)
        dice.shuffle(cases)
        while cases:
            some = [cases.pop() for _ in range(min(len(cases), dice.randint(1, 9)))]
            for case in some:
                mark(case)
            days.catch_up({})
        assert days.check() == [], seed
        assert db.session.scalars(StaleMark.unscoped("a test")).all() == []


def mark(case):
    db.session.add(StaleMark(account_id=case.account_id, case_id=case.id, marked_at=clock.now()))
    db.session.flush()


def test_a_change_of_an_earlier_day_is_found_again(random_rows):  # noqa: F811
    changed = 0
    for _, one in zip(SEEDS, random_rows, strict=True):
        days.rebuild()
        for case in [case for case in one.rows.case.values() if case.kind == Kind.NORMAL][:2]:
            case.confidential, case.opened_at = True, case.opened_at - timedelta(days=3)
            db.session.flush()
            assert days.check() != []
            mark(case)
            days.catch_up({})
            assert days.check() == []
            changed += 1
    assert changed > 5


def test_runs_of_days():
    first = date(2026, 2, 27)
    some = [first + timedelta(days=n) for n in (0, 1, 2, 5, 7, 8)]
    assert [(b - first).days for run in days.runs(some) for b in run] == [0, 3, 5, 6, 7, 9]
    assert list(days.runs([])) == []


def test_percentiles_of_many_lists_are_those_of_one():
    dice = random.Random(7)
    for most in (*[9] * 100, *[600] * 40):
        lists = [
            sorted(dice.choices(range(dice.choice((3, 10**6))), k=dice.randint(0, most)))
            for _ in range(5)
        ]
        whole = sorted(itertools.chain.from_iterable(lists))
        for percent in (1, 50, 90, 100):
            assert tally.nearest_rank(lists, percent) == nearest_rank(whole, percent)
        again = tally.unpacked(tally.packed(lists), len(lists))
        assert [list(values) for values in again] == lists


def test_work_marks_its_cases_and_the_job_counts_them(session, cast, now):
    """Opened, answered, noted, resolved, come back, confided: each leaves a mark, and none is left after the job."""
    agent, contact = actor_for(cast.acme.agent), actor_for(cast.acme.contact)
    factories.make_plan(
        "gold", factories.make_calendar("Office"), {"normal": (3600, 3600, 7200, None)}
    )
    cast.acme.account.sla_plan = "gold"
    case = operations.open_case(
        cast.acme.account, NewCase("Leak", "It drips."), by=contact, opener=cast.acme.contact_person
    )
    for hours, work in (
        (1, lambda: operations.post_message(case, body="Where?", by=agent)),
        (30, lambda: operations.resolve(case, by=agent)),
        (200, lambda: operations.post_message(case, body="Again.", by=contact)),
        (3, lambda: operations.confide(case, True, by=agent)),
    ):
        now.shift(hours * 3600)
        work()
        assert db.session.scalars(StaleMark.unscoped("a test")).all()
        days.catch_up({})
        assert db.session.scalars(StaleMark.unscoped("a test")).all() == []
        assert days.check() == []
    operations.post_message(case, body="A note.", internal=True, by=agent)
    assert db.session.scalars(StaleMark.unscoped("a test")).all() == []
    found = kept(cast.acme.account, date(2020, 1, 1), date(2030, 1, 1))
    assert (found.counts["opened"], found.counts["resolved"], found.counts["reopened"]) == (1, 1, 1)


def test_another_agreement_counts_the_account_anew(session, cast):
    factories.make_case(cast.acme.account)
    factories.make_case(cast.globex.account)
    days.mark_all(Recorded(1, ContractChanged(cast.acme.account.id, 1, []), clock.now()))
    days.catch_up({})
    assert "stretches of account" in " ".join(days.check())
    days.mark_all(Recorded(1, CalendarChanged(None, 1, 2, "days", []), clock.now()))
    days.catch_up({})
    assert days.check() == []


def test_the_command_counts_and_compares(app, cast):
    with app.app_context():
        factories.make_case(cast.acme.account)
        db.session.commit()

    def asked(*words):
        return CliRunner().invoke(figures, ["recount", *words], obj=lambda: app)

    before = asked("--check")
    assert (before.exit_code, "of account" in before.output) == (1, True)
    assert asked().exit_code == 0
    assert asked("--check").output == "All sums are right.\n"
