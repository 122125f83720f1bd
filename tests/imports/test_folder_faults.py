"""Bad rows, columns and files of a folder: each told in its place, and nothing is imported."""

import pytest

from portal.imports.folder import import_folder
from portal.imports.problems import ImportRefused
from tests.imports.folders import everything, good, new_of, refused

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
