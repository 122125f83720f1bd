"""What the review says of promises: only what was done by its day counts as kept."""

from dataclasses import replace

import pytest
from flask_babel import force_locale

from portal.reviews import ledger_pages
from portal.reviews.content import Brand, compose
from portal.reviews.written import LedgerItem
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
