"""Truth tables of what may be done with a review."""

from dataclasses import replace

import pytest

from portal.reviews import policy
from portal.reviews.models import Review, ReviewState
from tests.accounts import test_policy as cast

SPONSOR = replace(cast.CONTACT, user_id=30, sponsored=cast.HERE)
SPONSOR_ELSEWHERE = replace(cast.CONTACT, user_id=31, sponsored=cast.ELSEWHERE)
EVERYONE = (*cast.EVERYONE, SPONSOR, SPONSOR_ELSEWHERE)
ORDERING = (
    cast.MANAGER,
    cast.DEPUTY_MANAGER,
    cast.DEPUTY_AGENT,
    cast.AGENT,
    cast.MANAGER_OF_ANOTHER,
    cast.EXECUTIVE,
)


def review(state=ReviewState.READY, **changes):
    return Review(account_id=1, state=state, children=False, **changes)


def allowed(rule, *arguments):
    return [actor for actor in EVERYONE if rule(actor, *arguments)]


def in_order(*some):
    return [actor for actor in EVERYONE if actor in some]


@pytest.mark.proves("T5")
def test_a_ready_review_is_for_staff_of_the_account_and_its_sponsors():
    assert allowed(policy.may_read, review()) == in_order(*cast.SEEING, SPONSOR)


@pytest.mark.proves("T5")
@pytest.mark.parametrize("state", [ReviewState.QUEUED, ReviewState.BUILDING, ReviewState.FAILED])
def test_before_it_is_ready_staff_alone_sees_it(state):
    assert allowed(policy.may_read, review(state)) == in_order(*cast.SEEING)


@pytest.mark.proves("T5")
def test_a_review_over_child_accounts_is_not_for_a_client():
    whole = Review(account_id=1, state=ReviewState.READY, children=True)
    assert allowed(policy.may_read, whole) == in_order(*cast.SEEING)


@pytest.mark.proves("T5")
def test_agents_managers_and_executives_order_where_they_see_the_account():
    assert allowed(policy.may_order, cast.ACCOUNT) == in_order(*ORDERING)


@pytest.mark.proves("T5")
def test_the_form_is_for_whoever_could_order_somewhere():
    assert allowed(policy.may_order_reviews) == in_order(*ORDERING, cast.MANAGER_ELSEWHERE)


@pytest.mark.proves("T5")
@pytest.mark.parametrize("state", list(ReviewState))
def test_again_may_whoever_may_order_but_not_while_it_is_made(state):
    resting = state in (ReviewState.READY, ReviewState.FAILED)
    expected = in_order(*ORDERING) if resting else []
    assert allowed(policy.may_order_again, review(state)) == expected
