"""F13 and F14 of a review: read, counted from its rows, printed in section 6, found wrong when they are changed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.actor import SYSTEM
from portal.cases.models import CaseLink, LinkKind, Origin
from portal.db import db
from portal.insights.queries import figures_for
from portal.reviews.content import compose
from portal.reviews.figures_csv import figures_csv
from portal.reviews.recount import differences
from portal.reviews.snapshot import freeze, thaw
from tests import factories
from tests.reviews import samples
from tests.reviews.conftest import BRAND, sheet_of
from tests.reviews.test_gathering import AS_OF, QUARTER, at, case, gather
from tests.reviews.test_gathering import acme as acme

DAY = timedelta(days=1)


def repeat(about, of, *, confirmed=True):
    db.session.add(
        CaseLink(
            account_id=about.account_id,
            case_id=about.id,
            of_case_id=of.id,
            kind=LinkKind.REPEAT,
            confirmed=confirmed,
            created_at=at(11, 1),
            recorded_at=at(11, 1),
        )
    )


def answered(acme, about, *times):
    for when in times:
        factories.make_message(about, acme.agent, "Reply", occurred_at=when)


@pytest.fixture
def coming_back(acme):
    """Two repeats of one case, one of them of a secret one, a suggestion, one too late; answers once and twice."""
    old = case(acme, at(8, 1), at(9, 20), ref="T-old")
    long_ago = case(acme, at(5, 1), at(5, 2), ref="T-long-ago")
    same = case(acme, at(10, 5), at(10, 8), ref="T-same")
    other = case(acme, at(10, 6), at(10, 9), ref="T-other", confidential=True)
    other.opened_by_id = factories.make_stakeholder(acme.account, name="Somebody").id
    guessed = case(acme, at(10, 7), ref="T-guessed")
    late = case(acme, at(10, 12), at(10, 13), ref="T-late", origin=Origin.ON_BEHALF)
    repeat(same, old)
    repeat(other, old)
    repeat(guessed, old, confirmed=False)
    repeat(late, long_ago)
    answered(acme, same, at(10, 6))
    answered(acme, other, at(10, 7), at(10, 8))
    db.session.flush()
    return acme


def test_both_figures_are_counted_and_given_again_by_the_rows(coming_back):
    found = thaw(freeze(gather(coming_back, actor=SYSTEM)))
    said = found.lasting
    assert (said.repeated.numerator, said.repeated.denominator) == (2, 4)
    assert (said.same_person, said.other_person, said.suggested) == (1, 1, 1)
    assert (said.settled.numerator, said.settled.denominator) == (2, 3)
    assert said.once == ("T-late", "T-same")
    assert list(differences(found)) == []


def test_they_are_those_of_the_portal(coming_back):
    said = gather(coming_back, actor=SYSTEM).lasting
    days = QUARTER.starts_on, QUARTER.ends_on
    found = figures_for(SYSTEM, coming_back.account, days, AS_OF)
    names = ("numerator", "denominator", "value")
    for figure, share in (("F13", said.repeated), ("F14", said.settled)):
        assert [found[figure][name] for name in names] == [getattr(share, name) for name in names]
    assert found["F13"]["same_person"] == said.same_person


@pytest.mark.proves("T12")
def test_the_rows_name_no_confidential_case(coming_back):
    assert "T-other" not in freeze(gather(coming_back, actor=SYSTEM)).decode()


def test_a_changed_figure_or_row_is_found(coming_back):
    found = gather(coming_back, actor=SYSTEM)
    more = replace(found.lasting, settled=replace(found.lasting.settled, numerator=3))
    (difference,) = differences(replace(found, lasting=more))
    assert (difference.what, difference.says, difference.gives) == (
        "2025-Q4, F14, numerator",
        "3",
        "2",
    )
    fewer = replace(found.lasting, repeats=found.lasting.repeats[:1])
    told = {one.what for one in differences(replace(found, lasting=fewer))}
    assert "2025-Q4, F13, numerator" in told


def test_section_six_prints_them_and_the_definitions_do(app, coming_back):
    found = gather(coming_back, actor=SYSTEM)
    html = sheet_of(app, found).html
    assert "Asked again by the same person: 1; by another one: 1." in html
    assert "1 suggested repeat is not confirmed and not counted." in html
    assert 'id="def-F13"' in html
    assert "50.0" in html
    assert "F13,all,2,4,50.0,%," in figures_csv(found)


def test_a_file_made_before_prints_what_it_printed(speaking):
    content = compose(samples.material(), "en", BRAND)
    assert not {"F13", "F14"} & {one.id for one in content.definitions}
    html = sheet_of(speaking, samples.material()).html
    assert "Repeat issues" not in html
    assert "Quality sample" not in html
    assert b"lasting" not in freeze(samples.material())
