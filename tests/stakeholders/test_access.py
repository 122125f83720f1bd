"""Letting people in, by a button and by `portal user`."""

import re

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from portal.actor import SYSTEM
from portal.db import db, transaction
from portal.identity.models import Grant, User
from portal.identity.queries import user_of
from portal.stakeholders import access
from portal.stakeholders.commands import user as command
from portal.stakeholders.models import JobRole, Stakeholder
from tests import factories
from tests.identity.people import NEW, events, is_in, link_in, log_in, mails


@pytest.fixture
def acme(app):
    with app.app_context():
        account = factories.make_account(ref="ACME", timezone="Europe/Madrid", language="es")
        db.session.commit()
    return account


@pytest.fixture
def run(app):
    def run_command(*arguments):
        return CliRunner().invoke(command, arguments, obj=lambda: app)

    return run_command


def grants(app, email):
    with app.app_context():
        found = db.session.scalars(
            select(Grant)
            .join(User, User.id == Grant.user_id)
            .where(User.email == email)
            .order_by(Grant.id)
        )
        return [
            (g.role, g.account_id, g.reach, g.stakeholder_id, g.ended_at is None) for g in found
        ]


def make_person(app, account, **changes):
    with app.app_context():
        person = factories.make_stakeholder(account, **changes)
        db.session.commit()
    return person


@pytest.mark.proves("T15")
def test_the_command_prints_a_link_that_sets_the_password(app, client, run, acme):
    person = make_person(app, acme, name="Nuño", email="nuno@acme.test", language="pt")
    made = run("add", "Nuno@acme.test", "--role", "contact", "--account", "ACME", "--reach", "own")
    assert made.exit_code == 0, made.output
    assert re.fullmatch(r"http://localhost/password/[\w-]{43}\n", made.output)
    assert grants(app, "nuno@acme.test") == [("contact", acme.id, "own", person.id, True)]
    answer = client.post(
        made.output.strip().removeprefix("http://localhost"), data={"password": NEW}
    )
    assert answer.status_code == 303
    log_in(client, "nuno@acme.test", NEW)
    assert is_in(client)
    assert events(app, "Granted")[0]["reach"] == "own"
    with app.app_context():
        user = user_of("nuno@acme.test")
        assert (user.name, user.language) == ("Nuño", "pt")


def test_repeating_the_command_gives_one_grant_and_one_link(app, client, run, acme):
    arguments = ("add", "x@acme.test", "--role", "sponsor", "--account", "ACME")
    first, second = run(*arguments).output.strip(), run(*arguments).output.strip()
    assert len(grants(app, "x@acme.test")) == 1
    assert client.get(first.removeprefix("http://localhost")).status_code == 404
    assert client.get(second.removeprefix("http://localhost")).status_code == 200


def test_another_reach_takes_the_place_of_the_first(app, run, acme):
    for reach in ("account", "tree"):
        run("add", "x@acme.test", "--role", "sponsor", "--account", "ACME", "--reach", reach)
    assert [(g[2], g[4]) for g in grants(app, "x@acme.test")] == [
        ("account", False),
        ("tree", True),
    ]
    assert len(events(app, "GrantEnded")) == 1


def test_staff_may_have_a_role_everywhere(app, run):
    assert run("add", "boss@norte.test", "--role", "executive", "--name", "Graça").exit_code == 0
    assert grants(app, "boss@norte.test") == [("executive", None, "account", None, True)]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("add", "x@acme.test", "--role", "contact"), 2, "needs --account"),
        (
            ("add", "x@acme.test", "--role", "contact", "--account", "NONE"),
            1,
            "there is no account NONE",
        ),
        (("add", "x@acme.test\nBcc: y", "--role", "admin"), 2, ""),
        (("add", "not an address", "--role", "admin"), 2, ""),
        (("add", "x@acme.test", "--role", "king"), 2, "king"),
        (("add", "staff@acme.test", "--role", "contact", "--account", "ACME"), 1, "other side"),
        (("close", "nobody@acme.test"), 1, "there is no user"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_changes_nothing(
    app, run, acme, arguments, code, words
):
    run("add", "staff@acme.test", "--role", "agent")
    done = run(*arguments)
    assert done.exit_code == code
    assert words in done.output
    assert "Traceback" not in done.output
    with app.app_context():
        assert [user.email for user in db.session.scalars(select(User))] == ["staff@acme.test"]
        assert db.session.scalars(Stakeholder.unscoped("test")).all() == []


def test_closing_ends_everything(app, client, run, acme):
    link = run("add", "x@acme.test", "--role", "contact", "--account", "ACME").output.strip()
    path = link.removeprefix("http://localhost")
    client.post(path, data={"password": NEW})
    log_in(client, "x@acme.test", NEW)
    assert run("sign-out", "x@acme.test").exit_code == 0
    assert not is_in(client)
    log_in(client, "x@acme.test", NEW)
    assert run("close", "x@acme.test").exit_code == 0
    assert not is_in(client)
    assert [g[4] for g in grants(app, "x@acme.test")] == [False]


@pytest.mark.parametrize(
    ("job", "role"), [(JobRole.EXECUTIVE, "sponsor"), (JobRole.FINANCE, "contact")]
)
def test_an_invitation_by_mail_leads_in(app, client, acme, job, role):
    person = make_person(
        app, acme, name="Ximena", email="ximena@acme.test", job_role=job, language="es"
    )
    with app.app_context(), transaction():
        found = db.session.scalar(Stakeholder.unscoped("test").where(Stakeholder.id == person.id))
        access.give_access(found, reach="account", by=SYSTEM)
    [mail] = mails(app)
    assert (mail["To"], mail["Content-Language"]) == ("ximena@acme.test", "es")
    client.post(link_in(mail), data={"password": NEW})
    log_in(client, "ximena@acme.test", NEW)
    assert is_in(client)
    assert grants(app, "ximena@acme.test") == [(role, acme.id, "account", person.id, True)]


@pytest.mark.proves("T15")
def test_an_invitation_to_somebody_with_a_password_carries_no_link_to_set_one(app, acme):
    person = make_person(app, acme, name="Ximena", email="ximena@acme.test")
    with app.app_context(), transaction():
        factories.make_user(email="ximena@acme.test", password_hash="x")
        found = db.session.scalar(Stakeholder.unscoped("test").where(Stakeholder.id == person.id))
        access.give_access(found, reach="account", by=SYSTEM)
    [mail] = mails(app)
    text = mail.get_body(("plain",)).get_content()
    assert "/password/" not in text
    assert "http://localhost/login" in text
