"""The limits of the figures that no case file reaches: rounding, last answers, sides, windows, people."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from portal.insights.book import Commitment, Contract, Membership, Person, Survey
from portal.insights.commitments import kept
from portal.insights.continuity import continuity
from portal.insights.coverage import coverage, single_thread
from portal.insights.entitlement import entitlement
from portal.insights.escalation import escalation_rate
from portal.insights.health import Part, health
from portal.insights.history import CaseHistory, Link, Report, Step, Turn, Word
from portal.insights.perception import perception_gap
from portal.insights.quality import first_contact
from portal.insights.repeats import repeat_rate
from portal.insights.retention import gross_revenue, logos, net_revenue
from portal.insights.satisfaction import csat, nps, response_rate

UTC = ZoneInfo("UTC")
DAY = 86_400
P0, P1 = 200 * DAY, 290 * DAY
REPORT = Report(P0, P1, P1, UTC, frozenset({"acme"}))


def rate(figure):
    return figure.data["numerator"], figure.data["denominator"], figure.data["value"]


def case(ref="C1", opened_at=P0, account="acme", **more):
    return CaseHistory(ref, account, opened_at, **more)


def survey(kind, score, answered_at=P0, person="p", case="C1", **more):
    row = {"account": "acme", "wave": "w", "order": (0, ""), "invited_at": P0, "delivered": True}
    return Survey(
        kind=kind, person=person, case=case, answered_at=answered_at, score=score, **{**row, **more}
    )


@pytest.mark.parametrize(
    ("scores", "value"),
    [([10, 0], 0), ([0], -100), ([10], 100), ([0] + [8] * 7, -13), ([10] + [8] * 7, 13)],
)
def test_nps_is_rounded_half_away_from_zero(scores, value):
    found = nps(REPORT, [survey("nps", score, person=n) for n, score in enumerate(scores)])
    assert found.data["w"]["value"] == value


def test_the_last_answer_counts_for_each_person_and_case_or_wave():
    again = [
        survey("csat", 1, P0 + 1),
        survey("csat", 5, P0 + 2),
        survey("csat", 2, P0 + 2, order=(1, "")),
        survey("csat", 4, P0 + 1, case="C2"),
        survey("csat", 5, P1),
    ]
    assert rate(csat(REPORT, again)) == (1, 2, 50.0)
    votes = [survey("nps", 10, P0, case="C1"), survey("nps", 0, P0 + 1, case="C2")]
    assert nps(REPORT, votes).data["w"]["n"] == 1


def test_a_response_rate_knows_what_arrived_and_who_answered_by_then():
    invited = [
        survey("csat", 5, P1 + 1),
        survey("csat", 5, None),
        survey("csat", 5, P0, delivered=False),
        survey("csat", 5, P0, invited_at=P0 - 1),
        survey("csat", 5, P0, account="globex"),
    ]
    assert response_rate(REPORT, invited).data["csat"]["numerator"] == 0
    assert response_rate(REPORT, invited).data["csat"]["denominator"] == 2


def test_retention_sums_an_accounts_contracts_on_the_very_days():
    first, last = date(1970, 7, 20), date(1970, 10, 18)
    values = [
        Contract("acme", first, last, 100),
        Contract("acme", first, None, 60),
        Contract("acme", last, None, 70),
    ]
    assert rate(logos(REPORT, values)) == (1, 1, 100.0)
    assert rate(gross_revenue(REPORT, values)) == (130, 160, 81.3)
    assert rate(net_revenue(REPORT, [*values, Contract("acme", last, None, 70)])) == (200, 160, 125)


def test_a_repeat_is_confirmed_recent_and_of_the_account():
    earlier = case("E", 0, steps=(Step(P0 - 90 * DAY, Turn.RESOLVED),), opened_by="p")
    other = case("O", 0, account="globex", steps=(Step(P0 - DAY, Turn.RESOLVED),))
    links = [("A", "E", True, "p"), ("B", "O", True, "p"), ("D", "E", False, "p")]
    found = [
        case(ref, opened_by=who, links=(Link(of, confirmed),)) for ref, of, confirmed, who in links
    ]
    got = repeat_rate(REPORT, [earlier, other, *found]).data
    assert (got["numerator"], got["denominator"], got["same_person"], got["suggested"]) == (
        1,
        3,
        1,
        1,
    )
    late = case("L", P0 + 1, opened_by="q", links=(Link("E", True),))
    assert repeat_rate(REPORT, [earlier, late]).data["numerator"] == 0


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"responses": (P0,)}, 1),
        ({"responses": (P0 + 9, P0 + 10)}, 0),
        ({"responses": (P0 + 10, P0 + 11)}, 1),
        ({"responses": ()}, 0),
        ({"responses": (), "origin": "on_behalf"}, 1),
        ({"responses": (P0,), "origin": "on_behalf"}, 0),
    ],
)
def test_first_contact_is_exactly_one_answer_up_to_the_resolution(more, expected):
    found = case(steps=(Step(P0 + 10, Turn.RESOLVED),), **more)
    assert rate(first_contact(REPORT, [found]))[:2] == (expected, 1)


def test_a_reopening_within_a_fortnight_undoes_first_contact():
    for after, expected in ((14 * DAY, 0), (14 * DAY + 1, 1)):
        steps = (Step(P0, Turn.RESOLVED), Step(P0 + after, Turn.REOPENED))
        found = case(steps=steps, responses=(P0,))
        assert rate(first_contact(REPORT, [found]))[:2] == (expected, 1)


def test_escalations_count_by_side_and_cases_only_while_open_and_held():
    cases = [
        case("A", escalations=((P0, "client"), (P0 + 1, "staff"), (P1, "client"))),
        case("B", 0, steps=(Step(P0, Turn.RESOLVED),)),
        case("C", 0, steps=(Step(P0 + 1, Turn.RESOLVED),)),
        case("D", 0, account="globex", transfers=((P1 - 1, "acme"),)),
        case("E", 0, account="globex", transfers=((P1, "acme"),)),
        case("F", 0, transfers=((P0, "globex"),), escalations=((P0, "client"),)),
    ]
    got = escalation_rate(REPORT, cases).data
    assert (got["by_client"], got["by_staff"], got["numerator"], got["denominator"]) == (1, 1, 1, 3)


def test_commitments_are_kept_by_their_due_instant_for_each_side():
    made = [
        Commitment("acme", "us", P0, P0),
        Commitment("acme", "us", P0, P0 + 1),
        Commitment("acme", "us", P1, P1),
        Commitment("acme", "client", P0, None),
        Commitment("globex", "client", P0, P0),
    ]
    got = kept(REPORT, made).data
    assert got["us"] == {"numerator": 1, "denominator": 2, "value": 50.0}
    assert got["client"] == {"numerator": 0, "denominator": 1, "value": 0.0}


def test_coverage_needs_words_of_both_sides_within_ninety_days():
    people = [
        Person("sponsor", "acme", "sponsor"),
        Person("approver", "acme", "approver"),
        Person("user", "acme", "user"),
        Person("stranger", "globex", "sponsor"),
    ]
    both = case(words=(Word(P1 - 90 * DAY, False, "sponsor"), Word(P1 - 1, True, "s1")))
    alone = case("C2", words=(Word(P1 - 1, False, "approver"), Word(P0 - 1, True, "s1")))
    assert rate(coverage(REPORT, [both, alone], people)) == (1, 2, 50.0)
    early = case(words=(Word(P1 - 90 * DAY - 1, False, "sponsor"), Word(P1 - 1, True, "s1")))
    assert rate(coverage(REPORT, [early], people)) == (0, 2, 0.0)


@pytest.mark.parametrize(
    ("by_one", "by_others", "flag"), [(7, 3, False), (8, 2, True), (9, 0, False), (10, 0, True)]
)
def test_a_single_thread_is_more_than_seventy_per_cent_of_ten(by_one, by_others, flag):
    words = [Word(P1 - 1, False, "one")] * by_one
    words += [Word(P1 - 1, False, f"p{n}") for n in range(by_others)]
    got = single_thread(REPORT, [case(words=tuple(words))]).data
    assert got == {"n": by_one + by_others, "top": by_one, "flag": flag}


def test_words_of_nobody_known_are_no_thread():
    words = (Word(P1 - 1, False, None),) * 12
    assert single_thread(REPORT, [case(words=words)]).data == {"n": 12, "top": 0, "flag": False}


def test_continuity_asks_for_the_team_of_who_held_the_case_then():
    team = [Membership("acme", "s1", P0, P0 + 10), Membership("globex", "s2", 0, None)]
    words = [Word(P0 + t, True, who) for t, who in ((0, "s1"), (9, "s1"), (10, "s1"), (5, "s2"))]
    assert rate(continuity(REPORT, [case(words=tuple(words))], team)) == (2, 4, 50.0)


def test_an_entitlement_ends_when_the_mean_use_has_eaten_the_rest():
    uses = [(P0 + DAY, 3), (P0 + 9 * DAY, 2), (P0 - 1, 50), (P0 + 11 * DAY, 50)]
    got = entitlement(20, uses, P0, P0 + 10 * DAY).data
    assert got == {"used": 5, "remaining": 15, "projected_end": P0 + 40 * DAY}
    assert entitlement(20, [], P0, P1).data["projected_end"] is None


def test_health_weighs_what_has_data_and_names_the_rest():
    got = health({"csat": Part(2, 80), "sla": Part(1, 55), "nps": Part(3, None)}).data
    assert got == {"value": 71.7, "weights": {"csat": 2, "sla": 1}, "missing": {"nps": 3}}
    assert health({"nps": Part(3, None)}).data["value"] is None


def test_the_perception_gap_is_over_cases_having_both():
    figure = perception_gap({"A": 5, "B": 4, "C": 1}, {"A": 3, "B": 5, "D": 1})
    assert figure.data == {"n": 2, "sum": 1, "value": 0.5}
    assert figure.cases == ("A", "B")
    assert perception_gap({"A": 5}, {}).data == {"n": 0, "sum": 0, "value": None}
