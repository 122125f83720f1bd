"""Out of the ordinary, voice, people, contract, and what is added: from rows, the same as the figures, naming nobody."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import current_app

from portal.actor import SYSTEM
from portal.db import db
from portal.events import Event
from portal.feedback.models import Survey
from portal.insights.queries import figures_for
from portal.reviews import exceptional, figures_beside, inside, sections, verdict
from portal.reviews.beside import AgreedTimes, Agreement, Beside, Change, Contact, Inside, Member
from portal.reviews.content import Brand, compose
from portal.reviews.examining import examined
from portal.reviews.figures_csv import figures_csv
from portal.reviews.models import Review, Stage
from portal.reviews.recount import differences
from portal.reviews.snapshot import freeze, thaw
from portal.reviews.verifying import Examined
from portal.reviews.written import LedgerItem
from portal.stakeholders.models import JobRole
from tests import factories
from tests.reviews import forging, samples
from tests.reviews.conftest import sheet_of
from tests.reviews.test_gathering import AS_OF, QUARTER, at, case, gather
from tests.reviews.test_gathering import acme as acme
from tests.reviews.test_recount import decided, on_a_plan
from tests.workspace.counting import statements

DAY = timedelta(days=1)
DAYS = (QUARTER.starts_on, QUARTER.ends_on)


def asked(about, kind, score=None, day=10, **changes):
    row = {"account_id": about.account_id, "case_id": about.id, "kind": kind, "score": score}
    answered = at(11, day, 12) if score is not None else None
    db.session.add(Survey(**{**row, "sent_at": at(11, day), "answered_at": answered, **changes}))


@pytest.fixture
def told(acme):
    """A quarter with everything that stands beside cases, and an escalated secret."""
    agreed = on_a_plan(acme, urgent=(3600, 3600, 7200, None))
    boss = factories.make_stakeholder(acme.account, name="Dora Decides", job_role=JobRole.EXECUTIVE)
    factories.make_stakeholder(acme.account, name="Abel Approves", job_role=JobRole.APPROVER)
    shout = case(acme, at(11, 1), at(11, 20), ref="T-shout", subject="Line stands still")
    urgent = case(acme, at(11, 2), ref="T-urgent", priority="urgent", subject="Wrong bearing")
    secret = case(acme, at(11, 3), ref="T-secret", subject="Hushed matter", confidential=True)
    case(acme, at(11, 4), ref="T-cross", complaint=True, subject="Rude on the phone")
    case(acme, at(11, 5), ref="T-usual", subject="An invoice")
    decided(urgent, agreed, at(11, 7), kept=False)
    for about, side in ((shout, "client"), (secret, "staff")):
        factories.make_event(about, "CaseEscalated", at(11, 6), side=side, reason="told inside")
    factories.make_message(shout, boss, "Words", occurred_at=at(12, 1))
    factories.make_message(shout, acme.agent, "Reply", occurred_at=at(12, 2))
    factories.make_message(shout, acme.agent, "internal note", occurred_at=at(12, 2), internal=True)
    for number in range(6):
        rated = case(acme, at(11, 8), at(11, 9), ref=f"T-rated-{number}")
        asked(rated, "csat", 3 + number % 3, stakeholder_id=boss.id, comment="do not print me")
        factories.make_event(rated, "WorkRated", at(11, 9), rating=5)
        asked(rated, "nps", (10, 9, 9, 7, 3, None)[number])
    factories.make_event(
        shout, "StakeholderAdded", at(10, 9), person_id=boss.id, job_role="executive"
    )
    return acme


def counted(acme, **more):
    found = figures_for(SYSTEM, acme.account, DAYS, AS_OF)
    return {name: found[name] for name in more.get("names", figures_beside.BESIDE)}


def test_what_stands_beside_the_cases_is_counted_like_the_figures(told):
    material = thaw(freeze(gather(told, actor=SYSTEM)))
    ours, theirs = figures_beside.figures_beside(material), counted(told)
    for name in ("F18", "F19", "F20", "F26"):
        assert ours[name] == theirs[name], name
    assert (ours["F31"]["n"], ours["F31"]["value"]) == (theirs["F31"]["n"], theirs["F31"]["value"])
    assert ours["F18"]["denominator"] == 6
    assert ours["F26"] == {"numerator": 1, "denominator": 3, "value": 33.3}
    assert list(differences(material)) == []


@pytest.mark.parametrize("unit", ["hours", "cases"])
def test_the_entitlement_is_counted_like_f29(told, unit):
    plan = factories.make_plan("silver", factories.make_calendar("Else"), {})
    factories.make_contract(
        told.account,
        plan,
        begins_on=date(2025, 1, 1),
        notice_on=date(2026, 3, 1),
        entitlement_unit=unit,
        entitlement=40,
        created_at=datetime(2025, 1, 1, tzinfo=UTC),
    )
    about = case(told, at(11, 11))
    factories.make_event(about, "TimeSpent", at(11, 12), minutes=95, note="", corrects_id=None)
    material = gather(told, actor=SYSTEM)
    assert figures_beside.figures_beside(material)["F29"] == counted(told)["F29"]
    assert material.beside.contract.notice_on == date(2026, 3, 1)


def test_out_of_the_ordinary_is_chosen_from_the_rows(told):
    material = thaw(freeze(gather(told, actor=SYSTEM)))
    found = {one.name: one.why for one in exceptional.found_in(material)}
    assert found == {
        "T-shout": ("escalated",),
        "T-urgent": ("urgent",),
        "confidential 1": ("escalated",),
        "T-cross": ("complaint",),
    }
    assert {line.ref for line in material.notable} == {"T-shout", "T-urgent", "T-cross"}


@pytest.mark.proves("P2", "T12")
def test_no_secret_no_note_no_comment_and_no_internal_figure_is_in_the_file(told):
    material = gather(told, actor=SYSTEM)
    frozen = freeze(material).decode()
    for hidden in ("T-secret", "Hushed", "internal note", "told inside", "do not print me"):
        assert hidden not in frozen
    assert material.inside is None
    assert not set(figures_beside.INSIDE) & figures_beside.figures_beside(material).keys()
    lines = figures_csv(material).splitlines()
    assert not [line for line in lines if line.split(",")[0] in figures_beside.INSIDE]


@pytest.mark.proves("P2")
def test_single_ratings_of_staff_are_never_in_the_rows(told):
    assert gather(told, actor=SYSTEM).beside.gaps == (0, 0, 1, 1, 2, 2)
    for row in db.session.scalars(Event.unscoped("test").where(Event.kind == "WorkRated")).all()[
        2:
    ]:
        row.kind = "Other"
    few = gather(told, actor=SYSTEM).beside
    assert (few.rated, few.gaps) == (2, ())


def test_added_figures_are_counted_like_the_figures(told):
    material = gather(told, actor=SYSTEM)
    added = inside.inside_of(SYSTEM, told.account.id, list(figures_beside.INSIDE), material)
    ours = figures_beside.figures_beside(thaw(freeze(replace(material, inside=added))))
    for name, data in counted(told, names=figures_beside.INSIDE).items():
        if name == "F30":
            assert ours[name]["value"] == data["value"]
        else:
            assert ours[name] == data, name
    one = inside.inside_of(SYSTEM, told.account.id, ["F27"], material)
    assert (one.contracts, one.health) == ((), ())
    assert inside.inside_of(SYSTEM, told.account.id, [], material) is None


def test_what_is_beside_costs_a_constant_number_of_statements(told):
    gather(told, actor=SYSTEM)
    with statements(current_app) as few:
        gather(told, actor=SYSTEM)
    for number in range(20):
        about = case(told, at(11, 20), ref=f"T-more-{number}", complaint=True)
        asked(about, "csat", 4)
        factories.make_stakeholder(told.account, job_role=JobRole.APPROVER)
    db.session.flush()
    with statements(current_app) as many:
        gather(told, actor=SYSTEM)
    assert len(many) == len(few)


BESIDE = Beside(
    surveys=(
        ("csat", "person 1", "rated 1", "", "2026-02-01T09:00:00Z", "2026-02-02T09:00:00Z", "5"),
        ("csat", "person 2", "rated 2", "", "2026-02-01T09:00:00Z", "2026-02-02T09:00:00Z", "2"),
        ("nps", "person 1", "rated ", "2026-Q1", "2026-02-01T09:00:00Z", "", ""),
    ),
    rated=5,
    gaps=(-1, 0, 1, 1, 1),
    contacts=(
        Contact(
            "Dora Decides",
            "CEO",
            datetime(2026, 3, 1, tzinfo=UTC),
            datetime(2026, 3, 2, tzinfo=UTC),
        ),
        Contact("Abel Approves"),
    ),
    changes=(Change(datetime(2026, 2, 3, tzinfo=UTC), "joined", "Nuno Novo", "Buyer"),),
    team=(
        Member("Noémia Salgueiral", "account_manager", date(2025, 1, 1)),
        Member("Hélio Prates", "cover", date(2026, 2, 1), date(2026, 2, 9), "Noémia Salgueiral"),
    ),
    contract=Agreement(
        "gold",
        date(2025, 7, 1),
        date(2026, 7, 1),
        None,
        date(2026, 5, 1),
        "hours",
        6000,
        ((0, 95), (3, 60)),
    ),
    times=(AgreedTimes("urgent", 3600, 7200, 86_400), AgreedTimes("low", None, None, 864_000)),
)
ITEM = LedgerItem("I-1", "improvement", "us", "Second pair of hands", "open", case="C-1000")


def full(code="2026-Q1", **changes):
    """Sealed material with all sections; every fifth promise of an urgent case was missed."""
    material = samples.counted(code, **changes)
    rows = tuple((*row[:5], "urgent", row[6]) for row in material.evidence.cases)
    escalated = ("C-1010", "2026-01-25T09:00:00Z", "escalated", "client")
    evidence = replace(material.evidence, cases=rows, events=(*material.evidence.events, escalated))
    found = replace(material, evidence=evidence, beside=BESIDE, ledger=(ITEM,))
    names = {one.name for one in exceptional.found_in(found)}
    notable = tuple(line for line in (samples.case(n) for n in range(40)) if line.ref in names)
    return replace(found, notable=notable)


@pytest.mark.timeout(300)
@pytest.mark.real_time
@pytest.mark.parametrize(
    ("code", "language"),
    [("2026-Q1", "en"), ("2026-Q1", "pt"), ("2026-Q1", "es"), ("2026-Q1", "it"), ("2026", "it")],
)
def test_the_file_with_all_sections_proves_itself(words, press, code, language):
    material = full(code, inside=Inside(("F27",), senders=(2, 9), nobody=1))
    data = press.print(sheet_of(words, material, language))
    with words.app_context():
        seen = Examined(tuple(examined(data, [])))
    assert seen.holds, verdict.conclusion(seen)


@pytest.mark.timeout(300)
@pytest.mark.real_time
@pytest.mark.parametrize(
    "change",
    [
        lambda review: review["beside"]["surveys"][1].__setitem__(6, "4"),
        lambda review: review["beside"]["contacts"].pop(),
        lambda review: review["beside"]["contract"].update(allowed=9000),
        lambda review: review["inside"].update(senders=[1, 20]),
        lambda review: review["evidence"]["promises"].pop(),
    ],
)
def test_a_row_changed_beside_the_cases_is_found(words, press, change):
    data = press.print(sheet_of(words, full(inside=Inside(("F27",), senders=(2, 9)))))
    forged = forging.with_json(data, "review.json", lambda read: change(read["review"]))
    with words.app_context():
        wrong = {one.check for one in examined(forged, []) if not one.holds}
    assert wrong & {"words", "figures", "files"}


def keys(content):
    return [section.key for section in sections.sections(content)]


@pytest.mark.parametrize(
    ("code", "holds", "lacks"),
    [
        (
            "2026-03",
            {"agreed", "exceptional", "plan"},
            {"summary", "opinion", "people", "contract", "agreement"},
        ),
        (
            "2026-Q1",
            {"summary", "exceptional", "opinion", "people", "contract", "plan"},
            {"agreement"},
        ),
        ("2026", {"summary", "opinion", "people", "contract", "agreement", "plan"}, {"inside"}),
    ],
)
def test_the_cadence_says_which_sections_stand(words, speaking, code, holds, lacks):
    content = compose(full(code), "en", Brand("B"))
    found = set(keys(content))
    assert holds <= found
    assert not lacks & found
    html = sheet_of(words, full(code)).html
    for number, key in enumerate(keys(content), 1):
        assert f'<section id="{key}"' in html
        assert f'<span class="no">{number}</span><span class="to"><a href="#{key}">' in html


def test_under_five_answers_only_counts_are_told(words):
    html = sheet_of(words, full()).html
    assert "1 of 2 gave 4 or 5" in html
    assert "50.0%" in html, "of the people who decide: no survey"
    assert "gave 4 or 5 (" not in html
    assert "NPS +" not in html


def test_what_prevents_it_is_what_names_the_case(words):
    html = sheet_of(words, full()).html
    assert "I-1: Second pair of hands" in html
    assert "escalated by you" in html


def test_the_manager_adds_figures_to_a_draft(app, cast, client):
    with app.app_context():
        factories.make_review(cast.acme.account, ref="R-1", period="2025-Q4", stage=Stage.DRAFT)
        db.session.commit()
    manager, data = client.as_("manager"), {"figures": ["F30", "F27"]}
    assert "everybody of the client who reads" in manager.get("/reviews/R-1").get_data(as_text=True)
    assert client.as_("sponsor").post("/reviews/R-1/figures", data=data).status_code == 403
    assert client.as_("agent").post("/reviews/R-1/figures", data=data).status_code == 403
    assert client.as_("stranger").post("/reviews/R-1/figures", data=data).status_code == 404
    assert manager.post("/reviews/R-1/figures", data={"figures": ["F1"]}).status_code == 422
    assert manager.post("/reviews/R-1/figures", data=data).status_code == 303
    with app.app_context():
        review = db.session.scalars(Review.unscoped("test")).one()
        assert (review.added_figures, review.state) == (["F27", "F30"], "queued")
        told = [
            e.payload
            for e in db.session.scalars(Event.unscoped("test"))
            if e.kind == "ReviewFiguresAdded"
        ]
        assert [one["figures"] for one in told] == [["F27", "F30"]]
    assert manager.post("/reviews/R-1/figures", data=data).status_code == 409
