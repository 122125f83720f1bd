"""The product's own CSV folders: all or none, repeatable, every fault in its place."""

import csv
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from portal.accounts.models import Account, TeamMember
from portal.actor import SYSTEM, Actor
from portal.cases import search
from portal.cases.models import NEVER_DUE, Case, CaseLink, Message, Participant
from portal.cases.operations import merge_case
from portal.db import db, opened
from portal.events import Event
from portal.feedback.models import Survey
from portal.identity.models import Grant, User
from portal.imports.folder import import_folder
from portal.imports.problems import ImportRefused
from portal.insights import days, months
from portal.insights.models import AccountMonth, AccountTally, Width
from portal.orders.models import Order
from portal.sla.models import PromiseRow
from portal.stakeholders.models import Stakeholder
from tests import factories

SYSTEM_READER = Actor(user_id=1, is_staff=True, everywhere=True)
AT = "2026-01-12T09:00:00Z"
LATER = "2026-01-13T09:00:00Z"
LAST = "2026-01-20T09:00:00Z"
STAFF = {"team": "north", "language": "en", "created_at": AT}
ACCOUNT = {
    "industry": "food",
    "country": "PT",
    "timezone": "Europe/Lisbon",
    "language": "pt",
    "segment": "key",
    "sla_plan": "gold",
    "status": "active",
    "deputy_id": "",
    "contract_start": "2024-02-01",
    "contract_renewal": "2026-12-31",
    "annual_value_eur": "12500.5",
}
PERSON = {
    "phone": "+351 1",
    "job_role": "requester",
    "language": "pt",
    "portal_access": "1",
    "active": "1",
    "created_at": AT,
}
CASE = {
    "participants": "",
    "channel": "email",
    "category": "delivery",
    "priority": "high",
    "status": "open",
    "subject": "Where is it?",
    "language": "pt",
    "created_at": AT,
    "first_response_at": "",
    "first_response_due": LATER,
    "resolved_at": "",
    "closed_at": "",
    "updated_at": LATER,
    "reopened": "0",
    "escalated": "0",
    "recurrence_of": "",
    "order_id": "",
}
CLOSED = {"status": "closed", "resolved_at": LATER, "closed_at": LAST, "updated_at": LAST}


def good() -> dict[str, list[dict[str, str]]]:
    """A sound folder, row by row."""
    return {
        "staff": [
            {
                "staff_id": "1",
                "name": "Bo Ek",
                "email": "Bo@Desk.example",
                "role": "account_manager",
            }
            | STAFF,
            {"staff_id": "2", "name": "Cy Om", "email": "cy@desk.example", "role": "agent"} | STAFF,
        ],
        "accounts": [
            {"account_id": "a", "code": "AC1", "name": "Açaí Lda", "manager_id": "1"} | ACCOUNT,
            {"account_id": "b", "code": "AC2", "name": "Globo", "manager_id": "1"} | ACCOUNT,
        ],
        "stakeholders": [
            {"stakeholder_id": "s1", "account_id": "a", "name": "Ana Sé", "email": "ana@a.example"}
            | PERSON,
            {"stakeholder_id": "s2", "account_id": "a", "name": "Rui", "email": ""} | PERSON,
            {"stakeholder_id": "s3", "account_id": "b", "name": "Zé", "email": ""} | PERSON,
        ],
        "orders": [
            {
                "order_id": "o1",
                "reference": "PO-1",
                "account_id": "a",
                "ordered_by": "s1",
                "placed_at": AT,
                "delivered_at": "",
                "status": "in transit",
                "currency": "EUR",
                "amount": "99.9",
                "returned_at": "",
                "return_reason": "",
            }
        ],
        "cases": [
            CASE
            | {
                "case_id": "1",
                "reference": "CS-1",
                "account_id": "a",
                "opened_by": "s1",
                "owner_id": "2",
                "participants": "s2",
                "order_id": "o1",
                "reopened": "1",
            }
            | CLOSED,
            CASE
            | {
                "case_id": "2",
                "reference": "CS-2",
                "account_id": "a",
                "opened_by": "s2",
                "owner_id": "2",
                "recurrence_of": "1",
                "status": "waiting third party",
            },
        ],
        "messages": [
            {
                "message_id": "m1",
                "case_id": "1",
                "seq": "1",
                "author_kind": "stakeholder",
                "author_id": "s1",
                "visibility": "public",
                "channel": "email",
                "created_at": AT,
                "language": "pt",
                "body": 'Olá,\nonde está? "Já"; €',
            },
            {
                "message_id": "m2",
                "case_id": "1",
                "seq": "2",
                "author_kind": "staff",
                "author_id": "2",
                "visibility": "internal",
                "channel": "portal",
                "created_at": LATER,
                "language": "en",
                "body": "Ask the carrier",
            },
        ],
        "surveys": [
            {
                "survey_id": "1",
                "kind": "csat",
                "account_id": "a",
                "case_id": "1",
                "stakeholder_id": "s1",
                "sent_at": LATER,
                "answered_at": LAST,
                "score": "5",
                "comment": "",
            }
        ],
    }


@pytest.fixture
def folder(tmp_path):
    """Writes a folder, each file changed as asked, and imports it."""

    def load(rows=None, **options):
        rows = good() if rows is None else rows
        for file in tmp_path.glob("*.csv"):
            file.unlink()
        for name, records in rows.items():
            with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(records[0]))
                writer.writeheader()
                writer.writerows(records)
        return import_folder(tmp_path, **options)

    load.path = tmp_path
    return load


def refused(load, rows) -> list[str]:
    with pytest.raises(ImportRefused) as caught:
        load(rows)
    return list(caught.value.problems.lines())


def only(model):
    statement = model.unscoped("test") if hasattr(model, "unscoped") else select(model)
    return db.session.scalars(statement.order_by(model.id)).all()


def one(model, own_id):
    (found,) = [row for row in only(model) if row.source_id == own_id]
    return found


def count(model) -> int:
    statement = select(func.count()).select_from(model)
    if hasattr(model, "unscoped"):
        statement = opened(statement, model, why="test")
    return db.session.scalar(statement)


TABLES = (User, Grant, Account, TeamMember, Stakeholder, Order, Case, Participant, CaseLink)
TABLES += (Message, Event, Survey)


def everything() -> dict[str, list[str]]:
    found = {}
    for model in TABLES:
        statement = select(model.__table__)
        if hasattr(model, "unscoped"):
            statement = opened(statement, model, why="test")
        found[model.__name__] = sorted(map(str, db.session.execute(statement)))
    return found


def new_of(result) -> dict[str, int]:
    return {name: file.new for name, file in result.files.items()}


@pytest.mark.parametrize(
    ("changes", "complaints"),
    [
        ({}, 0),
        ({"score": "2"}, 1),
        ({"score": "3"}, 0),
        ({"kind": "nps", "case_id": "", "score": "6", "comment": "Too slow."}, 0),
    ],
)
def test_answers_that_come_alone_count_in_the_sums(session, folder, changes, complaints):
    """An answer can make a complaint of a case that was imported long before (F16)."""

    def complained():
        sums = AccountTally.unscoped("a test").where(AccountTally.width == Width.MONTH)
        return sum(one.counts.get("complaints", 0) for one in db.session.scalars(sums))

    rows = good()
    (survey,) = rows.pop("surveys")
    folder(rows)
    assert (complained(), days.check()) == (0, [])
    db.session.expire_all()
    folder({"surveys": [survey | changes]})
    assert (complained(), days.check()) == (complaints, [])


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


def test_cases_get_their_history_participants_and_links(session, folder):
    folder()
    closed, held = one(Case, "1"), one(Case, "2")
    assert (closed.ref, closed.status, closed.reopen_count) == ("CS-1", "closed", 1)
    assert (closed.due_at, closed.due_order) == (None, NEVER_DUE)
    assert (held.status, held.due_at) == ("on_hold", datetime(2026, 1, 13, 9, tzinfo=UTC))
    assert held.due_order == held.due_at
    assert [(e.kind, e.occurred_at.isoformat()) for e in only(Event) if e.case_id == closed.id] == [
        ("CaseOpened", "2026-01-12T09:00:00+00:00"),
        ("CaseResolved", "2026-01-13T09:00:00+00:00"),
        ("CaseClosed", "2026-01-20T09:00:00+00:00"),
    ]
    opening = only(Event)[0]
    assert opening.payload == {
        "channel": "email",
        "priority": "high",
        "category": "delivery",
        "origin": "client",
    }
    assert opening.stakeholder_id == closed.opened_by_id
    people = {(p.case_id, p.stakeholder_id) for p in only(Participant)}
    s1, s2 = one(Stakeholder, "s1").id, one(Stakeholder, "s2").id
    assert people == {(closed.id, s1), (closed.id, s2), (held.id, s2)}
    (link,) = only(CaseLink)
    assert (link.case_id, link.of_case_id, link.kind) == (held.id, closed.id, "repeat")
    assert link.confirmed


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


def test_months_are_added_up(session, folder):
    folder()
    found = db.session.scalars(AccountMonth.unscoped("test")).all()
    assert [(m.opened, m.resolved, sum(m.hours)) for m in found] == [(2, 1, 1)]


def test_cases_of_an_account_with_a_plan_get_their_promises_once(session, folder):
    office = factories.make_calendar("Office")
    factories.make_plan("gold", office, {"high": (4 * 3600, None, 18 * 3600, None)})
    folder()
    rows = db.session.scalars(PromiseRow.unscoped("test").order_by(PromiseRow.id)).all()
    states = {(one(Case, "1").id == row.case_id, row.target): row.state for row in rows}
    assert states[True, "resolution"] == "met"
    assert states[False, "response"] == "missed"
    late = one(Case, "2")
    assert late.due_at == min(row.decided_at for row in rows if row.case_id == late.id)
    decided = [(row.id, row.state, row.decided_at) for row in rows]
    changed = good()
    changed["cases"][1]["subject"] = "Where is it now?"
    folder(changed)
    rows = db.session.scalars(PromiseRow.unscoped("test").order_by(PromiseRow.id)).all()
    assert [(row.id, row.state, row.decided_at) for row in rows] == decided


def found(text: str) -> set[str]:
    return {hit.ref for hit in search.search(SYSTEM_READER, text).hits}


def test_what_was_imported_is_found(session, folder):
    folder()
    assert found("onde está") == {"CS-1"}
    rows = good()
    rows["cases"][0]["subject"] = "Entrega desaparecida"
    folder({"cases": rows["cases"]})
    assert found("desaparecida") == {"CS-1"}
    assert found("where") == {"CS-2"}
    assert found("carrier") == {"CS-1"}


def test_repeating_changes_nothing(session, folder):
    folder()
    before = everything()
    again = folder()
    assert everything() == before
    assert all((file.new, file.changed) == (0, 0) for file in again.files.values())


def test_repeating_after_a_merge_brings_nothing_back(session, folder):
    """C4: the case that is gone stays gone, and what its rows hold belongs to the one it became."""
    rows = good()
    rows["cases"][1] |= {"first_response_at": LATER, "order_id": ""}
    folder(rows)
    gone, into = one(Case, "1"), one(Case, "2")
    into.opened_at = gone.opened_at + timedelta(days=1)
    merge_case(gone, into=into, by=SYSTEM)
    db.session.flush()
    before = everything()
    again = folder(rows)
    assert everything() == before
    assert all((file.new, file.changed) == (0, 0) for file in again.files.values())
    days.catch_up({})
    assert days.check() == []
    assert months.check() == []


def test_what_comes_later_about_a_merged_case_belongs_to_the_one_it_became(session, folder):
    folder()
    gone, into = one(Case, "1"), one(Case, "2")
    merge_case(gone, into=into, by=SYSTEM)
    db.session.flush()
    rows = good()
    rows["messages"].append(rows["messages"][0] | {"message_id": "m3", "seq": "3", "body": "Bom."})
    rows["surveys"].append(rows["surveys"][0] | {"survey_id": "2", "score": "2"})
    rows["cases"].append(
        rows["cases"][1] | {"case_id": "3", "reference": "CS-3", "recurrence_of": "1"}
    )
    folder(rows)
    message, survey = one(Message, "m3"), one(Survey, "2")
    assert (message.case_id, message.came_from_id) == (into.id, gone.id)
    assert (survey.case_id, survey.came_from_id) == (into.id, gone.id)
    later = one(Case, "3").id
    assert (later, into.id) in {(row.case_id, row.of_case_id) for row in only(CaseLink)}
    assert days.check() == []
    assert months.check() == []


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


@pytest.mark.parametrize("alone", [True, False])
def test_another_time_zone_moves_what_is_kept_to_its_days(session, folder, alone):
    """Nine in the morning in UTC is the evening before on Hawaii; the other account stays where it is."""
    folder()
    rows = good()
    rows["accounts"][0]["timezone"] = "Pacific/Honolulu"
    folder({"accounts": rows["accounts"]} if alone else rows)
    kept = select(AccountTally).where(AccountTally.width == Width.DAY)
    found = db.session.scalars(opened(kept, AccountTally, why="test"))
    opened_on = {row.starts_on for row in found if row.counts.get("opened")}
    assert opened_on == {date(2026, 1, 11)}
    (month,) = db.session.scalars(AccountMonth.unscoped("test")).all()
    assert month.hours[6 * 24 + 23] == 1
    assert days.check() == []
    assert months.check() == []


def test_a_time_zone_that_stays_counts_nothing_anew(session, folder, monkeypatch):
    folder()
    counted = []
    monkeypatch.setattr(days, "rebuild", counted.append)
    folder({"accounts": good()["accounts"]})
    assert counted == []


def test_a_case_that_moved_on_gets_the_events_of_it(session, folder):
    folder()
    rows = good()
    rows["cases"][0] |= {"status": "open", "resolved_at": "", "closed_at": ""}
    rows["cases"][1] |= CLOSED
    folder(rows)
    reopened, closed = one(Case, "1"), one(Case, "2")
    kinds = {c.id: [e.kind for e in only(Event) if e.case_id == c.id] for c in (reopened, closed)}
    assert kinds[reopened.id] == ["CaseOpened", "CaseResolved", "CaseClosed", "CaseReopened"]
    assert kinds[closed.id] == ["CaseOpened", "CaseResolved", "CaseClosed"]
    before = everything()
    folder(rows)
    assert everything() == before


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


def test_columns_that_may_be_left_out_are_taken_when_given(session, folder):
    rows = good()
    for person in rows["staff"]:
        person |= {"title": "Key accounts", "phone": "ext. 7"}
    folder(rows)
    assert (one(User, "1").title, one(User, "1").phone) == ("Key accounts", "ext. 7")
    folder()
    assert one(User, "1").title == "Key accounts"


BAD_ROWS = [
    ("staff", 0, {"role": "boss"}, 'role: "boss" is not one of account_manager, agent, executive'),
    ("staff", 0, {"email": "bo"}, 'email: "bo" is not a mail address'),
    ("staff", 1, {"staff_id": ""}, "staff_id: is empty; an id is needed"),
    ("staff", 1, {"staff_id": "1"}, 'staff_id: "1" is given twice; first in line 2'),
    ("staff", 1, {"email": "bo@desk.example"}, 'email: "bo@desk.example" is given twice'),
    ("accounts", 0, {"code": "A/1"}, 'code: "A/1" cannot stand in an address'),
    ("cases", 0, {"reference": "CS?1"}, 'reference: "CS?1" cannot stand in an address'),
    ("cases", 0, {"reference": ".."}, 'reference: ".." cannot stand in an address'),
    ("accounts", 0, {"timezone": "Lisbon"}, 'timezone: "Lisbon" is not an IANA time zone'),
    ("accounts", 0, {"language": "de"}, 'language: "de" is not one of en, pt, es, it'),
    ("accounts", 0, {"contract_start": "2026-02-30"}, 'contract_start: "2026-02-30" is not a date'),
    ("accounts", 0, {"annual_value_eur": "1,5"}, 'annual_value_eur: "1,5" is not an amount'),
    ("accounts", 0, {"annual_value_eur": "99999999999"}, 'annual_value_eur: "99999999999" is more'),
    (
        "accounts",
        0,
        {"manager_id": "9"},
        'manager_id: "9" is not in staff.csv and was not imported',
    ),
    ("accounts", 0, {"name": "A\nB"}, 'name: "A\\x0aB" holds a line break or control character'),
    ("accounts", 1, {"code": "AC1"}, 'code: "AC1" is given twice; first in line 2'),
    ("stakeholders", 0, {"account_id": "z"}, 'account_id: "z" is not in accounts.csv'),
    ("stakeholders", 0, {"active": "yes"}, 'active: "yes" is neither 0 nor 1'),
    ("orders", 0, {"amount": "9.999"}, 'amount: "9.999" is not an amount written as 1234.50'),
    ("orders", 0, {"ordered_by": "s3"}, 'ordered_by: stakeholder "s3" belongs to another account'),
    ("cases", 0, {"opened_by": "s3"}, 'opened_by: stakeholder "s3" belongs to another account'),
    ("cases", 0, {"participants": "s2;s3"}, 'participants: stakeholder "s3" belongs to another'),
    ("cases", 0, {"participants": "s9"}, 'participants: "s9" is not in stakeholders.csv'),
    ("cases", 1, {"recurrence_of": "7"}, 'recurrence_of: "7" is not in cases.csv'),
    ("cases", 0, {"created_at": "2026-01-12 09:00"}, 'created_at: "2026-01-12 09:00" is not an'),
    ("cases", 0, {"created_at": "2026-02-30T09:00:00Z"}, "created_at: "),
    ("cases", 0, {"resolved_at": "2025-01-12T09:00:00Z"}, "resolved_at: lies before created_at"),
    ("cases", 0, {"closed_at": ""}, "closed_at: is empty, but the status is closed"),
    ("cases", 1, {"status": "resolved"}, "resolved_at: is empty, but the status is resolved"),
    ("cases", 0, {"status": "done"}, 'status: "done" is not one of new, open, waiting customer'),
    ("messages", 0, {"author_id": "s3"}, 'author_id: stakeholder "s3" belongs to another account'),
    ("messages", 1, {"author_id": "9"}, 'author_id: "9" is not in staff.csv'),
    ("messages", 0, {"visibility": "internal"}, "visibility: only staff write internal notes"),
    ("messages", 0, {"case_id": "9"}, 'case_id: "9" is not in cases.csv'),
    ("surveys", 0, {"score": "6"}, "score: 6 is not a csat score from 1 to 5"),
    ("surveys", 0, {"score": ""}, "score: score and answered_at are given together"),
    ("surveys", 0, {"case_id": ""}, "case_id: is empty, but csat asks about a case"),
    ("surveys", 0, {"stakeholder_id": "s3"}, 'stakeholder_id: stakeholder "s3" belongs to another'),
]


@pytest.mark.parametrize(("file", "row", "change", "line"), BAD_ROWS)
def test_a_bad_row_is_told_with_its_place_and_nothing_is_imported(
    session, folder, file, row, change, line
):
    rows = good()
    rows[file][row] |= change
    told = refused(folder, rows)
    number = 2 + row + (1 if file == "messages" and row else 0)
    assert told[0].startswith(f"{file}.csv:{number}: {line}"), told
    assert len(told) == 1
    assert not any(everything().values())


def test_a_reference_that_another_row_uses_is_refused(session, folder):
    folder()
    rows = {"cases": [good()["cases"][1] | {"case_id": "3"}]}
    assert refused(folder, rows) == [
        'cases.csv:2: reference: "CS-2" is already used by another case'
    ]


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


@pytest.mark.parametrize(
    ("column", "value"),
    [("body", "Other words"), ("created_at", LAST), ("case_id", "2"), ("visibility", "public")],
)
def test_a_message_is_never_changed(session, folder, column, value):
    folder()
    rows = good()
    rows["messages"][1][column] = value
    assert refused(folder, rows) == [
        f"messages.csv:4: {column}: differs from the message imported before; "
        "messages are never changed"
    ]


def test_wrong_columns_are_told(session, folder):
    rows = good()
    rows["orders"] = [{("total" if k == "amount" else k): v for k, v in rows["orders"][0].items()}]
    told = refused(folder, rows)
    assert told[0].startswith("orders.csv:1: total: unknown column; known are order_id")
    assert told[1] == "orders.csv:1: amount: the column is missing"


def test_wrong_files_and_folders_are_told(session, folder, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ImportRefused) as caught:
        import_folder(tmp_path / "empty")
    assert "the folder holds none of accounts.csv" in next(caught.value.problems.lines())
    folder()
    (tmp_path / "case.csv").write_text("a\n1\n")
    with pytest.raises(ImportRefused) as caught:
        import_folder(tmp_path)
    assert next(caught.value.problems.lines()).startswith("case.csv:1: -: not a file of an import")


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (lambda content: content[:-40], "messages.csv:4: -: "),
        (
            lambda content: content.replace(b"carrier", b"car\0rier"),
            "messages.csv:4: body: holds a",
        ),
        (
            lambda content: content.decode().encode("windows-1252"),
            "messages.csv:2: body: byte 0xE1 at character 3 is not utf-8",
        ),
        (lambda content: content.decode().encode("utf-16"), "messages.csv:1: -: the file is enc"),
        (lambda content: content.replace(b"Ask", b"x" * 10_485_760), "messages.csv:4: body: 10,4"),
        (lambda content: b"", "messages.csv:1: -: the file is empty"),
    ],
)
def test_damaged_files_are_told_in_a_line_and_nothing_is_imported(session, folder, spoil, line):
    folder()
    before = everything()
    file = folder.path / "messages.csv"
    file.write_bytes(spoil(file.read_bytes()))
    with pytest.raises(ImportRefused) as caught:
        import_folder(folder.path)
    assert next(caught.value.problems.lines()).startswith(line)
    assert everything() == before


def test_a_byte_order_mark_does_no_harm(session, folder):
    folder()
    file = folder.path / "staff.csv"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert new_of(import_folder(folder.path))["staff"] == 0


def test_more_than_fifty_problems_are_counted(session, folder):
    rows = good()
    rows["messages"] = [
        rows["messages"][0] | {"message_id": str(n), "case_id": "9"} for n in range(80)
    ]
    told = refused(folder, rows)
    assert len(told) == 51
    assert told[-1] == "and 30 more problems of this kind or others"
