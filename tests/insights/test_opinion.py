"""What clients think, on a page: the numbers of the command, few answers as counts, words for staff alone."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.accounts.models import Account
from portal.actor import SYSTEM
from portal.db import db
from portal.feedback.models import Survey
from portal.insights.asked import Asked
from portal.insights.opinion import opinion
from portal.insights.queries import figures_for
from portal.insights.scope import Scope
from tests import factories
from tests.insights.test_pages import text

FEBRUARY = (date(2026, 2, 1), date(2026, 3, 1))
PATH = "/insights?view=opinion&from=2026-02-01&to=2026-02-28"
AT = datetime(2026, 2, 10, 12, tzinfo=UTC)


def answer(account, kind, score, sent_at=AT, **more):
    at = None if score is None else max(sent_at, AT) + timedelta(hours=1)
    values = {"account_id": account.id, "kind": kind, "sent_at": sent_at, "answered_at": at}
    db.session.add(Survey(**values, score=score, **more))


@pytest.fixture
def told(app, cast):
    """Seven ratings of six cases, one of them confidential; recommendations of two quarters; one self-rating."""
    account = cast.acme.account
    with app.app_context():
        for n, score in enumerate((5, 5, 4, 3, 2, 4)):
            case = factories.make_case(account, opened_at=AT, confidential=n == 5)
            answer(account, "csat", score, case_id=case.id, comment="Cutting words." * (n == 4))
            if n == 0:
                factories.make_event(case, "WorkRated", AT, rating=3)
                answer(account, "csat", 4, AT + timedelta(hours=3), case_id=case.id)
        for score in (10, 9, 9, 8, 7, 6, 10, None):
            person = factories.make_stakeholder(account)
            answer(account, "nps", score, stakeholder_id=person.id)
        person = factories.make_stakeholder(account)
        for score in (1, 9):
            answer(
                account,
                "nps",
                score,
                datetime(2025, 12, 31, 23, tzinfo=UTC),
                stakeholder_id=person.id,
            )
        db.session.commit()
    return cast


def test_the_page_counts_what_the_command_counts(app, told):
    with app.app_context():
        account = db.session.scalar(Account.unscoped("a test").where(Account.ref == "ACME"))
        whole = figures_for(SYSTEM, account, FEBRUARY)
        page = opinion(Scope(SYSTEM, account), Asked(*FEBRUARY, "own", view="opinion"))
        shown = [(one.figure, one.value, one.note) for one in page.numbers]
    happy, asked, waves = whole["F18"], whole["F19"], whole["F20"]
    assert (happy["numerator"], happy["denominator"]) == (5, 7)
    assert shown[0][1:] == ("71.4%", "5 of 7")
    assert shown[1][2] == f"{asked['csat']['numerator']} of {asked['csat']['denominator']}"
    assert shown[2][1:] == ("87.5%", "7 of 8")
    assert waves["2026-Q1"]["value"] == 43
    assert shown[3] == ("F20", "+43", "2026-Q1: 4 gave 9 or 10, 1 gave 0 to 6, of 7")
    assert shown[4] == ("F31", "-1.0", "over one case")
    assert whole["F31"]["value"] == -1.0
    assert whole["F31"]["n"] == 1
    rows = {name: [cell.value for cell in cells] for name, cells in page.waves.rows}
    assert rows == {"2026-Q1": [7, 4, 1, 43], "2025-Q4": [1, 1, 0, None]}


def test_a_sponsor_reads_no_words_and_counts_nothing_confidential(client, told):
    staff, sponsor = (text(client.as_(who).get(PATH)) for who in ("acme.agent", "acme.sponsor"))
    assert ("Cutting words." in staff, "Cutting words." in sponsor) == (True, False)
    assert ("Two views" in staff, "Two views" in sponsor) == (True, False)
    assert "Satisfaction 66.7% 4 of 6" in sponsor
    assert "Satisfaction 71.4% 5 of 7" in staff
    words = client.as_("acme.sponsor").get(PATH.replace("/insights", "/insights.csv"))
    assert "Cutting words." not in words.get_data(as_text=True)
    assert client.as_("acme.contact").get(PATH).status_code == 403


def test_who_was_not_asked_has_no_nought(client, told):
    page = text(client.as_("globex.sponsor").get(PATH))
    assert "Satisfaction n/a nobody answered in these days" in page
    assert re.search(r"Recommendation \(NPS\) n/a nobody answered", page)
    assert "Nobody of yours said in these days" in page
    everything = text(client.as_("executive").get(PATH))
    assert "Satisfaction 71.4% 5 of 7" in everything
