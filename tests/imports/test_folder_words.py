"""messages.csv and surveys.csv: what was said is never changed, and answers count at once."""

import pytest

from portal.db import db
from portal.insights import days
from portal.insights.models import AccountTally, Width
from tests.imports.folders import LAST, good, refused


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
