"""Who may say whether a comment is quoted."""

import pytest

from portal.actor import NOBODY, Actor
from portal.feedback import policy
from portal.feedback.models import CommentConsent

AUTHOR = Actor(user_id=1, own_accounts=frozenset({7}), stakeholder_ids={7: 70})
COLLEAGUE = Actor(user_id=2, accounts=frozenset({7}), stakeholder_ids={7: 71})
STRANGER = Actor(user_id=3, accounts=frozenset({8}), stakeholder_ids={8: 70})
STAFF = Actor(user_id=4, is_staff=True, everywhere=True, stakeholder_ids={7: 70})


@pytest.mark.parametrize(
    ("who", "may"), [(AUTHOR, True), (COLLEAGUE, False), (STRANGER, False), (STAFF, False)]
)
def test_only_who_wrote_it_answers(who, may):
    assert policy.may_answer(who, CommentConsent(account_id=7, stakeholder_id=70)) is may


def test_comments_of_their_own_have_the_clients_people():
    found = [policy.may_see_own_comments(who) for who in (AUTHOR, COLLEAGUE, STAFF, NOBODY)]
    assert found == [True, True, False, False]
