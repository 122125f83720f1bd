"""The review as a page to read: contents beside it, and each dispute in the section of its figure."""

import re
from datetime import UTC, datetime

import pytest

from portal.db import db
from portal.files.storing import keep_made
from portal.insights.definitions import rules
from portal.reviews import disputable, reading
from portal.reviews.content import Brand, compose
from portal.reviews.disputing import Thread
from portal.reviews.models import Stage
from portal.reviews.sections import sections
from portal.reviews.twin import twin
from portal.reviews.written import EXCLUDED
from tests import factories
from tests.reviews import samples

PAGE = "/reviews/R-1.html"


def thread(about, number=1, closed_at=None):
    return Thread(number, about, datetime(2026, 1, 2, tzinfo=UTC), closed_at, "")


@pytest.fixture
def kept(speaking):
    return twin(compose(samples.material(), "en", Brand("Norte Peças")))


def disputed(kept, *threads):
    """The key of the section in which each dispute stands, by its number."""
    return {
        one.number: chapter.key
        for chapter in reading.chapters(kept, threads)
        for one in chapter.threads
    }


@pytest.mark.parametrize("language", ["en", "pt", "es", "it"])
def test_every_section_is_a_chapter_and_nothing_of_it_is_lost(speaking, language):
    content = compose(samples.material(), language, Brand("Norte Peças"))
    made = twin(content)
    found = reading.chapters(made, [])
    assert [chapter.key for chapter in found] == [one.key for one in sections(content)]
    assert made.endswith("".join(chapter.html for chapter in found))


def test_a_page_kept_by_an_earlier_version_loses_its_own_contents(kept):
    earlier = '<nav aria-label="In this review"><ol><li>Speed</li></ol></nav>\n' + kept
    assert reading.chapters(earlier, []) == reading.chapters(kept, [])


def test_a_dispute_stands_where_its_figure_is_first_spoken_of_after_the_summary(kept):
    found = disputed(kept, thread("F6", 1), thread("F12", 2), thread("F5", 3), thread("F16", 4))
    assert found == {1: "speed", 2: "quality", 3: "backlog", 4: "reasons"}


def test_what_was_left_out_is_disputed_in_the_annex_and_so_is_what_stands_nowhere(kept):
    assert disputed(kept, thread(EXCLUDED, 1), thread("F21", 2)) == {1: "annex", 2: "annex"}


def test_a_section_is_disputed_while_a_dispute_in_it_is_open(kept):
    closed = thread("F6", closed_at=datetime(2026, 1, 3, tzinfo=UTC))
    speed = {one.key: one for one in reading.chapters(kept, [closed])}["speed"]
    assert speed.threads and not speed.is_disputed
    again = {one.key: one for one in reading.chapters(kept, [closed, thread("F10", 2)])}["speed"]
    assert again.is_disputed


def test_nothing_kept_has_no_chapters():
    assert reading.chapters("", [thread("F1")]) == []


def test_figures_are_offered_by_their_names_and_internal_ones_only_when_added(speaking):
    names = {id: name for id, name, _rule in rules()}
    everything = dict(disputable.choices(()))
    assert everything["F6"] == f"F6, {names['F6']}"
    assert "F21" not in everything and "F21" in dict(disputable.choices(["F21"]))
    assert list(dict(disputable.choices((), ["F10", "F6", "F99"]))) == ["F6", "F10", EXCLUDED]
    assert dict(disputable.choices((), ["F99"])) == everything


@pytest.fixture
def issued(app, cast, words):
    """R-1 of Acme, issued and kept as a page."""
    with words.app_context():
        made = twin(compose(samples.material(), "en", Brand("Norte Peças")))
    with app.app_context():
        row = factories.make_review(cast.acme.account, ref="R-1", stage=Stage.ISSUED)
        row.twin_id = keep_made(
            made.encode(),
            "R-1.html",
            "text/html",
            account_id=row.account_id,
            internal=True,
        ).id
        db.session.commit()
    return PAGE


def text(answer):
    return answer.get_data(as_text=True)


def test_a_figure_is_disputed_and_answered_where_it_stands(client, issued):
    sponsor, manager = client.as_("sponsor"), client.as_("manager")
    asked = re.search(r'href="([^"]+section=speed[^"]*)"', text(sponsor.get(issued)))[1]
    form = text(sponsor.get(asked.replace("&amp;", "&")))
    assert re.findall(r'<option value="(\w+)"', form) == ["F6", "F10", EXCLUDED]
    said = {"about": "F6", "body": "One answer came by telephone.", "section": "speed"}
    answer = sponsor.post("/reviews/R-1/disputes", data=said)
    assert (answer.status_code, answer.location) == (303, f"{PAGE}#dispute-1")
    page = text(manager.get(issued))
    speed = page[page.index('id="p-speed"') : page.index('id="p-quality"')]
    assert said["body"] in speed
    assert page.count('aria-label="open dispute"') == 1
    note = {"body": "It was; we restate it.", "section": "speed"}
    answer = manager.post("/reviews/R-1/disputes/1/notes", data=note)
    assert answer.location == f"{PAGE}#dispute-1"
    ended = {"restatement": "2 h 40 min", "section": "speed"}
    answer = manager.post("/reviews/R-1/disputes/1/settlement", data=ended)
    assert answer.location == f"{PAGE}#dispute-1"
    page = text(sponsor.get(issued))
    assert "2 h 40 min" in page and "open dispute" not in page


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"about": "F6", "body": "", "section": "speed"}, 422),
        ({"about": "F6", "body": "No.", "section": "../../login"}, 422),
        ({"about": "F21", "body": "No.", "section": "speed"}, 422),
    ],
)
def test_what_cannot_be_is_asked_back_and_written_nowhere(client, issued, said, status):
    sponsor = client.as_("sponsor")
    assert sponsor.post("/reviews/R-1/disputes", data=said).status_code == status
    assert "Open dispute" not in text(sponsor.get(issued))


def test_the_form_comes_alone_where_it_is_asked_for_in_place(client, issued):
    address = "/reviews/R-1/disputes/new?section=backlog"
    alone = text(client.as_("sponsor").get(address, headers={"HX-Request": "true"}))
    assert alone.lstrip().startswith("<form")
    assert 'id="about-backlog"' in alone and 'for="about-backlog"' in alone


@pytest.mark.proves("T1")
def test_the_form_is_for_those_who_read_the_review(client, issued):
    for who, status in (("sponsor", 200), ("agent", 200), ("contact", 403), ("stranger", 404)):
        answer = client.as_(who).get("/reviews/R-1/disputes/new")
        assert answer.status_code == status, who


def test_it_is_acknowledged_where_it_was_read(client, issued):
    page = text(client.as_("sponsor").get(issued))
    assert 'href="#acknowledgement"' in page and "Acknowledge the review" in page
    assert "Acknowledge the review" not in text(client.as_("manager").get(issued))
