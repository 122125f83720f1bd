"""Many accounts side by side: each has the figures that are counted for it alone, and they cost the same for more."""

from collections import Counter
from datetime import date

import pytest

from portal.actor import SYSTEM, Actor
from portal.db import db
from portal.insights import account_health, days
from portal.insights.account_health import Subject
from portal.insights.asked import Asked
from portal.insights.queries import figures_for
from portal.insights.scope import Scope
from portal.insights.standings import promises, standings, together
from tests import factories
from tests.insights.test_random_in_database import DATES, SEEDS, random_rows  # noqa: F401
from tests.workspace.counting import statements

EXECUTIVE = Actor(user_id=1, is_staff=True, everywhere=True, roles=frozenset({"executive"}))
PERIODS = ((DATES[0], DATES[-1]), (DATES[1], DATES[2]))
SAME = ("F1", "F2", "F3", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12", "F13", "F14", "F18")


def asked(days):
    return Asked(*days, period="own")


def differing(one, want):
    """The names of figures that are not those of `portal figures`."""
    for name in SAME:
        if one.figures[name] != {key: want[name][key] for key in one.figures[name]}:
            yield name, one.figures[name], want[name]
    if one.figures["F20"] != want["F20"]:
        yield "F20", one.figures["F20"], want["F20"]
    for name, keys in (("F4", ("value",)), ("F15", ("buckets", "oldest"))):
        if one.figures[name] != {key: want[name][key] for key in keys}:
            yield name, one.figures[name], want[name]
    if one.escalated != want["F24"]["numerator"]:
        yield "F24", one.escalated, want["F24"]


def test_each_account_has_the_figures_that_are_counted_for_it_alone(random_rows):  # noqa: F811
    seen = Counter()
    for seed, each in zip(SEEDS, random_rows, strict=True):
        days.rebuild()
        for period in PERIODS:
            found = standings(Scope(EXECUTIVE), asked(period))
            assert {one.account.id for one in found} == {a.id for a in each.rows.account.values()}
            for one in found:
                account = next(a for a in each.rows.account.values() if a.id == one.account.id)
                want = figures_for(SYSTEM, account, period)
                assert list(differing(one, want)) == [], (seed, account.ref, period)
                seen.update(opened=want["F1"]["value"], escalated=want["F24"]["numerator"])
                seen.update(answers=want["F18"]["denominator"], missed=len(want["misses"]))
                check_promises(one, want)
    assert min(seen.values()) > 0


def check_promises(one, want):
    kept, decided = promises(one.now)
    assert kept == sum(want[name]["numerator"] for name in ("F7", "F8", "F9"))
    assert decided - kept == len(want["misses"])


def test_all_together_are_the_sums_of_each(random_rows):  # noqa: F811
    votes = 0
    for each in random_rows:
        days.rebuild()
        found = standings(Scope(EXECUTIVE), asked(PERIODS[0]))
        wants = [figures_for(SYSTEM, a, PERIODS[0]) for a in each.rows.account.values()]
        votes += check_sums(together(found), wants)
    assert votes > 0


def check_sums(whole, wants):
    """Counts and both parts of shares add up; answers how many votes there were."""
    for name in ("F1", "F2", "F3", "F4"):
        assert whole[name]["value"] == sum(want[name]["value"] for want in wants)
    for name in ("F7", "F8", "F9", "F12", "F18"):
        for part in ("numerator", "denominator"):
            assert whole[name][part] == sum(want[name][part] for want in wants)
    votes = sum(wave["n"] for want in wants for wave in want["F20"].values())
    assert sum(wave["n"] for wave in whole["F20"].values()) == votes
    return votes


def test_health_is_the_one_kept_on_the_last_day_up_to_the_end(session, cast):
    account = cast.acme.account
    subject = Subject(account.id, account.timezone, account.contract_renewal)
    for day in account_health.measured(subject, [date(2026, 1, 30), date(2026, 2, 2)]):
        account_health.keep(day)
    found = standings(Scope(EXECUTIVE), asked((date(2026, 1, 1), date(2026, 2, 1))))
    kept = {one.account.id: one.health for one in found}
    assert kept[account.id].day == date(2026, 1, 30)
    assert kept[cast.globex.account.id] is None


@pytest.mark.proves("P1")
def test_somebody_else_s_accounts_are_not_among_them(session, cast):
    manager = Actor(
        user_id=cast.acme.manager.id,
        is_staff=True,
        roles=frozenset({"account_manager"}),
        accounts=frozenset({cast.acme.account.id}),
    )
    found = standings(Scope(manager, manager_id=manager.user_id), asked(PERIODS[0]))
    assert [one.account.ref for one in found] == [cast.acme.account.ref]


def test_forty_accounts_cost_as_many_statements_as_two(app, session, cast):
    def cost():
        with statements(app) as seen:
            standings(Scope(EXECUTIVE), asked(PERIODS[0]))
        return len(seen)

    two = cost()
    for number in range(38):
        factories.make_account(ref=f"A-{number}", name=f"Account {number}")
    db.session.flush()
    assert cost() == two <= 8
