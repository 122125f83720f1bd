"""Truth tables of what may be done with a case, by whom and in which state."""

import inspect

import pytest

from portal.accounts.models import Account
from portal.actor import Actor
from portal.cases import policy
from portal.cases.models import FINISHED, OPEN, Case, Status

HERE, ELSEWHERE = frozenset({1}), frozenset({2})
OPENERS_ENTRY, COLLEAGUES_ENTRY = 100, 101


def staff(accounts=HERE, **changes):
    return Actor(
        user_id=10, is_staff=True, roles=frozenset({"agent"}), accounts=accounts, **changes
    )


def contact(entry, account=1, **changes):
    reach = changes or {"accounts": frozenset({account})}
    ids = {account: entry} if entry else {}
    return Actor(user_id=20, roles=frozenset({"contact"}), stakeholder_ids=ids, **reach)


AGENT, AGENT_ELSEWHERE = staff(), staff(ELSEWHERE)
EXECUTIVE = staff(frozenset(), everywhere=True)
OPENER = contact(OPENERS_ENTRY)
OPENER_OWN_ONLY = contact(OPENERS_ENTRY, own_accounts=HERE)
COLLEAGUE = contact(COLLEAGUES_ENTRY)
COLLEAGUE_OWN_ONLY = contact(COLLEAGUES_ENTRY, own_accounts=HERE)
WORDLESS = contact(None)
STRANGER = contact(200, account=2)
NOBODY = Actor()


def make_case(status=Status.OPEN, *, names=False, opened_by=OPENERS_ENTRY, confidential=False):
    case = Case(
        id=1, account_id=1, status=status, opened_by_id=opened_by, confidential=confidential
    )
    case.names_reader = names
    return case


ALWAYS, NEVER = frozenset(Status), frozenset()
WHILE_OPEN, ONCE_FINISHED = frozenset(OPEN), FINISHED - {Status.MERGED}
UNLESS_GONE = ALWAYS - {Status.CANCELLED, Status.MERGED}
UNLESS_SETTLED = UNLESS_GONE - {Status.CLOSED}

READERS = {
    "agent": (AGENT, False),
    "opener": (OPENER, False),
    "named": (COLLEAGUE, True),
    "colleague": (COLLEAGUE, False),
    "wordless": (WORDLESS, False),
    "nobody": (NOBODY, False),
}
ALLOWED = {
    policy.may_reply: {
        "agent": UNLESS_GONE,
        "opener": UNLESS_GONE,
        "named": UNLESS_GONE,
        "colleague": UNLESS_GONE,
    },
    policy.may_note: {"agent": ALWAYS},
    policy.may_assign: {"agent": WHILE_OPEN},
    policy.may_set_status: {"agent": WHILE_OPEN},
    policy.may_resolve: {"agent": WHILE_OPEN, "opener": WHILE_OPEN, "named": WHILE_OPEN},
    policy.may_close: {"agent": UNLESS_SETTLED},
    policy.may_withdraw: {"opener": WHILE_OPEN, "named": WHILE_OPEN},
    policy.may_reopen: {
        "agent": ONCE_FINISHED,
        "opener": ONCE_FINISHED,
        "named": ONCE_FINISHED,
        "colleague": ONCE_FINISHED,
    },
    policy.may_add_participant: {
        "agent": UNLESS_SETTLED,
        "opener": UNLESS_SETTLED,
        "named": UNLESS_SETTLED,
        "colleague": UNLESS_SETTLED,
    },
    policy.may_remove_participant: {"agent": ALWAYS, "opener": ALWAYS},
    policy.may_link: {"agent": ALWAYS},
    policy.may_merge: {"agent": UNLESS_GONE},
    policy.may_change_priority: {"agent": WHILE_OPEN},
    policy.may_confide: {"agent": ALWAYS, "opener": ALWAYS},
    policy.may_escalate: {
        "agent": WHILE_OPEN,
        "opener": WHILE_OPEN,
        "named": WHILE_OPEN,
        "colleague": WHILE_OPEN,
    },
    policy.may_explain: {"agent": ALWAYS},
    policy.may_note_time: {"agent": ALWAYS},
}
EVERYBODY = {
    "agent": AGENT,
    "agent elsewhere": AGENT_ELSEWHERE,
    "executive": EXECUTIVE,
    "opener": OPENER,
    "opener, own only": OPENER_OWN_ONLY,
    "colleague": COLLEAGUE,
    "colleague, own only": COLLEAGUE_OWN_ONLY,
    "wordless": WORDLESS,
    "stranger": STRANGER,
    "nobody": NOBODY,
}
REACHING = {name for name in EVERYBODY if name not in ("agent elsewhere", "stranger", "nobody")}


@pytest.mark.proves("T5")
@pytest.mark.parametrize("rule", ALLOWED, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("who", READERS)
def test_each_rule_says_yes_in_these_states_and_no_in_all_others(rule, who):
    actor, named = READERS[who]
    yes = {status for status in Status if rule(actor, make_case(status, names=named))}
    assert yes == ALLOWED[rule].get(who, NEVER)


@pytest.mark.proves("T5")
def test_every_rule_has_a_table_and_each_table_both_answers():
    rules = {
        rule
        for name, rule in inspect.getmembers(policy, inspect.isfunction)
        if name.startswith("may_") and rule.__module__ == policy.__name__
    }
    others = {
        policy.may_see,
        policy.may_open_case,
        policy.may_open_cases,
        policy.may_open_on_behalf,
        policy.may_call,
    }
    assert rules == ALLOWED.keys() | others
    for rule, table in ALLOWED.items():
        assert any(table.values()), rule
        assert set(table) != set(READERS), rule


@pytest.mark.proves("T5")
@pytest.mark.parametrize(
    ("confidential", "named", "seeing"),
    [
        (False, False, REACHING - {"opener, own only", "colleague, own only"}),
        (False, True, REACHING),
        (True, False, {"agent", "executive"}),
        (True, True, REACHING),
    ],
)
def test_a_case_is_seen_by_these_and_by_no_others(confidential, named, seeing):
    case = make_case(confidential=confidential, names=named)
    assert {name for name, actor in EVERYBODY.items() if policy.may_see(actor, case)} == seeing


@pytest.mark.proves("T5")
def test_cases_are_opened_by_staff_and_by_people_with_an_entry_in_the_account():
    here, elsewhere = Account(id=1, ref="A", name="A"), Account(id=2, ref="B", name="B")
    able = {name for name, actor in EVERYBODY.items() if policy.may_open_case(actor, here)}
    assert able == REACHING - {"wordless"}
    able = {name for name, actor in EVERYBODY.items() if policy.may_open_case(actor, elsewhere)}
    assert able == {"agent elsewhere", "executive", "stranger"}


@pytest.mark.proves("T5")
def test_a_parents_person_who_sees_a_child_account_opens_no_case_there():
    parents = Actor(user_id=20, accounts=frozenset({1, 2}), stakeholder_ids={2: 200})
    assert not policy.may_open_case(parents, Account(id=1, ref="A", name="A"))
    assert policy.may_open_case(parents, Account(id=2, ref="B", name="B"))


@pytest.mark.proves("T5")
def test_where_the_contract_names_callers_only_they_and_staff_open_cases():
    here = Account(id=1, ref="A", name="A")

    def able(callers):
        return {name for name, actor in EVERYBODY.items() if policy.may_call(actor, here, callers)}

    assert able(None) == REACHING - {"wordless"}
    named = {"agent", "executive", "opener", "opener, own only"}
    assert able({OPENERS_ENTRY}) == named
    assert able(set()) == {"agent", "executive"}


@pytest.mark.proves("T5")
@pytest.mark.parametrize("name", EVERYBODY)
def test_the_form_for_a_new_case_is_there_for_who_can_use_it(name):
    actor = EVERYBODY[name]
    assert policy.may_open_cases(actor) is (name not in ("wordless", "nobody"))
    assert policy.may_open_on_behalf(actor) is actor.is_staff


@pytest.mark.proves("T5")
def test_a_case_of_the_providers_own_was_opened_by_no_client():
    case = make_case(opened_by=None)
    assert not policy.opened(OPENER, case)
    assert not policy.may_confide(OPENER, case)
    assert policy.opened(OPENER, make_case())
    assert not policy.opened_or_named(AGENT, make_case(names=True))
