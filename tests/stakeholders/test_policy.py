"""Truth tables of what may be done with an account's people."""

import pytest

from portal.stakeholders import policy
from tests.accounts import test_policy as cast

SEEING = cast.SEEING
WORKING = (
    cast.MANAGER,
    cast.DEPUTY_MANAGER,
    cast.DEPUTY_AGENT,
    cast.AGENT,
    cast.MANAGER_OF_ANOTHER,
    cast.ADMIN,
)
ALLOWED = {
    policy.may_see_people: (*SEEING, cast.CONTACT, cast.OWN_ONLY),
    policy.may_see_details: SEEING,
    policy.may_change_people: WORKING,
    policy.may_invite: (cast.MANAGER, cast.DEPUTY_MANAGER, cast.ADMIN),
}


@pytest.mark.proves("T5")
@pytest.mark.parametrize("rule", ALLOWED, ids=lambda rule: rule.__name__)
def test_each_rule_says_yes_to_these_and_no_to_all_others(rule):
    assert [a for a in cast.EVERYONE if rule(a, cast.ACCOUNT)] == [
        a for a in cast.EVERYONE if a in ALLOWED[rule]
    ]


@pytest.mark.proves("T5")
def test_nobody_opens_companies_they_do_not_see():
    assert policy.may_open_tree(cast.ADMIN, [5])
    assert policy.may_open_tree(cast.MANAGER, [1])
    assert not policy.may_open_tree(cast.MANAGER, [1, 5])
    assert not policy.may_open_tree(cast.MANAGER, [])
