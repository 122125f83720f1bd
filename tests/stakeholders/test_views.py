"""The people of an account through HTTP."""

import pytest
from sqlalchemy import select

from portal.db import db
from portal.events import Event
from portal.identity.models import Grant
from portal.stakeholders.models import Stakeholder
from tests import factories

PEOPLE = "/accounts/ACME/stakeholders"
FORM = {
    "name": "Rui Carrapato",
    "job_title": "Maintenance",
    "job_role": "requester",
    "email": "Rui@Example.com",
    "phone": "+351 220 000 011",
    "language": "pt",
}


def found(app, **where):
    with app.app_context():
        return db.session.scalar(Stakeholder.unscoped("a test").filter_by(**where))


def kinds(app):
    with app.app_context():
        log = Event.unscoped("a test reads the log").order_by(Event.id)
        return [event.kind for event in db.session.scalars(log)]


@pytest.mark.parametrize("who", ["agent", "manager", "admin"])
def test_staff_add_a_person(app, client, cast, who):
    assert client.as_(who).post(PEOPLE, data=FORM).status_code == 303
    person = found(app, name="Rui Carrapato")
    assert (person.email, person.phone, person.language) == (
        "rui@example.com",
        "+351220000011",
        "pt",
    )
    assert (person.portal_access, person.active) == (False, True)
    assert kinds(app)[-1] == "StakeholderAdded"


@pytest.mark.parametrize("who", ["contact", "sponsor", "executive"])
def test_others_add_nobody(app, client, cast, who):
    person = client.as_(who)
    assert person.post(PEOPLE, data=FORM).status_code == 403
    assert person.get(f"{PEOPLE}/new").status_code == 403
    assert person.get(f"{PEOPLE}/1").status_code == 403
    assert found(app, name="Rui Carrapato") is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "required"),
        ({"name": "a\nb"}, "Invalid"),
        ({"email": "rui@"}, "not an email address"),
        ({"email": "contact@acme.test"}, "Somebody else of this account"),
        ({"phone": "call me"}, "not a phone number"),
        ({"phone": "+35112"}, "not a phone number"),
        ({"job_role": "king"}, "valid choice"),
        ({"language": "xx"}, "valid choice"),
        ({"name": "x" * 121}, "longer than"),
    ],
)
@pytest.mark.proves("T10", "T28")
def test_a_wrong_form_comes_back_with_what_was_typed(app, client, cast, changes, words):
    answer = client.as_("agent").post(PEOPLE, data={**FORM, **changes})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in page
    assert "Maintenance" in page
    assert "StakeholderAdded" not in kinds(app)


@pytest.mark.proves("T10")
def test_undeclared_fields_change_nothing(app, client, cast):
    forged = {**FORM, "account_id": "2", "portal_access": "1", "source": "x", "id": "77"}
    client.as_("agent").post(PEOPLE, data=forged)
    person = found(app, name="Rui Carrapato")
    assert person.account_id == cast.acme.account.id
    assert not person.portal_access
    assert person.source is None


def test_a_number_without_country_code_belongs_to_the_accounts_country(app, client, cast):
    with app.app_context():
        cast.acme.account.country = "PT"
        db.session.add(cast.acme.account)
        db.session.commit()
    client.as_("agent").post(PEOPLE, data={**FORM, "phone": "220 000 012"})
    assert found(app, name="Rui Carrapato").phone == "+351220000012"


def number_of(client, name):
    import re

    page = client.as_("manager").get(PEOPLE).get_data(as_text=True)
    return int(re.search(rf'/stakeholders/(\d+)" aria-label="Change {name}"', page)[1])


def test_details_are_corrected_and_saving_nothing_is_no_event(app, client, cast):
    number = number_of(client, "acme contact")
    page = client.as_("agent").get(f"{PEOPLE}/{number}").get_data(as_text=True)
    assert "contact@acme.test" in page
    data = {**FORM, "name": "acme contact", "email": "contact@acme.test", "active": "y"}
    assert client.as_("agent").post(f"{PEOPLE}/{number}", data=data).status_code == 303
    assert kinds(app)[-1] == "StakeholderChanged"
    before = kinds(app)
    assert client.as_("agent").post(f"{PEOPLE}/{number}", data=data).status_code == 303
    assert kinds(app) == before


@pytest.mark.proves("T9")
def test_who_left_loses_access_at_once(app, client, cast):
    contact = client.as_("contact")
    assert contact.get("/accounts/ACME").status_code == 200
    number = number_of(client, "acme contact")
    data = {**FORM, "name": "acme contact", "email": "contact@acme.test"}
    assert client.as_("agent").post(f"{PEOPLE}/{number}", data=data).status_code == 303
    assert kinds(app)[-2:] == ["StakeholderLeft", "GrantEnded"]
    assert contact.get("/accounts/ACME").status_code == 404
    staff = client.as_("agent")
    assert "acme contact" not in staff.get(PEOPLE).get_data(as_text=True)
    assert "acme contact" in staff.get(f"{PEOPLE}?show=left").get_data(as_text=True)
    assert "acme contact" not in client.as_("sponsor").get(f"{PEOPLE}?show=left").get_data(
        as_text=True
    )


def test_a_client_sees_colleagues_but_no_access_and_no_language(client, cast):
    page = client.as_("contact").get(PEOPLE).get_data(as_text=True)
    assert "acme sponsor" in page
    assert "sponsor@acme.test" in page
    assert "(you)" in page
    for word in ("Whole account", "Change", "Add a person", "Have left"):
        assert word not in page


def test_a_manager_invites_and_the_person_gets_exactly_that_reach(app, client, cast):
    client.as_("agent").post(PEOPLE, data=FORM)
    number = number_of(client, "Rui Carrapato")
    assert (
        client.as_("agent").post(f"{PEOPLE}/{number}/invitation", data={"reach": "own"}).status_code
        == 403
    )
    answer = client.as_("manager").post(f"{PEOPLE}/{number}/invitation", data={"reach": "own"})
    assert answer.status_code == 303
    with app.app_context():
        person = found_in_session("Rui Carrapato")
        grant = db.session.scalar(select(Grant).where(Grant.stakeholder_id == person.id))
        assert (grant.role, grant.reach, grant.account_id) == ("contact", "own", person.account_id)
    assert "Invited" in client.as_("manager").get(PEOPLE).get_data(as_text=True)


def found_in_session(name):
    return db.session.scalar(Stakeholder.unscoped("a test").filter_by(name=name))


def test_without_an_address_nobody_is_invited(app, client, cast):
    client.as_("agent").post(PEOPLE, data={**FORM, "email": ""})
    number = number_of(client, "Rui Carrapato")
    answer = client.as_("manager").post(f"{PEOPLE}/{number}/invitation", data={"reach": "own"})
    assert answer.status_code == 422
    assert "email address of their own" in answer.get_data(
        as_text=True
    ) or "save an email" in answer.get_data(as_text=True)


def test_the_tree_is_offered_only_to_who_sees_all_of_it(app, client, cast):
    with app.app_context():
        db.session.add(cast.acme.account)
        factories.make_account(name="Child", ref="CHILD", parent=cast.acme.account)
        db.session.commit()
    number = number_of(client, "acme contact")
    path = f"{PEOPLE}/{number}/invitation"
    assert client.as_("manager").post(path, data={"reach": "tree"}).status_code == 422
    assert client.as_("admin").post(path, data={"reach": "tree"}).status_code == 303


@pytest.mark.parametrize("number", [0, 99, 10**9])
def test_a_number_nobody_has_is_404(client, cast, number):
    assert client.as_("agent").get(f"{PEOPLE}/{number}").status_code == 404
    assert client.as_("agent").post(f"{PEOPLE}/{number}", data=FORM).status_code == 404


def test_many_people_come_page_by_page(app, client, cast):
    with app.app_context():
        for index in range(70):
            factories.make_stakeholder(cast.acme.account, name=f"P{index:02d} ~person")
        db.session.commit()
    import html
    import re

    first = client.as_("agent").get(PEOPLE).get_data(as_text=True)
    later = html.unescape(re.search(r'href="([^"]+)" rel="next"', first)[1])
    second = client.as_("agent").get(later).get_data(as_text=True)
    assert "P00 ~person" in first
    assert "P69 ~person" in second
    assert "51–72" in second
    earlier = html.unescape(re.search(r'href="([^"]+)" rel="prev"', second)[1])
    assert "1–50" in client.as_("agent").get(earlier).get_data(as_text=True)
