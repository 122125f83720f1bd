"""Reviews through HTTP: list, order, progress, page, file; who gets which."""

import re
from datetime import date
from html import unescape

import pytest
from sqlalchemy import func, select, update

from portal import clock
from portal.actor import SYSTEM
from portal.db import db, opened
from portal.events import Event
from portal.jobs.models import Job
from portal.reviews import documents, operations
from portal.reviews.content import Brand, compose
from portal.reviews.models import Review, ReviewState, Stage
from portal.reviews.periods import Period
from tests import factories
from tests.reviews import samples

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}
ORDER = {"account": "ACME", "period": "2025-Q4", "language": "en"}
MADE = b"%PDF-1.7 made"


@pytest.fixture
def ready(app, cast):
    """A review of Acme with its file, R-1, and one of Globex."""
    with app.app_context():
        review = factories.make_review(
            cast.acme.account,
            ref="R-1",
            period="2025-Q4",
            starts_on=date(2025, 10, 1),
            ends_on=date(2026, 1, 1),
        )
        content = compose(samples.material(), "en", Brand("Norte Peças"))
        operations.store_review(review, content, MADE, by=SYSTEM)
        factories.make_review(cast.globex.account, ref="R-2")
        db.session.commit()
    return "/reviews/R-1"


def text(answer):
    return " ".join(unescape(re.sub("<[^>]+>", " ", answer.get_data(as_text=True))).split())


def file_of(client, path):
    """The answer with a file, read and closed."""
    answer = client.get(path)
    assert answer.data is not None
    answer.close()
    return answer


def stored(app):
    with app.app_context():
        return [
            (review.account_id, review.period, review.language, review.state)
            for review in db.session.scalars(Review.unscoped("test").order_by(Review.id))
        ]


def change(app, **values):
    with app.app_context():
        review = db.session.scalars(Review.unscoped("test").where(Review.ref == "R-1")).one()
        for name, value in values.items():
            setattr(review, name, value)
        db.session.commit()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("manager", 200),
        ("agent", 200),
        ("executive", 200),
        ("admin", 200),
        ("sponsor", 200),
        ("contact", 403),
        ("stranger", 404),
        ("globex.agent", 404),
        ("nobody", 302),
    ],
)
@pytest.mark.parametrize("path", ["", ".pdf", ".pdf?download=1"])
@pytest.mark.proves("T1", "T12")
def test_a_review_is_for_staff_and_sponsors_of_its_account(client, ready, who, status, path):
    assert file_of(client.as_(who), ready + path).status_code == status


def test_the_page_says_the_main_figures_and_shows_the_file(app, client, ready):
    page = client.as_("sponsor").get(ready)
    assert "The backlog grew from 20 to 25." in text(page)
    assert "20 open + 60 opened + 3 reopened" in text(page)
    assert 'src="/reviews/R-1.pdf"' in page.get_data(as_text=True)
    assert "Make it again" not in text(page)
    assert "Make it again" not in text(client.as_("agent").get(ready))
    change(app, stage=Stage.DRAFT)
    assert "Make it again" in text(client.as_("agent").get(ready))


@pytest.mark.proves("T35", "T36")
def test_the_file_is_shown_in_our_own_frame_alone_and_kept_nowhere(client, ready):
    shown = file_of(client.as_("sponsor"), ready + ".pdf")
    assert (shown.data, shown.mimetype) == (MADE, "application/pdf")
    assert shown.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert "attachment" not in shown.headers.get("Content-Disposition", "")


def test_taking_the_file_away_is_written_down_showing_it_is_not(app, client, ready):
    def taken():
        with app.app_context():
            statement = Event.unscoped("test").where(Event.kind == "ReviewDownloaded")
            return len(db.session.scalars(statement).all())

    sponsor = client.as_("sponsor")
    file_of(sponsor, ready + ".pdf")
    assert taken() == 0
    answer = file_of(sponsor, ready + ".pdf?download=1")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "AC00017-2025-Q4-en.pdf" in answer.headers["Content-Disposition"]
    assert taken() == 1


def test_a_file_that_is_gone_is_said_and_not_found(app, client, ready):
    change(app, file_id=None)
    assert "no longer here" in text(client.as_("sponsor").get(ready))
    assert client.as_("sponsor").get(ready + ".pdf").status_code == 404


def test_the_list_holds_what_one_may_read(client, app, ready):
    def listed(who, path="/reviews"):
        answer = client.as_(who).get(path)
        assert answer.status_code == 200
        return sorted(set(re.findall(r"\bR-\d\b", text(answer))))

    assert listed("sponsor") == ["R-1"]
    assert listed("contact") == []
    assert listed("stranger") == []
    assert listed("agent") == ["R-1"]
    assert listed("executive") == ["R-1", "R-2"]
    assert listed("executive", "/reviews?account=GLOBEX") == ["R-2"]
    change(app, stage=Stage.DRAFT)
    assert listed("sponsor") == []
    assert listed("agent") == ["R-1"]


def test_the_list_of_an_account_that_one_may_not_see_is_not_found(client, cast):
    for who in ("agent", "sponsor"):
        assert client.as_(who).get("/reviews?account=GLOBEX").status_code == 404
        assert client.as_(who).get("/reviews?account=NONE").status_code == 404


def test_the_list_turns_its_pages(app, client, cast):
    with app.app_context():
        for number in range(30):
            factories.make_review(
                cast.acme.account, ref=f"R-{100 + number}", period=f"20{number + 30}"
            )
        db.session.commit()
    agent = client.as_("agent")
    first = agent.get("/reviews")
    onward = re.search(r'href="(/reviews\?after=[^"]+)"', first.get_data(as_text=True))
    second = agent.get(unescape(onward[1]))
    seen = [set(re.findall(r"\bR-1\d\d\b", text(page))) for page in (first, second)]
    assert [len(refs) for refs in seen] == [25, 5]
    assert not seen[0] & seen[1]


def test_an_order_is_taken_and_shown(app, client, cast):
    agent = client.as_("agent")
    answer = agent.post("/reviews", data=ORDER)
    assert answer.status_code == 303
    assert stored(app) == [(cast.acme.account.id, "2025-Q4", "en", ReviewState.QUEUED)]
    page = agent.get(answer.location)
    assert "The review is being made" in text(page)
    assert "data-poll" in page.get_data(as_text=True)


@pytest.mark.proves("T21", "P6")
def test_twenty_orders_make_one(app, client, cast):
    agent = client.as_("agent")
    places = {agent.post("/reviews", data=ORDER).location for _time in range(20)}
    assert len(places) == 1
    with app.app_context():
        jobs = select(func.count()).select_from(Job).where(Job.kind == documents.JOB)
        assert db.session.scalar(jobs) == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"account": "GLOBEX"}, "There is no account of yours with this reference."),
        ({"account": "NONE"}, "There is no account of yours with this reference."),
        ({"account": ""}, "This field is required."),
        ({"period": "2026-Q1"}, "2026-Q1 is not over yet"),
        ({"period": "soon"}, "Write 2026-Q3 for a quarter"),
        ({"period": "2025-Q4\n"}, None),
        ({"language": "xx"}, "Not a valid choice"),
    ],
)
def test_an_order_that_cannot_be_is_answered_beside_the_field(app, client, cast, change, told):
    answer = client.as_("agent").post("/reviews", data=ORDER | change)
    if told is None:
        assert answer.status_code in (303, 422)
        return
    assert answer.status_code == 422
    assert told in text(answer)
    assert stored(app) == []
    kept = answer.get_data(as_text=True)
    assert f'value="{(ORDER | change)["period"]}"' in kept


@pytest.mark.proves("T1", "P3")
@pytest.mark.parametrize("who", ["sponsor", "contact", "stranger", "admin", "nobody"])
def test_who_may_not_order_orders_nothing(app, client, cast, who):
    answer = client.as_(who).post("/reviews", data=ORDER)
    assert answer.status_code in (302, 403)
    assert stored(app) == []
    assert "Order a review" not in text(client.as_("sponsor").get("/reviews"))


def test_progress_is_a_fragment_that_asks_again_until_it_is_made(app, client, ready):
    agent = client.as_("agent")
    change(app, state=ReviewState.BUILDING, progress=10)
    fragment = agent.get(ready, headers=FRAGMENT)
    body = fragment.get_data(as_text=True)
    assert body.lstrip().startswith('<div id="review"')
    assert "Reading the figures" in text(fragment)
    change(app, progress=50)
    assert "Laying out the pages" in text(agent.get(ready, headers=FRAGMENT))
    change(app, state=ReviewState.READY)
    assert "data-poll" not in agent.get(ready, headers=FRAGMENT).get_data(as_text=True)


def test_the_list_says_how_far_a_night_of_reviews_is(app, client, cast):
    """Staff see the worker's progress over their own accounts, and what failed with a word; clients see nothing of it."""
    months = [f"2025-{month:02}" for month in range(1, 8)]
    states = ["ready", "ready", "queued", "queued", "queued", "building", "failed"]
    with app.app_context():
        for month, state in zip(months, states, strict=True):
            factories.make_review(
                cast.acme.account,
                period=month,
                starts_on=Period.parse(month).starts_on,
                state=state,
                stage=Stage.DRAFT,
                built_at=clock.now() if state == "ready" else None,
            )
        elsewhere = {"state": "queued", "stage": Stage.DRAFT}
        factories.make_review(cast.globex.account, **elsewhere)
        factories.make_review(cast.acme.account, state="queued", stage=Stage.PLANNED)
        db.session.commit()
    agent = client.as_("agent")
    page = agent.get("/reviews", headers=FRAGMENT)
    assert "2 of 7 reviews are made" in text(page)
    assert "3 wait, one is being made. One could not be made" in " ".join(text(page).split())
    assert "data-poll" in page.get_data(as_text=True)
    failed = agent.get("/reviews?state=failed", headers=FRAGMENT).get_data(as_text=True)
    assert failed.count('<th scope="row">') == 1
    assert "are made" not in text(client.as_("sponsor").get("/reviews"))
    with app.app_context():
        db.session.execute(
            opened(update(Review).values(state=ReviewState.READY), Review, why="all are made")
        )
        db.session.commit()
    assert "data-poll" not in client.as_("agent").get("/reviews").get_data(as_text=True)
    assert "Every review could be made" in text(client.as_("agent").get("/reviews?state=failed"))


@pytest.mark.proves("X9")
def test_a_failure_is_told_with_its_reason_and_can_be_tried_again(app, client, ready):
    change(app, stage=Stage.DRAFT, state=ReviewState.FAILED, error="memory", file_id=None)
    agent = client.as_("agent")
    page = agent.get(ready)
    assert "needed more memory than one review may use" in text(page)
    answer = agent.post(f"{ready}/renewal")
    assert (answer.status_code, answer.location) == (303, ready)
    assert stored(app)[0][-1] == ReviewState.QUEUED


def test_again_is_refused_while_it_is_made(app, client, ready):
    change(app, state=ReviewState.BUILDING)
    assert client.as_("agent").post(f"{ready}/renewal").status_code == 403
    assert client.as_("sponsor").post(f"{ready}/renewal").status_code == 403


def test_again_answers_a_fragment_in_place(app, client, ready):
    change(app, stage=Stage.DRAFT)
    answer = client.as_("agent").post(f"{ready}/renewal", headers=FRAGMENT)
    assert answer.status_code == 200
    assert "The review is being made" in text(answer)
