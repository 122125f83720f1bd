"""The page of the quality sample: who reaches it, what it asks, what it refuses, what it says when it is empty."""

import re
from html import unescape

import pytest

from portal import clock
from portal.db import db
from portal.identity.actors import actor_for
from portal.reviews import operations, queries
from portal.reviews.models import ReviewSample, ReviewState
from tests.reviews.test_sampling import (
    QUARTER,
    add_case,
    case_of,
    drafted,
    made,
    material_of,
)
from tests.reviews.test_sampling import printing as printing
from tests.workspace.counting import statements

PAGE = "/reviews/R-1/sample"
ANSWERS = {"complete": "yes", "clear": "yes", "filed": "no"}


@pytest.fixture
def draft(app, cast):
    """The draft of a quarter with fourteen resolved cases that Acme's agent answered; its number."""
    with app.app_context():
        return drafted(cast.acme).id


def text(answer):
    return " ".join(unescape(re.sub("<[^>]+>", " ", answer.get_data(as_text=True))).split())


def sent(number, remark="", **answers):
    return {f"drawn{number}-{name}": value for name, value in {**answers, "remark": remark}.items()}


def read(client, number, who="manager", remark="", answers=ANSWERS):
    return client.as_(who).post(f"{PAGE}/{number}", data=sent(number, remark, **answers))


def answers_in(app, draft):
    with app.app_context():
        return material_of(made(queries.by_id(draft))).sample.read


def shared(app, draft):
    with app.app_context():
        queries.by_id(draft).shared_with = ["contact", "sponsor"]
        db.session.commit()


@pytest.mark.proves("T1", "T12")
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("manager", 200),
        ("agent", 200),
        ("executive", 200),
        ("sponsor", 403),
        ("contact", 403),
        ("stranger", 404),
        ("globex.agent", 404),
        ("nobody", 302),
    ],
)
def test_the_page_is_for_staff_who_write_the_review(app, client, draft, who, status):
    shared(app, draft)
    assert client.as_(who).get(PAGE).status_code == status
    if status != 200:
        assert read(client, 1, who).status_code == status


def test_the_page_of_the_review_leads_there_for_staff_alone(app, client, draft):
    shared(app, draft)
    assert f'href="{PAGE}"' in client.as_("agent").get("/reviews/R-1").get_data(as_text=True)
    assert PAGE not in client.as_("sponsor").get("/reviews/R-1").get_data(as_text=True)


def test_what_is_found_is_kept_and_shown_to_colleagues(app, client, draft):
    assert "3 of 3 cases are still to be read." in text(client.as_("manager").get(PAGE))
    answer = read(client, 1, remark="Between us: too long.")
    assert (answer.status_code, answer.location) == (303, f"{PAGE}#drawn-1")
    assert answers_in(app, draft) == (("1", "1", "0"),)
    page = text(client.as_("executive").get(PAGE))
    for said in ("Read by acme manager", "Between us: too long.", "2 of 3 cases are still"):
        assert said in page


def test_a_second_click_orders_no_second_document(app, client, draft):
    read(client, 1)
    answers_in(app, draft)
    assert read(client, 1).status_code == 303
    with app.app_context():
        assert queries.by_id(draft).state == ReviewState.READY


def test_who_may_not_judge_is_told_why_and_sees_no_form(client, draft):
    page = client.as_("agent").get(PAGE)
    assert "You answered this case or look after it." in text(page)
    assert f'action="{PAGE}/' not in page.get_data(as_text=True)
    answer = read(client, 1, who="agent")
    assert answer.status_code == 409
    assert 'role="alert"' in answer.get_data(as_text=True)
    read(client, 1)
    answer = read(client, 1, who="executive")
    assert answer.status_code == 409
    assert "Only they can change what they found." in text(answer)
    assert f'action="{PAGE}/1"' not in answer.get_data(as_text=True)


@pytest.mark.parametrize(("answers", "remark"), [({"complete": "yes"}, ""), (ANSWERS, "x" * 1001)])
def test_bad_input_is_shown_in_its_form_and_changes_nothing(app, client, draft, answers, remark):
    answer = read(client, 2, remark=remark, answers=answers)
    assert answer.status_code == 422
    assert answer.get_data(as_text=True).count("<details open>") == 1
    assert answers_in(app, draft) == ()


def test_a_case_that_was_not_drawn_is_not_there(client, draft):
    assert read(client, 9).status_code == 404


def test_after_the_issue_the_page_says_so_and_has_no_form(app, client, cast, draft):
    read(client, 1)
    answers_in(app, draft)
    with app.app_context():
        operations.issue_review(queries.by_id(draft), by=actor_for(cast.acme.manager))
        made(queries.by_id(draft))
    page = client.as_("manager").get(PAGE)
    assert "what was issued does not change" in text(page)
    assert "Write down what you found" not in text(page)
    assert read(client, 2).status_code == 409
    with app.app_context():
        assert len(material_of(queries.by_id(draft)).sample.read) == 1


def test_an_empty_sample_is_a_sentence(app, client, cast):
    with app.app_context():
        drafted(cast.acme, cases=0)
    assert "No case was resolved in the period" in text(client.as_("manager").get(PAGE))


def test_a_review_that_is_only_planned_says_when_it_is_drawn(app, client, cast):
    with app.app_context():
        review = operations.plan_review(cast.acme.account, QUARTER)
        review.ref = "R-1"
        db.session.commit()
    assert "drawn when the first draft is made" in text(client.as_("manager").get(PAGE))


def test_the_page_asks_as_much_for_three_cases_as_for_ten(app, client, cast, draft):
    manager = client.as_("manager")
    with statements(app) as few:
        manager.get(PAGE)
    with app.app_context():
        for number in range(4, 11):
            about = add_case(cast.acme, 20 + number)
            row = ReviewSample(
                account_id=cast.acme.account.id,
                review_id=draft,
                number=number,
                case_id=about.id,
                opened_at=about.opened_at,
                drawn_at=clock.now(),
                drawn_from=14,
            )
            db.session.add(row)
        db.session.commit()
    with statements(app) as many:
        manager.get(PAGE)
    assert len(many) == len(few) <= 6


def test_a_drawn_case_leads_to_the_case(app, client, draft):
    with app.app_context():
        ref = case_of(1).ref
    assert f'href="/cases/{ref}"' in client.as_("manager").get(PAGE).get_data(as_text=True)
