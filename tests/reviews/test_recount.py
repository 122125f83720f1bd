"""The rows inside a review give every one of its figures, and name nobody who may not be named."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.accounts.models import Account
from portal.actor import SYSTEM
from portal.cases.models import Case
from portal.db import db, opened
from portal.insights.check import check
from portal.reviews.periods import Period
from portal.reviews.recount import differences
from portal.reviews.row_files import row_files
from portal.reviews.snapshot import freeze, thaw
from portal.sla.models import PlanVersion, PromiseRow
from portal.sla.promises import State
from tests import factories
from tests.reviews.test_gathering import acme as acme
from tests.reviews.test_gathering import at, case, gather

DAY = timedelta(days=1)


def on_a_plan(acme, **more):
    """Office hours for most, round the clock for what is urgent; the plan's version."""
    office = factories.make_calendar("Office")
    always = factories.make_calendar("Always", weekly=[[[0, 1440]]] * 7)
    targets = {"normal": (3600, 3600, 7200, None), "high": (60, 60, 7200, always), **more}
    plan = factories.make_plan("gold", office, targets)
    named = update(Account).where(Account.id == acme.account.id).values(sla_plan="gold")
    db.session.execute(opened(named, Account, why="a test"))
    return db.session.scalars(select(PlanVersion).where(PlanVersion.plan_id == plan.id)).one()


def decided(about, version, at, *, kept, cause=""):
    """A promise of a first answer that was kept or missed at an instant."""
    db.session.add(
        PromiseRow(
            account_id=about.account_id,
            case_id=about.id,
            target="response",
            number=1,
            version_id=version.id,
            clock_id=version.calendar_id,
            priority=about.priority,
            begins_at=about.opened_at,
            counted_at=at,
            due_at=at,
            decided_at=at,
            recorded_at=at,
            state=State.MET if kept else State.MISSED,
            cause=cause,
        )
    )


@pytest.fixture
def busy(acme):
    """Cases with answers, waiting, a reopening, a priority that changed, promises and a secret."""
    agreed = on_a_plan(acme)
    for number in range(12):
        begun = at(9, 20) + number * 5 * DAY
        about = case(acme, begun, begun + 2 * DAY, ref=f"T-{number:02d}", category=f"K{number % 3}")
        factories.make_message(about, acme.agent, "Reply", occurred_at=begun + DAY / 2)
        factories.make_message(about, acme.contact_person, "Words", occurred_at=begun + DAY)
        decided(
            about, agreed, begun + DAY / 2, kept=number % 4 != 0, cause="holiday" * (number == 4)
        )
    again = case(acme, at(10, 2), ref="T-again", priority="high")
    for kind, day, old, new in (
        ("StatusChanged", 3, "open", "waiting"),
        ("StatusChanged", 5, "waiting", "open"),
        ("PriorityChanged", 6, "normal", "high"),
        ("CaseResolved", 8, "open", "resolved"),
        ("CaseReopened", 9, "resolved", "open"),
    ):
        factories.make_event(again, kind, at(10, day), old=old, new=new)
    secret = case(acme, at(10, 20), ref="T-secret", subject="Secret matter", confidential=True)
    factories.make_message(secret, acme.contact_person, "Hush", occurred_at=at(10, 21))
    return acme


@pytest.mark.parametrize("code", ["2025-Q4", "2025-10", "2025"])
def test_the_rows_give_every_figure(busy, code):
    found = thaw(freeze(gather(busy, Period.parse(code), SYSTEM)))
    assert found.figures.opened > 5
    assert found.figures.reopened == 1
    assert found.figures.response.denominator > 5
    assert found.figures.misses
    assert list(differences(found)) == []


def test_a_changed_figure_and_a_changed_row_are_named(busy):
    found = gather(busy, actor=SYSTEM)
    wrong = replace(found, figures=replace(found.figures, reopened=7))
    (difference,) = differences(wrong)
    assert (difference.what, difference.says, difference.gives) == ("2025-Q4, F3", "7", "1")
    fewer = replace(found, evidence=replace(found.evidence, cases=found.evidence.cases[:-1]))
    assert "2025-Q4, F1" in {difference.what for difference in differences(fewer)}
    earlier = replace(found, previous=replace(found.previous, backlog=99))
    assert [difference.what for difference in differences(earlier)] == ["2025-Q3, F4"]


@pytest.mark.proves("T12")
def test_a_confidential_case_is_a_number_and_no_person_is_in_the_rows(busy):
    found = gather(busy, actor=SYSTEM)
    frozen = freeze(found).decode()
    for secret in ("T-secret", "Secret matter", "Hush"):
        assert secret not in frozen
    assert [row[0] for row in found.evidence.cases if "T-" not in row[0]] == ["confidential 1"]
    rows = "".join(row_files(found).values())
    for person in ("acme contact", "acme agent", "acme manager", "Words", "Reply"):
        assert person not in rows


def test_the_cause_of_a_miss_on_a_confidential_case_stays_inside(busy):
    for row in db.session.scalars(PromiseRow.unscoped("test")):
        row.cause = "told to nobody"
    db.session.flush()
    for about in db.session.scalars(Case.unscoped("test")):
        about.confidential = True
    found = gather(busy, actor=SYSTEM)
    assert found.figures.misses
    assert "told to nobody" not in freeze(found).decode()
    assert list(differences(found)) == []


def test_the_files_inside_are_case_files_that_anyone_can_count(busy, tmp_path):
    found = gather(busy, actor=SYSTEM)
    for name, text in row_files(found).items():
        (tmp_path / name).write_text(text, newline="")
    counted = {one["id"]: one["figures"] for one in check(tmp_path / "meta.json")["results"]}
    assert set(counted) == {"2025-Q4", "2025-Q3", "2025-10", "2025-11", "2025-12"}
    now = counted["2025-Q4"]
    assert now["F1"]["value"] == found.figures.opened
    assert now["F6"]["p90"] == found.figures.first.p90
    assert now["F7"]["numerator"] == found.figures.response.numerator
    assert now["F10"]["p50"] == found.figures.solved.p50
    assert len(now["misses"]) == len(found.figures.misses)
    assert json.loads(row_files(found)["meta.json"])["reports"][0]["tz"] == found.timezone


def test_an_account_without_cases_has_no_rows_and_no_difference(acme):
    found = gather(acme, actor=SYSTEM)
    assert found.evidence.cases == ()
    assert list(differences(thaw(freeze(found)))) == []
