"""The same folder once more: after a merge, with another time zone."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.actor import SYSTEM
from portal.cases.models import Case, CaseLink, Message
from portal.cases.operations import merge_case
from portal.db import db, opened
from portal.feedback.models import Survey
from portal.insights import days, months
from portal.insights.models import AccountMonth, AccountTally, Width
from tests.imports.folders import LATER, everything, good, one, only


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
