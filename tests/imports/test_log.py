"""Another help desk's log in the database: complete, repeatable, extendable, or not at all."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from portal.accounts.models import Account
from portal.actor import SYSTEM
from portal.cases.models import Case, Message, Participant
from portal.cases.operations import merge_case
from portal.db import db, opened
from portal.events import Event
from portal.identity.models import Grant, User
from portal.imports.log import import_log
from portal.imports.mapping import load_mapping
from portal.imports.problems import ImportRefused, Problems
from portal.insights import days
from portal.insights.models import AccountMonth
from portal.stakeholders.models import Stakeholder

MAPPING = """
name = "desk"
[columns]
case = "Case"
at = "Time"
status = ["State"]
account = "Firm"
staff = "Who"
stakeholder = "For"
subject = "Subject"
priority = "Prio"
category = "Topic"
body = "Text"
[format]
at = "%Y-%m-%d %H:%M"
timezone = "Europe/Rome"
null = ["NULL"]
[status]
"New" = "open"
"Work" = "in_progress"
"Wait" = "waiting"
"Done" = "resolved"
"Shut" = "closed"
[priority]
"1" = "urgent"
"""
HEADER = "Case,Time,State,Firm,Who,For,Subject,Prio,Topic,Text"
ROWS = [
    "7,2026-01-12 09:00,New,Açaí Lda,NULL,Ana Sé,Printer on fire,2,Hardware,It burns",
    "7,2026-01-12 10:00,Work,Açaí Lda,Bo,Ana Sé,,1,,We are coming",
    "7,2026-01-12 12:00,Done,Açaí Lda,Bo,Rui,,1,,",
    "8,2026-01-13 09:00,New,Globo,Bo,,,9,,",
    "7,2026-01-14 09:00,Wait,Açaí Lda,Cy,,,1,,",
    "8,2026-01-15 09:00,Shut,Globo,Bo,,,9,,",
]


@pytest.fixture
def log(tmp_path):
    (tmp_path / "map.toml").write_text(MAPPING, "utf-8")
    mapping = load_mapping(tmp_path / "map.toml")

    def load(*rows: str, header: str = HEADER, **options):
        file = tmp_path / "log.csv"
        file.write_text("\n".join([header, *rows, ""]), "utf-8")
        return import_log(file, mapping, **options)

    return load


def refused(load, *rows: str, **options) -> list[str]:
    with pytest.raises(ImportRefused) as caught:
        load(*rows, **options)
    return list(caught.value.problems.lines())


def everything() -> dict[str, list]:
    """All rows that an import may touch, without ids and times of recording."""
    found = {}
    for model in (Account, User, Stakeholder, Case, Participant, Message, Event, Grant):
        columns = [
            column
            for column in model.__table__.c
            if not (column.primary_key or column.foreign_keys)
            and column.name not in ("recorded_at", "created_at", "path", "payload")
        ]
        statement = select(*columns)
        if hasattr(model, "unscoped"):
            statement = opened(statement, model, why="test")
        found[model.__name__] = sorted(map(str, db.session.execute(statement)))
    return found


def case(own_id: str) -> Case:
    return db.session.scalars(Case.unscoped("test").where(Case.source_id == own_id)).one()


def events(found: Case) -> list[tuple[str, datetime]]:
    statement = (
        select(Event.kind, Event.occurred_at)
        .where(Event.case_id == found.id, Event.kind != "ActivityLogged")
        .order_by(Event.occurred_at, Event.id)
    )
    return [tuple(row) for row in db.session.execute(opened(statement, Event, why="test"))]


def count(model) -> int:
    statement = select(func.count()).select_from(model)
    if hasattr(model, "unscoped"):
        statement = opened(statement, model, why="test")
    return db.session.scalar(statement)


def rome(day: int, hour: int) -> datetime:
    return datetime(2026, 1, day, hour - 1, tzinfo=UTC)


def test_a_log_becomes_cases_with_their_history(session, log):
    result = log(*ROWS)
    assert result.as_json() == {
        "accounts": 2,
        "cases": 2,
        "events": 6,
        "staff": 2,
        "reopens": 1,
        "skipped": 0,
        "problems": [],
    }
    seven = case("7")
    assert (seven.subject, seven.status, seven.priority) == ("Printer on fire", "waiting", "urgent")
    assert (seven.category, seven.tags, seven.reopen_count) == ("Hardware", [], 1)
    assert (seven.opened_at, seven.updated_at) == (rome(12, 9), rome(14, 9))
    assert (seven.first_response_at, seven.resolved_at) == (rome(12, 10), None)
    assert (seven.source, seven.source_id, seven.ref) == ("desk", "7", "desk-7")
    assert events(seven) == [
        ("CaseOpened", rome(12, 9)),
        ("StatusChanged", rome(12, 10)),
        ("OwnerChanged", rome(12, 10)),
        ("PriorityChanged", rome(12, 10)),
        ("CaseResolved", rome(12, 12)),
        ("CaseReopened", rome(14, 9)),
        ("StatusChanged", rome(14, 9)),
        ("OwnerChanged", rome(14, 9)),
    ]
    eight = case("8")
    assert (eight.subject, eight.status, eight.tags) == ("8", "closed", ["9"])
    assert eight.resolved_at == eight.closed_at == rome(15, 9)


def test_staff_of_a_log_have_no_way_to_sign_in(session, log):
    log(*ROWS)
    staff = db.session.scalars(select(User).order_by(User.name)).all()
    assert [(u.name, u.email, u.password_hash, u.is_staff) for u in staff] == [
        ("Bo", None, None, True),
        ("Cy", None, None, True),
    ]
    assert count(Grant) == 0


def test_people_and_words_come_along(session, log):
    log(*ROWS)
    people = db.session.scalars(Stakeholder.unscoped("test").order_by(Stakeholder.name)).all()
    assert [(p.name, p.source_id) for p in people] == [
        ("Ana Sé", "Açaí Lda/Ana Sé"),
        ("Rui", "Açaí Lda/Rui"),
    ]
    assert case("7").opened_by_id == people[0].id
    assert count(Participant) == 2
    messages = db.session.scalars(Message.unscoped("test").order_by(Message.occurred_at)).all()
    assert [(m.side, m.body) for m in messages] == [
        ("client", "It burns"),
        ("staff", "We are coming"),
    ]
    assert messages[0].author_stakeholder_id == people[0].id


def test_months_are_added_up(session, log):
    log(*ROWS)
    months = db.session.scalars(AccountMonth.unscoped("test")).all()
    assert sorted((m.opened, m.resolved, m.reopened) for m in months) == [(1, 1, 0), (1, 1, 1)]


def test_repeating_changes_nothing(session, log):
    log(*ROWS)
    before = everything()
    again = log(*ROWS)
    assert everything() == before
    assert (again.cases, again.events, again.skipped) == (0, 0, 6)


def test_a_dry_run_says_the_same_and_writes_nothing(session, log):
    empty = everything()
    rehearsed = log(*ROWS, dry_run=True)
    assert everything() == empty
    assert log(*ROWS) == rehearsed


def test_a_longer_log_adds_what_is_new_as_if_it_had_come_at_once(session, log):
    log(*ROWS[:4])
    more = log(*ROWS)
    assert (more.cases, more.events, more.reopens, more.skipped) == (0, 2, 1, 4)
    grown = everything()
    db.session.execute(select(1))
    assert case("7").status == "waiting"
    assert case("8").closed_at == rome(15, 9)
    assert len(grown["Event"]) == 18
    assert log(*ROWS).skipped == 6


def test_new_rows_of_a_case_that_was_merged_are_left_out_and_told(session, log):
    """C4: it is gone; its rows bring it back no more."""
    log(*ROWS[:4], *[ROWS[3].replace("8,", "9,", 1).replace("Globo", "Açaí Lda")])
    gone, into = case("7"), case("9")
    merge_case(gone, into=into, by=SYSTEM)
    days.catch_up({})
    db.session.flush()
    before = everything()
    notes = Problems()
    again = log(*ROWS[:5], notes=notes)
    assert everything() == before
    assert (again.events, again.skipped) == (0, 4)
    assert list(notes.lines()) == [
        'log.csv:6: Case: "7" became part of another case here (C4); rows left out: 1'
    ]


def test_only_the_new_part_of_a_log_continues_it(session, log):
    log(*ROWS[:4])
    more = log(*ROWS[4:])
    assert (more.events, more.reopens, more.skipped) == (2, 1, 0)
    assert case("7").status == "waiting"


def test_a_case_moves_with_its_last_row_and_takes_everything_along(session, log):
    log(*ROWS)
    moved = log(*ROWS, "7,2026-01-16 09:00,Work,Globo,Cy,,,1,,")
    assert moved.accounts == 0
    globo = case("8").account_id
    assert case("7").account_id == globo
    for model in (Event, Message):
        statement = select(model.account_id).where(model.case_id == case("7").id).distinct()
        assert db.session.scalars(opened(statement, model, why="test")).all() == [globo]
    assert count(Participant) == 0
    assert case("7").opened_by_id is None


def test_a_row_before_imported_history_is_refused(session, log):
    log(*ROWS)
    before = everything()
    late = "7,2026-01-12 11:00,Wait,Açaí Lda,Bo,,,1,,"
    assert refused(log, *ROWS, late) == [
        'log.csv:8: Time: this row of "7" lies before what was imported earlier; '
        "imported history is not rewritten"
    ]
    assert everything() == before


def test_the_same_ids_from_another_system_are_other_cases(session, log, tmp_path):
    log(*ROWS)
    (tmp_path / "other.toml").write_text(MAPPING.replace('"desk"', '"other"'), "utf-8")
    result = import_log(tmp_path / "log.csv", load_mapping(tmp_path / "other.toml"))
    assert (result.accounts, result.cases, result.staff) == (2, 2, 2)
    refs = opened(select(Case.ref).order_by(Case.ref), Case, why="test")
    assert db.session.scalars(refs).all() == ["desk-7", "desk-8", "other-7", "other-8"]


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("9,2026-02-30 09:00,New,Globo,,,,,,", 'Time: "2026-02-30 09:00" is not an instant'),
        ("9,NULL,New,Globo,,,,,,", "Time: is empty; every row needs its instant"),
        (",2026-02-20 09:00,New,Globo,,,,,,", "Case: is empty; every row belongs to a case"),
        ("9,2026-02-20 09:00,New,,,,,,,", 'Firm: no row of "9" names its account'),
        (
            "9,2026-02-20 09:00,Lost,Globo,,,,,,",
            'State: values missing from [status] of the mapping: "Lost" (1 rows)',
        ),
        ("9,2026-02-20 09:00", "-: 2 cells where the header has 10"),
    ],
)
def test_a_bad_row_is_told_with_its_place_and_nothing_is_imported(session, log, row, line):
    empty = everything()
    (told,) = refused(log, *ROWS, row)
    assert told.startswith(f"log.csv:8: {line}")
    assert everything() == empty


def test_all_unknown_statuses_are_listed_with_their_counts(session, log):
    rows = [f"{n},2026-01-12 09:00,{s},Globo,,,,,," for n, s in enumerate(["Odd", "Odd", "Even"])]
    assert refused(log, *ROWS, *rows) == [
        'log.csv:8: State: values missing from [status] of the mapping: "Odd" (2 rows), "Even" (1 rows)'
    ]


def test_missing_and_doubled_columns_are_told(session, log):
    assert refused(log, header=HEADER.replace("Firm", "Company"))[0].startswith(
        "log.csv:1: Firm: the log has no such column; it has"
    )
    doubled = HEADER.replace("Prio", "Who")
    assert any("Who: stands twice in the header" in line for line in refused(log, header=doubled))
    plain = HEADER.replace("Text", "Text,X,X")
    assert log(*(row + ",1,2" for row in ROWS), header=plain).cases == 2


def test_an_empty_log_is_told(session, log):
    assert refused(log) == ["log.csv:1: -: the log holds no rows"]


def test_clock_changes_are_notes_and_no_problems(session, log):
    notes = Problems()
    rows = [
        "9,2026-03-29 02:30,New,Globo,,,,,,",
        "9,2026-10-25 02:30,Work,Globo,,,,,,",
    ]
    assert log(*rows, notes=notes).events == 2
    assert [note.line for note in notes.kept] == [2, 3]
    assert case("9").opened_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_the_result_is_one_json_document(session, log):
    assert json.loads(json.dumps(log(*ROWS).as_json()))["events"] == 6
