"""The quality sample as a review holds and prints it: the draw by its rule, the counts, what is found wrong."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from portal.reviews.figures_csv import figures_csv
from portal.reviews.periods import Period
from portal.reviews.recount import differences
from portal.reviews.sample import Sample, draw, passed_over, place, resolved, size
from portal.reviews.snapshot import freeze, thaw
from tests.reviews import samples
from tests.reviews.conftest import sheet_of

DRAWN_AT = datetime(2026, 4, 6, 8, tzinfo=UTC)


def sampled(found, *answers, gone=""):
    """The material with its sample: so many cases read, and perhaps the last one gone."""
    n, drawn = draw(found)
    rows = [(opened, name, "", "") for opened, name in drawn]
    for index in range(len(answers)):
        rows[index] = (*rows[index][:3], "1")
    if gone:
        rows[-1] = (rows[-1][0], "", gone, "")
    return replace(found, sample=Sample(DRAWN_AT, n, tuple(rows), tuple(sorted(answers))))


def told(app, material, language="en"):
    return sheet_of(app, material, language).html


@pytest.mark.parametrize(
    ("n", "drawn"), [(0, 0), (1, 1), (2, 2), (3, 3), (30, 3), (31, 4), (100, 10), (5000, 10)]
)
def test_one_in_ten_is_drawn_at_least_three_and_at_most_ten(n, drawn):
    assert size(n) == drawn


def test_the_draw_is_the_same_every_time_and_follows_the_hash():
    found = samples.counted()
    n, drawn = draw(found)
    assert n == found.figures.resolved_cases
    assert draw(thaw(freeze(found))) == (n, drawn)
    ordered = sorted(place(found, opened) for opened, _name in resolved(found))
    assert [place(found, opened) for opened, _name in drawn] == ordered[: len(drawn)]
    assert len(drawn) == size(n)


def test_another_period_and_another_account_draw_others():
    found = samples.counted(n=60)
    (opened, _name), *_rest = resolved(found)
    there = replace(found, account_ref="AC00018")
    later = replace(found, period=Period.parse("2026-Q2"))
    assert len({place(one, opened) for one in (found, there, later)}) == 3


def test_counts_are_printed_with_the_rule_and_the_cases_that_may_be_named(words):
    found = sampled(samples.counted(), ("1", "1", "0"), ("1", "0", "0"))
    assert list(differences(found)) == []
    html = told(words, found)
    assert f"2 of {found.sample.drawn_from} resolved cases were read by our people" in html
    for question, yes in (
        ("Answered completely", 2),
        ("Written so that it can be followed", 1),
        ("Record and category right", 0),
    ):
        assert (
            f'<th scope="row" class="">{question}</th><td class="n">{yes}</td><td class="n">2</td>'
            in html
        )
    assert "written like “AC00017 2026-Q1 2026-01-01T00:00:00Z”" in html
    assert "1 case that was drawn has not been read." in html
    assert "sample,complete,2,2,2,cases," in figures_csv(found)


def test_a_confidential_case_is_drawn_by_its_opening_and_not_named(words):
    found = samples.counted("2025-Q4")
    hidden = next(opened for opened, name in resolved(found) if name.startswith("confidential"))
    sample = Sample(DRAWN_AT, 1, ((hidden, "confidential 1", "", "1"),), (("1", "1", "1"),))
    html = told(words, replace(found, sample=sample))
    assert "1 confidential case is counted and not named." in html
    assert "confidential 1" not in html.partition('id="quality"')[2].partition("</section>")[0]


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        ("merged", "became part of another one"),
        ("excluded", "is left out since"),
        ("moved", "is no longer among those resolved"),
    ],
)
def test_a_case_that_counts_no_more_is_told_with_its_reason(words, gone, said):
    found = sampled(samples.counted(), ("1", "1", "1"), gone=gone)
    assert list(differences(found)) == []
    assert said in told(words, found)


def test_nothing_read_and_nothing_resolved_are_said_plainly(words):
    assert "No quality sample was read for this period." in told(words, sampled(samples.counted()))
    none = replace(samples.material(), sample=Sample())
    assert list(differences(replace(samples.counted(), sample=Sample()))) == []
    assert "Nothing was resolved in this period, so there is no quality sample." in told(
        words, none
    )


@pytest.mark.parametrize("language", ["pt", "es", "it"])
def test_every_language_says_it(words, language):
    html = told(words, sampled(samples.counted(), ("1", "1", "0")), language)
    assert "our people" not in html
    assert "SHA-256" in html


def changed(found, **changes):
    return replace(found, sample=replace(found.sample, **changes))


def test_a_sample_that_was_picked_or_counted_otherwise_is_found():
    found = sampled(samples.counted(), ("1", "1", "0"))
    drawn, first = found.sample.drawn, found.sample.drawn[0]
    other = next(
        (opened, name, "", "")
        for opened, name in resolved(found)
        if name not in {r[1] for r in drawn}
    )
    for wrong in (
        changed(found, drawn=drawn[:-1]),
        changed(found, drawn=tuple(reversed(drawn))),
        changed(found, drawn=(first, ("2026-01-01T00:00:00Z", "C-1", "", ""), *drawn[2:])),
        changed(found, read=(("1", "1", "0"), ("1", "1", "1"))),
        changed(found, read=(("1", "2", "0"),)),
        changed(found, drawn_from=found.sample.drawn_from + 20),
    ):
        assert list(differences(wrong))
    swapped = changed(
        found, drawn=tuple(sorted((*drawn[:-1], other), key=lambda r: place(found, r[0])))
    )
    assert passed_over(found, swapped.sample) > 0


def test_a_case_put_in_place_of_a_drawn_one_is_told(words):
    found = sampled(samples.counted())
    drawn = found.sample.drawn
    last = max(resolved(found), key=lambda case: place(found, case[0]))
    picked = changed(found, drawn=(*drawn[:-1], (*last, "", "")))
    assert "would have come before one of these" in told(words, picked)
    assert "would have come before one of these" not in told(words, found)
