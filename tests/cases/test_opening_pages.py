"""Opening a case by its form: for oneself, for a client, twice, with files, and refused."""

import re

import pytest

from tests.cases.pages import (
    FRAGMENT,
    NASTY,
    bodies,
    case_of,
    files,
    kinds,
    plain,
    program,
    text,
    typed,
)


def test_opening_a_case_leads_to_it(app, client, acme):
    new = {"account": "ACME", "subject": "New matter", "body": "It broke.", "priority": "high"}
    answer = client.as_("contact").post("/cases", data=new)
    assert answer.status_code == 303
    case = case_of(app, answer.headers["Location"].rpartition("/")[2])
    assert (case.subject, case.priority, case.status) == ("New matter", "high", "new")
    assert case.opened_by_id == acme.contact_person.id
    assert (case.origin, case.channel) == ("client", "portal")


def test_staff_open_a_case_in_the_name_of_whom_they_write_down(app, client, acme):
    new = {
        "account": "ACME",
        "person": "sponsor@acme.test",
        "channel": "phone",
        "subject": "Called in",
        "body": "It broke.",
    }
    answer = client.as_("agent").post("/cases", data=new)
    case = case_of(app, answer.headers["Location"].rpartition("/")[2])
    assert case.opened_by_id == acme.sponsor_person.id
    assert (case.origin, case.channel) == ("on_behalf", "phone")
    answer = client.as_("contact").post("/cases", data=new)
    case = case_of(app, answer.headers["Location"].rpartition("/")[2])
    assert case.opened_by_id == acme.contact_person.id
    assert (case.origin, case.channel) == ("client", "portal")


@pytest.mark.proves("T21")
def test_a_form_sent_twice_makes_one_case_and_one_message(app, client, acme):
    contact = client.as_("contact")
    new = {"account": "ACME", "subject": "Once", "body": "Once only.", "submission": "abc"}
    first, second = (contact.post("/cases", data=new) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    said = {"body": "Said once.", "submission": "def"}
    contact.post("/cases/T-1/messages", data=said)
    again = contact.post("/cases/T-1/messages", data=said, headers=FRAGMENT)
    assert "This was sent already" in text(again)
    assert bodies(app).count("Once only.") == bodies(app).count("Said once.") == 1


@pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])
def test_a_refused_new_case_keeps_everything_typed(app, client, acme, headers):
    new = {
        "account": "ACME",
        "subject": "",
        "body": NASTY,
        "category": "Quality",
        "order": "PO-unknown",
        "priority": "urgent",
        "confidential": "y",
        "submission": "tok",
    }
    answer = client.as_("contact").post("/cases", data=new, headers=headers)
    assert answer.status_code == 422
    assert typed(answer) == NASTY
    page = text(answer)
    assert "Say in a few words what it is about." in page
    assert "This account has no order with that number." in page
    for kept in ('value="Quality"', 'value="PO-unknown"', 'value="tok"', 'value="ACME"'):
        assert kept in page
    assert re.search(r'<option[^>]*value="urgent"[^>]*selected|selected[^>]*value="urgent"', page)
    assert re.search(
        r'<input[^>]*checked[^>]*name="confidential"|name="confidential"[^>]*checked', page
    )
    assert kinds(app) == []


def test_a_new_case_takes_files_and_refuses_a_program_with_its_words_kept(app, client, acme):
    contact = client.as_("contact")
    new = {"account": "ACME", "subject": "Files", "body": "See there."}
    answer = contact.post("/cases", data={**new, "files": [program()]})
    assert answer.status_code == 422
    assert "setup.exe is a program" in text(answer)
    assert typed(answer) == "See there."
    assert kinds(app) == []
    assert contact.post("/cases", data={**new, "files": [plain()]}).status_code == 303
    assert [file.name for file in files(app)] == ["notes.txt"]
