"""`portal access explain` takes people and cases by what an operator calls them."""

import pytest
from click.testing import CliRunner

from portal.cases.commands import access
from portal.db import db
from portal.identity.models import Role
from tests.factories import make_account, make_case, make_grant, make_user


@pytest.fixture
def explain(app):
    with app.app_context():
        account = make_account()
        agent = make_user(email="Lea@firm.example", is_staff=True, source="desk", source_id="s1")
        make_grant(agent, Role.AGENT, account)
        make_user(email=None, is_staff=True, source="desk", source_id="s2")
        make_user(email=None, is_staff=True, source="other", source_id="s2")
        make_case(account, ref="desk-t-1", source="desk", source_id="T-1")
        make_case(make_account(), ref="other-t-2", source="other", source_id="T-2")
        make_case(account, ref="desk-t-2", source="desk", source_id="T-2")
        db.session.commit()
    return lambda *words: CliRunner().invoke(access, ["explain", *words], obj=lambda: app)


@pytest.mark.parametrize("person", ["lea@FIRM.example", "s1"])
@pytest.mark.parametrize("case", ["desk-t-1", "T-1", "desk-t-2"])
def test_both_answer_to_the_id_of_the_system_they_came_from(explain, person, case):
    answer = explain(person, case)
    assert (answer.exit_code, answer.stdout) == (0, "yes: a staff grant covers this account\n")


@pytest.mark.parametrize(
    ("person", "case", "told"),
    [
        ("nobody", "T-1", "nobody signs in as 'nobody'"),
        ("s1", "T-9", "there is no case 'T-9'"),
        ("s1", "T-2", "'T-2' may be any of desk-t-2, other-t-2"),
        ("s2", "T-1", "several people came with the id 's2'"),
    ],
)
def test_what_is_unknown_or_could_be_several_is_one_line(explain, person, case, told):
    answer = explain(person, case)
    assert answer.exit_code == 1
    assert told in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
