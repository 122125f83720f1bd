"""Lists, one case and its forms through HTTP: page and fragment, refusals and what they keep, files."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest

from portal import clock
from portal.cases.models import Case, Message, Status
from portal.cases.views.files import POLICY
from portal.db import db
from portal.events import Event
from portal.files.kinds import FileRefused
from portal.files.models import StoredFile
from portal.files.storing import LARGEST, MOST, examined, path_of
from tests import factories
from tests.access import walk

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}
VARIES = {"HX-Request", "HX-Request-Type", "Cookie", "Accept-Language"}


@pytest.fixture
def acme(app, cast):
    """Acme with an open case T-1 of its contact, said and noted upon, and a finished one."""
    with app.app_context():
        company = cast.acme
        case = factories.make_case(
            company.account, company.contact_person, ref="T-1", subject="Bearings rattle"
        )
        factories.make_message(case, company.contact_person, "They rattle since Monday.")
        factories.make_message(case, company.agent, "We look into it.")
        factories.make_message(case, company.agent, "Careful, VIP.", internal=True)
        factories.make_case(
            company.account,
            company.contact_person,
            ref="T-2",
            subject="Old matter",
            status=Status.RESOLVED,
        )
        db.session.commit()
    return company


def text(answer):
    return answer.get_data(as_text=True)


def typed(answer, field="body"):
    """What stands in a textarea of the page."""
    found = re.search(rf'<textarea[^>]*\bname="{field}"[^>]*>(.*?)</textarea>', text(answer), re.S)
    return unescape(found[1]).strip() if found else None


def case_of(app, ref="T-1"):
    with app.app_context():
        return db.session.scalars(Case.unscoped("test").where(Case.ref == ref)).one()


def bodies(app):
    with app.app_context():
        statement = Message.unscoped("test").order_by(Message.id)
        return [message.body for message in db.session.scalars(statement)]


def files(app):
    with app.app_context():
        return db.session.scalars(StoredFile.unscoped("test").order_by(StoredFile.id)).all()


def events(app):
    """What happened, the log of refusals aside."""
    with app.app_context():
        statement = Event.unscoped("test").where(Event.kind != "Refused").order_by(Event.id)
        return db.session.scalars(statement).all()


def kinds(app):
    return [event.kind for event in events(app)]


# Pages


def test_a_client_finds_the_open_cases_and_the_past_ones_apart(client, acme):
    contact = client.as_("contact")
    now, past = text(contact.get("/cases")), text(contact.get("/cases?status=past"))
    assert "Bearings rattle" in now
    assert "Old matter" not in now
    assert "Old matter" in past
    assert "Bearings rattle" not in past
    assert "Take T-1" not in now


def test_an_agent_finds_the_queue_and_takes_a_case_from_it(app, client, acme):
    agent = client.as_("agent")
    page = text(agent.get("/cases"))
    assert "Bearings rattle" in page
    assert "Old matter" not in page
    assert "Take T-1" in page
    assert agent.post("/cases/T-1/assignment", data={"owner": "me"}).status_code == 303
    assert case_of(app).owner_id == acme.agent.id
    assert "Take T-1" not in text(agent.get("/cases"))
    assert "Bearings rattle" in text(agent.get("/cases?status=mine"))


@pytest.mark.parametrize("who", ["contact", "agent"])
def test_a_list_shows_whose_turn_it_is_and_both_clocks(app, client, acme, who):
    now = clock.now()
    with app.app_context():
        account, person = acme.account, acme.contact_person
        db.session.add(account)
        for ref, changes in {
            "T-3": {"opened_at": now - timedelta(hours=50), "due_at": now - timedelta(hours=2)},
            "T-4": {"status": Status.WAITING, "due_at": now - timedelta(hours=2)},
            "T-5": {"due_at": now + timedelta(minutes=30)},
            "T-6": {
                "status": Status.CLOSED,
                "opened_at": now - timedelta(hours=26),
                "resolved_at": now - timedelta(hours=22),
            },
        }.items():
            factories.make_case(account, person, ref=ref, **changes)
        db.session.commit()
    reader = client.as_(who)
    found = rows_of(reader.get("/cases"))
    turn = {"contact": ("With us", "Waiting for you"), "agent": ("Open", "Waiting on client")}[who]
    assert all(words in found["T-3"] for words in (turn[0], "2 h overdue", "2 d 2 h"))
    assert all(words in found["T-4"] for words in (turn[1], "Paused", "3 h"))
    assert "Today 09:30" in found["T-5"]
    finished = rows_of(reader.get(f"/cases?status={'past' if who == 'contact' else 'all'}"))["T-6"]
    assert "4 h" in finished
    assert "overdue" not in finished


def rows_of(page):
    """What a list says of each case, by reference."""
    parts = re.split(r'href="/cases/(T-\d)"', re.sub(r"\s+", " ", text(page)))
    return {
        ref: re.split("</li>|</tr>", row)[0]
        for ref, row in zip(parts[1::2], parts[2::2], strict=True)
    }


def test_a_full_list_of_a_client_stays_small(app, client, acme):
    with app.app_context():
        account, person = acme.account, acme.contact_person
        db.session.add(account)
        for number in range(30):
            factories.make_case(
                account,
                person,
                subject=f"Bearings of the second filling line {number}",
                due_at=clock.now() + timedelta(hours=number - 4),
            )
        db.session.commit()
    page = text(client.as_("contact").get("/cases"))
    assert page.count('class="case-line"') == 25
    assert len(page.encode()) <= 24 * 1024


@pytest.mark.parametrize(
    ("due_in", "status", "shape", "words"),
    [
        (timedelta(hours=-3, minutes=-10), "open", "late", r"3 h (09|10) overdue"),
        (timedelta(days=30), "open", "calm", r"\d{1,2} \w{3}( \d{4})?"),
        (timedelta(hours=-1), "waiting", "calm", "Paused"),
        (None, "waiting", "calm", "Paused"),
        (None, "open", "calm", "No target"),
    ],
)
def test_the_queue_says_in_words_when_a_case_is_due(
    app, client, acme, due_in, status, shape, words
):
    with app.app_context():
        case = db.session.scalars(Case.unscoped("test").where(Case.ref == "T-1")).one()
        case.status, case.due_at = status, due_in and clock.now() + due_in
        db.session.commit()
    row = re.search(
        r"<tr[^>]*><th scope=.row.>.*?T-1.*?</tr>", text(client.as_("agent").get("/cases"))
    )
    due = re.findall(r"<td[^>]*>(.*?)</td>", row[0])[1]
    sign = re.fullmatch(rf'<span class="state {shape}"><svg.*?</svg>(.*)</span>', due)
    assert sign and re.fullmatch(words, sign[1]), due


def test_a_stranger_finds_neither_list_nor_case(client, acme):
    stranger = client.as_("stranger")
    assert "Bearings" not in text(stranger.get("/cases"))
    assert "Bearings" not in text(stranger.get("/cases?account=ACME"))
    assert stranger.get("/cases/T-1").status_code == 404
    assert client.as_("contact").get("/cases/T-1").status_code == 200


@pytest.mark.proves("P2")
def test_the_page_of_a_case_shows_notes_to_staff_alone(client, acme):
    staff, contact = (text(client.as_(who).get("/cases/T-1")) for who in ("agent", "contact"))
    for page in (staff, contact):
        assert "They rattle since Monday." in page
        assert "We look into it." in page
    assert "Careful, VIP." in staff
    assert "Careful, VIP." not in contact
    assert "Internal note" not in contact


def test_the_pages_of_the_list_lead_on_and_back(app, client, acme):
    with app.app_context():
        for number in range(30):
            factories.make_case(acme.account, acme.contact_person, ref=f"P-{number:02d}")
        db.session.commit()
    for who in ("agent", "contact"):
        person = client.as_(who)
        first = text(person.get("/cases"))
        second = text(person.get(link(first, "next")))
        assert len(refs(first)) == 25
        assert len(refs(first) | refs(second)) == len(refs(first)) + len(refs(second)) == 31
        assert refs(text(person.get(link(second, "prev")))) == refs(first)


def refs(page):
    return set(re.findall(r'href="/cases/([TP]-\d+)"', page))


def link(page, rel):
    found = re.search(rf'<a class="btn" href="([^"]+)" rel="{rel}"', page)
    assert found is not None
    return unescape(found[1])


@pytest.mark.parametrize("after", ["x", "1~2", "1~2026-01-01T00:00:00~x", "9" * 40, "%00"])
def test_a_place_in_the_list_that_cannot_be_read_is_its_beginning(client, acme, after):
    for who in ("agent", "contact"):
        answer = client.as_(who).get(f"/cases?after={after}")
        assert "Bearings rattle" in text(answer)


@pytest.mark.parametrize("who", ["agent", "contact"])
@pytest.mark.parametrize(
    ("path", "block"), [("/cases", "cases"), ("/cases/T-1", "case"), ("/cases/new", "form")]
)
def test_a_fragment_is_the_block_alone_and_a_page_the_whole(client, acme, who, path, block):
    person = client.as_(who)
    page, part = person.get(path), person.get(path, headers=FRAGMENT)
    assert "<html" in text(page)
    assert f'<div id="{block}"' in text(page)
    assert text(part).lstrip().startswith(f'<div id="{block}"')
    for shell in ("<html", "<head>", "<title", "<main"):
        assert shell not in text(part)
    for answer in (page, part):
        assert set(answer.vary) == VARIES
    restored = person.get(path, headers={**FRAGMENT, "HX-History-Restore-Request": "true"})
    assert "<html" in text(restored)


# Changes, and who may make them


def test_a_plain_form_leads_back_to_the_case_and_htmx_gets_the_block(app, client, acme):
    contact = client.as_("contact")
    answer = contact.post("/cases/T-1/messages", data={"body": "Plain words"})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/cases/T-1")
    assert "Plain words" in text(contact.get("/cases/T-1"))
    answer = contact.post("/cases/T-1/messages", data={"body": "By htmx"}, headers=FRAGMENT)
    assert answer.status_code == 200
    assert text(answer).lstrip().startswith('<div id="case"')
    assert "By htmx" in text(answer)
    assert "Your reply is sent." in text(answer)
    assert not typed(answer)


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


CHANGES = {
    "assignment": ("T-1", {"owner": "me"}, "contact", "agent"),
    "status": ("T-1", {"status": "waiting"}, "contact", "agent"),
    "priority": ("T-1", {"priority": "urgent"}, "contact", "agent"),
    "links": ("T-1", {"case": "T-2", "kind": "related"}, "contact", "agent"),
    "closure": ("T-1", {}, "contact", "agent"),
    "messages": ("T-1", {"body": "For us.", "mode": "note"}, "contact", "agent"),
    "resolution": ("T-1", {}, "sponsor", "contact"),
    "confidentiality": ("T-1", {"confidential": "1"}, "sponsor", "contact"),
    "withdrawal": ("T-1", {}, "agent", "contact"),
    "reopening": ("T-2", {}, None, "contact"),
    "participants": ("T-1", {"person": "sponsor@acme.test"}, None, "contact"),
}


@pytest.mark.proves("T4", "T5")
@pytest.mark.parametrize("verb", CHANGES)
def test_who_may_not_see_or_not_do_changes_nothing_and_who_may_does(app, client, acme, verb):
    ref, data, forbidden, allowed = CHANGES[verb]
    path, able = f"/cases/{ref}/{verb}", client.as_(allowed)
    others = [(client, 302), (client.as_("stranger"), 404)]
    others += [(client.as_(forbidden), 403)] if forbidden else []
    before = walk.fingerprint(app)
    for person, status in others:
        assert person.post(path, data=data).status_code == status
    assert walk.fingerprint(app) == before
    assert able.post(path, data=data).status_code == 303
    assert walk.fingerprint(app) != before


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/cases/T-1/reopening", Status.OPEN),
        ("/cases/T-1/resolution", Status.RESOLVED),
        ("/cases/T-1/assignment", Status.CLOSED),
        ("/cases/T-1/messages", Status.CANCELLED),
    ],
)
def test_what_the_state_does_not_allow_is_forbidden_to_all(app, client, acme, path, status):
    with app.app_context():
        case = db.session.scalars(Case.unscoped("test").where(Case.ref == "T-1")).one()
        case.status = status
        db.session.commit()
    data = {"body": "Words", "owner": "me"}
    assert client.as_("agent").post(path, data=data).status_code == 403
    assert client.as_("contact").post(path, data=data).status_code == 403
    assert kinds(app) == []


def test_doing_it_again_says_so_and_changes_nothing(app, client, acme):
    agent = client.as_("agent")
    for words in ("Saved.", "That is so already"):
        data = {"priority": "urgent"}
        answer = agent.post("/cases/T-1/priority", data=data, headers=FRAGMENT)
        assert words in text(answer)
    assert kinds(app) == ["PriorityChanged"]


def test_a_person_is_taken_off_but_the_opener_stays(app, client, acme):
    contact = client.as_("contact")
    contact.post("/cases/T-1/participants", data={"person": "sponsor@acme.test"})
    answer = contact.post("/cases/T-1/departures", data={"person": "contact@acme.test"})
    assert answer.status_code == 422
    assert "Who opened the case stays on it." in text(answer)
    sponsor = client.as_("sponsor").post(
        "/cases/T-1/departures", data={"person": "sponsor@acme.test"}
    )
    assert sponsor.status_code == 403
    answer = contact.post("/cases/T-1/departures", data={"person": "sponsor@acme.test"})
    assert answer.status_code == 303
    assert kinds(app) == ["ParticipantAdded", "ParticipantRemoved"]


def test_a_clients_then_moves_nothing(app, client, acme):
    client.as_("contact").post("/cases/T-1/messages", data={"body": "Hi", "then": "resolved"})
    assert case_of(app).status == Status.OPEN
    client.as_("agent").post("/cases/T-1/messages", data={"body": "Hi", "then": "resolved"})
    assert case_of(app).status == Status.RESOLVED


# What a refusal keeps

NASTY = "First line\n</textarea><script>alert(1)</script> & more"


@pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])
def test_a_refused_message_keeps_its_words_and_its_readers(app, client, acme, headers):
    agent, before = client.as_("agent"), bodies(app)
    data = {"body": NASTY, "mode": "note", "submission": "tok", "files": [program()]}
    answer = agent.post("/cases/T-1/messages", data=data, headers=headers)
    assert answer.status_code == 422
    assert typed(answer) == NASTY
    assert "<script>alert" not in text(answer)
    assert re.search(r'value="note" checked', text(answer))
    assert 'name="submission" value="tok"' in text(answer)
    assert ("<html" in text(answer)) is not bool(headers)
    assert (bodies(app), files(app), kinds(app)) == (before, [], [])


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


@pytest.mark.parametrize(
    ("verb", "data", "kept"),
    [
        ("assignment", {"owner": "Nobody Known"}, "Nobody Known"),
        ("participants", {"person": "Nobody Known"}, "Nobody Known"),
        ("links", {"case": "C-404", "kind": "repeat"}, "C-404"),
        ("status", {"status": "resolved", "reason": "A reason"}, "A reason"),
        ("status", {"status": "nonsense", "reason": "A reason"}, "A reason"),
        ("resolution", {"reason": "A reason " * 30}, "A reason "),
        ("links", {"case": "", "kind": "repeat"}, "reference"),
        ("priority", {"priority": "nonsense"}, "Not a valid choice"),
    ],
)
def test_a_refused_change_says_why_and_keeps_what_was_typed(app, client, acme, verb, data, kept):
    answer = client.as_("agent").post(f"/cases/T-1/{verb}", data=data)
    assert answer.status_code == 422
    assert 'role="alert"' in text(answer)
    assert kept in text(answer)
    assert kinds(app) == []


@pytest.mark.proves("T10")
@pytest.mark.parametrize(
    ("path", "data", "field"),
    [
        ("/cases", {"account": "ACME", "subject": "S", "body": "B"}, "account"),
        ("/cases", {"account": "ACME", "subject": "S", "body": "B"}, "subject"),
        ("/cases", {"account": "ACME", "subject": "S", "body": "B"}, "body"),
        ("/cases/T-1/messages", {"body": "B"}, "body"),
        ("/cases/T-1/messages", {"body": "B", "mode": "reply"}, "mode"),
        ("/cases/T-1/messages", {"body": "B", "submission": "x"}, "submission"),
        ("/cases/T-1/assignment", {"owner": "me"}, "owner"),
        ("/cases/T-1/status", {"status": "waiting"}, "status"),
        ("/cases/T-1/priority", {"priority": "high"}, "priority"),
        ("/cases/T-1/confidentiality", {"confidential": "1"}, "confidential"),
        ("/cases/T-1/participants", {"person": "sponsor@acme.test"}, "person"),
        ("/cases/T-1/links", {"case": "T-2", "kind": "related"}, "case"),
        ("/cases/T-1/closure", {"reason": "Done"}, "reason"),
    ],
)
def test_a_field_that_comes_twice_is_refused(app, client, acme, path, data, field):
    agent = client.as_("agent")
    twice = {**data, field: [data[field], data[field]]}
    assert agent.post(path, data=twice).status_code == 422
    assert kinds(app) == []
    assert agent.post(path, data=data).status_code == 303
    assert kinds(app)


# Names of others

NAMES = {
    "owner": ("/cases/T-1/assignment", "owner", {}, "agent@globex.test"),
    "participant": ("/cases/T-1/participants", "person", {}, "contact@globex.test"),
    "who leaves": ("/cases/T-1/departures", "person", {}, "contact@globex.test"),
    "linked case": ("/cases/T-1/links", "case", {"kind": "related"}, "G-1"),
    "account": ("/cases", "account", {"subject": "S", "body": "B"}, "GLOBEX"),
    "order": ("/cases", "order", {"account": "ACME", "subject": "S", "body": "B"}, "PO-G"),
    "who asks": (
        "/cases",
        "person",
        {"account": "ACME", "subject": "S", "body": "B"},
        "contact@globex.test",
    ),
}


@pytest.fixture
def globex(app, cast):
    """The stranger's company with a case and an order whose names Acme's people will type."""
    with app.app_context():
        company = cast.globex
        factories.make_case(company.account, company.contact_person, ref="G-1", subject="Theirs")
        factories.make_order(company.account, ref="PO-G")
        db.session.commit()
    return company


@pytest.mark.proves("T3")
@pytest.mark.parametrize("name", NAMES)
def test_a_foreign_name_is_answered_like_one_that_does_not_exist(app, client, acme, globex, name):
    path, field, data, foreign = NAMES[name]
    unknown = "x" * len(foreign)
    agent, pages = client.as_("agent"), []
    for value in (foreign, unknown):
        answer = agent.post(path, data={**data, field: value, "submission": "tok"})
        assert answer.status_code == 422
        pages.append(walk.masked(text(answer)).replace(value, "NAME"))
    assert pages[0] == pages[1]
    assert kinds(app) == []


@pytest.mark.proves("T3")
@pytest.mark.parametrize("who", ["agent", "contact"])
@pytest.mark.parametrize("path", ["/cases?account=", "/cases/new?account=", "/search?q="])
def test_a_foreign_account_in_an_address_shows_what_an_unknown_one_shows(
    client, acme, globex, who, path
):
    person = client.as_(who)
    pages = [
        walk.masked(text(person.get(path + value))).replace(value, "NAME")
        for value in ("GLOBEX", "NOSUCH")
    ]
    assert pages[0] == pages[1]
    assert "Globex" not in pages[0]


# Files

PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89" + b"\0" * 20
)


def program():
    return BytesIO(b"MZ\x90 program"), "setup.exe"


def plain(name="notes.txt", data=b"some lines\n"):
    return BytesIO(data), name


def send(person, *sent, **fields):
    data = {"body": "See the files.", **fields, "files": list(sent)}
    return person.post("/cases/T-1/messages", data=data)


def test_ten_files_go_with_a_message_and_eleven_do_not(app, client, acme):
    contact = client.as_("contact")
    answer = send(contact, *(plain(f"{n}.txt") for n in range(MOST + 1)))
    assert answer.status_code == 422
    assert "At most 10 files go with a message." in unescape(text(answer))
    assert typed(answer) == "See the files."
    assert files(app) == []
    assert send(contact, *(plain(f"{n}.txt") for n in range(MOST))).status_code == 303
    assert [file.name for file in files(app)] == [f"{n}.txt" for n in range(MOST)]
    page = text(contact.get("/cases/T-1"))
    assert all(f"/files/{file.key}" in page for file in files(app))


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (program(), "setup.exe is a program, and programs are not taken."),
        (plain("empty.txt", b""), "empty.txt is empty."),
        (plain("photo.png", b"%PDF-1.7"), "photo.png is not what its name says."),
    ],
    ids=["program", "empty", "mismatch"],
)
def test_one_bad_file_keeps_out_all_and_is_named(app, client, acme, bad, words):
    before, (stream, name) = bodies(app), bad
    answer = send(client.as_("contact"), plain(), (BytesIO(stream.getvalue()), name))
    assert answer.status_code == 422
    assert words in unescape(text(answer))
    assert "No file was kept; your text is." in text(answer)
    assert typed(answer) == "See the files."
    assert (files(app), bodies(app), kinds(app)) == ([], before, [])


def raw(person, disposition, data):
    """A message with one file, written out byte by byte: the client's own form could not say this."""
    head = (
        b'--B\r\nContent-Disposition: form-data; name="body"\r\n\r\nSee the files.\r\n--B\r\n'
        b'Content-Disposition: form-data; name="files"; ' + disposition + b"\r\n\r\n"
    )
    return person.post(
        "/cases/T-1/messages",
        data=head + data + b"\r\n--B--\r\n",
        content_type="multipart/form-data; boundary=B",
    )


def test_a_file_above_the_limit_is_refused_in_a_sentence(app, client, acme):
    answer = raw(client.as_("contact"), b'filename="big.txt"', bytes(LARGEST + 1))
    assert answer.status_code == 422
    assert "big.txt is larger than 20 MB. Make it smaller or send a link." in text(answer)
    assert typed(answer) == "See the files."
    assert (files(app), kinds(app)) == ([], [])


def test_a_file_of_exactly_the_limit_is_taken():
    assert examined("a.log", BytesIO(bytes(LARGEST))).size == LARGEST
    with pytest.raises(FileRefused):
        examined("a.log", BytesIO(bytes(LARGEST + 1)))


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


@pytest.mark.proves("T31")
def test_a_name_with_line_breaks_is_one_line_everywhere(app, client, acme):
    contact = client.as_("contact")
    disposition = b"filename*=UTF-8''..%2Fa%0D%0ASet-Cookie%3A%20x%3D1%22%E2%80%AE.txt"
    assert raw(contact, disposition, b"lines").status_code == 303
    [file] = files(app)
    assert file.name == 'aSet-Cookie: x=1".txt'
    fetched = contact.get(f"/files/{file.key}", buffered=True)
    assert fetched.data == b"lines"
    assert "x=1" in fetched.headers["Content-Disposition"]
    assert "\n" not in fetched.headers["Content-Disposition"]
    assert all("x=1" not in cookie for cookie in fetched.headers.getlist("Set-Cookie"))


@pytest.mark.proves("T31")
def test_a_fetched_file_cannot_act(app, client, acme):
    contact = client.as_("contact")
    page = plain("page.html", b"<script>alert(1)</script>")
    assert send(contact, page, plain("p.png", PNG)).status_code == 303
    html, picture = files(app)
    for file in (html, picture):
        answer = contact.get(f"/files/{file.key}", buffered=True)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert file.name in answer.headers["Content-Disposition"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["Cache-Control"] == "no-store"
        assert "sandbox" in POLICY
    assert contact.get(f"/files/{html.key}", buffered=True).mimetype == "application/octet-stream"
    shown = contact.get(f"/files/{html.key}?inline=1", buffered=True)
    assert shown.headers["Content-Disposition"].startswith("attachment")
    shown = contact.get(f"/files/{picture.key}?inline=1", buffered=True)
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert (shown.mimetype, shown.data) == ("image/png", PNG)
    assert shown.headers["Content-Security-Policy"] == POLICY


def test_who_fetched_a_file_is_remembered(app, client, acme):
    contact = client.as_("contact")
    send(contact, plain())
    [file] = files(app)
    assert "FileDownloaded" not in kinds(app)
    contact.get(f"/files/{file.key}", buffered=True)
    client.as_("stranger").get(f"/files/{file.key}")
    [event] = [event for event in events(app) if event.kind == "FileDownloaded"]
    assert (event.user_id, event.stakeholder_id) == (acme.contact.id, acme.contact_person.id)
    assert event.payload == {"file_id": file.id}


@pytest.mark.proves("P2")
def test_a_file_of_a_note_does_not_exist_for_clients(app, client, acme):
    agent = client.as_("agent")
    assert send(agent, plain("for-us.txt"), mode="note").status_code == 303
    assert send(agent, plain("for-all.txt")).status_code == 303
    note, reply = files(app)
    for who in ("contact", "sponsor"):
        assert client.as_(who).get(f"/files/{note.key}", buffered=True).status_code == 404
        assert client.as_(who).get(f"/files/{reply.key}", buffered=True).status_code == 200
        page = text(client.as_(who).get("/cases/T-1"))
        assert "for-us.txt" not in page
        assert "for-all.txt" in page
    assert agent.get(f"/files/{note.key}", buffered=True).status_code == 200
    for who in ("stranger", "globex.agent"):
        assert client.as_(who).get(f"/files/{reply.key}", buffered=True).status_code == 404


def test_a_file_of_a_confidential_case_exists_for_the_named_alone(app, client, acme):
    contact = client.as_("contact")
    send(contact, plain())
    [file] = files(app)
    assert client.as_("sponsor").get(f"/files/{file.key}", buffered=True).status_code == 200
    contact.post("/cases/T-1/confidentiality", data={"confidential": "1"})
    assert client.as_("sponsor").get(f"/files/{file.key}", buffered=True).status_code == 404
    assert contact.get(f"/files/{file.key}", buffered=True).status_code == 200
    assert client.as_("agent").get(f"/files/{file.key}", buffered=True).status_code == 200


def test_a_file_whose_bytes_are_gone_is_not_there(app, client, acme):
    contact = client.as_("contact")
    send(contact, plain())
    [file] = files(app)
    with app.app_context():
        path_of(file).unlink()
    assert contact.get(f"/files/{file.key}", buffered=True).status_code == 404
    assert "FileDownloaded" not in kinds(app)
