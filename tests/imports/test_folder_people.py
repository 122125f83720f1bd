"""staff.csv, accounts.csv and stakeholders.csv: who gets which access, and what no import moves."""

from datetime import UTC, date, datetime

from portal.accounts.models import Account, TeamMember
from portal.db import db
from portal.identity.models import Grant, User
from tests.imports.folders import good, one, only, refused


def test_staff_get_the_access_that_their_part_needs(session, folder):
    folder()
    manager, agent = one(User, "1"), one(User, "2")
    grants = {(g.user_id, g.role, g.account_id) for g in only(Grant)}
    a, b = one(Account, "a").id, one(Account, "b").id
    assert grants == {
        (manager.id, "account_manager", a),
        (manager.id, "account_manager", b),
        (agent.id, "agent", None),
    }
    team = {(t.account_id, t.user_id, t.role, t.from_on) for t in only(TeamMember)}
    since = date(2024, 2, 1)
    assert team == {
        (a, manager.id, "account_manager", since),
        (b, manager.id, "account_manager", since),
    }


def test_another_manager_takes_over_team_and_access(session, folder):
    folder()
    rows = good()
    rows["staff"].append(
        rows["staff"][0] | {"staff_id": "3", "name": "Di", "email": "di@d.example"}
    )
    rows["accounts"][0]["manager_id"] = "3"
    folder(rows)
    account, old, new = one(Account, "a"), one(User, "1"), one(User, "3")
    held = {(g.user_id, g.ended_at is None) for g in only(Grant) if g.account_id == account.id}
    assert held == {(old.id, False), (new.id, True)}
    team = {(t.user_id, t.to_on) for t in only(TeamMember) if t.account_id == account.id}
    assert team == {(old.id, date(2026, 3, 2)), (new.id, None)}


def test_columns_that_may_be_left_out_are_taken_when_given(session, folder):
    rows = good()
    for person in rows["staff"]:
        person |= {"title": "Key accounts", "phone": "ext. 7"}
    folder(rows)
    assert (one(User, "1").title, one(User, "1").phone) == ("Key accounts", "ext. 7")
    folder()
    assert one(User, "1").title == "Key accounts"


def test_an_address_that_another_person_has_is_refused(session, folder):
    db.session.add(
        User(email="bo@desk.example", name="Bo", created_at=datetime(2026, 1, 1, tzinfo=UTC))
    )
    db.session.commit()
    assert refused(folder, good()) == [
        'staff.csv:2: email: "bo@desk.example" is already used by another staff member'
    ]


def test_nothing_moves_to_another_account_by_import(session, folder):
    folder()
    rows = {"stakeholders": [good()["stakeholders"][0] | {"account_id": "b"}]}
    (line,) = refused(folder, rows)
    assert line.startswith(
        "stakeholders.csv:2: account_id: the stakeholder was imported for another"
    )
