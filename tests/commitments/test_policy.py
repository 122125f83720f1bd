"""Truth tables of what may be done with commitments."""

from dataclasses import replace

import pytest

from portal.commitments import policy
from portal.commitments.models import Commitment, Party
from tests.accounts import test_policy as cast

SPONSOR = replace(cast.CONTACT, user_id=30, sponsored=cast.HERE)
OWNER = replace(cast.CONTACT, user_id=31, stakeholder_ids={1: 77})
EVERYONE = (*cast.EVERYONE, SPONSOR, OWNER)
WRITING = (
    cast.MANAGER,
    cast.DEPUTY_MANAGER,
    cast.DEPUTY_AGENT,
    cast.AGENT,
    cast.MANAGER_OF_ANOTHER,
    cast.EXECUTIVE,
)


def entry(side=Party.CLIENT, **changes):
    return Commitment(account_id=1, side=side, **changes)


def allowed(rule, *arguments):
    return [actor for actor in EVERYONE if rule(actor, *arguments)]


def in_order(*some):
    return [actor for actor in EVERYONE if actor in some]


@pytest.mark.proves("T5")
def test_the_ledger_is_for_those_who_see_the_account_whole():
    seeing = [actor for actor in EVERYONE if actor.sees_whole(1)]
    assert allowed(policy.may_see_ledger, cast.ACCOUNT) == seeing
    assert seeing and len(seeing) < len(EVERYONE)


@pytest.mark.proves("T5")
def test_agents_managers_and_executives_write_and_change():
    assert allowed(policy.may_write, cast.ACCOUNT) == in_order(*WRITING)
    assert allowed(policy.may_change, entry()) == in_order(*WRITING)


@pytest.mark.proves("T5")
def test_the_client_ticks_its_own_alone():
    assert allowed(policy.may_tick, entry()) == in_order(*WRITING, SPONSOR)
    assert allowed(policy.may_tick, entry(stakeholder_id=77)) == in_order(*WRITING, SPONSOR, OWNER)
    assert allowed(policy.may_tick, entry(Party.US)) == in_order(*WRITING)
