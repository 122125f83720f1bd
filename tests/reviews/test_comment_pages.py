"""The comments of the period through HTTP: who sees them, asking, choosing."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from sqlalchemy import select

from portal.db import db
from portal.jobs.models import Job
from portal.reviews.models import Review, Stage
from tests import factories
from tests.workspace.counting import statements

AT = datetime(2026, 2, 10, 10, tzinfo=UTC)


@pytest.fixture
def review(app, cast):
    """A ready draft of Acme, R-1, over the quarter of the comments."""
    with app.app_context():
        factories.make_review(cast.acme.account, ref="R-1", stage=Stage.DRAFT)
        db.session.commit()
    return "/reviews/R-1/comments"


def write(app, company, text="On time, always.", answer=None, person=None, **changes):
    """A comment; the path of its steps."""
    with app.app_context():
        author = person or company.contact_person
        survey = factories.make_comment(
            company.account, author, comment=text, **{"answered_at": AT, **changes}
        )
        if answer:
            factories.make_consent(survey, answer)
        db.session.commit()
        return f"/reviews/R-1/comments/S-{survey.id}"


def words(answer):
    return " ".join(unescape(re.sub("<[^>]+>", " ", answer.get_data(as_text=True))).split())


def mails(app):
    with app.app_context():
        return db.session.scalars(select(Job.payload).where(Job.kind == "mail")).all()


def stored(app):
    with app.app_context():
        return db.session.scalars(Review.unscoped("test").where(Review.ref == "R-1")).one()


@pytest.mark.proves("T1")
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("manager", 200),
        ("executive", 200),
        ("agent", 403),
        ("sponsor", 403),
        ("contact", 403),
        ("stranger", 404),
        ("globex.manager", 404),
        ("nobody", 302),
    ],
)
def test_managers_of_the_account_see_the_comments(app, client, cast, review, who, status):
    path = write(app, cast.acme, answer="named")
    person = client.as_(who)
    answer = person.get(review)
    assert answer.status_code == status
    assert ("On time, always." in words(answer)) is (status == 200)
    taken = person.post(f"{path}/quotation").status_code
    assert taken == {200: 303}.get(status, status)
    assert bool(stored(app).quoted) is (status == 200)


def test_each_comment_says_how_it_stands(app, client, cast, review):
    with app.app_context():
        nobody = factories.make_stakeholder(cast.acme.account, name="Without access")
        case = factories.make_case(cast.acme.account, confidential=True)
        db.session.commit()
    for answer in ("named", "unnamed", "no", None):
        write(app, cast.acme, answer=answer)
    write(app, cast.acme, person=nobody)
    write(app, cast.acme, kind="csat", score=5, case_id=case.id)
    write(app, cast.acme, "Another quarter.", answered_at=datetime(2026, 4, 1, tzinfo=UTC))
    write(app, cast.globex, "Another account.")
    page = words(client.as_("manager").get(review))
    for told in (
        "May be quoted with name",
        "May be quoted without name",
        "Not to be quoted",
        "Not asked",
        "Cannot be asked: no access to the portal",
        "Confidential case: never quoted",
    ):
        assert page.count(told) == 1, told
    assert page.count("Ask the author") == 1
    assert page.count("Quote it") == 2
    assert "Another" not in page


def test_asking_twice_sends_one_mail(app, client, cast, review):
    path, manager = write(app, cast.acme), client.as_("manager")
    for _again in range(2):
        assert manager.post(f"{path}/question").status_code == 303
    assert [mail["to"] for mail in mails(app)] == ["contact@acme.test"]
    assert "Asked on" in words(manager.get(review))


@pytest.mark.proves("T3")
@pytest.mark.parametrize("step", ["question", "quotation", "quotation/removal"])
@pytest.mark.parametrize("ref", ["S-0", "S-999999", "S-x", "S-99999999999", "12", "foreign"])
def test_a_comment_that_is_not_of_this_review_does_not_exist(app, client, cast, review, step, ref):
    foreign = write(app, cast.globex, answer="named").rpartition("/")[2]
    path = f"{review}/{foreign if ref == 'foreign' else ref}/{step}"
    assert client.as_("manager").post(path).status_code == 404
    assert (stored(app).quoted, mails(app)) == ([], [])


def test_choosing_lays_the_pages_out_anew_and_leaving_out_too(app, client, cast, review):
    path, manager = write(app, cast.acme, answer="named"), client.as_("manager")
    assert manager.post(f"{path}/quotation").status_code == 303
    assert (len(stored(app).quoted), stored(app).state) == (1, "queued")
    assert "Chosen for this review 1" in words(manager.get(f"{review}?show=chosen"))
    assert manager.post(f"{path}/quotation").status_code == 303
    assert manager.post(f"{path}/quotation/removal").status_code == 303
    assert stored(app).quoted == []
    assert "No comment is chosen" in words(manager.get(f"{review}?show=chosen"))


def test_what_may_not_be_chosen_is_refused_with_a_sentence(app, client, cast, review):
    path = write(app, cast.acme, answer="no")
    answer = client.as_("manager").post(f"{path}/quotation")
    assert answer.status_code == 409
    assert "Only a comment whose author agreed to it" in words(answer)


def test_an_issued_review_offers_nothing(app, client, cast, review):
    path, manager = write(app, cast.acme, answer="named"), client.as_("manager")
    with app.app_context():
        statement = Review.unscoped("test").where(Review.ref == "R-1")
        db.session.scalars(statement).one().stage = Stage.ISSUED
        db.session.commit()
    page = manager.get(review)
    assert "what was issued does not change" in words(page)
    assert "Quote it" not in words(page)
    assert manager.post(f"{path}/quotation").status_code == 409
    assert stored(app).quoted == []


def test_the_draft_leads_there_and_a_month_has_no_such_page(app, client, cast, review):
    manager = client.as_("manager")
    assert review in manager.get("/reviews/R-1").get_data(as_text=True)
    assert review not in client.as_("agent").get("/reviews/R-1").get_data(as_text=True)
    with app.app_context():
        row = db.session.scalars(Review.unscoped("test").where(Review.ref == "R-1")).one()
        row.period, row.ends_on = "2026-01", datetime(2026, 2, 1, tzinfo=UTC).date()
        db.session.commit()
    assert manager.get(review).status_code == 404
    assert review not in manager.get("/reviews/R-1").get_data(as_text=True)


def test_many_comments_cost_as_many_statements_as_few(app, client, cast, review):
    write(app, cast.acme, answer="named")
    manager = client.as_("manager")
    manager.get(review)
    with statements(app) as few:
        manager.get(review)
    for number in range(27):
        write(app, cast.acme, f"Words {number}.", answer="unnamed")
    with statements(app) as many:
        page = manager.get(review).get_data(as_text=True)
    assert len(many) == len(few) <= 6
    after = page.partition("/comments?after=")[2].partition('"')[0]
    assert "Words 1." in words(manager.get(f"{review}?after={after}"))
