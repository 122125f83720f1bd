"""`portal figures --by`: ratings, people, escalations and teams in groups; what has no group says why."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from portal.accounts.models import Account, TeamMember
from portal.actor import SYSTEM
from portal.cases.models import CaseLink
from portal.db import db
from portal.feedback.models import Survey
from portal.identity.models import User
from portal.insights import days
from portal.insights.asked import Asked
from portal.insights.breakdown_quality import judged
from portal.insights.by_kind import figures_by
from portal.insights.commands import figures
from portal.insights.dimensions import KINDS, LEFT_OUT
from portal.insights.queries import figures_for
from portal.insights.scope import Scope
from tests import factories

FEBRUARY = (date(2026, 2, 1), date(2026, 3, 1))
AT = datetime(2026, 2, 10, 12, tzinfo=UTC)


def answer(account, person, case, kind, score, sent_at=AT):
    row = Survey(
        account_id=account.id,
        stakeholder_id=person.id if person else None,
        case_id=case.id if case else None,
        kind=kind,
        sent_at=sent_at,
        answered_at=None if score is None else sent_at + timedelta(hours=1),
        score=score,
    )
    db.session.add(row)
    db.session.flush()


@pytest.fixture
def acme(session, cast):
    """Two cases of the contact by mail, one of the sponsor by phone that repeats the first."""
    acme = cast.acme
    for user, team in ((acme.agent, "Desk"), (acme.manager, "Field")):
        db.session.execute(update(User).where(User.id == user.id).values(team=team))
    agent = {"owner_id": acme.agent.id}
    first = factories.make_case(
        acme.account, acme.contact_person, opened_at=AT, channel="email", category="Fault", **agent
    )
    factories.make_event(first, "CaseResolved", AT + timedelta(hours=5), old="open")
    factories.make_event(first, "WorkRated", AT + timedelta(hours=5), rating=5)
    second = factories.make_case(
        acme.account, acme.contact_person, opened_at=AT, channel="email", escalated=True
    )
    factories.make_event(second, "CaseEscalated", AT + timedelta(hours=1), side="client")
    third = factories.make_case(
        acme.account,
        acme.sponsor_person,
        opened_at=AT + timedelta(days=1),
        channel="phone",
        category="Fault",
        owner_id=acme.manager.id,
    )
    link = CaseLink(
        account_id=acme.account.id,
        case_id=third.id,
        of_case_id=first.id,
        kind="repeat",
        confirmed=True,
        created_at=AT,
        recorded_at=AT,
    )
    db.session.add(link)
    for case, by in ((first, acme.agent), (first, acme.contact), (third, acme.manager)):
        person = by if by.is_staff else acme.contact_person
        factories.make_message(case, person, occurred_at=AT + timedelta(days=2))
    for _ in range(9):
        factories.make_message(first, acme.contact_person, occurred_at=AT + timedelta(days=3))
    factories.make_message(third, acme.sponsor_person, occurred_at=AT + timedelta(days=3))
    answer(acme.account, acme.contact_person, first, "csat", 2)
    answer(acme.account, acme.sponsor_person, third, "csat", 5)
    answer(acme.account, acme.contact_person, second, "csat", None)
    answer(acme.account, acme.contact_person, None, "nps", 3)
    answer(acme.account, acme.sponsor_person, None, "nps", None)
    for side, owner in (("us", "user_id"), ("client", "stakeholder_id")):
        person = acme.agent if side == "us" else acme.sponsor_person
        factories.make_commitment(
            acme.account, side=side, due_at=AT, done_at=AT, created_at=AT, **{owner: person.id}
        )
    return acme


def groups(acme, by, **about):
    return figures_by(SYSTEM, acme.account, FEBRUARY, by, **about)["groups"]


def parts(figure):
    return figure["numerator"], figure["denominator"]


def test_ratings_repeats_and_escalations_go_with_their_case(acme):
    found = groups(acme, "channel")
    assert set(found) == {"email", "phone"}
    mail, phone = found["email"], found["phone"]
    assert (parts(mail["F18"]), parts(phone["F18"])) == ((0, 1), (1, 1))
    assert (parts(mail["F19"]["csat"]), parts(phone["F19"]["csat"])) == ((1, 2), (1, 1))
    assert (parts(mail["F13"]), parts(phone["F13"])) == ((0, 2), (1, 1))
    assert phone["F13"]["other_person"] == 1
    assert (parts(mail["F24"]), mail["F24"]["by_client"]) == ((1, 2), 1)
    assert (mail["F31"], phone["F31"]["n"]) == ({"n": 1, "sum": 3, "value": 3.0}, 0)
    assert "nps" not in mail["F19"]
    assert set(groups(acme, "category")) == {"Fault", ""}


def test_teams_have_their_cases_answers_and_commitments(acme):
    """The manager's part in the team began in March."""
    found = groups(acme, "team")
    assert set(found) == {"Desk", "Field", ""}
    assert found["Desk"]["F25"] == {"us": {"numerator": 1, "denominator": 1, "value": 100.0}}
    assert parts(found["Field"]["F25"]["us"]) == (0, 0)
    assert (parts(found["Desk"]["F28"]), parts(found["Field"]["F28"])) == ((1, 1), (0, 1))


def test_people_have_what_they_wrote_answered_and_are_to_do(acme):
    found = groups(acme, "stakeholder")
    contact, sponsor = found["contact@acme.test"], found["sponsor@acme.test"]
    assert contact["F20"]["2026-Q1"] == {"n": 1, "promoters": 0, "detractors": 1, "value": -100}
    assert (contact["F19"]["nps"]["value"], sponsor["F19"]["nps"]["value"]) == (100.0, 0.0)
    assert sponsor["F20"] == {}
    assert (parts(contact["F26"]), parts(sponsor["F26"])) == ((0, 0), (1, 1))
    assert contact["F27"] == {"n": 11, "top": 10, "flag": True}
    assert sponsor["F27"] == {"n": 11, "top": 1, "flag": False}
    assert (parts(contact["F25"]["client"]), parts(sponsor["F25"]["client"])) == ((0, 0), (1, 1))


@pytest.mark.parametrize("by", KINDS)
def test_groups_add_up_and_every_figure_is_there_or_says_why_not(acme, by):
    whole = figures_for(SYSTEM, acme.account, FEBRUARY)
    found = figures_by(SYSTEM, acme.account, FEBRUARY, by)
    for name in ("F13", "F18", "F24", "F28"):
        for part in ("numerator", "denominator"):
            total = sum(group[name][part] for group in found["groups"].values())
            assert total == whole[name][part], name
    assert sum(group["F31"]["n"] for group in found["groups"].values()) == whole["F31"]["n"]
    told = {name.partition(" ")[0] for name in found["not_by"]}
    for group in found["groups"].values():
        assert group.keys() | told == whole.keys()
        assert all(" " in name for name in found["not_by"] if name in group)
    assert found["not_by"] == LEFT_OUT[by]


SAME = {"F13": "repeated", "F14": "settled", "F18": "happy", "F24": "escalated", "F28": "team"}


def same(page, group, by):
    """What a group of the page holds is what the command prints of it."""
    for figure, name in SAME.items():
        assert page.share(name) == parts(group[figure]), (by, figure)
    assert page.share("waited") == parts(group["F11"])
    asked = group["F19"].values()
    answered = [sum(one[part] for one in asked) for part in ("numerator", "denominator")]
    assert list(page.share("replied")) == answered
    assert page.share("gap") == (group["F31"]["sum"], group["F31"]["n"])
    assert page.counts["left"] == group["F4"]["value"]
    assert page.counts["complaint"] == sum(one["n"] for one in group["F16"]["complaints"])


@pytest.mark.parametrize("by", KINDS)
def test_the_page_judges_groups_as_the_command_does(acme, by):
    days.rebuild([acme.account.id])
    account = db.session.scalar(Account.unscoped("a test").where(Account.id == acme.account.id))
    asked = Asked(*FEBRUARY, "own", view="breakdown", by=by, half="quality")
    found = judged(Scope(SYSTEM, account), asked)
    wanted = groups(acme, by)
    names = {"contact@acme.test": "acme contact", "sponsor@acme.test": "acme sponsor"}
    for name, group in wanted.items():
        (page,) = [one for key, one in found.items() if key[1] == names.get(name, name)]
        same(page, group, by)
    assert len(found) == len(wanted)
    assert [one.latest for key, one in found.items() if key[1] == "acme contact"] == (
        [3] if by == "stakeholder" else []
    )


def test_answers_count_by_who_was_in_the_team_on_that_local_day(session, cast, now):
    """Lisbon changes its clocks within the period, at an hour at which a cover begins and ends."""
    now.move_to(datetime(2026, 5, 1, tzinfo=UTC))
    account = factories.make_account(timezone="Europe/Lisbon", ref="LIS")
    case = factories.make_case(account, opened_at=AT, channel="email")
    member = TeamMember(
        account_id=account.id,
        user_id=cast.admin.id,
        role="cover",
        from_on=date(2026, 3, 29),
        to_on=date(2026, 3, 30),
    )
    db.session.add(member)
    for hour, minute, day in ((23, 59, 28), (0, 0, 29), (22, 59, 30), (23, 0, 30), (12, 0, 31)):
        at = datetime(2026, 3, day, hour, minute, tzinfo=UTC)
        factories.make_message(case, cast.admin, occurred_at=at)
    days.rebuild([account.id])
    march = (date(2026, 3, 1), date(2026, 4, 1))
    (group,) = figures_by(SYSTEM, account, march, "channel")["groups"].values()
    assert parts(group["F28"]) == (2, 5)
    (page,) = judged(Scope(SYSTEM, account), Asked(*march, "own", view="breakdown")).values()
    assert page.share("team") == (2, 5)


@pytest.fixture
def ask(app, database, cast):
    def answer(*words):
        given = ("--account", "ACME", "--from", "2026-02-01", "--to", "2026-03-01", *words)
        return CliRunner().invoke(figures, given, obj=lambda: app)

    with app.app_context():
        factories.make_case(cast.acme.account, opened_at=AT, channel="email")
        db.session.commit()
    return answer


def test_the_command_prints_groups_and_reasons(ask):
    found = json.loads(ask("--by", "channel", "--json").output)
    assert found["groups"]["email"]["F1"] == {"value": 1}
    plain = ask("--by", "channel").output
    assert 'channel: email\nF1    {"value": 1}\n' in plain
    assert "not by channel\nF19 nps: a recommendation is asked about the relationship" in plain
    assert "F30: health is made of figures of the whole account" in plain


def test_child_accounts_count_where_they_are_asked_for(app, ask):
    with app.app_context():
        parent = db.session.scalar(Account.unscoped("a test").where(Account.ref == "ACME"))
        child = factories.make_account(parent=parent, ref="BELOW")
        factories.make_case(child, opened_at=AT, channel="phone")
        db.session.commit()
    for words, number, channels in (
        ((), 1, {"email"}),
        (("--no-children",), 1, {"email"}),
        (("--children",), 2, {"email", "phone"}),
    ):
        assert json.loads(ask("--json", *words).output)["F1"]["value"] == number
        by_channel = json.loads(ask("--json", "--by", "channel", *words).output)
        assert set(by_channel["groups"]) == channels


def test_another_zone_moves_the_days_and_hours(app, cast):
    """Half past eleven at night in Lisbon on the last of January is the first of February in Rome."""
    with app.app_context():
        account = factories.make_account(ref="ZONE", timezone="Europe/Lisbon")
        case = factories.make_case(account, opened_at=datetime(2026, 1, 31, 23, 30, tzinfo=UTC))
        person = factories.make_stakeholder(account)
        factories.make_message(case, person, occurred_at=datetime(2026, 1, 31, 23, 30, tzinfo=UTC))
        db.session.commit()

    def asked(*words):
        given = ("--account", "ZONE", "--from", "2026-02-01", "--to", "2026-03-01", *words)
        return CliRunner().invoke(figures, given, obj=lambda: app)

    own = json.loads(asked("--json").output)
    rome = json.loads(asked("--json", "--timezone", "Europe/Rome").output)
    assert (own["F1"]["value"], own["F17"]) == (0, {})
    assert (rome["F1"]["value"], rome["F17"]) == (1, {"sun-00": 1})
    groups = json.loads(asked("--json", "--by", "channel", "--timezone", "Europe/Rome").output)
    assert [one["F1"]["value"] for one in groups["groups"].values()] == [1]
    for wrong in ("Mars", "europe/rome", ""):
        refused = asked("--timezone", wrong)
        assert refused.exit_code == 2
        assert f"'{wrong}' is not a time zone like Europe/Lisbon" in refused.output
