"""The one rule about who sees a case and what hangs on it: on rows, in words, and in the policy alike."""

import itertools
import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from portal import clock
from portal.cases import policy
from portal.cases.commands import access
from portal.cases.models import Case, CaseLink, LinkKind, Message, Participant, Status
from portal.cases.visibility import RULES, explain
from portal.db import db, opened, through
from portal.files.models import StoredFile
from portal.identity.actors import actor_for
from portal.identity.models import Reach, Role
from tests import factories


class World:
    """A parent with one child account, a neighbour, and in each an open and a confidential case."""

    def __init__(self):
        self.parent = factories.make_account(ref="PARENT")
        self.child = factories.make_account(ref="CHILD", parent=self.parent)
        self.neighbour = factories.make_account(ref="NEIGHBOUR")
        self.accounts = (self.parent, self.child, self.neighbour)
        self.cases = {}
        for account in self.accounts:
            opener = factories.make_stakeholder(account)
            for confidential in (False, True):
                ref = f"{account.ref}-{'secret' if confidential else 'open'}"
                self.cases[ref] = factories.make_case(
                    account, opener, ref=ref, confidential=confidential
                )
        gone = factories.make_case(self.parent, status=Status.MERGED, ref="PARENT-gone")
        gone.merged_into_id, self.gone = self.cases["PARENT-open"].id, {gone.ref: gone}

    def person(self, account, reach, *, named_on=(), role=Role.CONTACT, **changes):
        """A client's person with one grant, named on some cases."""
        entry = factories.make_stakeholder(account)
        user = factories.make_user()
        factories.make_grant(
            user, role, account, reach=reach, **{"stakeholder_id": entry.id, **changes}
        )
        for ref in named_on:
            factories.name_on(self.cases[ref], entry)
        return user

    def staff(self, account=None, role=Role.AGENT, **changes):
        user = factories.make_user(is_staff=True)
        factories.make_grant(user, role, account, **changes)
        return user


@pytest.fixture
def world(session):
    return World()


def seen(user):
    """The references of the cases that the door lets through."""
    return {case.ref for case in db.session.scalars(Case.visible_to(actor_for(user)))}


EVERYTHING = {f"{a}-{b}" for a in ("PARENT", "CHILD", "NEIGHBOUR") for b in ("open", "secret")}


def test_own_reach_sees_only_cases_that_name_the_person(world):
    assert seen(world.person(world.parent, Reach.OWN)) == set()
    named = world.person(world.parent, Reach.OWN, named_on=["PARENT-open"])
    assert seen(named) == {"PARENT-open"}
    named = world.person(world.parent, Reach.OWN, named_on=["PARENT-secret"])
    assert seen(named) == {"PARENT-secret"}


@pytest.mark.parametrize("role", [Role.CONTACT, Role.SPONSOR])
def test_account_reach_sees_the_account_and_the_confidential_only_when_named(world, role):
    assert seen(world.person(world.parent, Reach.ACCOUNT, role=role)) == {"PARENT-open"}
    named = world.person(world.parent, Reach.ACCOUNT, role=role, named_on=["PARENT-secret"])
    assert seen(named) == {"PARENT-open", "PARENT-secret"}


def test_tree_reach_sees_child_accounts_too_and_never_the_other_way(world):
    assert seen(world.person(world.parent, Reach.TREE)) == {"PARENT-open", "CHILD-open"}
    assert seen(world.person(world.child, Reach.TREE)) == {"CHILD-open"}
    named = world.person(world.parent, Reach.TREE, named_on=["CHILD-secret"])
    assert seen(named) == {"PARENT-open", "CHILD-open", "CHILD-secret"}


def test_being_named_opens_no_account_that_no_grant_reaches(world):
    named = world.person(world.parent, Reach.ACCOUNT, named_on=["NEIGHBOUR-open"])
    assert seen(named) == {"PARENT-open"}


def test_own_reach_in_one_account_narrows_nothing_in_another(world):
    user = world.person(world.parent, Reach.OWN)
    factories.make_grant(user, Role.CONTACT, world.child, reach=Reach.ACCOUNT)
    assert seen(user) == {"CHILD-open"}


def test_the_wider_of_two_grants_on_one_account_holds(world):
    user = world.person(world.parent, Reach.OWN)
    factories.make_grant(user, Role.SPONSOR, world.parent, reach=Reach.ACCOUNT)
    assert seen(user) == {"PARENT-open"}


def test_staff_see_the_granted_account_or_every_one_confidential_cases_too(world):
    assert seen(world.staff(world.child)) == {"CHILD-open", "CHILD-secret"}
    assert seen(world.staff(None, Role.EXECUTIVE)) == EVERYTHING


def test_an_ended_grant_opens_nothing(world):
    ended = {"ended_at": clock.now()}
    assert seen(world.staff(world.child, **ended)) == set()
    assert seen(world.staff(None, Role.EXECUTIVE, **ended)) == set()
    left = world.person(world.parent, Reach.ACCOUNT, named_on=EVERYTHING, **ended)
    assert seen(left) == set()
    assert seen(world.person(world.parent, Reach.ACCOUNT, named_on=EVERYTHING)) != set()


def test_a_grant_of_the_other_side_counts_for_nothing(world):
    guest = factories.make_user()
    factories.make_grant(guest, Role.AGENT, world.parent)
    factories.make_grant(guest, Role.ADMIN)
    staff = factories.make_user(is_staff=True)
    factories.make_grant(staff, Role.CONTACT, world.parent)
    assert seen(guest) == seen(staff) == set()


# What hangs on a case


@pytest.fixture
def talk(world):
    """Words, a note, links and files of the parent's two cases; each list is in the order made."""
    agent, contact = world.staff(world.parent), world.person(world.parent, Reach.ACCOUNT)
    for case in (world.cases["PARENT-open"], world.cases["PARENT-secret"]):
        for internal in (False, True):
            words = f"{case.ref} {'note' if internal else 'reply'}"
            message = factories.make_message(case, agent, words, internal=internal)
            factories.make_file(
                world.parent,
                case_id=case.id,
                message_id=message.id,
                internal=internal,
                name=f"{words}.pdf",
            )
    shared, secret = world.cases["PARENT-open"], world.cases["PARENT-secret"]
    at = clock.now()
    db.session.add(
        CaseLink(
            account_id=world.parent.id,
            case_id=shared.id,
            of_case_id=secret.id,
            kind=LinkKind.RELATED,
            created_at=at,
            recorded_at=at,
        )
    )
    db.session.flush()
    return agent, contact


def through_both(model, column, user):
    """What is let through by the door of a thing and by that of the case it hangs on."""
    actor = actor_for(user)
    joined = select(column).join(Case, Case.id == model.case_id)
    return set(db.session.scalars(through(through(joined, model, actor), Case, actor)))


@pytest.mark.proves("P2")
def test_internal_notes_and_files_are_for_staff_alone(world, talk):
    agent, contact = talk
    assert through_both(Message, Message.body, agent) == {
        "PARENT-open reply",
        "PARENT-open note",
        "PARENT-secret reply",
        "PARENT-secret note",
    }
    assert through_both(Message, Message.body, contact) == {"PARENT-open reply"}
    assert through_both(StoredFile, StoredFile.name, contact) == {"PARENT-open reply.pdf"}
    assert len(through_both(StoredFile, StoredFile.name, agent)) == 4


@pytest.mark.proves("P2")
@pytest.mark.parametrize("reach", list(Reach))
@pytest.mark.parametrize("role", [Role.CONTACT, Role.SPONSOR])
def test_a_note_reaches_no_client_whoever_is_named(world, talk, role, reach):
    user = world.person(world.parent, reach, role=role, named_on=["PARENT-open", "PARENT-secret"])
    actor = actor_for(user)
    assert {m.body for m in db.session.scalars(Message.visible_to(actor))} == {
        "PARENT-open reply",
        "PARENT-secret reply",
    }
    assert not any(file.internal for file in db.session.scalars(StoredFile.visible_to(actor)))


@pytest.mark.parametrize("model", [Message, Participant, CaseLink, StoredFile])
def test_what_hangs_on_a_case_stays_in_its_account(world, talk, model):
    agent, contact = talk
    for user in (agent, contact):
        assert list(db.session.scalars(model.visible_to(actor_for(user))))
    for user in (world.staff(world.neighbour), world.person(world.neighbour, Reach.ACCOUNT)):
        rows = db.session.scalars(model.visible_to(actor_for(user))).all()
        assert {row.account_id for row in rows} <= {world.neighbour.id}
        assert not [row for row in rows if row.account_id == world.parent.id]


def test_a_link_is_seen_only_with_both_of_its_cases(client, app):
    with app.app_context():
        cast = factories.make_cast()
        company = cast.acme
        shared = factories.make_case(company.account, company.contact_person, ref="S-1")
        other = factories.make_stakeholder(company.account)
        secret = factories.make_case(company.account, other, ref="S-2", confidential=True)
        at = clock.now()
        db.session.add(
            CaseLink(
                account_id=company.account.id,
                case_id=shared.id,
                of_case_id=secret.id,
                kind=LinkKind.RELATED,
                created_at=at,
                recorded_at=at,
            )
        )
        db.session.commit()
    assert "S-2" in client.as_("agent").get("/cases/S-1").get_data(as_text=True)
    assert "S-2" not in client.as_("contact").get("/cases/S-1").get_data(as_text=True)


# The rule in words


def test_explanation_policy_and_door_agree_for_every_combination(world):
    """Every reach and role on every account, named on every set of two cases, ended or not."""
    namings = [(), ("PARENT-open",), ("PARENT-secret",), ("CHILD-secret", "NEIGHBOUR-secret")]
    clients = [
        world.person(account, reach, named_on=named, ended_at=ended)
        for account, reach, named, ended in itertools.product(
            world.accounts, Reach, namings, (None, clock.now())
        )
    ]
    unwritten = [
        world.person(account, reach, stakeholder_id=None)
        for account, reach in itertools.product(world.accounts, Reach)
    ]
    staff = [
        world.staff(account, ended_at=ended)
        for account, ended in itertools.product((None, *world.accounts), (None, clock.now()))
    ]
    rules = set()
    for user in (*clients, *unwritten, *staff):
        actor, let_through = actor_for(user), seen(user)
        named = naming(actor)
        for ref, case in (world.cases | world.gone).items():
            answer = explain(actor, case)
            case.names_reader = ref in named
            assert answer.allowed is (ref in let_through), (actor, ref, answer)
            assert policy.may_see(actor, case) is answer.allowed, (actor, ref, answer)
            rules.add(answer.rule)
    assert rules == set(RULES) - {"inactive"}


def naming(actor):
    statement = select(Case.ref).where(Case.naming(actor))
    return set(
        db.session.scalars(opened(statement, Case, Participant, why="who is named, for a test"))
    )


@pytest.fixture
def run(app):
    """`portal access` as an operator types it."""

    def run_command(*arguments):
        return CliRunner().invoke(access, ["explain", *arguments], obj=lambda: app)

    return run_command


@pytest.fixture
def people(app):
    """Persons by what decides about the two cases of the parent."""
    with app.app_context():
        world = World()
        made = {
            "granted": world.staff(world.parent),
            "everywhere": world.staff(None, Role.ADMIN),
            "shared": world.person(world.parent, Reach.ACCOUNT),
            "named": world.person(world.parent, Reach.OWN, named_on=["PARENT-open"]),
            "own cases only": world.person(world.parent, Reach.OWN),
            "no grant": world.person(world.neighbour, Reach.ACCOUNT),
            "inactive": world.staff(None, Role.ADMIN),
        }
        made["inactive"].active = False
        db.session.commit()
        return {rule: user.email for rule, user in made.items()}


@pytest.mark.parametrize("rule", ["granted", "everywhere", "shared", "named"])
def test_the_operator_is_told_the_rule_that_let_a_person_in(run, people, rule):
    done = run(people[rule], "PARENT-open")
    assert done.exit_code == 0
    assert done.output == f"yes: {RULES[rule]}\n"


@pytest.mark.parametrize("rule", ["own cases only", "no grant", "inactive"])
def test_the_operator_is_told_the_rule_that_kept_a_person_out(run, people, rule):
    done = run(people[rule].upper(), "PARENT-open")
    assert done.exit_code == 0
    assert done.output == f"no: {RULES[rule]}\n"


def test_the_operator_is_told_that_a_case_is_confidential(run, people):
    answer = run(people["shared"], "PARENT-secret", "--json")
    assert json.loads(answer.output) == {
        "allowed": False,
        "rule": "confidential",
        "why": RULES["confidential"],
    }
    assert run(people["granted"], "PARENT-secret").output.startswith("yes: ")


def test_an_unknown_person_or_case_is_one_line_and_fails(run, people):
    for arguments in (("nobody@x.test", "PARENT-open"), (people["shared"], "C-0")):
        done = run(*arguments)
        assert done.exit_code == 1
        assert done.output.startswith("Error: ")
        assert done.output.count("\n") == 1
        assert "Traceback" not in done.output
