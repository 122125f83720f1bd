"""Insights through HTTP: who sees which figures, what an empty page says, files, and what it costs in statements."""

import csv
import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from portal.accounts.models import Account
from portal.cases.models import Status
from portal.db import db
from portal.identity.models import Reach, Role
from portal.insights import days, sheets
from portal.insights.models import StaleMark
from tests import factories
from tests.conftest import lacking
from tests.workspace.counting import statements

VIEWS = (
    "",
    "view=breakdown&account=acme",
    "view=breakdown&account=acme&half=quality&by=stakeholder",
    "view=opinion",
    "view=opinion&account=acme",
    "view=workload",
    "view=loyalty",
    "view=coverage",
)
DAYS = "from=2026-02-01&to=2026-02-28"


def text(answer):
    return " ".join(unescape(re.sub("<[^>]+>", " ", answer.get_data(as_text=True))).split())


def value_of(answer, label):
    """The figure under a label of a pair."""
    page = answer.get_data(as_text=True)
    found = re.search(rf">{label}</a></p><p class=\"fig\">(?:<a href=\"([^\"]*)\">)?([^<]*)<", page)
    assert found, label
    return unescape(found[2]), unescape(found[1] or "")


@pytest.fixture
def company(app, cast):
    """Acme with three cases of February, one of them confidential; Globex with one."""
    with app.app_context():
        at = datetime(2026, 2, 3, 10, tzinfo=UTC)
        for n, changes in enumerate(({}, {"category": "=cmd|calc"}, {"confidential": True})):
            factories.make_case(
                cast.acme.account,
                cast.acme.contact_person,
                opened_at=at + timedelta(days=n),
                owner_id=cast.acme.agent.id,
                **changes,
            )
        factories.make_case(cast.globex.account, cast.globex.contact_person, opened_at=at)
        days.rebuild()
        db.session.commit()
    return cast


@pytest.mark.parametrize(
    ("who", "status", "opened"),
    [
        ("executive", 200, "4"),
        ("acme.manager", 200, "3"),
        ("acme.agent", 200, "3"),
        ("acme.sponsor", 200, "2"),
        ("globex.sponsor", 200, "1"),
        ("acme.contact", 403, ""),
        ("stranger", 403, ""),
    ],
)
def test_each_counts_the_cases_they_may_see(client, company, who, status, opened):
    """A client's sponsor counts no confidential case, and finds none in the list either."""
    reader = client.as_(who)
    answer = reader.get(f"/insights?{DAYS}")
    assert answer.status_code == status
    for ending in ("csv", "xlsx"):
        assert reader.get(f"/insights.{ending}?{DAYS}").status_code in (status, 501)
    if status == 200:
        value, url = value_of(answer, "Opened")
        assert value == opened
        assert len(
            set(re.findall(r"/cases/(T-\d+)", reader.get(url).get_data(as_text=True)))
        ) == int(opened)


@pytest.mark.parametrize(
    ("who", "status"),
    [("acme.sponsor", 200), ("acme.agent", 200), ("globex.sponsor", 404), ("globex.agent", 404)],
)
def test_an_account_is_there_for_those_who_see_it(client, company, who, status):
    path = f"/insights?account={company.acme.account.ref}&{DAYS}"
    reader = client.as_(who)
    assert reader.get(path).status_code == status
    assert reader.get(path.replace("/insights", "/insights.csv")).status_code == status
    assert reader.get(f"/insights?account=none-such&{DAYS}").status_code == 404


@pytest.fixture
def family(app, company):
    """A company below Acme with a case of February, which Acme's manager and sponsor see too."""
    with app.app_context():
        acme = db.session.scalar(Account.unscoped("a test").where(Account.ref == "ACME"))
        child = factories.make_account(
            parent=acme, ref="BELOW", name="Below", timezone="Asia/Tokyo"
        )
        factories.make_grant(company.acme.manager, Role.ACCOUNT_MANAGER, child)
        grant = {"reach": Reach.ACCOUNT}
        factories.make_grant(company.acme.sponsor, Role.SPONSOR, child, **grant)
        factories.make_case(child, opened_at=datetime(2026, 2, 4, 9, tzinfo=UTC), category="Yonder")
        days.rebuild()
        db.session.commit()
    return company


@pytest.mark.parametrize(
    ("who", "alone", "whole"),
    [("executive", "3", "4"), ("acme.manager", "3", "4"), ("acme.sponsor", "2", "3")],
)
def test_the_companies_below_an_account_count_where_wanted(client, family, who, alone, whole):
    reader = client.as_(who)
    for more, opened in (("", alone), ("&children=1", whole)):
        answer = reader.get(f"/insights?account=ACME&{DAYS}{more}")
        value, url = value_of(answer, "Opened")
        assert value == opened
        shown = set(re.findall(r"/cases/(T-\d+)", reader.get(url).get_data(as_text=True)))
        assert len(shown) == int(opened)
        assert "With the companies below it" in text(answer)
        for half in ("", "&half=quality"):
            answer = reader.get(
                f"/insights?account=ACME&view=breakdown&by=category&{DAYS}{more}{half}"
            )
            assert ("Yonder" in text(answer)) is bool(more)


def test_companies_below_are_no_choice_where_the_reader_counts_none(client, family):
    agent = client.as_("acme.agent")
    for more in ("", "&children=1"):
        answer = agent.get(f"/insights?account=ACME&{DAYS}{more}")
        assert value_of(answer, "Opened")[0] == "3"
        assert "companies below" not in text(answer)
    stranger = client.as_("globex.sponsor")
    assert stranger.get(f"/insights?account=ACME&children=1&{DAYS}").status_code == 404
    alone = stranger.get(f"/insights?children=1&{DAYS}")
    assert value_of(alone, "Opened")[0] == "1"


def test_clients_get_none_of_the_providers_own_figures(client, company):
    sponsor = client.as_("acme.sponsor")
    for view in ("workload", "loyalty"):
        page = text(sponsor.get(f"/insights?view={view}&{DAYS}"))
        assert "Opened" in page
        for name in ("Workload", "Retention", "Revenue", company.acme.agent.name):
            assert name not in page
    coverage = text(sponsor.get(f"/insights?view=coverage&{DAYS}"))
    assert ("People reached" in coverage, "One person alone" in coverage) == (True, False)
    by_team = text(sponsor.get(f"/insights?view=breakdown&by=team&{DAYS}"))
    assert ("By channel" in by_team, "By team" in by_team) == (True, False)


def test_what_has_no_data_says_so_and_is_never_nought(client, company):
    page = client.as_("executive").get(f"/insights?{DAYS}")
    for name, reason in (
        ("First answers in time", "no promise was decided"),
        ("Reopened within 14 days", "no solution is 14 days old yet"),
        ("First response", "nobody waited for a first answer"),
    ):
        assert value_of(page, name)[0] == "n/a"
        assert f"{name} n/a {reason}" in text(page)
    empty = text(client.as_("executive").get("/insights?from=2020-01-01&to=2020-01-31"))
    assert "Nothing to count" in empty
    assert "Nothing happened in this period" in empty


def test_dates_that_cannot_be_are_told_and_the_last_quarter_is_shown(client, company):
    for given in (
        "from=x&to=2026-02-01",
        "from=2026-02-03&to=2026-02-01",
        "from=1990-01-01&to=2026-01-01",
    ):
        answer = client.as_("executive").get(f"/insights?{given}")
        assert answer.status_code == 200
        assert "These dates cannot be asked about." in text(answer)
        assert "1 October 2025 – 31 December 2025" in text(answer)


def test_the_page_says_as_of_when_it_counts(app, client, company):
    assert "Counted up to" not in text(client.as_("executive").get("/insights"))
    with app.app_context():
        db.session.add(StaleMark(account_id=company.acme.account.id, marked_at=days.clock.now()))
        db.session.commit()
    assert "Counted up to" in text(client.as_("executive").get("/insights"))
    assert "Counted up to" not in text(client.as_("globex.sponsor").get("/insights"))


def test_pages_ask_at_most_six_statements_whatever_there_is(app, client, company):
    """The reader's session and user are two of them."""
    reader, counts = client.as_("acme.manager"), []
    for _ in range(2):
        for view in VIEWS:
            path = f"/insights?{view.replace('acme', company.acme.account.ref)}&{DAYS}"
            reader.get(path)
            with statements(app) as seen:
                assert reader.get(path).status_code == 200
            assert len(seen) <= 6, (view, seen)
            counts.append(len(seen))
        with app.app_context():
            for n in range(30):
                at = datetime(2026, 2, 1 + n % 28, 9, tzinfo=UTC)
                case = factories.make_case(
                    company.acme.account, opened_at=at, category=f"c{n}", channel="email"
                )
                factories.make_message(case, company.acme.agent, "Words.")
            days.rebuild()
            db.session.commit()
    assert counts[: len(VIEWS)] == counts[len(VIEWS) :]


def test_work_is_listed_by_person_and_team(app, client, company):
    with app.app_context():
        late = days.clock.now() - timedelta(hours=1)
        factories.make_case(
            company.acme.account, owner_id=company.acme.manager.id, due_at=late, due_order=late
        )
        factories.make_case(
            company.acme.account, owner_id=company.acme.agent.id, status=Status.CLOSED
        )
        days.rebuild()
        db.session.commit()
    page = client.as_("acme.manager").get(f"/insights?view=workload&{DAYS}")
    words = text(page)
    assert f"{company.acme.agent.name} 3 0 0 0" in words
    assert f"{company.acme.manager.name} 1 1 0 0" in words
    urls = [
        unescape(url)
        for url in re.findall(
            r'href="(/cases\?[^"]*figure=overdue[^"]*)"', page.get_data(as_text=True)
        )
    ]
    assert urls
    for url in urls:
        assert (
            len(
                set(
                    re.findall(
                        r"/cases/(T-\d+)",
                        client.as_("acme.manager").get(url).get_data(as_text=True),
                    )
                )
            )
            == 1
        )


def test_contracts_that_end_soon_and_who_stays(app, client, company):
    with app.app_context():
        today = days.clock.now().date()
        plan = factories.make_plan("gold", factories.make_calendar("Office"), {})
        factories.make_contract(
            company.acme.account,
            plan,
            begins_on=today - timedelta(days=400),
            ends_on=today + timedelta(days=20),
            notice_on=today + timedelta(days=5),
            value_minor=1_200_000,
        )
        db.session.commit()
    page = text(client.as_("executive").get(f"/insights?view=loyalty&{DAYS}"))
    assert "Accounts retained 100.0% 1 of 1" in page
    assert f"{company.acme.account.name} 7 Mar 2026 – 22 Mar 2026" in page
    empty = text(client.as_("globex.manager").get(f"/insights?view=loyalty&{DAYS}"))
    assert "Accounts retained n/a no contract was in force at the start" in empty
    assert company.acme.account.name not in empty


def test_coverage_counts_deciding_people_talked_with(app, client, company):
    with app.app_context():
        person = factories.make_stakeholder(
            company.acme.account, job_role="executive", name="Dora Decides"
        )
        factories.make_stakeholder(company.acme.account, job_role="approver", name="Ana Approves")
        at = datetime(2026, 2, 20, 9, tzinfo=UTC)
        case = factories.make_case(company.acme.account, person, opened_at=at)
        factories.make_message(case, person, "When?", occurred_at=at)
        factories.make_message(
            case, company.acme.agent, "Soon.", occurred_at=at + timedelta(hours=1)
        )
        days.rebuild()
        db.session.commit()
    page = client.as_("acme.manager").get(f"/insights?view=coverage&{DAYS}")
    value, url = value_of(page, "People reached")
    assert (value, "1 of 3" in text(page)) == ("33.3%", True)
    listed = client.as_("acme.manager").get(url).get_data(as_text=True)
    assert set(re.findall(r"/cases/(T-\d+)", listed)) == {case.ref}
    one = text(client.as_("acme.sponsor").get(f"/insights?view=coverage&{DAYS}"))
    assert ("Dora Decides – yes" in one, "Ana Approves – no" in one) == (True, True)


def test_the_csv_holds_every_number_and_no_formula(client, company):
    answer = client.as_("executive").get(f"/insights.csv?{DAYS}")
    assert answer.headers["Content-Disposition"] == "attachment; filename=insights.csv"
    assert "no-store" in answer.headers["Cache-Control"]
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True))))
    assert rows[0] == list(sheets.HEAD)
    cells = {(row[0], row[1], row[2]): row[3] for row in rows[1:]}
    assert cells["figures", "F1", "Opened"] == "4"
    assert cells["months", "February 2026", "Opened"] == "4"
    assert cells["categories", "'=cmd|calc", "Cases"] == "1"
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]


def test_the_workbook_holds_text_as_text(client, company):
    if not sheets.spreadsheets_here():
        lacking("xlsx", "xlsxwriter is not installed (the extra xlsx)")
    answer = client.as_("executive").get(f"/insights.xlsx?{DAYS}")
    book = zipfile.ZipFile(io.BytesIO(answer.data))
    names = book.read("xl/workbook.xml").decode()
    assert all(f'name="{name}"' in names for name in ("figures", "months", "categories", "hours"))
    everything = b"".join(book.read(name) for name in book.namelist())
    assert b"=cmd|calc" in everything
    assert b"<f>" not in everything


def test_without_the_extra_the_workbook_is_one_clear_line(client, company, monkeypatch):
    monkeypatch.setattr(sheets, "find_spec", lambda name: None)
    reader = client.as_("executive")
    answer = reader.get(f"/insights.xlsx?{DAYS}")
    assert (answer.status_code, "xlsx" in text(answer)) == (501, True)
    assert "/insights.xlsx" not in reader.get("/insights").get_data(as_text=True)


@pytest.mark.parametrize("language", ["en", "pt", "es", "it"])
def test_each_figure_has_its_definition_in_the_readers_language(app, client, company, language):
    page = client.as_("acme.contact").get(
        "/insights/definitions", headers={"Accept-Language": language}
    )
    found = re.findall(r'<div id="(F\d+)">', page.get_data(as_text=True))
    assert found == [f"F{n}" for n in range(1, 32)]


def test_the_places_of_those_who_may_go_there(client, company):
    link = 'href="/insights"'
    for who, shown in (("acme.agent", True), ("acme.sponsor", True), ("acme.contact", False)):
        assert (link in client.as_(who).get("/cases").get_data(as_text=True)) is shown
