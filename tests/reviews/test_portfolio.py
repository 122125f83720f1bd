"""The portfolio review in the portal: who orders one, the worker that makes it, who may fetch it and until when."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from portal import clock
from portal.accounts.models import Account
from portal.db import db, opened
from portal.events import Event
from portal.files.storing import place_of
from portal.identity.actors import actor_for
from portal.identity.models import Grant, Role
from portal.insights import days
from portal.insights.models import StaleMark
from portal.jobs import worker
from portal.reviews import pdf
from portal.reviews.commands import review as command
from portal.reviews.models import ReviewState
from portal.reviews.portfolio import making
from portal.reviews.portfolio.models import PortfolioReview
from tests import factories
from tests.workspace.counting import statements

MADE = b"%PDF-1.7 made"
ORDER = {"period": "2025-Q4", "language": "pt", "manager": ""}


@pytest.fixture
def printed(monkeypatch):
    """What the press answers: bytes, or a fault to raise; what was printed stands in `seen`."""
    answers = {"now": MADE, "seen": [], "figures": []}

    def answer(portfolio, language):
        assert not db.session().in_transaction(), "nothing stays open while pages are laid out"
        answers["figures"].append(portfolio.figures)
        answers["seen"].append(([one.account.ref for one in portfolio.entries], language))
        if isinstance(answers["now"], Exception):
            raise answers["now"]
        return answers["now"]

    monkeypatch.setattr(making, "printed", answer)
    return answers


def ordered_by(client, who, **changes):
    return client.as_(who).post("/reviews/portfolio", data={**ORDER, **changes})


def status_of(client, who, path):
    """The status of an answer, which is closed so that its file is."""
    with client.as_(who).get(path) as answer:
        return answer.status_code


def written_down(account, at):
    """Let an account have been in the portal since an instant."""
    mine = update(Account).where(Account.id == account.id).values(created_at=at)
    db.session.execute(opened(mine, Account, why="a test"))


def row(app, address):
    with app.app_context():
        ref = address.rpartition("/")[2]
        found = PortfolioReview.unscoped("a test").where(PortfolioReview.ref == ref)
        return db.session.scalars(found).one()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("executive", 200),
        ("acme.manager", 200),
        ("acme.agent", 403),
        ("acme.sponsor", 403),
        ("acme.contact", 403),
        ("admin", 403),
    ],
)
def test_it_is_for_executives_and_for_account_managers(client, cast, who, status):
    assert client.as_(who).get("/reviews/portfolio").status_code == status
    answer = ordered_by(client, who)
    assert answer.status_code == (303 if status == 200 else 403)
    shown = "/reviews/portfolio" in client.as_(who).get("/reviews").get_data(as_text=True)
    assert shown is (status == 200)


def test_an_executive_s_tells_of_all_accounts_and_a_manager_s_of_their_own(
    app, client, cast, printed
):
    address = ordered_by(client, "executive").location
    assert "data-poll" in client.as_("executive").get(address).get_data(as_text=True)
    ordered_by(client, "acme.manager", manager="executive@provider.test")
    worker.run_due(app)
    assert printed["seen"] == [(["ACME", "GLOBEX"], "pt"), (["ACME"], "pt")]
    page = client.as_("executive").get(address).get_data(as_text=True)
    assert f"{address}.pdf?download=1" in page
    with client.as_("executive").get(f"{address}.pdf?download=1") as answer:
        assert (answer.status_code, answer.data) == (200, MADE)
        assert answer.headers["Cache-Control"] == "no-store"
    with app.app_context():
        kinds = db.session.scalars(
            Event.unscoped("a test").with_only_columns(Event.kind).order_by(Event.id)
        ).all()
    assert {"PortfolioOrdered", "PortfolioBuilt", "PortfolioDownloaded"} <= set(kinds)


def test_an_executive_chooses_a_manager_by_their_address(app, client, cast, printed):
    with app.app_context():
        email = cast.globex.manager.email
    ordered_by(client, "executive", manager=email)
    worker.run_due(app)
    assert printed["seen"] == [(["GLOBEX"], "pt")]
    refused = ordered_by(client, "executive", manager="nobody@provider.test")
    assert refused.status_code == 422
    assert "answers for an account" in refused.get_data(as_text=True)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"period": "soon"}, "is not a period"),
        ({"period": "2026-Q4"}, "is not over yet"),
        ({"as_of": "2025-12-01T09:00"}, "is not over yet"),
        ({"as_of": "2031-12-01T09:00"}, "lies ahead"),
        ({"as_of": "9999-12-31T23:59"}, "too far away"),
        ({"as_of": "0001-01-01T00:00"}, "too far away"),
        ({"as_of": "yesterday"}, "Not a valid"),
    ],
)
def test_a_period_that_cannot_be_is_refused_with_a_sentence(app, client, cast, typed, told):
    refused = ordered_by(client, "executive", **typed)
    assert refused.status_code == 422
    assert told in refused.get_data(as_text=True)
    with app.app_context():
        assert db.session.scalars(PortfolioReview.unscoped("a test")).all() == []


def test_a_second_click_is_the_same_order(client, cast):
    first, second = (ordered_by(client, "executive").location for _ in range(2))
    assert first == second


def test_one_as_of_an_earlier_moment_counts_what_was_known_then_by_the_orderer_s_clock(
    app, client, cast, printed
):
    with app.app_context():
        at, then = datetime(2025, 12, 3, 10, tzinfo=UTC), datetime(2026, 1, 2, 8, 30, tzinfo=UTC)
        written_down(cast.acme.account, at)
        factories.make_case(cast.acme.account, opened_at=at)
        factories.make_case(cast.acme.account, opened_at=at, recorded_at=then + timedelta(days=1))
        days.rebuild()
        zone = ZoneInfo(actor_for(cast.executive).timezone)
        db.session.commit()
    typed = f"{then.astimezone(zone):%Y-%m-%dT%H:%M}"
    early, late = (ordered_by(client, "executive", as_of=given).location for given in (typed, ""))
    assert early != late
    assert early == ordered_by(client, "executive", as_of=typed).location
    worker.run_due(app)
    assert [one["F1"]["value"] for one in printed["figures"]] == [1, 2]
    assert row(app, early).as_of == then
    assert row(app, late).as_of > then


@pytest.mark.proves("T12", "P1")
def test_nobody_fetches_one_that_tells_of_an_account_they_may_not_see(app, client, cast, printed):
    theirs = ordered_by(client, "acme.manager").location
    of_all = ordered_by(client, "executive").location
    worker.run_due(app)
    for who, address, status in (
        ("acme.manager", theirs, 200),
        ("executive", theirs, 200),
        ("executive", of_all, 200),
        ("globex.manager", theirs, 404),
        ("acme.manager", of_all, 404),
        ("acme.agent", theirs, 404),
        ("acme.sponsor", theirs, 404),
        ("admin", of_all, 404),
    ):
        for path in (address, f"{address}.pdf"):
            assert status_of(client, who, path) == status, (who, path)
    assert theirs not in client.as_("globex.manager").get("/reviews/portfolio").get_data(
        as_text=True
    )


@pytest.mark.proves("T9")
def test_when_a_grant_ends_the_file_is_gone_for_them(app, client, cast, printed):
    address = ordered_by(client, "acme.manager").location
    worker.run_due(app)
    assert status_of(client, "acme.manager", f"{address}.pdf") == 200
    with app.app_context():
        other = factories.make_account(ref="other", name="Other")
        manager = cast.acme.manager.id
        factories.make_grant(cast.acme.manager, Role.ACCOUNT_MANAGER, other)
        db.session.execute(
            update(Grant)
            .where(Grant.user_id == manager, Grant.account_id == cast.acme.account.id)
            .values(ended_at=clock.now())
        )
        db.session.commit()
    for path in (address, f"{address}.pdf", f"{address}.xlsx"):
        assert client.as_("acme.manager").get(path).status_code == 404
    assert address not in client.as_("acme.manager").get("/reviews/portfolio").get_data(
        as_text=True
    )


def test_who_lost_the_right_before_it_was_made_gets_a_reason_and_no_file(
    app, client, cast, printed
):
    address = ordered_by(client, "executive").location
    with app.app_context():
        db.session.execute(
            update(Grant).where(Grant.user_id == cast.executive.id).values(ended_at=clock.now())
        )
        db.session.commit()
    worker.run_due(app)
    found = row(app, address)
    assert (found.state, found.error, found.pdf_key) == (ReviewState.FAILED, "rights", "")
    assert printed["seen"] == []


def test_the_file_that_is_kept_is_signed_where_a_certificate_is_set_up(
    app, client, cast, printed, monkeypatch
):
    monkeypatch.setattr(making.operations, "signed", lambda made: made + b" signed")
    address = ordered_by(client, "executive").location
    worker.run_due(app)
    with client.as_("executive").get(f"{address}.pdf") as answer:
        assert answer.data == MADE + b" signed"


def test_what_failed_says_why_and_is_made_again(app, client, cast, printed):
    printed["now"] = pdf.NotPrinted("time")
    address = ordered_by(client, "executive").location
    worker.run_due(app)
    reader = client.as_("executive")
    assert "took longer than a minute" in reader.get(address).get_data(as_text=True)
    assert reader.get(f"{address}.pdf").status_code == 404
    printed["now"] = MADE
    assert reader.post(f"{address}/renewal").status_code == 303
    worker.run_due(app)
    assert row(app, address).state == ReviewState.READY
    reader.post(f"{address}/renewal")
    assert row(app, address).state == ReviewState.READY


def test_making_it_twice_makes_it_once(app, client, cast, printed):
    address = ordered_by(client, "executive").location
    worker.run_due(app)
    with app.app_context():
        making.make(row(app, address).id)
    assert len(printed["seen"]) == 1


def test_after_90_days_row_and_files_are_gone(app, client, cast, printed, now):
    address = ordered_by(client, "executive").location
    worker.run_due(app)
    found = row(app, address)
    now.shift(making.KEPT - timedelta(days=1))
    with app.app_context():
        making.expire()
        db.session.commit()
        assert place_of(found.pdf_key).is_file()
    now.shift(timedelta(days=2))
    with app.app_context(), making.transaction():
        making.expire()
    with app.app_context():
        assert not place_of(found.pdf_key).exists()
        assert db.session.scalars(PortfolioReview.unscoped("a test")).all() == []


def test_what_happened_since_the_last_count_is_counted_first(app, cast):
    with app.app_context():
        days.rebuild()
        account = cast.acme.account
        case = factories.make_case(account, opened_at=factories.BEGINNING.replace(month=1))
        db.session.add(StaleMark(account_id=account.id, case_id=case.id, marked_at=clock.now()))
        db.session.commit()
        period = making.Period.parse(f"{case.opened_at:%Y-%m}")
        found = making.portfolio_of(making.SYSTEM, period, None, "UTC")
        assert found.figures["F1"]["value"] == 1


def test_the_list_costs_as_much_for_thirty_as_for_one(app, client, cast):
    with app.app_context():
        factories.make_portfolio(cast.acme.account, cast.acme.manager)
        db.session.commit()
    reader = client.as_("acme.manager")
    reader.get("/reviews/portfolio")

    def cost():
        with statements(app) as seen:
            page = reader.get("/reviews/portfolio").get_data(as_text=True)
        return len(seen), page.count('<br><span class="meta">P-')

    (few, one), rows = cost(), 0
    with app.app_context():
        for _ in range(30):
            factories.make_portfolio(cast.acme.account, cast.acme.manager)
        db.session.commit()
    many, rows = cost()
    assert (one, rows) == (1, 25)
    assert many == few <= 6


@pytest.fixture
def build(app, cast, monkeypatch, printed):
    def run(*words):
        return CliRunner().invoke(command, ["portfolio", *words], obj=lambda: app)

    return run


def test_the_command_writes_the_file(build, cast, tmp_path, printed):
    path = tmp_path / "all.pdf"
    answer = build("2025-Q4", "--lang", "it", "-o", str(path))
    assert (answer.exit_code, path.read_bytes()) == (0, MADE), answer.output
    build("2025-Q4", "--manager", cast.acme.manager.email, "-o", str(path))
    assert printed["seen"] == [(["ACME", "GLOBEX"], "it"), (["ACME"], "en")]


def test_the_command_s_as_of_is_the_file_s(app, build, cast, tmp_path, printed):
    with app.app_context():
        at = datetime(2025, 12, 3, 10, tzinfo=UTC)
        written_down(cast.acme.account, at)
        factories.make_case(cast.acme.account, opened_at=at, recorded_at=at + timedelta(days=60))
        days.rebuild()
        db.session.commit()
    path = str(tmp_path / "all.pdf")
    for as_of in ("2026-01-01T12:00:00Z", "2026-02-03T00:00:00Z"):
        answer = build("2025-Q4", "--as-of", as_of, "-o", path)
        assert answer.exit_code == 0, answer.output
    assert [one["F1"]["value"] for one in printed["figures"]] == [0, 1]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("2025-Q4", "--as-of", "2031-01-01"), 2, "lies in the future"),
        (("2025-Q4", "--as-of", "2025-12-30"), 1, "not over yet"),
        (("2026-Q4",), 1, "not over yet"),
        (("soon",), 2, "Write 2026-Q3 for a quarter"),
        (("2025-Q4", "--lang", "xx"), 2, "choose one of en, pt, es, it"),
        (("2025-Q4", "--manager", "x@y.test"), 1, "no staff person has the address"),
        ((), 2, "PERIOD"),
    ],
)
def test_what_cannot_be_made_is_one_line_and_no_file(build, tmp_path, words, code, told):
    path = tmp_path / "all.pdf"
    answer = build(*words, "-o", str(path))
    assert answer.exit_code == code
    assert told in answer.stderr
    assert not path.exists()
