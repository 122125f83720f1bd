"""Truth tables of what may be done with a review."""

from dataclasses import replace

import pytest

from portal.reviews import policy
from portal.reviews.models import Review, ReviewState, Stage
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


def review(state=ReviewState.READY, stage=Stage.DRAFT, **changes):
    values = {"children": False, "shared_with": [], "named": [], "stage": stage, "state": state}
    return Review(account_id=1, **values | changes)


def allowed(rule, *arguments):
    return [actor for actor in EVERYONE if rule(actor, *arguments)]


def in_order(*some):
    return [actor for actor in EVERYONE if actor in some]


@pytest.mark.proves("T5")
@pytest.mark.parametrize("stage", [Stage.ISSUED, Stage.ACKNOWLEDGED])
def test_an_issued_review_is_for_staff_of_the_account_and_its_sponsors(stage):
    assert allowed(policy.may_read, review(stage=stage)) == in_order(*cast.SEEING, SPONSOR)


@pytest.mark.proves("T5", "P1")
@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.IN_APPROVAL, Stage.APPROVED])
@pytest.mark.parametrize("state", list(ReviewState))
def test_a_draft_is_for_staff_alone(stage, state):
    assert allowed(policy.may_read, review(state, stage)) == in_order(*cast.SEEING)


@pytest.mark.proves("T5")
def test_only_managers_and_executives_add_internal_figures_and_only_to_a_draft():
    issuing = allowed(policy.may_issue, review())
    assert allowed(policy.may_quote, review()) == issuing
    assert allowed(policy.may_add_figures, review()) == issuing
    assert cast.AGENT not in issuing
    for stage in set(Stage) - {Stage.DRAFT}:
        assert allowed(policy.may_add_figures, review(stage=stage)) == []


@pytest.mark.proves("T5", "P1")
def test_a_shared_draft_is_for_the_parts_it_is_shared_with():
    with_sponsors = review(shared_with=["sponsor"])
    assert allowed(policy.may_read, with_sponsors) == in_order(*cast.SEEING, SPONSOR)
    with_contacts = review(shared_with=["contact"])
    whole = [actor for actor in EVERYONE if actor.sees_whole(1)]
    assert allowed(policy.may_read, with_contacts) == in_order(*cast.SEEING, *whole)
    for hidden in (review(stage=Stage.PLANNED), review(ReviewState.BUILDING)):
        hidden.shared_with = ["sponsor", "contact"]
        assert allowed(policy.may_read, hidden) == in_order(*cast.SEEING)


@pytest.mark.proves("T5")
def test_a_review_over_child_accounts_is_not_for_a_client():
    whole = review(stage=Stage.ISSUED, children=True, shared_with=["sponsor", "contact"])
    assert allowed(policy.may_read, whole) == in_order(*cast.SEEING)
    assert allowed(policy.may_acknowledge, whole) == []


@pytest.mark.proves("T5")
def test_managers_and_executives_issue():
    issuing = [actor for actor in ORDERING if actor.has("account_manager", "executive")]
    assert allowed(policy.may_issue, review()) == in_order(*issuing)
    assert issuing


@pytest.mark.proves("T5")
def test_nobody_approves_what_they_submitted():
    mine = review(stage=Stage.IN_APPROVAL, submitted_by_id=cast.MANAGER.user_id)
    issuing = [actor for actor in ORDERING if actor.has("account_manager", "executive")]
    others = [actor for actor in issuing if actor.user_id != cast.MANAGER.user_id]
    assert allowed(policy.may_approve, mine) == in_order(*others)
    assert others != issuing


@pytest.mark.proves("T5")
def test_sponsors_acknowledge_what_is_issued():
    assert allowed(policy.may_acknowledge, review(stage=Stage.ISSUED)) == in_order(SPONSOR)
    assert allowed(policy.may_acknowledge, review()) == []


@pytest.mark.proves("T5")
def test_whoever_of_the_client_reads_it_disputes_it():
    issued = review(stage=Stage.ISSUED)
    assert allowed(policy.may_dispute, issued) == in_order(*ORDERING, SPONSOR)
    issuing = [actor for actor in ORDERING if actor.has("account_manager", "executive")]
    assert allowed(policy.may_settle, issued) == in_order(*issuing, SPONSOR)
    assert allowed(policy.may_dispute, review()) == in_order(*ORDERING)


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
