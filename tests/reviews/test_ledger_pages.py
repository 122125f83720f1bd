"""What the review says of promises: only what was done by its day counts as kept."""

from dataclasses import replace
from datetime import date

import pytest
from flask_babel import force_locale

from portal.commitments.forms import FOLLOWED
from portal.reviews import ledger_pages, moved
from portal.reviews.content import Brand, compose
from portal.reviews.figures import Share, Spread
from portal.reviews.lasting import Lasting
from portal.reviews.phrasing import Say
from portal.reviews.written import LedgerItem, Restated
from tests.reviews import samples
from tests.reviews.conftest import sheet_of

STATES = ("kept", "kept", "done_late", "late", "open", "dropped")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Of 6 commitments, 2 kept. 1 was done late. 1 is late."),
        ("pt", "De 6 combinados, cumpridos: 2. 1 foi cumprido com atraso. 1 está atrasado."),
    ],
)
def test_kept_means_done_by_the_day(app, language, said):
    items = tuple(
        LedgerItem(f"A-{number}", "commitment", "us", "Do it", state)
        for number, state in enumerate(STATES)
    )
    with app.test_request_context():
        content = compose(replace(samples.material(), ledger=items), language, Brand("Norte Peças"))
        with force_locale(language):
            assert ledger_pages.promised_answer(content) == said


def test_a_decision_says_what_its_figure_was_when_it_was_issued_and_is_now(words):
    about = {"kind": "decision", "side": "client", "state": "kept", "figure": "F1"}
    items = (
        LedgerItem("D-1", title="Name a deputy", before="4", after="2", **about),
        LedgerItem("D-2", title="Never issued yet", after="2", **about),
    )
    html = sheet_of(words, replace(samples.material(), ledger=items)).html
    assert html.count("F1: 4 → 2") == 1
    assert "F1: – →" not in html


def test_a_restatement_of_a_dispute_is_dated_and_says_what_it_is_about(words):
    found = (
        Restated("F1", "4", "5"),
        Restated("excluded", "", "", "One was spam.", date(2026, 7, 5), "2026-Q1"),
    )
    html = sheet_of(words, replace(samples.material(), restated=found), "it").html
    assert "F1</th>" in html
    assert "ciò che è stato lasciato fuori (2026-Q1)</th>" in html
    assert "One was spam. (5 luglio 2026)" in html


def test_every_figure_that_a_commitment_may_name_is_followed():
    share = Share(1, 4, 25.0)
    now = replace(
        samples.material().figures,
        **dict.fromkeys(moved.SHARES.values(), share),
        **dict.fromkeys(moved.SPANS.values(), Spread(n=1, p50=90)),
    )
    material = replace(samples.material(), figures=now, lasting=Lasting(share, settled=share))
    say = Say("en", "Europe/Lisbon")
    values = {figure: moved.value_in(material, figure) for figure in FOLLOWED}
    assert all(values.values()), values
    worded = {figure: moved.worded(figure, value, say) for figure, value in values.items()}
    assert (worded["F13"], worded["F8"], worded["F6"]) == ("25.0%", "25.0%", "1\xa0min")
    assert moved.value_in(replace(material, lasting=None), "F14") == ""
