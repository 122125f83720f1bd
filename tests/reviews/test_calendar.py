"""A person's calendar behind a secret address: what it shows, to whom, and until when."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import update

from portal import clock
from portal.actor import SYSTEM
from portal.commitments.models import Outcome
from portal.db import db
from portal.identity.actors import digest
from portal.identity.models import Grant, Purpose, Token, User
from portal.identity.tokens import BadToken, holder
from portal.reviews import meetings
from portal.reviews.models import Review, Stage
from tests import factories
from tests.workspace.counting import statements

SOON = datetime(2026, 3, 20, 14, tzinfo=UTC)


def shared(client, who):
    """The path of a new address."""
    page = client.as_(who).post("/me/calendar").get_data(as_text=True)
    return re.search(r'value="http[^"]*?(/calendar/[^"]+\.ics)"', page)[1]


def entries(client, path):
    answer = client.as_("nobody").get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert answer.headers["Cache-Control"] == "no-store"
    return {str(one["uid"]): one for one in Calendar.from_ical(answer.data).walk("VEVENT")}


@pytest.fixture
def met(app, cast):
    """A review of each company with a meeting; Acme's is issued."""
    with app.app_context():
        for company in (cast.acme, cast.globex):
            account = company.account
            account.manager_id = company.manager.id
            db.session.add(account)
            review = factories.make_review(account, ref=f"R-{account.ref}")
            meetings.set_meeting(review, SOON, "Room; 1, first floor", by=SYSTEM)
        db.session.commit()
    return cast


def change(app, ref, do):
    with app.app_context():
        review = db.session.scalars(Review.unscoped("a test").where(Review.ref == ref)).one()
        do(review)
        db.session.commit()


@pytest.mark.proves("P1")
@pytest.mark.parametrize("who", ["acme.manager", "acme.sponsor"])
def test_it_shows_meetings_of_ones_own_accounts_alone(client, met, who):
    found = entries(client, shared(client, who))
    assert list(found) == ["R-ACME@reviews"]
    one = found["R-ACME@reviews"]
    assert one["dtstart"].dt == SOON
    assert one["dtend"].dt - one["dtstart"].dt == meetings.LASTS
    assert str(one["location"]) == "Room; 1, first floor"
    assert (one["sequence"], str(one["status"])) == (0, "CONFIRMED")


def test_who_may_not_read_the_review_does_not_see_its_meeting(app, client, met):
    assert entries(client, shared(client, "acme.contact")) == {}
    change(app, "R-ACME", lambda review: setattr(review, "stage", Stage.DRAFT))
    assert entries(client, shared(client, "acme.sponsor")) == {}
    assert list(entries(client, shared(client, "acme.manager"))) == ["R-ACME@reviews"]


def test_a_moved_meeting_keeps_its_identity_and_a_called_off_one_says_so(app, client, met, now):
    path = shared(client, "acme.manager")
    later = SOON + timedelta(days=1)
    change(app, "R-ACME", lambda r: meetings.set_meeting(r, later, "", by=SYSTEM))
    moved = entries(client, path)["R-ACME@reviews"]
    assert (moved["dtstart"].dt, moved["sequence"]) == (later, 1)
    change(app, "R-ACME", lambda r: meetings.set_meeting(r, None, "", by=SYSTEM))
    gone = entries(client, path)["R-ACME@reviews"]
    assert (gone["dtstart"].dt, gone["sequence"], str(gone["status"])) == (later, 2, "CANCELLED")
    now.shift(timedelta(days=40))
    assert entries(client, path) == {}


def test_it_shows_the_days_of_what_is_ones_own_to_do(app, client, met):
    long = "Check “belts”; bearings, and so on " * 5
    with app.app_context():
        acme = met.acme
        common = {"due_on": date(2026, 3, 9), "due_at": clock.now()}
        mine = factories.make_commitment(
            acme.account, user_id=acme.manager.id, title=long, **common
        ).ref
        factories.make_commitment(acme.account, user_id=acme.agent.id, **common)
        dropped = factories.make_commitment(
            acme.account,
            user_id=acme.manager.id,
            outcome=Outcome.DROPPED,
            closed_at=clock.now(),
            **common,
        ).ref
        theirs = factories.make_commitment(
            acme.account,
            side="client",
            user_id=None,
            stakeholder_id=acme.contact_person.id,
            **common,
        ).ref
        db.session.commit()
    path = shared(client, "acme.manager")
    found = entries(client, path)
    assert set(found) == {"R-ACME@reviews", f"{mine}@commitments", f"{dropped}@commitments"}
    assert found[f"{mine}@commitments"]["dtstart"].dt == date(2026, 3, 9)
    assert long.strip() in str(found[f"{mine}@commitments"]["summary"])
    assert str(found[f"{dropped}@commitments"]["status"]) == "CANCELLED"
    raw = client.as_("nobody").get(path).data
    assert max(map(len, raw.split(b"\r\n"))) <= 75
    for told in (b"REFRESH-INTERVAL;VALUE=DURATION:PT1H", b"X-PUBLISHED-TTL:PT1H"):
        assert told in raw
    assert list(entries(client, shared(client, "acme.contact"))) == [f"{theirs}@commitments"]


@pytest.mark.proves("T15", "T16")
def test_every_token_but_a_good_one_has_one_and_the_same_answer(app, client, met, now):
    old = shared(client, "acme.manager")
    new = shared(client, "acme.manager")
    assert entries(client, new)
    off = shared(client, "acme.sponsor")
    client.as_("acme.sponsor").post("/me/calendar/withdrawal")
    with app.app_context():
        reset = "a-token-for-another-purpose"
        user = db.session.get(User, met.acme.manager.id)
        db.session.add(
            Token(
                token_hash=digest(reset),
                purpose=Purpose.RESET,
                user_id=user.id,
                expires_at=clock.now() + timedelta(days=1),
                created_at=clock.now(),
            )
        )
        db.session.commit()
    bad = [old, off, "/calendar/.ics", "/calendar/x.ics", f"/calendar/{reset}.ics"]
    now.shift(timedelta(days=367))
    bad.append(new)
    answers = {
        (answer.status_code, answer.data, answer.content_type, answer.headers["Cache-Control"])
        for answer in (client.as_("nobody").get(path) for path in bad)
    }
    assert len(answers) == 1
    assert next(iter(answers))[0] == 404


@pytest.mark.proves("T15")
def test_only_its_hash_is_kept_and_reading_does_not_use_it_up(app, client, met):
    path = shared(client, "acme.manager")
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    assert len(token) >= 43
    assert token not in client.as_("acme.manager").get("/me/calendar").get_data(as_text=True)
    with app.app_context():
        kept = db.session.query(Token).where(Token.purpose == Purpose.CALENDAR).one()
        assert kept.token_hash == digest(token)
        with pytest.raises(BadToken):
            holder(token)
    assert entries(client, path) == entries(client, path)
    assert client.as_("nobody").open(path, method="HEAD").status_code == 200
    assert entries(client, path)


@pytest.mark.proves("T9")
@pytest.mark.parametrize("how", ["grant", "person"])
def test_it_ends_with_the_access_of_its_owner(app, client, met, how):
    path = shared(client, "acme.manager")
    with app.app_context():
        manager = met.acme.manager.id
        if how == "grant":
            ended = update(Grant).where(Grant.user_id == manager).values(ended_at=clock.now())
        else:
            ended = update(User).where(User.id == manager).values(active=False)
        db.session.execute(ended)
        db.session.commit()
    assert client.as_("nobody").get(path).status_code == 404


@pytest.mark.parametrize("language", ["en", "pt", "es", "it"])
def test_it_speaks_the_language_of_its_owner(app, client, met, language):
    path = shared(client, "acme.manager")
    with app.app_context():
        chosen = update(User).where(User.id == met.acme.manager.id).values(language=language)
        db.session.execute(chosen)
        db.session.commit()
    summary = str(entries(client, path)["R-ACME@reviews"]["summary"])
    words = {"en": "Service review", "pt": "Revisão", "es": "Revisión", "it": "Revisione"}
    months = {"en": "January – March", "pt": "janeiro", "es": "enero", "it": "gennaio"}
    assert summary.startswith(words[language])
    assert months[language] in summary


def test_it_costs_as_much_for_many_as_for_one(app, client, met):
    path = shared(client, "acme.manager")

    def cost():
        with statements(app) as seen:
            entries(client, path)
        return len(seen)

    one = cost()
    with app.app_context():
        for month in range(1, 9):
            review = factories.make_review(met.acme.account, period=f"2025-{month:02}")
            meetings.set_meeting(review, SOON, "", by=SYSTEM)
        db.session.commit()
    assert cost() == one <= 6


def test_the_page_says_where_one_stands(client, cast):
    reader = client.as_("acme.contact")
    assert "has no address yet" in reader.get("/me/calendar").get_data(as_text=True)
    shared(client, "acme.contact")
    assert "cannot be shown again" in reader.get("/me/calendar").get_data(as_text=True)
    assert reader.post("/me/calendar/withdrawal").status_code == 303
    assert "has no address yet" in reader.get("/me/calendar").get_data(as_text=True)
    assert "/me/calendar" in reader.get("/me").get_data(as_text=True)
