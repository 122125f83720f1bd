"""Truth tables of what may be done with an account."""

import pytest

from portal.accounts import policy
from portal.accounts.models import Account
from portal.actor import Actor

ACCOUNT = Account(id=1, ref="A", name="A", manager_id=10, deputy_id=11)
HERE, ELSEWHERE = frozenset({1}), frozenset({2})


def staff(user_id, *roles, accounts=HERE, everywhere=False):
    return Actor(
        user_id=user_id,
        is_staff=True,
        roles=frozenset(roles),
        accounts=accounts,
        everywhere=everywhere,
    )


MANAGER = staff(10, "account_manager")
DEPUTY_MANAGER = staff(11, "account_manager")
DEPUTY_AGENT = staff(11, "agent")
AGENT = staff(12, "agent")
MANAGER_OF_ANOTHER = staff(13, "account_manager")
MANAGER_ELSEWHERE = staff(10, "account_manager", accounts=ELSEWHERE)
EXECUTIVE = staff(14, "executive", accounts=frozenset(), everywhere=True)
ADMIN = staff(15, "admin", accounts=frozenset(), everywhere=True)
CONTACT = Actor(user_id=20, roles=frozenset({"contact"}), accounts=HERE)
OWN_ONLY = Actor(user_id=21, roles=frozenset({"contact"}), own_accounts=HERE)
STRANGER = Actor(user_id=22, roles=frozenset({"contact"}), accounts=ELSEWHERE)
NOBODY = Actor()

EVERYONE = (
    MANAGER,
    DEPUTY_MANAGER,
    DEPUTY_AGENT,
    AGENT,
    MANAGER_OF_ANOTHER,
    MANAGER_ELSEWHERE,
    EXECUTIVE,
    ADMIN,
)
EVERYONE += (CONTACT, OWN_ONLY, STRANGER, NOBODY)
SEEING = (MANAGER, DEPUTY_MANAGER, DEPUTY_AGENT, AGENT, MANAGER_OF_ANOTHER, EXECUTIVE, ADMIN)
ALLOWED = {
    policy.may_see: (*SEEING, CONTACT, OWN_ONLY),
    policy.may_see_figures: (*SEEING, CONTACT),
    policy.may_see_contract: (*SEEING, CONTACT),
    policy.may_see_value: SEEING,
    policy.may_change_team: (MANAGER, DEPUTY_MANAGER, ADMIN),
}


@pytest.mark.proves("T5")
@pytest.mark.parametrize("rule", ALLOWED, ids=lambda rule: rule.__name__)
def test_each_rule_says_yes_to_these_and_no_to_all_others(rule):
    assert [actor for actor in EVERYONE if rule(actor, ACCOUNT)] == [
        a for a in EVERYONE if a in ALLOWED[rule]
    ]
