"""Who takes part in a review: naming, removing, beginning with those of the one before, printing, inviting."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.actor import SYSTEM
from portal.db import db, opened
from portal.events import Event
from portal.identity.actors import actor_for
from portal.identity.models import Grant
from portal.reviews import (
    assembling,
    carrying,
    naming,
    operations,
    participants,
    reactions,
    schedules,
    stages,
)
from portal.reviews.cadence import Cadence
from portal.reviews.models import Part, Review, ReviewParticipant, Stage
from portal.reviews.periods import Period
from portal.reviews.refusals import NotNow, Why
from portal.stakeholders.models import Stakeholder
from portal.stakeholders.operations import mark_left
from tests import factories
from tests.workspace.counting import statements

SOON = datetime(2026, 3, 20, 14, tzinfo=UTC)
KINDS = ("ReviewParticipantNamed", "ReviewParticipantRemoved")


@pytest.fixture
def review(app, cast):
    """A ready draft of Acme, R-1, with nobody on its list."""
    with app.app_context():
        account = cast.acme.account
        factories.make_review(account, ref="R-1", period="2025-Q4", stage=Stage.DRAFT)
        factories.make_review(cast.globex.account, ref="R-2", stage=Stage.DRAFT)
        db.session.commit()
    return "/reviews/R-1"


def words(answer):
    return answer.get_data(as_text=True)


def row_of(ref="R-1"):
    return db.session.scalars(Review.unscoped("a test").where(Review.ref == ref)).one()


def change(app, do):
    with app.app_context():
        do(row_of())
        db.session.commit()


def listed(app):
    """Who is on the list, with their part, in its order."""
    with app.app_context():
        return [(one.name, one.part) for one in participants.participants_of(row_of())]


def told(app):
    """What was recorded of the list, in order."""
    with app.app_context():
        statement = select(Event.kind, Event.payload).where(Event.kind.in_(KINDS))
        rows = db.session.execute(opened(statement.order_by(Event.id), Event, why="a test"))
        return [(kind, payload["person_id"], payload["staff_id"]) for kind, payload in rows]


def name(client, review, who, part="attends"):
    return client.post(f"{review}/participants", data={"who": who, "part": part})


def numbers(page):
    return re.findall(r'name="participant" value="(\d+)"', page)


def test_people_of_both_sides_are_named_by_address_or_name(app, client, cast, review):
    manager = client.as_("manager")
    assert "Nobody is named yet." in words(manager.get(review))
    assert name(manager, review, "CONTACT@acme.test").status_code == 303
    assert name(manager, review, "acme agent", "informed").status_code == 303
    assert listed(app) == [("acme contact", "attends"), ("acme agent", "informed")]
    page = words(manager.get(review))
    assert "Attends the meeting" in page and "Is informed" in page
    assert '<option value="sponsor@acme.test">' in page
    assert "globex" not in page
    assert told(app) == [
        (KINDS[0], cast.acme.contact_person.id, None),
        (KINDS[0], None, cast.acme.agent.id),
    ]


def test_a_second_click_changes_nothing_and_another_part_is_a_change(app, client, review):
    manager = client.as_("manager")
    for _click in range(2):
        assert name(manager, review, "acme contact").status_code == 303
    assert len(told(app)) == 1
    name(manager, review, "acme contact", "informed")
    assert listed(app) == [("acme contact", "informed")]
    number = numbers(words(manager.get(review)))[0]
    for _click in range(2):
        gone = manager.post(f"{review}/participants/departure", data={"participant": number})
        assert gone.status_code == 303
    assert listed(app) == []
    assert [kind for kind, *_who in told(app)] == [KINDS[0], KINDS[0], KINDS[1]]


@pytest.mark.parametrize(
    ("who", "says"),
    [
        ("globex contact", "Nobody of this account or of its team"),
        ("contact@globex.test", "Nobody of this account or of its team"),
        ("manager@globex.test", "Nobody of this account or of its team"),
        ("", "required"),
        ("twin", "Several people are called that."),
        ("gone@acme.test", "This person no longer belongs to the account."),
        ("Gone Person", "This person no longer belongs to the account."),
        ("x" * 255, "254"),
    ],
)
def test_who_cannot_be_named_is_refused_with_a_sentence(app, client, cast, review, who, says):
    with app.app_context():
        for _twin in range(2):
            factories.make_stakeholder(cast.acme.account, name="twin")
        factories.make_stakeholder(
            cast.acme.account, name="Gone Person", email="gone@acme.test", active=False
        )
        db.session.commit()
    answer = name(client.as_("manager"), review, who)
    assert answer.status_code == 422
    assert says in words(answer)
    assert listed(app) == []


def test_a_part_that_does_not_exist_is_refused(app, client, review):
    assert name(client.as_("manager"), review, "acme contact", "chairs").status_code == 422
    assert listed(app) == []


@pytest.mark.parametrize("typed", ["", "x", "0", "99999999999999999999", "999"])
def test_taking_off_what_is_not_on_the_list_changes_nothing(app, client, cast, review, typed):
    with app.app_context():
        other = factories.make_participant(row_of("R-2"), cast.globex.contact_person).id
        db.session.commit()
    manager = client.as_("manager")
    for number in (typed, other):
        answer = manager.post(f"{review}/participants/departure", data={"participant": number})
        assert answer.status_code in (303, 422)
    with app.app_context():
        assert len(participants.participants_of(row_of("R-2"))) == 1


@pytest.mark.proves("T1", "T5")
@pytest.mark.parametrize(
    ("who", "status"),
    [("agent", 303), ("manager", 303), ("sponsor", 403), ("contact", 403), ("stranger", 404)],
)
def test_only_who_writes_the_review_changes_its_list(app, client, cast, review, who, status):
    change(app, lambda row: setattr(row, "shared_with", ["sponsor", "contact"]))
    with app.app_context():
        number = factories.make_participant(row_of(), cast.acme.sponsor_person).id
        db.session.commit()
    person = client.as_(who)
    assert name(person, review, "acme contact").status_code == status
    gone = person.post(f"{review}/participants/departure", data={"participant": number})
    assert gone.status_code == status
    names = [("acme contact", "attends")] if status == 303 else [("acme sponsor", "attends")]
    assert listed(app) == names


@pytest.mark.proves("P1")
def test_the_clients_readers_see_the_list_without_forms_or_addresses(app, client, cast, review):
    change(app, lambda row: setattr(row, "shared_with", ["contact"]))
    change(app, lambda row: factories.make_participant(row, cast.acme.contact_person))
    change(app, lambda row: factories.make_participant(row, cast.acme.manager))
    page = words(client.as_("contact").get(review))
    assert "acme manager" in page and "Attends the meeting" in page
    for hidden in ("manager@acme.test", "Name a participant", 'name="participant"', "datalist"):
        assert hidden not in page


def test_an_entry_is_one_person_once(app, cast, review):
    """The database itself refuses neither and both, and twice the same."""
    with app.app_context():
        row = row_of()
        contact, manager = cast.acme.contact_person, cast.acme.manager
        factories.make_participant(row, contact)
        factories.make_participant(row, manager)
        db.session.commit()
        for wrong in (
            {"user_id": manager.id, "stakeholder_id": contact.id},
            {"user_id": None},
            {"user_id": manager.id},
            {"stakeholder_id": contact.id, "user_id": None},
        ):
            with pytest.raises(IntegrityError), db.session.begin_nested():
                factories.make_participant(row, manager, **wrong)


def test_who_was_printed_stays_and_who_came_to_the_meeting_is_added(app, client, cast, review, now):
    change(app, lambda row: factories.make_participant(row, cast.acme.contact_person))
    change(app, lambda row: stages.mark_issued(row, fingerprint="f", by=SYSTEM))
    now.shift(timedelta(hours=1))
    manager = client.as_("manager")
    page = words(manager.get(review))
    assert "The issued document does not change" in page
    assert numbers(page) == []
    with app.app_context():
        printed = participants.participants_of(row_of())[0].number
    kept = manager.post(f"{review}/participants/departure", data={"participant": printed})
    assert kept.status_code == 409
    assert "The issued document names this person" in words(kept)
    assert name(manager, review, "acme agent").status_code == 303
    late = numbers(words(manager.get(review)))
    assert len(late) == 1
    manager.post(f"{review}/participants/departure", data={"participant": late[0]})
    assert listed(app) == [("acme contact", "attends")]


def test_nobody_comes_or_goes_while_the_final_document_is_made(app, client, cast, review):
    change(app, lambda row: factories.make_participant(row, cast.acme.contact_person))
    change(app, lambda row: setattr(row, "issuing_by_id", cast.acme.manager.id))
    with app.app_context():
        with pytest.raises(NotNow) as refused:
            one = participants.called(SYSTEM, cast.acme.account, "acme agent")[0]
            naming.name_participant(row_of(), one, Part.ATTENDS, by=SYSTEM)
        assert refused.value.why == Why.BEING_MADE
    assert name(client.as_("manager"), review, "acme agent").status_code == 409
    assert listed(app) == [("acme contact", "attends")]


def test_the_page_asks_as_often_for_many_as_for_one(app, client, cast, review):
    def cost():
        with statements(app) as seen:
            client.as_("manager").get(review)
        return len(seen)

    change(app, lambda row: factories.make_participant(row, cast.acme.contact_person))
    cost()
    one = cost()
    with app.app_context():
        for _number in range(12):
            person = factories.make_stakeholder(cast.acme.account)
            factories.make_participant(row_of(), person)
        db.session.commit()
    assert cost() == one


def order(account, code, by=SYSTEM):
    review = operations.order_review(account, Period.parse(code), "en", by=by)
    db.session.commit()
    return taken_up(review)


def taken_up(review):
    """The review as a worker has begun to make it."""
    reactions.build_review({"review": review.id})
    db.session.commit()
    return row_named(review.period)


def names_of(review):
    return [one.name for one in participants.participants_of(review)]


def test_a_first_review_begins_with_the_sponsors_and_the_account_manager(app, cast):
    """Nobody is named by themselves who could not read it anyhow."""
    with app.app_context():
        first = order(cast.acme.account, "2025-Q3")
        assert names_of(first) == ["acme sponsor", "acme manager"]
        assert all(one.part == Part.ATTENDS for one in participants.participants_of(first))
        ended = update(Grant).where(Grant.user_id == cast.acme.sponsor.id)
        db.session.execute(ended.values(ended_at=clock.now()))
        naming.remove_participant(first, participants.participants_of(first)[0].number, by=SYSTEM)
        naming.remove_participant(first, participants.participants_of(first)[0].number, by=SYSTEM)
        assert names_of(order(cast.acme.account, "2025-Q4")) == ["acme manager"]


def test_a_review_begins_with_those_of_the_one_before_who_are_still_there(app, cast):
    with app.app_context():
        acme = cast.acme
        gone = factories.make_stakeholder(acme.account, name="Gone Person")
        first = factories.make_review(acme.account, period="2025-Q3", starts_on=date(2025, 7, 1))
        factories.make_participant(first, acme.contact_person, part=Part.INFORMED)
        factories.make_participant(first, acme.agent)
        factories.make_participant(first, gone)
        factories.make_participant(first, cast.executive)
        monthly = factories.make_review(acme.account, period="2025-09", starts_on=date(2025, 9, 1))
        factories.make_participant(monthly, acme.manager)
        mark_left(gone, by=SYSTEM)
        db.session.commit()
        second = order(acme.account, "2025-Q4")
        found = [(one.name, one.part) for one in participants.participants_of(second)]
        assert found == [("acme contact", "informed"), ("acme agent", "attends")]


def test_a_scheduled_review_takes_them_over_when_it_is_drafted(app, cast, now):
    """What was changed meanwhile on the one before counts, and who was named on the planned one stays."""
    with app.app_context():
        account = cast.acme.account
        cadence = Cadence(3, active=True, working_days=1, approval=False, mail_pdf=False)
        schedules.set_schedule(account, cadence, by=SYSTEM)
        before = order(account, "2025-Q4")
        db.session.commit()
        [schedule] = schedules.running()
        schedules.keep_up(schedule)
        db.session.commit()
        planned = row_named("2026-Q1")
        assert names_of(planned) == []
        for who, review in (("acme agent", planned), ("acme contact", before)):
            [one] = participants.called(SYSTEM, account, who)
            naming.name_participant(review, one, Part.INFORMED, by=actor_for(cast.acme.manager))
        db.session.commit()
        now.move_to(datetime(2026, 4, 2, 12, tzinfo=UTC))
        schedules.keep_up(schedule)
        db.session.commit()
        drafted = taken_up(row_named("2026-Q1"))
        assert drafted.stage == Stage.DRAFT
        assert names_of(drafted) == ["acme sponsor", "acme contact", "acme manager", "acme agent"]


def row_named(period):
    return db.session.scalars(Review.unscoped("a test").where(Review.period == period)).one()


def test_what_is_printed_is_frozen_as_it_was_without_those_who_left(app, cast, review):
    with app.app_context():
        row, gone = row_of(), factories.make_stakeholder(cast.acme.account, name="Gone Person")
        contact = cast.acme.contact_person
        db.session.add(contact)
        contact.job_title = "Head of supply"
        for person in (contact, gone, cast.acme.manager):
            factories.make_participant(row, person)
        mark_left(gone, by=SYSTEM)
        db.session.commit()
        found = [(one.name, one.title, one.side) for one in assembling.attending(row)]
        assert found == [
            ("acme contact", "Head of supply", "client"),
            ("acme manager", "", "us"),
        ]


def invitation(client, review):
    answer = client.get(f"{review}/meeting.ics")
    assert answer.mimetype == "text/calendar"
    assert max(map(len, answer.data.split(b"\r\n"))) <= 75
    [event] = Calendar.from_ical(answer.data).walk("VEVENT")
    return event


def attendees(event):
    found = event.get("attendee", [])
    return {
        str(one): (one.params["CN"], one.params["ROLE"])
        for one in (found if isinstance(found, list) else [found])
    }


ODD = 'Ana "the; boss", Lima: \r\nATTENDEE:mailto:evil@example.com'


@pytest.fixture
def meeting(app, cast, review):
    """Draft R-1 is shared, has a meeting and five participants."""
    with app.app_context():
        row, acme = row_of(), cast.acme
        row.meeting_at, row.shared_with, row.owner_id = SOON, ["sponsor"], acme.manager.id
        odd = factories.make_stakeholder(acme.account, name=ODD, email="o'brien+x@example.com")
        mute = factories.make_stakeholder(acme.account, name="Mute", email=None)
        for person in (odd, mute, acme.agent, acme.manager):
            factories.make_participant(row, person)
        factories.make_participant(row, acme.contact_person, part=Part.INFORMED)
        factories.make_participant(row, cast.executive)
        db.session.commit()
    return review


def test_the_invitation_names_everybody_with_an_address(client, meeting):
    event = invitation(client.as_("manager"), meeting)
    found = attendees(event)
    cleaned = 'Ana "the; boss", Lima: ATTENDEE:mailto:evil@example.com'
    assert found == {
        "mailto:o%27brien+x@example.com": (cleaned, "REQ-PARTICIPANT"),
        "mailto:contact@acme.test": ("acme contact", "NON-PARTICIPANT"),
        "mailto:agent@acme.test": ("acme agent", "REQ-PARTICIPANT"),
        "mailto:manager@acme.test": ("acme manager", "REQ-PARTICIPANT"),
        "mailto:executive@provider.test": ("executive", "REQ-PARTICIPANT"),
    }
    assert str(event["organizer"]) == "mailto:manager@acme.test"


@pytest.mark.proves("P1")
def test_the_client_gets_the_addresses_of_colleagues_and_of_the_team_alone(client, meeting):
    """The provider's executive is in no team of the account: their address stands on no page of the client's."""
    found = attendees(invitation(client.as_("sponsor"), meeting))
    assert "mailto:contact@acme.test" in found and "mailto:manager@acme.test" in found
    assert "mailto:executive@provider.test" not in found


@pytest.mark.proves("T15", "P1")
def test_the_calendar_behind_a_secret_address_holds_no_address_of_a_person(client, meeting):
    for who in ("manager", "sponsor"):
        page = client.as_(who).post("/me/calendar").get_data(as_text=True)
        path = re.search(r'value="http[^"]*?(/calendar/[^"]+\.ics)"', page)[1]
        feed = client.as_("nobody").get(path).data
        assert b"R-1@reviews" in feed
        assert b"ATTENDEE" not in feed and b"mailto:" not in feed and b"ORGANIZER" not in feed


def test_who_left_is_not_invited_and_marked_on_the_page(app, client, cast, meeting):
    with app.app_context():
        person = db.session.scalars(
            Stakeholder.unscoped("a test").where(Stakeholder.id == cast.acme.contact_person.id)
        ).one()
        mark_left(person, by=SYSTEM)
        db.session.commit()
    manager = client.as_("manager")
    assert "mailto:contact@acme.test" not in attendees(invitation(manager, meeting))
    assert "has left" in words(manager.get(meeting))


def test_two_who_name_the_same_person_at_once_name_them_once(app, cast, review, monkeypatch):
    """The second sees nobody on the list yet, and meets the first's entry when it writes its own."""
    with app.app_context():
        row = row_of()
        [one] = participants.called(SYSTEM, cast.acme.account, "acme contact")
        assert naming.name_participant(row, one, Part.ATTENDS, by=SYSTEM)
        monkeypatch.setattr(naming, "_row_of", lambda *_: None)
        assert not naming.name_participant(row, one, Part.ATTENDS, by=SYSTEM)
        assert len(db.session.scalars(ReviewParticipant.unscoped("a test")).all()) == 1


def test_reviews_of_other_accounts_are_none_before(app, cast):
    with app.app_context():
        other = factories.make_review(
            cast.globex.account, period="2025-Q3", starts_on=date(2025, 7, 1)
        )
        factories.make_participant(other, cast.globex.contact_person)
        mine = factories.make_review(cast.acme.account, period="2025-Q4")
        found = carrying.beginners(mine, cast.acme.account)
        assert [one.name for one, _part in found] == ["acme sponsor", "acme manager"]
