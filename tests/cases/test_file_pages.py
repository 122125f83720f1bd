"""Files sent with a message and fetched again: which are taken, and by whom they are seen."""

from html import unescape
from io import BytesIO

import pytest

from portal.cases.views.files import POLICY
from portal.files.kinds import FileRefused
from portal.files.storing import LARGEST, MOST, examined, path_of
from tests.cases.pages import bodies, events, files, kinds, plain, program, text, typed

PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89" + b"\0" * 20
)


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
