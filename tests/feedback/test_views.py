"""The author's own pages: seeing one's comment, saying whether it may be quoted, and nobody else."""

import re

import pytest
from sqlalchemy import select

from portal import clock
from portal.db import db, opened
from portal.events import Event
from portal.feedback.models import CommentConsent
from portal.identity.models import Grant
from tests import factories
from tests.workspace.counting import statements

WORDS = "Chegaram <b>antes</b> da hora.\nObrigada!"


@pytest.fixture
def asked(app, cast):
    """The contact of Acme was asked about a comment; the sponsor about another one."""
    with app.app_context():
        acme = cast.acme
        survey = factories.make_comment(acme.account, acme.contact_person, comment=WORDS)
        factories.make_consent(survey)
        factories.make_consent(factories.make_comment(acme.account, acme.sponsor_person))
        db.session.commit()
        return f"/comments/S-{survey.id}"


def kept(app, path):
    with app.app_context():
        statement = CommentConsent.unscoped("test").where(
            CommentConsent.ref == path.rpartition("/")[2]
        )
        return db.session.scalars(statement).one()


def trace(app):
    with app.app_context():
        statement = select(Event.user_id, Event.payload).where(Event.kind == "QuoteAnswered")
        rows = db.session.execute(opened(statement.order_by(Event.id), Event, why="test"))
        return [(user_id, told["old"], told["answer"]) for user_id, told in rows]


@pytest.mark.proves("T1", "T5")
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("contact", 303),
        ("sponsor", 404),
        ("stranger", 404),
        ("agent", 403),
        ("manager", 403),
        ("executive", 403),
        ("nobody", 302),
    ],
)
def test_only_the_author_answers(app, client, cast, asked, who, status):
    person = client.as_(who)
    assert person.post(asked, data={"answer": "named"}).status_code == status
    assert person.get(asked).status_code == {303: 200}.get(status, status)
    assert kept(app, asked).answer == ("named" if status == 303 else None)
    assert len(trace(app)) == (status == 303)


def test_who_wrote_it_sees_the_words_and_may_change_their_mind(app, client, cast, asked):
    contact = client.as_("contact")
    page = contact.get(asked).get_data(as_text=True)
    assert "Chegaram &lt;b&gt;antes&lt;/b&gt; da hora." in page
    assert [
        radio for radio in re.findall(r'<input[^>]*name="answer"[^>]*>', page) if "checked" in radio
    ] == []
    for answer in ("unnamed", "unnamed", "no"):
        contact.post(asked, data={"answer": answer})
    row = kept(app, asked)
    assert (row.answer, row.answered_by_id) == ("no", cast.acme.contact.id)
    me = cast.acme.contact.id
    assert trace(app) == [(me, "", "unnamed"), (me, "unnamed", "no")]
    assert "Rather not" in contact.get("/comments").get_data(as_text=True)


@pytest.mark.parametrize("sent", [{}, {"answer": ""}, {"answer": "yes"}, {"answer": "named\x00"}])
def test_another_answer_is_refused_beside_the_field(app, client, cast, asked, sent):
    answer = client.as_("contact").post(asked, data=sent)
    assert answer.status_code == 422
    assert "field needs another look" in answer.get_data(as_text=True)
    assert kept(app, asked).answer is None


@pytest.mark.proves("T10")
def test_no_other_field_is_taken(app, client, cast, asked):
    sent = {"answer": "no", "account_id": cast.globex.account.id, "printed_at": "2026-01-01"}
    client.as_("contact").post(asked, data=sent)
    row = kept(app, asked)
    assert (row.account_id, row.printed_at) == (cast.acme.account.id, None)


def test_the_list_holds_ones_own_alone(client, cast, asked):
    mine = client.as_("contact").get("/comments").get_data(as_text=True)
    assert "not answered yet" in mine
    assert "Always there" not in mine
    assert "You were not asked" in client.as_("stranger").get("/comments").get_data(as_text=True)
    assert client.as_("manager").get("/comments").status_code == 403
    assert "/comments" in client.as_("contact").get("/me").get_data(as_text=True)
    assert "/comments" not in client.as_("manager").get("/me").get_data(as_text=True)


def test_a_long_list_goes_by_pages_with_a_constant_number_of_statements(app, client, cast, asked):
    contact = client.as_("contact")
    contact.get("/comments")
    with statements(app) as few:
        contact.get("/comments")
    with app.app_context():
        for number in range(30):
            survey = factories.make_comment(
                cast.acme.account, cast.acme.contact_person, comment=f"Words {number}."
            )
            factories.make_consent(survey)
        db.session.commit()
    with statements(app) as many:
        first = contact.get("/comments").get_data(as_text=True)
    assert len(many) == len(few) <= 6
    assert "Words 29." in first and "Words 4." not in first
    after = first.partition("/comments?after=")[2].partition('"')[0]
    assert "Words 4." in contact.get(f"/comments?after={after}").get_data(as_text=True)


def test_after_the_issue_the_page_says_that_the_printed_one_stays(app, client, cast, asked):
    with app.app_context():
        statement = CommentConsent.unscoped("test").where(
            CommentConsent.ref == asked.rpartition("/")[2]
        )
        row = db.session.scalars(statement).one()
        row.answer, row.printed_at = "named", clock.now()
        db.session.commit()
    contact = client.as_("contact")
    assert "That one stays as it is" in contact.get(asked).get_data(as_text=True)
    assert contact.post(asked, data={"answer": "no"}).status_code == 303


def test_a_former_person_is_no_author_any_more(app, client, cast, asked):
    contact = client.as_("contact")
    with app.app_context():
        grant = db.session.scalars(
            select(Grant).where(Grant.stakeholder_id == cast.acme.contact_person.id)
        ).one()
        grant.ended_at = clock.now()
        db.session.commit()
    assert contact.post(asked, data={"answer": "named"}).status_code == 404
    assert kept(app, asked).answer is None
