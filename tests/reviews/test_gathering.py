"""What a review reads: its figures, lists and days, and what it must never name."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.actor import SYSTEM
from portal.cases.models import Kind, Status
from portal.db import db
from portal.identity.actors import actor_for
from portal.reviews.case_lists import OLDEST
from portal.reviews.content import ROWS
from portal.reviews.gathering import material_for
from portal.reviews.periods import Period
from tests import factories
from tests.workspace.counting import statements

QUARTER = Period.parse("2025-Q4")
AS_OF = datetime(2026, 2, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def at(month, day, hour=10):
    return datetime(2025, month, day, hour, tzinfo=UTC)


@pytest.fixture
def acme(session):
    return factories.make_company("acme")


def case(acme, opened_at, resolved_at=None, **changes):
    made = factories.make_case(
        acme.account,
        acme.contact_person,
        opened_at=opened_at,
        resolved_at=resolved_at,
        status=Status.RESOLVED if resolved_at else Status.OPEN,
        **changes,
    )
    if resolved_at:
        factories.make_event(made, "CaseResolved", resolved_at, new="resolved")
    return made


def gather(acme, period=QUARTER, actor=None, **more):
    db.session.flush()
    return material_for(actor or actor_for(acme.agent), acme.account, period, AS_OF, **more)


def test_cases_opened_or_resolved_in_the_period_are_listed_in_order_of_opening(acme):
    case(acme, at(9, 30), at(10, 2), ref="T-before")
    case(acme, at(12, 31), ref="T-last")
    case(acme, at(10, 1), at(10, 1, 12), ref="T-first")
    case(acme, at(8, 1), at(9, 1), ref="T-outside")
    found = gather(acme)
    assert [line.ref for line in found.cases] == ["T-before", "T-first", "T-last"]
    assert (found.case_total, found.confidential, found.excluded) == (3, 0, 0)
    assert found.cases[0].asked_by == "acme contact"


@pytest.mark.proves("T12")
def test_a_confidential_case_counts_and_is_named_nowhere(acme):
    case(acme, at(10, 1), ref="T-shared", subject="Shared")
    case(acme, at(10, 1), ref="T-secret", subject="Secret matter", confidential=True)
    for actor in (SYSTEM, actor_for(acme.manager)):
        found = gather(acme, actor=actor)
        assert found.figures.opened == 2
        assert found.figures.backlog == 2
        assert found.confidential == 1
        assert [line.ref for line in (*found.cases, *found.oldest)] == ["T-shared", "T-shared"]


@pytest.mark.proves("P2")
def test_an_internal_note_is_in_no_day_and_no_figure(acme):
    about = case(acme, at(10, 6))
    factories.make_message(about, acme.contact_person, "Words", occurred_at=at(10, 6))
    factories.make_message(about, acme.agent, "Reply", occurred_at=at(10, 7))
    factories.make_message(about, acme.agent, "Note", occurred_at=at(10, 6, 11), internal=True)
    found = gather(acme)
    assert [(index, pair) for index, pair in enumerate(found.days) if any(pair)] == [
        (5, (1, 0)),
        (6, (0, 1)),
    ]
    assert found.figures.first.p50 == 86_400


def test_days_are_those_of_the_accounts_zone(session):
    for zone, index in (("Pacific/Auckland", 1), ("America/New_York", 0), ("Asia/Kathmandu", 1)):
        company = factories.make_company(zone.lower().replace("/", "-"), timezone=zone)
        about = case(company, at(10, 1, 12))
        late = datetime(2025, 10, 1, 19, 30, tzinfo=UTC)
        factories.make_message(about, company.contact_person, "Words", occurred_at=late)
        days = gather(company).days
        assert len(days) == 92
        assert [day for day, pair in enumerate(days) if any(pair)] == [index], zone


def test_what_is_no_normal_case_is_left_out_and_said(acme):
    about = case(acme, at(10, 1), kind=Kind.TEST)
    factories.make_message(about, acme.contact_person, "Words", occurred_at=at(10, 1))
    found = gather(acme)
    assert (found.figures.opened, found.case_total, found.excluded) == (0, 0, 1)
    assert not any(map(any, found.days))
    assert found.cases == ()


def test_a_long_list_is_cut_with_open_cases_first(acme):
    for number in range(ROWS + 5):
        opened = at(10, 1) + number * timedelta(hours=2)
        case(acme, opened, opened + DAY, ref=f"T-done-{number:03d}")
    case(acme, at(10, 1), ref="T-open")
    found = gather(acme)
    assert (len(found.cases), found.case_total) == (ROWS, ROWS + 6)
    assert "T-open" in {line.ref for line in found.cases}
    assert "T-done-000" not in {line.ref for line in found.cases}


def test_the_oldest_open_cases_at_the_end_lead(acme):
    for number in range(OLDEST + 2):
        case(acme, at(10, 1) + number * DAY, ref=f"T-{number}")
    case(acme, at(9, 1), at(12, 30), ref="T-resolved-inside")
    case(acme, at(9, 1), at(12, 31) + 10 * DAY, ref="T-resolved-later")
    found = gather(acme)
    assert [line.ref for line in found.oldest] == ["T-resolved-later", "T-0", "T-1", "T-2", "T-3"]
    assert found.oldest[0].days == 121


def test_the_figures_hold_the_period_the_one_before_and_each_month(acme):
    case(acme, at(9, 10))
    case(acme, at(10, 10))
    case(acme, at(12, 10))
    found = gather(acme)
    assert (found.figures.opened, found.previous.opened) == (2, 1)
    assert [month.period.code for month in found.months] == ["2025-10", "2025-11", "2025-12"]
    assert [month.figures.opened for month in found.months] == [1, 0, 1]
    assert all(f.identity.holds for f in (found.figures, found.previous))
    alone = gather(acme, Period.parse("2025-10"))
    assert [month.figures for month in alone.months] == [alone.figures]


def test_child_accounts_count_only_when_asked_for(acme):
    child = factories.make_account(parent=acme.account, name="Child", ref="CHILD")
    factories.make_case(child, opened_at=at(10, 3), ref="T-child")
    alone, together = gather(acme, actor=SYSTEM), gather(acme, actor=SYSTEM, children=True)
    assert (alone.figures.opened, alone.children) == (0, ())
    assert (together.figures.opened, together.children) == (1, ("Child",))
    assert [line.ref for line in together.cases] == ["T-child"]


def test_statements_do_not_grow_with_cases(app, acme):
    def sent():
        with statements(app) as seen:
            gather(acme)
        return len(seen)

    case(acme, at(10, 1), at(10, 2))
    few = sent()
    for number in range(30):
        opened = at(10, 2) + number * DAY
        about = case(acme, opened, opened + DAY)
        factories.make_message(about, acme.contact_person, "Words", occurred_at=opened)
    assert sent() <= few
