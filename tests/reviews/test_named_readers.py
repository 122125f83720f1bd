"""Named as a participant: who reads an issued review by that, is told of it, and may be asked to acknowledge it."""

import threading
from datetime import date, timedelta
from itertools import combinations, product

import pytest
from sqlalchemy import select, update

from portal import clock
from portal.accounts.keyset import Cursor
from portal.actor import SYSTEM
from portal.db import db, transaction
from portal.events import Event
from portal.files.storing import keep_made
from portal.identity.actors import actor_for
from portal.identity.models import Grant, Reach, Role
from portal.jobs import worker
from portal.jobs.models import Job
from portal.reviews import naming, participants, policy, queries, stages, telling
from portal.reviews.models import Part, Review, ReviewParticipant, Stage
from portal.reviews.refusals import NotNow, Why
from tests import factories

SOON = 20
CLIENTS = ("sponsor", "contact", "own", "second")


@pytest.fixture
def people(app, cast):
    """Acme's people, also a contact of own cases alone and a second contact."""
    with app.app_context():
        for name, reach in (("own", Reach.OWN), ("second", Reach.ACCOUNT)):
            person = factories.make_stakeholder(
                cast.acme.account, name=name, email=f"{name}@acme.test"
            )
            user = factories.make_user(name=name, email=person.email)
            factories.make_grant(
                user, Role.CONTACT, cast.acme.account, reach=reach, stakeholder_id=person.id
            )
            setattr(cast.acme, name, user)
            setattr(cast.acme, f"{name}_person", person)
        db.session.commit()
    return cast.acme


@pytest.fixture
def acme(app, people):
    """The same inside an app context."""
    with app.app_context():
        yield people


@pytest.fixture
def review(app, people):
    """Draft R-1 names both contacts, one of own cases alone, and another person without access."""
    with app.app_context():
        draft = factories.make_review(people.account, ref="R-1", stage=Stage.DRAFT)
        mute = factories.make_stakeholder(people.account, name="Mute")
        named(draft, people.contact_person, people.second_person, people.own_person, mute)
        db.session.commit()
    return "/reviews/R-1"


def change(app, do):
    with app.app_context():
        do(the_review())
        db.session.commit()


def the_review():
    return db.session.scalars(Review.unscoped("a test").where(Review.ref == "R-1")).one()


def issued(review):
    stages.mark_issued(review, fingerprint="f" * 64, by=SYSTEM)


def words(answer):
    return answer.get_data(as_text=True)


def named(review, *people):
    """The review with these people of the client on its list, by the operation that people use."""
    account = queries.account_of(SYSTEM, review)
    for person in people:
        [one] = participants.called(SYSTEM, account, person.email)
        naming.name_participant(review, one, Part.INFORMED, by=SYSTEM)
    return review


def listed_for(user):
    """The references in the person's list of reviews."""
    actor = actor_for(user)
    return {line.ref for line in queries.reviews_of(actor, Cursor(None, None), limit=200).rows}


@pytest.mark.proves("P1", "T5")
def test_the_list_and_the_policy_agree_about_who_reads_what(acme, cast):
    """Every stage, sharing and list of participants, for each person of the client and the stranger."""
    people = [getattr(acme, f"{who}_person") for who in CLIENTS]
    lists = [few for length in range(3) for few in combinations(people, length)]
    shared = ([], ["sponsor"], ["contact"])
    for number, (stage, roles, few) in enumerate(product(Stage, shared, lists)):
        review = factories.make_review(
            acme.account,
            ref=f"R-x{number}",
            period=f"p{number}",
            starts_on=date(2020, 1, 1) + timedelta(days=number),
            stage=stage,
            shared_with=list(roles),
        )
        for person in few:
            factories.make_participant(review, person)
    db.session.commit()
    reviews = db.session.scalars(Review.unscoped("a test")).all()
    seen = {}
    for user in (*(getattr(acme, who) for who in CLIENTS), cast.globex.contact):
        actor = actor_for(user)
        ours = {one.ref for one in reviews if policy.may_read(actor, one)}
        visible = set(db.session.scalars(Review.visible_to(actor).with_only_columns(Review.ref)))
        seen[user.name] = listed_for(user)
        assert seen[user.name] == ours & visible, user.name
    assert seen["globex contact"] == set()
    assert seen["own"] == set()
    issued = {one.ref for one in reviews if one.is_issued}
    mine = {one.ref for one in reviews if str(acme.second_person.id) in one.named}
    to_contacts = {
        one.ref for one in reviews if one.shared_with == ["contact"] and one.stage != Stage.PLANNED
    }
    assert seen["second"] == (issued & mine) | to_contacts


@pytest.mark.proves("P1")
def test_numbers_that_look_alike_are_different_people(acme):
    """Person 1 is not in a list that holds person 11 or 21."""
    review = factories.make_review(acme.account, named=[f"{acme.contact_person.id}1", "1121"])
    db.session.commit()
    assert listed_for(acme.contact) == set()
    assert not policy.may_read(actor_for(acme.contact), review)


@pytest.mark.proves("P1", "T1")
def test_a_named_person_reads_what_is_issued_and_no_draft(app, client, review):
    paths = (review, f"{review}/meeting.ics")
    for path in paths:
        assert client.as_("contact").get(path).status_code == 403
    change(app, issued)
    for path in paths:
        assert client.as_("contact").get(path).status_code == 200
        assert client.as_("stranger").get(path).status_code == 404
    assert review in words(client.as_("contact").get("/reviews"))


@pytest.mark.proves("T1", "P3")
def test_being_named_lets_nobody_take_a_step_of_ours(app, client, review):
    change(app, issued)
    steps = ("submission", "approval", "return", "sharing", "issue", "texts", "meeting", "figures")
    for path in (*steps, "participants", "participants/departure", "acknowledgement"):
        assert client.as_("contact").post(f"{review}/{path}").status_code == 403, path
        assert client.as_("stranger").post(f"{review}/{path}").status_code == 404, path


@pytest.mark.proves("T9", "P1")
@pytest.mark.parametrize("how", ["removed", "grant", "reach"])
def test_it_ends_with_the_entry_or_the_access(acme, how):
    review = factories.make_review(acme.account, ref="R-1", issued_at=None)
    named(review, acme.contact_person)
    assert policy.may_read(actor_for(acme.contact), review)
    mine = update(Grant).where(Grant.user_id == acme.contact.id)
    if how == "removed":
        [one] = participants.participants_of(review)
        naming.remove_participant(review, one.number, by=SYSTEM)
    elif how == "grant":
        db.session.execute(mine.values(ended_at=clock.now()))
    else:
        db.session.execute(mine.values(reach=Reach.OWN))
    db.session.commit()
    assert not policy.may_read(actor_for(acme.contact), review)
    assert listed_for(acme.contact) == set()


@pytest.mark.proves("P1")
def test_the_review_knows_who_is_on_its_list_whatever_was_done(acme):
    """`named` is what the table says after each change: it is by that that people read."""
    review = factories.make_review(acme.account, ref="R-1", stage=Stage.DRAFT)
    people = [acme.second_person, acme.contact_person, acme.sponsor_person]

    def agree():
        db.session.commit()
        db.session.expire_all()
        rows = db.session.scalars(
            ReviewParticipant.unscoped("a test").where(
                ReviewParticipant.stakeholder_id.is_not(None)
            )
        )
        again = db.session.scalars(Review.unscoped("a test")).one()
        assert again.named == [str(n) for n in sorted(row.stakeholder_id for row in rows)]
        return again

    for person in people:
        review = named(agree(), person)
    [staff] = participants.called(SYSTEM, acme.account, "acme agent")
    naming.name_participant(review, staff, Part.ATTENDS, by=SYSTEM)
    assert len(agree().named) == 3
    for one in participants.participants_of(review):
        naming.remove_participant(agree(), one.number, by=SYSTEM)
    assert agree().named == []


def test_the_page_says_who_cannot_read_it(app, client, people, review):
    def more(row):
        for person in (people.sponsor_person, people.manager):
            factories.make_participant(row, person)

    change(app, more)
    with app.app_context():
        found = {one.name: one.reads for one in participants.participants_of(the_review())}
    readers = {"acme contact", "second", "acme sponsor"}
    assert {name for name, reads in found.items() if reads} == readers
    assert found.keys() - readers == {"own", "Mute", "acme manager"}
    page = words(client.as_("manager").get(review))
    assert page.count("cannot read it in the portal") == 2
    change(app, issued)
    assert "cannot read it" not in words(client.as_("contact").get(review))


def mailed(app):
    """To whom the mails went that reactions ordered."""
    others = select(Job).where(Job.kind != "react", Job.done_at.is_(None))
    for job in db.session.scalars(others):
        job.run_at = clock.now() + timedelta(days=300)
    db.session.commit()
    worker.run_due(app)
    mails = db.session.scalars(select(Job).where(Job.kind == "mail").order_by(Job.id))
    return [job.payload["to"] for job in mails]


def issue(acme, review):
    review.file_id = keep_made(
        b"%PDF-1.7 made", "ACME-2026-Q1-en.pdf", "application/pdf", account_id=acme.account.id
    ).id
    stages.mark_issued(review, fingerprint="f" * 64, by=SYSTEM)
    db.session.commit()


@pytest.mark.proves("P5")
def test_who_is_named_and_may_read_it_is_told_once(app, acme):
    review = factories.make_review(acme.account, stage=Stage.DRAFT)
    named(review, acme.contact_person, acme.own_person)
    db.session.commit()
    assert mailed(app) == []
    issue(acme, review)
    assert sorted(mailed(app)) == ["contact@acme.test", "sponsor@acme.test"]
    named(review, acme.second_person, acme.own_person)
    assert sorted(mailed(app))[1:] == ["second@acme.test", "sponsor@acme.test"]
    [staff] = participants.called(SYSTEM, acme.account, "acme agent")
    naming.name_participant(review, staff, Part.ATTENDS, by=SYSTEM)
    [again] = participants.called(SYSTEM, acme.account, "second")
    naming.name_participant(review, again, Part.ATTENDS, by=SYSTEM)
    assert len(mailed(app)) == 3
    handed = db.session.scalars(
        Event.unscoped("a test")
        .where(Event.kind == "ReviewHandedTo")
        .with_only_columns(Event.payload)
    )
    assert [payload["person_id"] for payload in handed] == [acme.second_person.id]


def test_they_are_told_in_their_own_language(app, acme):
    """Of a document that is not made yet in it, as soon as it is."""
    acme.contact.language = "it"
    db.session.add(acme.contact)
    review = named(factories.make_review(acme.account, stage=Stage.DRAFT), acme.contact_person)
    issue(acme, review)
    assert mailed(app) == ["sponsor@acme.test"]
    assert [one.language for one in queries.documents_of(review)] == ["it"]
    telling.tell_in(review, "it")
    assert mailed(app)[1:] == ["contact@acme.test"]


def test_who_opened_it_by_name_stands_under_opened_by(app, client, review):
    change(app, issued)
    client.as_("contact").get(review)
    assert "acme contact" in words(client.as_("manager").get(review)).partition("Opened by")[2]


def share(client, who):
    return client.as_("manager").post("/reviews/R-1/sharing", data={"acknowledged_by": str(who)})


@pytest.mark.proves("T5")
def test_a_participant_is_asked_to_acknowledge(app, client, people, review):
    """That person and the sponsors may; another participant may not."""
    contact, own = people.contact_person.id, people.own_person.id
    page = words(client.as_("manager").get(review))
    assert f'<option value="{contact}">acme contact</option>' in page
    assert f'<option value="{own}">' not in page
    for nobody in (own, people.sponsor_person.id, "12x", ""):
        assert share(client, nobody).status_code == 422
    assert share(client, contact).status_code == 303
    page = words(client.as_("manager").get(review))
    assert "is asked to acknowledge it" in page
    assert f'<option selected value="{contact}">' in page
    change(app, issued)
    with app.app_context():
        row = the_review()
        assert (row.acknowledging_id, row.shared_with) == (contact, [])
        actors = {who: actor_for(getattr(people, who)) for who in CLIENTS}
        allowed = [who for who, actor in actors.items() if policy.may_acknowledge(actor, row)]
    assert allowed == ["sponsor", "contact"]
    reader = client.as_("contact")
    assert "Acknowledge the review" in words(reader.get(review))
    answer = {"answer": "accepted", "remark": ""}
    assert reader.post(f"{review}/acknowledgement", data=answer).status_code == 303


def test_the_one_who_is_asked_is_reminded_and_the_sponsors_once_that_one_has_left(acme):
    review = factories.make_review(acme.account)
    named(review, acme.contact_person)
    review.acknowledging_id = acme.contact_person.id
    db.session.commit()
    assert [one.id for one in telling.acknowledging(review)] == [acme.contact.id]
    mine = update(Grant).where(Grant.user_id == acme.contact.id)
    db.session.execute(mine.values(ended_at=clock.now()))
    db.session.commit()
    assert [one.id for one in telling.acknowledging(review)] == [acme.sponsor.id]


def test_who_is_taken_off_the_list_is_not_asked_any_more(acme):
    review = factories.make_review(acme.account, stage=Stage.DRAFT)
    named(review, acme.contact_person)
    asked = {"acknowledged_by": "sponsor", "person_id": acme.contact_person.id, "by": SYSTEM}
    stages.share_review(review, [], **asked)
    [one] = participants.participants_of(review)
    naming.remove_participant(review, one.number, by=SYSTEM)
    assert review.acknowledging_id is None
    with pytest.raises(NotNow) as refused:
        stages.share_review(review, [], **asked)
    assert refused.value.why == Why.NOT_LISTED


@pytest.mark.on("postgres")
@pytest.mark.parametrize("second", ["acme sponsor", "acme contact"])
def test_two_who_name_somebody_at_once_lose_nobody(app, people, second):
    """The second waits until the first is done; the review then knows of both, or of the one person once."""
    with app.app_context():
        factories.make_review(people.account, ref="R-1", stage=Stage.DRAFT)
        db.session.commit()
    held, go_on = threading.Event(), threading.Event()

    def name(who, stands):
        with app.app_context(), transaction():
            [one] = participants.called(SYSTEM, people.account, who)
            naming.name_participant(the_review(), one, Part.ATTENDS, by=SYSTEM)
            if stands:
                held.set()
                assert go_on.wait(SOON)

    both = [
        threading.Thread(target=name, args=("acme contact", True)),
        threading.Thread(target=name, args=(second, False)),
    ]
    both[0].start()
    assert held.wait(SOON)
    both[1].start()
    both[1].join(0.5)
    assert both[1].is_alive()
    go_on.set()
    for one in both:
        one.join(SOON)
    with app.app_context():
        listed = {one.stakeholder_id for one in participants.participants_of(the_review())}
        wanted = {people.contact_person.id}
        if second == "acme sponsor":
            wanted.add(people.sponsor_person.id)
        assert listed == wanted
        assert the_review().named == [str(person) for person in sorted(wanted)]
