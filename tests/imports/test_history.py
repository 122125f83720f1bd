"""From rows to events: the data's own definition of reopening, and figures' of resolving."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.cases.models import Priority, Status
from portal.imports.history import (
    CaseState,
    PastChanged,
    digests,
    hand_over,
    rerank,
    tell,
    unknown_rows,
)
from portal.imports.parties import reference
from portal.imports.spool import LogRow, Spool

START = datetime(2012, 3, 1, 9, 0, tzinfo=UTC)


def rows(*statuses: str) -> list[LogRow]:
    return [
        LogRow(line, START + timedelta(hours=line), status.upper(), status)
        for line, status in enumerate(statuses, 1)
    ]


def story(*statuses: str) -> tuple[list[str], CaseState]:
    state, kinds = CaseState(), []
    for row in rows(*statuses):
        kinds += [
            event.kind for event in tell(state, row, "", {}) if event.kind != "ActivityLogged"
        ]
    return kinds, state


@pytest.mark.parametrize(
    ("statuses", "kinds", "reopens"),
    [
        (("open",), ["CaseOpened"], 0),
        (("waiting",), ["CaseOpened", "StatusChanged"], 0),
        (("open", "open", "in_progress"), ["CaseOpened", "StatusChanged"], 0),
        (("open", "resolved"), ["CaseOpened", "CaseResolved"], 0),
        (("open", "closed"), ["CaseOpened", "CaseResolved", "CaseClosed"], 0),
        (("open", "resolved", "closed"), ["CaseOpened", "CaseResolved", "CaseClosed"], 0),
        (("resolved", "closed", "closed"), ["CaseOpened", "CaseResolved", "CaseClosed"], 0),
        (
            ("open", "closed", "resolved"),
            ["CaseOpened", "CaseResolved", "CaseClosed", "StatusChanged"],
            0,
        ),
        (
            ("open", "resolved", "in_progress", "resolved"),
            ["CaseOpened", "CaseResolved", "CaseReopened", "StatusChanged", "CaseResolved"],
            1,
        ),
        (
            ("open", "closed", "open", "closed", "open"),
            [
                "CaseOpened",
                *("CaseResolved", "CaseClosed", "CaseReopened") * 2,
            ],
            2,
        ),
    ],
)
def test_statuses_become_lifecycle_events(statuses, kinds, reopens):
    told, state = story(*statuses)
    assert told == kinds
    assert state.reopens == reopens


def test_a_closed_case_knows_when_it_was_resolved_and_a_reopened_one_no_longer():
    _, state = story("open", "resolved", "closed")
    assert state.resolved_at == START + timedelta(hours=2)
    assert state.closed_at == START + timedelta(hours=3)
    _, state = story("open", "closed", "waiting")
    assert (state.status, state.resolved_at, state.closed_at) == (Status.WAITING, None, None)


def test_every_row_is_kept_in_its_own_words():
    told = list(tell(CaseState(), rows("open")[0], "print", {"channel": "portal"}))
    assert told[0].payload == {"channel": "portal"}
    assert told[1].payload == {"activity": "OPEN", "status": "open", "row": "print"}


def test_a_new_owner_or_priority_is_an_event_and_the_same_one_is_none():
    state, row = CaseState(), rows("open")[0]
    assert [e.payload for e in hand_over(state, row, 7)] == [{"old_id": None, "new_id": 7}]
    assert list(hand_over(state, row, 7)) == []
    assert [e.payload for e in rerank(state, row, Priority.HIGH)] == [
        {"old": "normal", "new": "high"}
    ]
    assert list(rerank(state, row, None)) == []


def test_equal_rows_of_a_case_are_told_apart():
    row = rows("open")[0]
    assert len(set(digests([row, row]))) == 2


def test_only_rows_that_are_not_known_are_new():
    history = rows("open", "waiting", "closed")
    prints = digests(history)
    assert unknown_rows(history, set(prints), history[-1].at) == []
    new = unknown_rows(history, set(prints[:2]), history[1].at)
    assert [row for row, _ in new] == history[2:]
    assert unknown_rows(history[:2], set(prints), history[-1].at) == []


def test_a_row_before_what_is_known_is_refused():
    history = rows("open", "waiting", "closed")
    prints = digests(history)
    with pytest.raises(PastChanged):
        unknown_rows(history, {prints[0], prints[2]}, history[2].at)
    with pytest.raises(PastChanged):
        unknown_rows(history[:1], {prints[2]}, history[2].at)


def test_the_spool_sorts_by_case_instant_and_place_fractions_included():
    with Spool() as spool:
        late = START + timedelta(milliseconds=900)
        spool.add("b", LogRow(1, START, "x", "open"))
        spool.add("a", LogRow(2, late, "third", "open"))
        spool.add("a", LogRow(3, START, "first", "open"))
        spool.add("a", LogRow(4, START, "second", "open"))
        found = [(case, [row.activity for row in rows]) for case, rows in spool.cases()]
    assert found == [("a", ["first", "second", "third"]), ("b", ["x"])]


def test_references_are_fit_for_an_address():
    taken = {"desk-value-22"}
    assert reference("desk", "Value 22", taken.__contains__) == "desk-value-22-2"
    assert reference("desk", "Ação & Cia", taken.__contains__) == "desk-acao-cia"
    assert reference("desk", "株式会社", taken.__contains__) == "desk-x"
