"""Service credits in section 11: reckoned from the rows, told where they are agreed, found when changed."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from portal.actor import SYSTEM
from portal.db import db
from portal.identity.actors import actor_for
from portal.reviews import credits
from portal.reviews.beside import Levels
from portal.reviews.content import Brand, compose
from portal.reviews.examining import examined
from portal.reviews.figures_csv import figures_csv
from portal.reviews.periods import Period
from portal.reviews.recount import differences
from portal.reviews.snapshot import freeze, thaw
from portal.reviews.verifying import Examined
from portal.sla.credits import CreditTerms
from portal.sla.drafts import ContractDraft
from portal.sla.models import ServicePlan
from portal.sla.operations import contracts
from tests import factories
from tests.reviews import forging
from tests.reviews.conftest import sheet_of
from tests.reviews.test_beside import full
from tests.reviews.test_gathering import acme as acme
from tests.reviews.test_gathering import at, case, gather
from tests.reviews.test_recount import decided, on_a_plan
from tests.workspace.counting import statements

TERMS = CreditTerms(900, None, 950, 20, 100, "month", 1_200_000, "EUR")
"""In the samples every fifth first answer was missed, and nothing else was promised."""


NAMES = ("January", "February", "March")


def months(code):
    return tuple(month.starts_on for month in Period.parse(code).months())


def agreed(terms=TERMS, code="2026-Q1", **changes):
    material = full(code, **changes)
    return replace(material, beside=replace(material.beside, levels=(Levels(months(code), terms),)))


def text(words, material, language="en"):
    html = sheet_of(words, material, language).html
    return " ".join(html.replace("\N{NO-BREAK SPACE}", " ").split())


def test_a_review_made_before_prints_what_it_printed(words):
    old = full()
    assert b"levels" not in freeze(old)
    page = text(words, old)
    assert "The portal records no service credits; none is printed here." in page
    assert 'id="def-SC"' not in page
    assert ">Agreed</th>" not in page.split('id="backlog"')[0]
    assert "SC," not in figures_csv(old)


def test_each_month_with_a_missed_level_has_its_line_and_all_add_up(words, speaking):
    material = agreed()
    page = text(words, material)
    assert [page.count(f"First answer (F7), {month}") for month in NAMES] == [1, 1, 1]
    assert "9 of 11 (81.8%)" in page
    assert ">Resolution (F8), " not in page, "nothing was decided of it"
    assert (
        '<th scope="row" class="">Due in all</th><td class="n">–</td><td class="n">–</td>'
        '<td class="n">6.0%</td><td class="n">€60.00</td>' in page
    )
    assert "2.0% of the month’s fee for each missed level, at most 10.0%" in page
    worth = {one.id: one.value for one in compose(material, "en", Brand("B")).definitions}
    assert worth["SC"] == "€60.00"
    lines = [line for line in figures_csv(material).splitlines() if line.startswith("SC,")]
    assert lines[1].endswith('amount",,,2000,EUR in minor units,')
    assert len(lines) == 6


def test_a_quarter_is_one_stretch_and_its_level_that_of_all_its_months(words):
    material = agreed(replace(TERMS, credit_stretch="quarter"))
    found = credits.dues(material)
    assert [(one.target, one.credit, one.amount) for due in found for one in due.missed] == [
        ("response", 20, 6000)
    ]
    kept, of = found[0].missed[0].kept, found[0].missed[0].decided
    assert (kept, of) == (
        material.figures.response.numerator,
        material.figures.response.denominator,
    )
    assert "First answer (F7), Q1" in text(words, material)
    for level, said in ((807, "No credit is due"), (808, "21 of 26 (80.8%)")):
        terms = replace(TERMS, credit_stretch="quarter", response_level=level)
        assert said in text(words, agreed(terms)), "shares are compared as counts, not as printed"


def test_a_year_under_two_contracts_counts_each_month_once(speaking):
    material = full("2026")
    first, second = months("2026")[:2], months("2026")[2:]
    quarterly = replace(TERMS, credit_stretch="quarter", currency="BRL")
    levels = (Levels(first, quarterly), Levels(second, TERMS))
    material = replace(material, beside=replace(material.beside, levels=levels))
    found = credits.dues(material)
    assert [(due.months, due.missed[0].decided) for due in found] == [(first, 20), (second[:1], 6)]
    page = credits.page(compose(material, "en", Brand("B")))
    assert [name for name, _cells in page["rows"]] == [
        "First answer (F7), January – February",
        "First answer (F7), March",
        "Due in all",
    ]
    assert page["rows"][-1][1] == ["–", "–", "–", "R$40.00 + €20.00"], "unlike things are not added"


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (replace(TERMS, response_level=1), "No credit is due for this period."),
        (replace(TERMS, response_level=None), "No credit is due for this period."),
        (replace(TERMS, credit=None), "The contract agrees no service credits."),
        (CreditTerms(), "The contract agrees no service credits."),
    ],
)
def test_where_nothing_is_due_a_sentence_says_so(words, terms, said):
    page = text(words, agreed(terms))
    assert said in page
    assert "Service credits due" not in page
    assert "records no service credits" not in page


def test_without_a_value_only_percentages_are_printed(words):
    page = text(words, agreed(replace(TERMS, value_minor=None)))
    assert '<td class="n">6.0%</td></tr>' in page
    assert "€" not in page
    assert ">Amount<" not in page


@pytest.mark.parametrize(
    ("currency", "said"), [("CLP", "CLP20,000"), ("EUR", "€200.00"), ("KWD", "KWD20.000")]
)
def test_amounts_have_the_decimals_of_their_currency(words, currency, said):
    terms = replace(TERMS, value_minor=12_000_000, currency=currency)
    assert said in text(words, agreed(terms)).replace(" ", "")


def test_the_agreed_share_stands_beside_what_was_kept(words):
    head = text(words, agreed(code="2026-03")).split('id="backlog"')[0]
    assert ">Agreed</th>" in head
    assert '<td class="n">90.0%</td>' in head
    assert '<td class="n">95.0%</td>' in head
    assert ">Agreed</th>" not in text(words, agreed(CreditTerms())).split('id="backlog"')[0]


def test_with_other_accounts_in_it_a_review_reckons_no_credits(words):
    page = text(words, agreed(children=("Daughter",)))
    assert "reckoned in the review of this account alone" in page
    assert "Service credits due" not in page
    assert ">Agreed</th>" not in page.split('id="backlog"')[0]


@pytest.mark.timeout(300)
@pytest.mark.real_time
@pytest.mark.parametrize(
    ("code", "language"),
    [("2026-Q1", "en"), ("2026-Q1", "pt"), ("2026-Q1", "es"), ("2026", "it"), ("2026-03", "en")],
)
def test_the_file_with_credits_proves_itself(words, press, code, language):
    data = press.print(sheet_of(words, agreed(code=code), language))
    with words.app_context():
        seen = Examined(tuple(examined(data, [])))
    assert seen.holds, seen.telling


@pytest.mark.timeout(300)
@pytest.mark.real_time
@pytest.mark.parametrize(
    "change",
    [
        lambda review: review["beside"]["levels"][0]["terms"].update(credit=30),
        lambda review: review["beside"]["levels"][0]["terms"].update(credit_cap=25),
        lambda review: review["beside"]["levels"][0]["terms"].update(response_level=100),
        lambda review: review["beside"]["levels"][0]["terms"].update(value_minor=1),
        lambda review: review["beside"]["levels"][0]["months"].pop(0),
        lambda review: review["beside"].pop("levels"),
        lambda review: review["evidence"]["promises"].pop(),
    ],
)
def test_changed_terms_or_promises_are_found(words, press, change):
    data = press.print(sheet_of(words, agreed()))
    forged = forging.with_json(data, "review.json", lambda read: change(read["review"]))
    with words.app_context():
        wrong = {one.check for one in examined(forged, []) if not one.holds}
    assert wrong & {"words", "figures", "files"}


# Read from the database


@pytest.fixture
def deal(acme):
    """How a contract of the account is written down; one first answer of three was in time in November."""
    version = on_a_plan(acme, normal=(3600, None, None, None))
    plan = db.session.get_one(ServicePlan, version.plan_id)
    for day in (3, 4, 5):
        about = case(acme, at(11, day), ref=f"T-{day}")
        decided(about, version, at(11, day, 11), kept=day == 5)
    factories.make_message(about, acme.agent, "Reply", occurred_at=at(11, 5))

    def made(**changes):
        values = {"begins_on": date(2025, 1, 1), "created_at": datetime(2025, 1, 1, tzinfo=UTC)}
        values |= {"response_level": 900, "credit": 20, "credit_stretch": "month"}
        values |= {"value_minor": 1_200_000}
        return factories.make_contract(acme.account, plan, **{**values, **changes})

    made.acme = acme
    return made


def test_what_is_credited_is_read_from_the_contract(deal):
    deal(resolution_level=950)
    material = thaw(freeze(gather(deal.acme, actor=SYSTEM)))
    (levels,) = material.beside.levels
    assert levels.months == months("2025-Q4")
    assert levels.terms == CreditTerms(900, None, 950, 20, None, "month", 1_200_000, "EUR")
    (due,) = credits.dues(material)
    assert due.months == (date(2025, 11, 1),)
    assert [(one.kept, one.decided, one.amount) for one in due.missed] == [(1, 3, 2000)]
    assert list(differences(material)) == []


@pytest.mark.proves("P2")
@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({"response_level": 333}, {}),
        ({"credit": None, "credit_stretch": ""}, {}),
        ({}, {"period": Period.parse("2025-11")}),
        ({}, {"children": True}),
    ],
)
def test_the_value_of_a_contract_is_in_no_file_that_credits_nothing(deal, changes, more):
    deal(**changes)
    if more.get("children"):
        factories.make_account(parent=deal.acme.account)
    material = gather(deal.acme, actor=SYSTEM, **more)
    assert material.beside.levels
    assert b"value_minor" not in freeze(material)


def test_a_month_counts_for_the_contract_of_its_last_day(deal):
    deal(ends_on=date(2025, 11, 30), response_level=100)
    deal(begins_on=date(2025, 11, 30), response_level=900)
    material = gather(deal.acme, actor=SYSTEM)
    first, second = material.beside.levels
    assert (first.months, second.months) == (months("2025-Q4")[:1], months("2025-Q4")[1:])
    assert [due.months for due in credits.dues(material)] == [(date(2025, 11, 1),)]
    assert first.terms.value_minor is None, "nothing is credited under the first"


def test_terms_changed_later_leave_a_review_as_it_was(deal, session):
    contract = deal()
    before = gather(deal.acme, actor=SYSTEM)
    draft = ContractDraft(
        contract.plan_id,
        None,
        contract.begins_on,
        value_minor=2_400_000,
        response_level=100,
        credit=50,
        credit_cap=60,
        credit_stretch="quarter",
    )
    by = actor_for(deal.acme.manager)
    contracts.change_contract(deal.acme.account, contract, draft, by=by)
    assert gather(deal.acme, actor=SYSTEM).beside.levels == before.beside.levels
    assert credits.dues(before)


def test_what_is_credited_costs_no_statement_of_its_own(deal, app):
    contract = deal(credit=None, credit_stretch="", response_level=None)
    gather(deal.acme, actor=SYSTEM)
    with statements(app) as without:
        gather(deal.acme, actor=SYSTEM)
    contract.response_level, contract.credit, contract.credit_stretch = 900, 20, "month"
    db.session.flush()
    with statements(app) as credited:
        assert credits.dues(gather(deal.acme, actor=SYSTEM))
    assert len(credited) == len(without)
