"""Whether a comment may be quoted, as a folder says it: faults, repetition, and what the author says in the portal."""

import pytest
from sqlalchemy import select

from portal.db import db, opened
from portal.events import Event
from portal.feedback import operations
from portal.feedback.models import CommentConsent, Consent, Survey
from portal.identity.actors import actor_for
from portal.imports.problems import ImportRefused
from tests.imports.folders import everything, good, only


def rows(consent=None, **changes):
    found = good()
    found["surveys"][0] |= {"comment": "Sempre à hora.", **changes}
    if consent is not None:
        found["surveys"][0]["comment_consent"] = consent
    return found


def consent():
    found = db.session.scalars(CommentConsent.unscoped("test")).all()
    return found[0] if found else None


def trace():
    statement = select(Event.payload).where(Event.kind == "QuoteAnswered").order_by(Event.id)
    found = db.session.scalars(opened(statement, Event, why="test"))
    return [(payload["old"], payload["answer"]) for payload in found]


@pytest.mark.parametrize("answer", list(Consent))
def test_the_column_says_whether_a_comment_may_be_quoted(session, folder, answer):
    folder(rows(answer))
    row, (survey,) = consent(), only(Survey)
    assert (row.survey_id, row.stakeholder_id) == (survey.id, survey.stakeholder_id)
    assert (row.ref, row.answer, row.answered_by_id) == (f"S-{survey.id}", answer, None)
    assert trace() == [("", answer)]


@pytest.mark.parametrize("answer", [None, "", "named"])
def test_repeating_changes_nothing(session, folder, now, answer):
    folder(rows(answer))
    before, said, told = everything(), answer and consent().answered_at, trace()
    now.shift(3600)
    again = folder(rows(answer))
    assert (everything(), trace()) == (before, told)
    assert (consent() and consent().answered_at) == (said or None)
    assert (again.files["surveys"].new, again.files["surveys"].changed) == (0, 0)


def test_a_later_folder_changes_what_an_earlier_one_said(session, folder):
    folder(rows("named"))
    assert folder(rows("no")).files["surveys"].changed == 1
    db.session.expire_all()
    assert consent().answer == "no"
    folder(rows(None))
    db.session.expire_all()
    assert consent().answer == "no"
    assert folder(rows("")).files["surveys"].changed == 1
    db.session.expire_all()
    assert consent().answer is None
    assert trace() == [("", "named"), ("named", "no"), ("no", "")]


def test_what_the_author_said_in_the_portal_stays(session, folder, cast):
    folder(rows("named"))
    operations.answer_consent(consent(), Consent.NO, by=actor_for(cast.acme.contact))
    db.session.flush()
    assert folder(rows("named")).files["surveys"].changed == 0
    db.session.expire_all()
    assert (consent().answer, consent().answered_by_id) == ("no", cast.acme.contact.id)
    assert trace() == [("", "named"), ("named", "no")]


def test_of_other_words_nothing_is_said(session, folder, cast):
    folder(rows("unnamed"))
    operations.answer_consent(consent(), Consent.NAMED, by=actor_for(cast.acme.contact))
    db.session.flush()
    folder(rows(None, comment="Nunca à hora."))
    db.session.expire_all()
    row = consent()
    assert (row.answer, row.answered_by_id, row.asked_at) == (None, None, None)
    assert trace()[-1] == ("named", "")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"consent": "yes"}, '"yes" is not one of named, unnamed, no'),
        ({"consent": "named", "comment": " "}, "is given, but there is no comment in an answer"),
        (
            {"consent": "named", "answered_at": "", "score": ""},
            "is given, but there is no comment in an answer",
        ),
    ],
)
def test_a_fault_is_told_with_its_line(session, folder, changes, told):
    with pytest.raises(ImportRefused) as refused:
        folder(rows(**changes))
    (fault,) = refused.value.problems.kept
    assert (fault.file, fault.line, fault.column) == ("surveys.csv", 2, "comment_consent")
    assert fault.text == told
    assert consent() is None
