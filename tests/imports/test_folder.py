"""The product's own CSV folders as a whole: all of it, again, in part, changed."""

from datetime import date

from portal.accounts.models import Account
from portal.cases.models import Case, Message
from portal.feedback.models import Survey
from portal.identity.models import User
from portal.orders.models import Order
from portal.stakeholders.models import Stakeholder
from tests.imports.folders import count, everything, good, new_of, one


def test_a_folder_becomes_accounts_people_orders_cases_messages_and_surveys(session, folder):
    result = folder()
    assert new_of(result) == {name: len(rows) for name, rows in good().items()}
    account, manager = one(Account, "a"), one(User, "1")
    assert (account.ref, account.name, account.manager_id) == ("AC1", "Açaí Lda", manager.id)
    assert (account.path, account.annual_value_minor) == (f"/{account.id}/", 1250050)
    assert account.contract_renewal == date(2026, 12, 31)
    assert (manager.email, manager.is_staff, manager.password_hash) == (
        "bo@desk.example",
        True,
        None,
    )
    order = one(Order, "o1")
    assert (order.amount_minor, order.status, order.ordered_by_id) == (
        9990,
        "in transit",
        one(Stakeholder, "s1").id,
    )
    message = one(Message, "m1")
    assert message.body == 'Olá,\nonde está? "Já"; €'
    assert (message.side, message.internal) == ("client", False)
    assert message.author_stakeholder_id == one(Stakeholder, "s1").id
    assert (one(Message, "m2").side, one(Message, "m2").internal) == ("staff", True)
    assert one(Survey, "1").score == 5


def test_repeating_changes_nothing(session, folder):
    folder()
    before = everything()
    again = folder()
    assert everything() == before
    assert all((file.new, file.changed) == (0, 0) for file in again.files.values())


def test_a_dry_run_says_the_same_and_writes_nothing(session, folder):
    empty = everything()
    rehearsed = folder(dry_run=True)
    assert everything() == empty
    assert folder() == rehearsed


def test_any_subset_may_point_to_rows_imported_earlier(session, folder):
    rows = good()
    for name in rows:
        assert new_of(folder({name: rows[name]})) == {name: len(rows[name])}
    assert one(Message, "m1").case_id == one(Case, "1").id


def test_changed_rows_are_updated_and_only_they(session, folder):
    folder()
    rows = good()
    rows["accounts"][0]["name"] = "Açaí SA"
    rows["stakeholders"][1]["active"] = "0"
    rows["cases"][1]["priority"] = "urgent"
    result = folder(rows)
    changed = {name: file.changed for name, file in result.files.items() if file.changed}
    assert changed == {"accounts": 1, "stakeholders": 1, "cases": 1}
    assert one(Account, "a").name == "Açaí SA"
    assert one(Stakeholder, "s2").active is False
    assert one(Case, "2").priority == "urgent"


def test_two_sources_do_not_collide(session, folder):
    folder()
    rows = good()
    rows["staff"][0]["email"] = rows["staff"][1]["email"] = ""
    for number, account in enumerate(rows["accounts"]):
        account["code"] = f"X{number}"
    for number, case in enumerate(rows["cases"]):
        case["reference"] = f"X{number}"
    assert new_of(folder(rows, source="other"))["messages"] == 2
    assert count(Message) == 4
