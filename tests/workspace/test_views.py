"""Home, portfolio, account, orders and search through HTTP."""

from datetime import timedelta

import pytest

from portal import clock
from portal.cases.models import Status
from portal.cases.search import catch_up
from portal.db import db
from portal.identity.models import Reach, Role
from portal.insights.models import AccountMonth
from tests import factories
from tests.workspace.counting import statements

PEOPLE = ("manager", "agent", "sponsor", "contact", "executive", "admin")


@pytest.fixture
def acme(app, cast):
    """Acme with some history."""
    with app.app_context():
        company = cast.acme
        account = company.account
        for number in range(7):
            case = factories.make_case(
                account,
                company.contact_person,
                subject=f"Matter {number}",
                status=Status.WAITING if number == 3 else Status.OPEN,
                owner_id=company.agent.id if number % 2 else None,
                opened_at=clock.now() - timedelta(days=number),
                due_at=clock.now() + timedelta(hours=6 * number - 3),
            )
        factories.make_order(account, summary="Bearings")
        returned = factories.make_order(
            account, status="returned", returned_at=clock.now(), return_reason="Too loose"
        )
        case.order_id = returned.id
        factories.make_review(account)
        month = clock.today(account.timezone).replace(day=1)
        hours = [0] * 168
        hours[33] = 12
        db.session.add(
            AccountMonth(
                account_id=account.id, month=month, opened=7, resolved=3, reopened=1, hours=hours
            )
        )
        catch_up()
        db.session.commit()
    return company


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/accounts/ACME",
        "/accounts/ACME/team",
        "/accounts/ACME/stakeholders",
        "/accounts/ACME/orders",
    ],
)
def test_pages_open_in_few_statements(app, client, acme, who, path):
    person = client.as_(who)
    person.get(path)
    with statements(app) as seen:
        page = person.get(path)
    assert page.status_code == 200
    assert len(seen) <= 6, seen


@pytest.mark.proves("T1")
@pytest.mark.parametrize(
    "path",
    [
        "/accounts/ACME",
        "/accounts/ACME/team",
        "/accounts/ACME/stakeholders",
        "/accounts/ACME/orders",
    ],
)
def test_another_accounts_pages_do_not_exist(client, acme, path):
    assert client.as_("stranger").get(path).status_code == 404
    assert client.get(path).status_code == 302


def test_a_client_is_greeted_with_what_awaits_them(client, acme):
    page = client.as_("contact").get("/").get_data(as_text=True)
    assert "Good morning, acme" in page
    assert "One case is waiting for you" in page
    assert "Matter 3" in page
    assert "Answer" in page
    assert "manager@acme.test" in page
    assert "Your account manager since 2026" in page


def test_a_clients_overview_shows_no_value_and_no_form(client, acme, app):
    with app.app_context():
        account = acme.account
        db.session.add(account)
        account.annual_value_minor = 12_345_600
        db.session.commit()
    client_page = client.as_("sponsor").get("/accounts/ACME").get_data(as_text=True)
    staff_page = client.as_("agent").get("/accounts/ACME").get_data(as_text=True)
    assert "123,456" not in client_page
    assert "123,456" in staff_page
    assert "Order a review" not in client_page
    assert "Order a review" in staff_page


def test_who_sees_only_own_cases_sees_no_sums_of_the_account(app, client, acme):
    with app.app_context():
        account = acme.account
        db.session.add(account)
        person = factories.make_stakeholder(account, name="Own only")
        user = factories.make_user(name="Own only", email="own@acme.test")
        factories.make_grant(user, Role.CONTACT, account, reach=Reach.OWN, stakeholder_id=person.id)
        factories.make_case(account, person, subject="My own matter")
        factories.make_order(account, ref="PO-MINE", ordered_by_id=person.id)
        db.session.commit()
    page = client.as_("acme.own").get("/accounts/ACME").get_data(as_text=True)
    assert "My own matter" in page
    assert "Matter 1" not in page
    assert "24 months" not in page
    orders = client.as_("acme.own").get("/accounts/ACME/orders").get_data(as_text=True)
    assert "PO-MINE" in orders
    assert "Bearings" not in orders


def test_the_portfolio_puts_what_is_overdue_first(client, acme):
    page = client.as_("executive").get("/accounts").get_data(as_text=True)
    assert page.index("Need you") < page.index("Acme") < page.index("Steady") < page.index("Globex")
    assert "2 accounts" in page
    assert "One needs you." in page


def test_a_manager_sees_only_their_accounts_and_clients_their_own(client, acme):
    assert "Globex" not in client.as_("manager").get("/accounts").get_data(as_text=True)
    answer = client.as_("contact").get("/accounts")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/accounts/ACME")


def test_the_portfolio_is_narrowed_by_name_and_by_manager(client, acme):
    executive = client.as_("executive")
    found = executive.get("/accounts?q=glo").get_data(as_text=True)
    assert "Globex" in found
    assert "Acme" not in found
    assert "No account fits" in executive.get("/accounts?q=zzz").get_data(as_text=True)
    assert "Acme" not in executive.get("/accounts?manager=me").get_data(as_text=True)
    assert "Acme" in client.as_("manager").get("/accounts?manager=me").get_data(as_text=True)


def test_the_portfolio_turns_pages_both_ways(app, client, cast):
    with app.app_context():
        for number in range(60):
            factories.make_account(name=f"Company {number:02d}", ref=f"X{number:03d}")
        db.session.commit()
    executive = client.as_("executive")
    seen, address, pages = [], "/accounts", []
    while address:
        page = executive.get(address).get_data(as_text=True)
        pages.append(page)
        seen += _refs(page)
        address = _link(page, "next")
    assert len(pages) == 3
    assert len(seen) == len(set(seen)) == 62
    assert "51–62 of 62" in pages[2]
    back = executive.get(_link(pages[2], "prev")).get_data(as_text=True)
    assert _refs(back) == _refs(pages[1])
    assert "26–50 of 62" in back
    first = executive.get(_link(back, "prev")).get_data(as_text=True)
    assert _refs(first) == _refs(pages[0])
    assert _link(first, "prev") is None


def _refs(page):
    import re

    found = re.findall(r'href="/accounts/([^/"?]+)"', page)
    return list(dict.fromkeys(found))


def _link(page, rel):
    import html
    import re

    found = re.search(rf'<a class="btn" href="([^"]+)" rel="{rel}"', page)
    return html.unescape(found[1]) if found else None


def test_the_portfolio_alone_comes_as_a_fragment(client, acme):
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    page = client.as_("manager").get("/accounts?q=acme", headers=headers).get_data(as_text=True)
    assert page.lstrip().startswith('<div id="portfolio"')


def test_the_statement_count_does_not_grow_with_the_portfolio(app, client, cast):
    person = client.as_("executive")
    person.get("/accounts")
    with statements(app) as few:
        person.get("/accounts")
    with app.app_context():
        for _ in range(25):
            account = factories.make_account()
            factories.make_case(account, None)
        db.session.commit()
    with statements(app) as many:
        person.get("/accounts")
    assert len(many) == len(few) <= 3


def test_a_parents_sponsor_chooses_between_companies(app, client, cast):
    with app.app_context():
        parent = cast.acme.account
        db.session.add(parent)
        child = factories.make_account(name="Child works", ref="CHILD", parent=parent)
        person = factories.make_stakeholder(parent, name="Tree sponsor")
        user = factories.make_user(name="Tree sponsor", email="tree@acme.test")
        factories.make_grant(user, Role.SPONSOR, parent, reach=Reach.TREE, stakeholder_id=person.id)
        factories.make_case(child, None, subject="Matter of the child")
        db.session.commit()
    sponsor = client.as_("acme.tree")
    home = sponsor.get("/").get_data(as_text=True)
    assert "Child works" in home
    assert "Matter of the child" not in home
    assert "Matter of the child" in sponsor.get("/?account=CHILD").get_data(as_text=True)
    assert sponsor.get("/?account=GLOBEX").status_code == 404
    assert sponsor.get("/accounts").get_data(as_text=True).count("/accounts/CHILD") == 1
    assert "Child works" in sponsor.get("/accounts/ACME/team").get_data(as_text=True)
    with statements(app) as seen:
        sponsor.get("/accounts/ACME")
    assert len(seen) <= 6


def test_a_person_without_any_grant_is_told_so(app, client, cast):
    with app.app_context():
        factories.make_user(name="Former person", email="former@acme.test")
        db.session.commit()
    former = client.as_("acme.former")
    assert "no company is open to you" in former.get("/").get_data(as_text=True)
    assert former.get("/accounts").status_code == 200
    assert former.get("/accounts/ACME").status_code == 404


def test_orders_show_returns_with_their_cases(client, acme):
    page = client.as_("contact").get("/accounts/ACME/orders?show=returns").get_data(as_text=True)
    assert "Too loose" in page
    assert "Bearings" not in page
    assert 'href="/cases/T-' in page


def test_orders_turn_pages(app, client, cast):
    with app.app_context():
        for number in range(30):
            factories.make_order(cast.acme.account, ref=f"PO{number:02d}~%")
        db.session.commit()
    contact = client.as_("contact")
    first = contact.get("/accounts/ACME/orders").get_data(as_text=True)
    second = contact.get(_link(first, "next")).get_data(as_text=True)
    assert "PO29" in first
    assert "PO05~%" in first
    assert "PO04~%" in second
    assert "26–30" in second
    assert "1–25" in contact.get(_link(second, "prev")).get_data(as_text=True)


@pytest.mark.parametrize("after", ["x", "1~2", "1~nonsense~x", "9" * 40, "1~2026-01-01T00:00:00~x"])
def test_a_cursor_that_cannot_be_read_begins_anew(client, acme, after):
    assert client.as_("contact").get(f"/accounts/ACME/orders?after={after}").status_code == 200
    assert client.as_("executive").get(f"/accounts?after={after}").status_code == 200


def test_search_finds_people_and_accounts_without_accents(app, client, cast):
    with app.app_context():
        factories.make_stakeholder(cast.acme.account, name="Assunção Figueiredo-Brandão")
        db.session.commit()
    page = client.as_("agent").get("/search?q=figuei+assun").get_data(as_text=True)
    assert "Assunção Figueiredo-Brandão" in page
    assert "/accounts/ACME" in client.as_("agent").get("/search?q=acm").get_data(as_text=True)
    stranger = client.as_("stranger").get("/search?q=figuei").get_data(as_text=True)
    assert "Nothing found" in stranger
    assert "What are you looking for?" in client.as_("agent").get("/search").get_data(as_text=True)


def test_search_shows_hits_and_the_empty_state(client, acme):
    page = client.as_("contact").get("/search?q=matter").get_data(as_text=True)
    assert "<mark>" in page
    assert "Matter" in page


@pytest.mark.parametrize(
    "text", ["'; drop table", "%", "a" * 500, "\x00", "* & | !", "“quoted”", "o'neil:*"]
)
def test_search_survives_any_text(client, acme, text):
    assert client.as_("agent").get("/search", query_string={"q": text}).status_code == 200
    assert client.as_("agent").get("/accounts", query_string={"q": text}).status_code == 200


def test_health_says_ok_and_names_the_fault(app, client, monkeypatch):
    assert client.get("/healthz").data == b"ok\n"
    assert client.get("/readyz").data == b"ok\n"
    from portal.workspace import health

    monkeypatch.setattr(health, "_storage_fault", lambda: "file store: cannot be written")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.data == b"file store: cannot be written\n"
