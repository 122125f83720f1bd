"""The demonstration: complete, consistent, and only into an empty database."""

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from filelock import FileLock
from sqlalchemy import func, select

from portal import clock, seed
from portal.accounts.models import Account
from portal.actor import SYSTEM
from portal.cases.models import Case, Channel, Message, Participant, Status
from portal.commitments.models import Commitment, Outcome, Party
from portal.db import db, opened, transaction
from portal.events import Event
from portal.feedback.models import CommentConsent, Survey, SurveyKind
from portal.files.models import StoredFile
from portal.identity.actors import signed_in_by
from portal.identity.models import Role, User
from portal.insights import days, months
from portal.insights.models import AccountMonth
from portal.insights.queries import figures_for, figures_of_periods
from portal.reviews import quoting, schedules
from portal.reviews.models import Review, ReviewSample, Stage
from portal.seed.desk import FRESH, SHARED, TWICE, WAITING
from portal.seed.people import CLIENTS, PASSWORD, STAFF
from portal.seed.remarks import AFTER_A_CASE, ON_THE_WHOLE
from portal.sla.models import PromiseRow
from portal.stakeholders.models import Stakeholder
from tests import databases
from tests.web import HouseClient

WHY = "test"
FINISHED = (Status.RESOLVED, Status.CLOSED, Status.CANCELLED)
_loaded = {}


def _own_url(database, fresh):
    """A database beside those that other tests empty, for all processes of the run; migrated and empty if fresh."""
    if database.kind == "sqlite":
        file = databases.run_folder() / "seed.db"
        if fresh:
            shutil.copyfile(database.template, file)
        return f"sqlite:///{file}"
    if fresh:
        return database.cluster.create("portal_seed", template="portal_template")
    return database.cluster.url("portal_seed")


def _load(database):
    """The app on the demonstration, loaded by whoever comes first."""
    folder = databases.run_folder() / f"seed-{database.kind}"
    done = databases.run_folder() / f"seed-{database.kind}.done"
    with FileLock(f"{folder}.lock"):
        app = databases.build(
            _own_url(database, fresh=not done.exists()),
            PORTAL_INSTANCE=str(folder),
            PORTAL_STORAGE_URL=f"file:{folder / 'files'}",
        )
        app.test_client_class = HouseClient
        if not done.exists():
            with app.app_context(), transaction():
                seed.load()
            done.touch()
    return _apart(app, folder) if database.kind == "sqlite" else app


def _apart(app, folder):
    """The same demonstration in a file of this process alone: another's log-ins would have to wait for ours."""
    own = folder.with_suffix(f".{os.getpid()}.db")
    with app.app_context():
        shared = db.engine.url.database
        db.session.remove()
        db.engine.dispose()
    with closing(sqlite3.connect(shared)) as source, closing(sqlite3.connect(own)) as target:
        source.backup(target)
    apart = databases.build(
        f"sqlite:///{own}",
        PORTAL_INSTANCE=str(folder),
        PORTAL_STORAGE_URL=f"file:{folder / 'files'}",
    )
    apart.test_client_class = HouseClient
    return apart


@pytest.fixture
def loaded(database):
    """The app on the demonstration, loaded once for each kind of database."""
    if database.kind not in _loaded:
        _loaded[database.kind] = _load(database)
    return _loaded[database.kind]


@pytest.fixture
def demo(loaded):
    """The demonstration inside an app context; what a test writes is rolled back."""
    app = loaded
    with app.app_context():
        yield app
        db.session.rollback()


def all_of(model, *conditions):
    return db.session.scalars(model.unscoped(WHY).where(*conditions)).all()


def case_of(subject):
    (case,) = all_of(Case, Case.subject == subject)
    return case


def test_it_refuses_a_database_that_is_not_empty_and_changes_nothing(demo):
    before = [db.session.scalar(select(func.count()).select_from(User)), len(all_of(Case))]
    assert not seed.is_empty()
    with pytest.raises(seed.NotEmpty), transaction():
        seed.load()
    after = [db.session.scalar(select(func.count()).select_from(User)), len(all_of(Case))]
    assert after == before


def test_there_are_accounts_people_and_two_years_of_cases(demo):
    accounts = {account.ref: account for account in all_of(Account)}
    assert set(accounts) == {client.code for client in CLIENTS}
    for client in CLIENTS:
        assert len(all_of(Stakeholder, Stakeholder.account_id == accounts[client.code].id)) == len(
            client.people
        )
    cases = all_of(Case)
    yearly = sum(client.yearly_cases for client in CLIENTS)
    assert yearly < len(cases) < 3 * yearly
    assert min(case.opened_at for case in cases) < clock.now() - timedelta(days=600)
    assert max(case.updated_at for case in cases) <= clock.now()
    assert len({case.ref for case in cases}) == len(cases)


def test_parents_stand_above_their_children(demo):
    accounts = {account.ref: account for account in all_of(Account)}
    children = [client for client in CLIENTS if client.parent]
    assert len(children) == 2
    for client in children:
        child, parent = accounts[client.code], accounts[client.parent]
        assert child.parent_id == parent.id
        assert child.path == f"{parent.path}{child.id}/"


def test_four_languages_are_written_and_read(demo):
    four = {"en", "pt", "es", "it"}
    assert {account.language for account in all_of(Account)} == four
    assert {case.language for case in all_of(Case)} == four
    assert {person.language for person in all_of(Stakeholder)} == four
    assert {message.language for message in all_of(Message)} == four
    assert {person.language for person in STAFF} == four


def test_one_case_is_overdue_one_due_soon_and_one_waits_for_the_client(demo):
    now = clock.now()
    overdue, soon = (case_of(opening.subject) for opening in FRESH)
    assert overdue.due_at < now < soon.due_at < now + timedelta(hours=2)
    assert {overdue.status, soon.status}.isdisjoint(FINISHED)
    waiting = case_of(WAITING.subject)
    assert waiting.status == Status.WAITING
    last = max(
        all_of(Message, Message.case_id == waiting.id), key=lambda message: message.occurred_at
    )
    assert last.author_user_id is not None


def test_one_case_is_shared_by_three_people_in_two_languages(demo):
    case = case_of(SHARED.subject)
    named = all_of(Participant, Participant.case_id == case.id)
    people = all_of(Stakeholder, Stakeholder.id.in_([row.stakeholder_id for row in named]))
    assert len(people) == 3
    assert {person.language for person in people} == {"pt", "es"}
    messages = all_of(Message, Message.case_id == case.id)
    assert {message.author_stakeholder_id for message in messages} >= {p.id for p in people}
    assert {message.language for message in messages if not message.internal} == {"pt", "es"}
    assert [message.internal for message in messages].count(True) == 1
    assert Channel.EMAIL in {message.channel for message in messages}


def test_one_matter_was_reported_twice_and_is_one_case_now(loaded):
    with loaded.app_context():
        case, gone = case_of(SHARED.subject), case_of(TWICE.subject)
        (said,) = all_of(Message, Message.came_from_id == gone.id)
        assert (gone.status, gone.merged_into_id) == (Status.MERGED, case.id)
        assert (case.merged_ids, said.case_id) == ([gone.id], case.id)
        account = all_of(Account, Account.id == case.account_id)[0]
        day = gone.opened_at.astimezone(ZoneInfo(account.timezone)).date()
        before, after = (
            figures_for(SYSTEM, account, (day, day + timedelta(days=1)), as_of=at)["F1"]["value"]
            for at in (gone.opened_at + timedelta(minutes=30), gone.updated_at)
        )
        assert before == after + 1
        case_ref, gone_ref = case.ref, gone.ref
    contact = loaded.test_client().as_("mariana.quintao@serra.example")
    page = contact.get(f"/cases/{gone_ref}", follow_redirects=True)
    assert page.request.path == f"/cases/{case_ref}"
    assert TWICE.ask in page.get_data(as_text=True)
    assert gone_ref in page.get_data(as_text=True)
    assert f"/cases/{gone_ref}" not in contact.get("/cases?status=all").get_data(as_text=True)


def test_its_file_can_be_fetched_by_who_takes_part_and_by_no_stranger(loaded):
    app = loaded
    with app.app_context():
        case = case_of(SHARED.subject)
        (file,) = all_of(StoredFile, StoredFile.case_id == case.id)
        assert file.message_id is not None
        address, size, ref = f"/files/{file.key}", file.size, case.ref
    client = app.test_client()
    page = client.as_(dict(seed.LOGINS)["client contact"]).get(f"/cases/{ref}").text
    assert address in page
    with client.as_(dict(seed.LOGINS)["client contact"]).get(address) as answer:
        assert answer.status_code == 200
        assert len(answer.data) == size
    stranger = client.as_("ettore.montefosco@santamb.example")
    assert stranger.get(f"/cases/{ref}").status_code == 404
    assert stranger.get(address).status_code == 404


def test_nothing_happens_before_its_case_or_after_now(demo):
    opened = {case.id: case.opened_at for case in all_of(Case)}
    now = clock.now()
    for message in all_of(Message):
        assert opened[message.case_id] <= message.occurred_at <= now


def test_the_month_rows_are_what_a_rebuild_would_write(demo):
    assert months.check() == []
    assert len(all_of(AccountMonth)) > 200


def test_the_backlogs_identity_holds_for_every_account(demo):
    quarters = (date(2025, 4, 1), date(2025, 7, 1), date(2025, 10, 1), date(2026, 1, 1))
    for account in all_of(Account):
        found = figures_of_periods(SYSTEM, account, list(pairwise(quarters)))
        for five in (figures["F5"].data for figures in found):
            came = five["start"] + five["opened"] + five["reopened"] + five["transferred_in"]
            gone = five["resolved"] + five["cancelled"] + five["transferred_out"]
            assert came - gone == five["end"], account.ref
        ends = [figures["F5"].data["end"] for figures in found]
        assert [figures["F5"].data["start"] for figures in found][1:] == ends[:-1]
        assert sum(figures["F5"].data["opened"] for figures in found) > 0, account.ref


def test_clients_answer_what_they_are_asked(demo):
    """Some two in five answer, mostly content; who has reason to be cross mostly is not."""
    asked = all_of(Survey)
    answered = [one for one in asked if one.score is not None]
    assert 0.35 < len(answered) / len(asked) < 0.5
    now = clock.now()
    assert all(one.sent_at < one.answered_at <= now for one in answered)
    cases = {case.id: case for case in all_of(Case)}
    rated = [one for one in answered if one.kind == SurveyKind.CSAT]
    assert all(one.sent_at > cases[one.case_id].opened_at for one in rated)
    assert 0.7 < sum(one.score >= 4 for one in rated) / len(rated) < 0.95
    cross = [one.score for one in rated if cases[one.case_id].complaint]
    assert sum(score <= 3 for score in cross) > len(cross) / 2
    people = {person.id: person.language for person in all_of(Stakeholder)}
    said = {(people[one.stakeholder_id], one.comment) for one in answered if one.comment}
    assert {language for language, _ in said} == {"en", "pt", "es", "it"}
    for language, words in said:
        kinds = (*AFTER_A_CASE[language].values(), *ON_THE_WHOLE[language].values())
        assert words in {one for some in kinds for one in some}


def test_the_four_figures_of_opinion_have_values(demo):
    (account,) = [one for one in all_of(Account) if one.ref == "SERRA"]
    today = clock.today(account.timezone)
    found = figures_for(SYSTEM, account, (today - timedelta(days=365), today))
    assert found["F18"]["denominator"] > 20
    assert set(found["F19"]) == {"csat", "nps"}
    assert len(found["F20"]) >= 4
    assert found["F31"]["n"] > 10
    assert days.check() == []


def test_words_are_found(loaded):
    app = loaded
    with app.app_context():
        ref = case_of(SHARED.subject).ref
    contact = app.test_client().as_(dict(seed.LOGINS)["client contact"])
    for words in (ref, "leituras de vibração", '"fechar a não conformidade"', "rodamientos parar"):
        assert f"/cases/{ref}" in contact.get("/search", query_string={"q": words}).text, words
    noted = contact.get("/search", query_string={"q": "clearance class L2417"}).text
    assert f"/cases/{ref}" not in noted
    agent = app.test_client().as_(dict(seed.LOGINS)["agent"])
    assert f"/cases/{ref}" in agent.get("/search", query_string={"q": "clearance L2417"}).text


@pytest.mark.parametrize(("role", "email"), seed.LOGINS)
def test_each_printed_log_in_signs_in(loaded, role, email):
    client = loaded.test_client()
    answer = client.post("/login", data={"email": email, "password": PASSWORD})
    assert answer.status_code == 303
    assert client.get("/", follow_redirects=True).status_code == 200


def test_the_log_ins_are_one_of_each_kind_of_person(loaded):
    expected = {
        "client contact": Role.CONTACT,
        "client sponsor": Role.SPONSOR,
        "agent": Role.AGENT,
        "account manager": Role.ACCOUNT_MANAGER,
        "provider executive": Role.EXECUTIVE,
        "administrator": Role.ADMIN,
    }
    app = loaded
    for role, email in seed.LOGINS:
        client = app.test_client().as_(email)
        with client.session_transaction() as cookie:
            token = cookie["_user_id"]
        with app.app_context():
            assert signed_in_by(token).actor.has(expected[role]), role


def test_both_sides_have_promised_something_and_reviews_are_about_to_come(demo):
    """Quarterly reviews of three accounts, planned, for their sponsors to read as soon as they are drafted."""
    rows = db.session.scalars(Commitment.unscoped(WHY)).all()
    assert {(row.side, row.outcome) for row in rows} >= {
        (Party.US, Outcome.DONE),
        (Party.US, Outcome.OPEN),
        (Party.US, Outcome.DROPPED),
        (Party.CLIENT, Outcome.DONE),
        (Party.CLIENT, Outcome.OPEN),
    }
    assert all(row.reason for row in rows if row.outcome == Outcome.DROPPED)
    assert all(row.done_at is None or row.done_at <= clock.now() for row in rows)
    reviews = db.session.scalars(Review.unscoped(WHY)).all()
    assert {(row.stage, tuple(row.shared_with)) for row in reviews} == {
        (Stage.PLANNED, ("sponsor",))
    }
    assert len(schedules.running()) == len(reviews) == 3


def test_comments_of_the_largest_client_may_be_quoted(demo):
    """Of the last whole quarter: some released with name and without, none about a confidential case, chosen for its review."""
    (account,) = all_of(Account, Account.ref == "SERRA")
    consents = all_of(CommentConsent)
    assert {row.account_id for row in consents} == {account.id}
    answers = [row.answer for row in consents]
    assert 2 <= sum(row.released for row in consents) <= 3
    assert {"named", "unnamed"} <= set(answers)
    (review,) = [row for row in all_of(Review, Review.account_id == account.id) if row.quoted]
    assert sorted(review.quoted) == sorted(row.survey_id for row in consents if row.released)
    found = quoting.quotes_of(review, issuing=True)
    assert len(found.rows) == len(review.quoted)
    assert all(one.text for one in found.rows)


def test_why_promises_were_missed_was_known_before_today(demo):
    explained = all_of(PromiseRow, PromiseRow.cause != "")
    told = db.session.scalars(
        opened(select(Event).where(Event.kind == "MissExplained"), Event, why=WHY)
    ).all()
    assert len(explained) == len(told) > 50
    assert max(event.recorded_at for event in told) < clock.now() - timedelta(days=7)


def test_a_quality_sample_is_partly_read_by_people_without_a_part_in_it(demo):
    rows = db.session.scalars(ReviewSample.unscoped(WHY)).all()
    read = [row for row in rows if row.read_at]
    assert 0 < len(read) < len(rows)
    for row in read:
        case = db.session.scalars(Case.unscoped(WHY).where(Case.id == row.case_id)).one()
        written = Message.unscoped(WHY).where(
            Message.case_id == case.id, Message.author_user_id == row.read_by_id
        )
        assert case.owner_id != row.read_by_id
        assert db.session.scalars(written).all() == []
