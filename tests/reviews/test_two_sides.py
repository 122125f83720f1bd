"""The two sides of a review through HTTP: share, dispute, answer, settle, issue, open, acknowledge."""

import re

import pytest

from portal.actor import SYSTEM
from portal.db import db, transaction
from portal.events import publish
from portal.reviews import texts
from portal.reviews.events import ReviewBuilt
from portal.reviews.models import Review, ReviewDocument, ReviewReader, ReviewState, Stage
from tests import factories


@pytest.fixture
def review(app, cast):
    """A ready draft of Acme, R-1."""
    with app.app_context():
        factories.make_review(cast.acme.account, ref="R-1", period="2025-Q4", stage=Stage.DRAFT)
        db.session.commit()
    return "/reviews/R-1"


def change(app, **values):
    with app.app_context():
        row = db.session.scalars(Review.unscoped("test").where(Review.ref == "R-1")).one()
        for name, value in values.items():
            setattr(row, name, value)
        db.session.commit()


def words(answer):
    return answer.get_data(as_text=True)


def test_a_draft_is_shared_with_chosen_parts_of_the_client(client, review):
    assert client.as_("sponsor").get(review).status_code == 403
    answer = client.as_("manager").post(f"{review}/sharing", data={"roles": ["sponsor"]})
    assert answer.status_code == 303
    assert client.as_("sponsor").get(review).status_code == 200
    assert client.as_("contact").get(review).status_code == 403
    client.as_("manager").post(f"{review}/sharing", data={"roles": ["contact"]})
    assert client.as_("contact").get(review).status_code == 200
    client.as_("manager").post(f"{review}/sharing", data={})
    assert client.as_("contact").get(review).status_code == 403
    refused = client.as_("manager").post(f"{review}/sharing", data={"roles": ["admin"]})
    assert refused.status_code == 422


def test_the_part_of_the_client_that_was_named_acknowledges(app, client, review):
    """Contacts in place of sponsors: naming them lets them read it, issued too, and answer for the client."""
    named = {"roles": ["sponsor"], "acknowledged_by": "contact"}
    assert client.as_("manager").post(f"{review}/sharing", data=named).status_code == 303
    nobody = client.as_("manager").post(f"{review}/sharing", data={"acknowledged_by": "nobody"})
    assert nobody.status_code == 422
    change(app, stage=Stage.ISSUED)
    contact = client.as_("contact")
    assert review in words(contact.get("/reviews"))
    assert "Acknowledge the review" in words(contact.get(review))
    data = {"answer": "accepted", "remark": ""}
    assert contact.post(f"{review}/acknowledgement", data=data).status_code == 303


def test_a_contact_who_was_not_named_acknowledges_nothing(app, client, review):
    client.as_("manager").post(f"{review}/sharing", data={"roles": ["contact"]})
    change(app, stage=Stage.ISSUED)
    contact = client.as_("contact")
    assert "Acknowledge the review" not in words(contact.get(review))
    data = {"answer": "accepted", "remark": ""}
    assert contact.post(f"{review}/acknowledgement", data=data).status_code == 403


def test_a_figure_is_disputed_in_place_answered_and_settled(app, client, review):
    change(app, stage=Stage.ISSUED)
    sponsor, manager = client.as_("sponsor"), client.as_("manager")
    said = {"about": "F8", "body": "We were closed on the 18th."}
    assert sponsor.post(f"{review}/disputes", data=said).status_code == 303
    assert "F8, Solutions in time</option>" in words(sponsor.get(review))
    assert "Open dispute about F8, Solutions in time" in words(manager.get(review))
    assert manager.post(f"{review}/disputes/1/notes", data={"body": ""}).status_code == 422
    answer = {"body": "You are right."}
    assert manager.post(f"{review}/disputes/1/notes", data=answer).status_code == 303
    settled = {"restatement": "11 of 12."}
    assert manager.post(f"{review}/disputes/1/settlement", data=settled).status_code == 303
    page = words(sponsor.get(review))
    for text in ("We were closed on the 18th.", "You are right.", "11 of 12.", "Settled: F8"):
        assert text in page
    again = sponsor.post(f"{review}/disputes/1/notes", data=answer)
    assert again.status_code == 409
    assert "This dispute is settled." in words(again)
    assert sponsor.post(f"{review}/disputes/2/notes", data=answer).status_code == 404


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"about": "F99", "body": "x"}, "Not a valid choice"),
        ({"about": "F1", "body": ""}, "This field is required."),
        ({"about": "F1", "body": "  "}, "This field is required."),
    ],
)
def test_a_dispute_that_says_nothing_is_asked_back(app, client, review, said, told):
    change(app, stage=Stage.ISSUED)
    answer = client.as_("sponsor").post(f"{review}/disputes", data=said)
    assert answer.status_code == 422
    assert told in words(answer)


@pytest.mark.parametrize(
    ("path", "said", "told"),
    [
        ("notes", {"body": "  "}, "This field is required."),
        ("notes", {"body": "x" * 4001}, "cannot be longer"),
        ("settlement", {"restatement": "x" * 301}, "cannot be longer"),
    ],
)
def test_a_fault_in_a_dispute_is_said_beside_it_and_no_word_is_lost(
    app, client, review, path, said, told
):
    change(app, stage=Stage.ISSUED)
    manager = client.as_("manager")
    for about in ("F1", "F2"):
        manager.post(f"{review}/disputes", data={"about": about, "body": "No."})
    answer = manager.post(f"{review}/disputes/2/{path}", data=said)
    assert answer.status_code == 422
    assert words(answer).count(told) == 1
    assert words(answer).count(f">{next(iter(said.values()))}</textarea>") == 1


@pytest.mark.parametrize("step", ["submission", "issue", "disputes"])
def test_what_is_only_planned_says_so(app, client, review, step):
    change(app, stage=Stage.PLANNED, state=ReviewState.QUEUED)
    said = {"about": "F1", "body": "No."}
    answer = client.as_("manager").post(f"{review}/{step}", data=said)
    assert answer.status_code == 409
    assert "its figures are not read yet" in words(answer)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/reviews?after=1~2026-01-01~9999999999999999999999999", 200),
        ("/reviews?account=%00", 404),
        ("/reviews/R-1.pdf?lang=%00", 404),
        ("/reviews/R-1.html?lang=%00", 404),
        ("/reviews/R-1?about=%00", 200),
        ("/reviews/R-1/texts?lang=%00", 404),
    ],
)
def test_an_address_that_nobody_wrote_ends_in_a_page(client, review, path, status):
    assert client.as_("manager").get(path).status_code == status


def test_its_own_language_is_no_further_one(app, client, review):
    change(app, stage=Stage.ISSUED)
    assert client.as_("sponsor").post(f"{review}/documents/en").status_code == 404
    assert client.as_("sponsor").post(f"{review}/documents/it").status_code == 303
    with app.app_context():
        (found,) = db.session.scalars(ReviewDocument.unscoped("test"))
        assert found.language == "it"


@pytest.mark.parametrize("at", ["9999-12-31T23:59", "0001-01-01T00:00", "1999-12-31T23:59"])
@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "Asia/Tokyo"])
def test_a_meeting_lies_in_this_century(app, client, review, at, zone):
    change(app, timezone=zone)
    answer = client.as_("manager").post(f"{review}/meeting", data={"at": at, "place": ""})
    assert answer.status_code == 422
    assert "This day is too far away." in words(answer)


@pytest.mark.proves("T1", "P3")
def test_the_client_takes_no_step_of_ours(client, review, app):
    change(app, stage=Stage.ISSUED)
    for path in ("submission", "approval", "return", "sharing", "issue", "texts"):
        assert client.as_("sponsor").post(f"{review}/{path}").status_code == 403, path
        assert client.as_("stranger").post(f"{review}/{path}").status_code == 404, path
    assert client.as_("manager").post(f"{review}/acknowledgement").status_code == 403


def test_a_sponsor_acknowledges_once(app, client, review):
    change(app, stage=Stage.ISSUED)
    sponsor = client.as_("sponsor")
    assert "Acknowledge the review" in words(sponsor.get(review))
    empty = sponsor.post(f"{review}/acknowledgement", data={"answer": "remarks", "remark": ""})
    assert empty.status_code == 409
    assert "Write your remarks" in words(empty)
    data = {"answer": "remarks", "remark": "See the dispute about F8."}
    assert sponsor.post(f"{review}/acknowledgement", data=data).status_code == 303
    page = words(client.as_("manager").get(review))
    assert "See the dispute about F8." in page
    assert sponsor.post(f"{review}/acknowledgement", data=data).status_code == 409


def test_who_opened_it_when_is_for_those_who_wrote_it(app, client, review):
    change(app, stage=Stage.ISSUED)
    sponsor = client.as_("sponsor")
    sponsor.get(review)
    sponsor.get(review)
    with app.app_context():
        assert len(db.session.scalars(ReviewReader.unscoped("test")).all()) == 1
    assert "Opened by" in words(client.as_("manager").get(review))
    assert "Opened by" not in words(sponsor.get(review))


def test_the_words_are_written_beside_the_pages(client, review):
    manager = client.as_("manager")
    page = manager.get(f"{review}/texts")
    assert page.status_code == 200
    data = {"verdict": "A calm quarter.", "well": "Speed: twice as fast\nQuality"}
    assert manager.post(f"{review}/texts", data=data).status_code == 303
    assert manager.post(f"{review}/texts", data={"verdict": "x" * 241}).status_code == 422
    assert manager.post(f"{review}/texts?lang=xx", data=data).status_code == 404


def test_ones_own_words_are_not_offered_as_the_datas(app, client, review):
    """Once somebody wrote the verdict, the pages say theirs; what the data says of the rest is still offered."""
    with app.app_context(), transaction():
        row = db.session.scalars(Review.unscoped("test")).one()
        said = {"verdict": "Quick words.", "well": [["Speed doubled.", "From 2 to 1 hours."]]}
        publish(ReviewBuilt(row.account_id, row.id, "print", said), by=SYSTEM)
    manager = client.as_("manager")
    page = words(manager.get(f"{review}/texts"))
    assert "Quick words." in page
    assert "Speed doubled. From 2 to 1 hours." in page
    assert "October – December 2025" in page
    manager.post(f"{review}/texts", data={"verdict": "My words."})
    page = words(manager.get(f"{review}/texts"))
    assert "Quick words." not in page
    assert "Speed doubled. From 2 to 1 hours." in page


def test_two_who_write_at_once_lose_no_word_of_each_other(app, client, review):
    """Each has the page open; the second leaves alone what only the first touched, and is asked where both wrote."""
    manager, agent = client.as_("manager"), client.as_("agent")
    seen = {"seen": seen_on(manager.get(f"{review}/texts"))}
    theirs = {"verdict": "A calm quarter.", "speed": "", "well": ""}
    assert agent.post(f"{review}/texts", data=theirs | seen).status_code == 303
    mine = {"verdict": "", "speed": "Faster.", "well": "Quality"}
    assert manager.post(f"{review}/texts", data=mine | seen).status_code == 303
    assert written(app) == {"verdict": "A calm quarter.", "speed": "Faster.", "well": "Quality"}
    answer = manager.post(f"{review}/texts", data=mine | seen | {"verdict": "A quick quarter."})
    assert answer.status_code == 409
    page = words(answer)
    assert "since you opened the page: The period in one sentence." in page
    assert "A quick quarter." in page, "what was typed is still there"
    assert written(app)["verdict"] == "A calm quarter."
    again = mine | {"verdict": "A quick quarter.", "seen": seen_on(answer)}
    assert manager.post(f"{review}/texts", data=again).status_code == 303
    assert written(app)["verdict"] == "A quick quarter."


def seen_on(page):
    return re.search(r'name="seen" type="hidden" value="(\d+)"', words(page))[1]


def written(app):
    with app.app_context():
        row = db.session.scalars(Review.unscoped("test")).one()
        return {part: body for (part, _lang), body in texts.latest(row).items() if body}


@pytest.mark.parametrize(
    ("stage", "state", "told"),
    [
        (Stage.DRAFT, ReviewState.READY, "laid out anew"),
        (Stage.DRAFT, ReviewState.FAILED, "The words are kept."),
        (Stage.PLANNED, ReviewState.QUEUED, "The words are kept."),
    ],
)
def test_what_becomes_of_the_words_is_said_as_it_is(app, client, review, stage, state, told):
    change(app, stage=stage, state=state)
    manager = client.as_("manager")
    for says in (told, "That was so already."):
        manager.post(f"{review}/texts", data={"verdict": "A calm quarter."})
        assert says in words(manager.get(review))


def test_what_is_planned_is_written_and_says_nothing_of_figures(app, client, review):
    change(app, stage=Stage.PLANNED, state=ReviewState.QUEUED)
    page = words(client.as_("manager").get(review))
    assert f"{review}/texts" in page
    assert "Figures as of" not in page
    assert "when the draft is made" in words(client.as_("manager").get(f"{review}/texts"))
    change(app, stage=Stage.DRAFT, state=ReviewState.READY)
    assert "Figures as of" in words(client.as_("manager").get(review))


def test_what_was_issued_is_not_written_on(app, client, review):
    change(app, stage=Stage.ISSUED)
    manager = client.as_("manager")
    answer = manager.post(f"{review}/texts", data={"verdict": "Better."})
    assert answer.status_code == 409
    assert "what was issued does not change" in words(answer)
    assert "Better." in words(answer), "what was typed is still there"


def test_earlier_versions_can_be_compared(app, client, review):
    manager = client.as_("manager")
    for verdict in ("First words.", "Second words."):
        manager.post(f"{review}/texts", data={"verdict": verdict})
        change(app, state="ready")
    page = words(manager.get(f"{review}/texts?part=verdict"))
    changed = page.split('class="changes"')[1]
    assert "<del>" in changed and "First</del>" in changed
    assert "<ins>" in changed and "Second</ins>" in changed
    assert "removed:" in changed and "added:" in changed
