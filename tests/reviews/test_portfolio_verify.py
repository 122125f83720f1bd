"""A portfolio review's file proves itself from the rows inside, and every change to it is found and named."""

import random
from dataclasses import replace

import pytest

from portal.config import Settings
from portal.reviews import operations, seal, signing, verdict
from portal.reviews.examining import examined
from portal.reviews.portfolio.document import sheet
from portal.reviews.sheets import Limits
from portal.reviews.verifying import Examined, examine
from tests.reviews import forging, portfolios
from tests.reviews.conftest import BRAND

pytestmark = [pytest.mark.timeout(300), pytest.mark.real_time]
PATIENT = Limits(wall_seconds=250)


@pytest.fixture(scope="module")
def printed(words, press):
    """The document of some portfolio in a language."""

    def of(portfolio, language="en"):
        with words.app_context():
            found = sheet(portfolio, language, BRAND)
        return press.print(replace(found, limits=PATIENT))

    return of


@pytest.fixture(scope="module")
def made(printed):
    return printed(portfolios.portfolio(12))


@pytest.fixture
def found(speaking):
    def look(data):
        return Examined(tuple(examined(data, [])))

    return look


def says(found):
    assert not found.holds
    return verdict.conclusion(found)


@pytest.mark.parametrize(
    ("n", "language"), [(0, "it"), (1, "en"), (12, "pt"), (12, "es"), (79, "it")]
)
def test_a_file_as_it_was_made_holds(printed, found, n, language):
    seen = found(printed(portfolios.portfolio(n, manager="Inês Zé" if n == 1 else ""), language))
    assert seen.holds, verdict.conclusion(seen)
    assert f"{n}" in verdict.sentence(next(one for one in seen.findings if one.check == "data"))


def test_two_builds_are_the_same_bytes(printed, made):
    assert printed(portfolios.portfolio(12)) == made


def test_any_single_byte_that_changes_is_found(made):
    chance = random.Random(2026)
    for place in chance.sample(range(len(made)), 400):
        changed = bytearray(made)
        changed[place] ^= 1 << chance.randrange(8)
        opened = seal.opened(bytes(changed))
        assert opened is None or not opened.whole, place


def test_a_digit_changed_on_a_page_is_named(made, found):
    assert "Page 2 prints “" in says(found(forging.with_digit(made, 2, "3", "8")))


def test_a_figure_changed_among_the_figures_inside_is_named(made, found):
    def more(told):
        told["figures"]["F1"]["value"] += 1

    whole = portfolios.portfolio(12).figures["F1"]["value"]
    assert f"F1 value: the file says {whole + 1}, but the rows inside give {whole}." in says(
        found(forging.with_json(made, "portfolio.json", more))
    )


def test_a_count_changed_in_the_rows_is_named_by_the_figure_that_it_made(made, found):
    refs = [one.account.ref for one in portfolios.portfolio(12).entries]

    def fewer(rows):
        rows["review"]["accounts"][refs.index("A-003")]["now"]["counts"]["met:response"] -= 1

    seen = found(forging.with_json(made, "rows.json", fewer))
    assert "F7 denominator: the file says" in says(seen)
    wrong = {one.check for one in seen.findings if not one.holds}
    assert wrong == {"figures", "files", "fingerprint", "words"}


def test_health_that_does_not_follow_from_its_parts_is_named(made, found):
    def healthier(rows):
        (first, *_) = [one for one in rows["review"]["accounts"] if one.get("health")]
        first["health"]["tenths"] = 990

    assert "F30: the file says 99.0, but the rows inside give" in says(
        found(forging.with_json(made, "rows.json", healthier))
    )


def test_a_row_of_a_table_and_a_subject_changed_are_named(made, found):
    table = forging.with_file(made, "accounts.csv", lambda text: text.replace(b"A-001", b"A-999"))
    assert "accounts.csv, line" in says(found(table))

    def subject(rows):
        next(one for one in rows["review"]["misses"] if one["case"])["subject"] = "Another matter"

    assert "Another matter" in says(found(forging.with_json(made, "rows.json", subject)))


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows["review"]["accounts"][0].pop("ref"),
        lambda rows: rows["review"]["accounts"][0].update(open=[1]),
        lambda rows: rows["review"]["accounts"][0].update(timezone="Nowhere/Here"),
        lambda rows: rows["review"]["accounts"][0].update(waves={"2026-Q1": [0, 0, 0]}),
        lambda rows: rows["review"]["accounts"][0].update(health={"day": "2026-01-01"}),
        lambda rows: rows.update(version=9),
        lambda rows: rows.update(review=[]),
    ],
)
def test_rows_that_cannot_be_are_one_sentence(made, found, change):
    seen = found(forging.with_json(made, "rows.json", change))
    assert says(seen).startswith("It does not hold. rows.json inside cannot be read: ")


def test_a_file_that_belongs_to_no_portfolio_is_named(made, found):
    changed = forging.with_file(made, "portfolio.json", lambda _text: b"[]")
    assert "The data inside cannot be used" in says(found(changed))


def test_it_is_examined_in_a_process_of_its_own_like_every_review(speaking, made):
    seen = examine(made)
    assert seen.holds, verdict.conclusion(seen)


def test_a_signed_one_holds_and_says_by_whom(speaking, made, tmp_path, monkeypatch):
    assert signing.make_self_made(tmp_path, "Norte Peças")
    key, certificate = (
        (tmp_path / name).read_text() for name in (signing.KEY, signing.CERTIFICATE)
    )
    settings = replace(Settings(), signing_key=key, signing_certificate=certificate)
    monkeypatch.setitem(speaking.extensions, "portal_settings", settings)
    file = operations.signed(made)
    assert file.startswith(made)
    seen = Examined(tuple(examined(file, [certificate])))
    assert seen.holds, verdict.conclusion(seen)
    assert next(one for one in seen.findings if one.check == "signature").code == "signed"
    forged = bytearray(file)
    forged[len(made) // 2] ^= 1
    assert not Examined(tuple(examined(bytes(forged), [certificate]))).holds
