"""A review's file proves itself, and every change to it is found and named."""

import random
import zlib
from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest

from portal.reviews import seal, verdict
from portal.reviews.comparing import mismatches
from portal.reviews.content import Attending
from portal.reviews.evidence import NO_ROWS
from portal.reviews.examining import examined
from portal.reviews.figures import Figures
from portal.reviews.pages import contents
from portal.reviews.printed import printed
from portal.reviews.sheets import Limits
from portal.reviews.verifying import Examined, examine
from portal.reviews.written import COMMENTED, Words
from tests.reviews import forging, samples
from tests.reviews.conftest import sheet_of
from tests.reviews.test_attendance import FEW, MANY

pytestmark = [pytest.mark.timeout(300), pytest.mark.real_time]


@pytest.fixture(scope="session")
def made(words, press) -> bytes:
    return press.print(sheet_of(words, samples.counted()))


@pytest.fixture
def found(speaking):
    def look(data: bytes) -> Examined:
        return Examined(tuple(examined(data, [])))

    return look


def says(found: Examined) -> str:
    assert not found.holds
    return verdict.conclusion(found)


def nothing_at_all():
    empty = Figures.of(samples.nothing())
    gone = {"days": (), "oldest": (), "cases": (), "case_total": 0, "confidential": 0}
    return samples.material(
        figures=empty, previous=empty, issued=None, months=(), evidence=NO_ROWS, **gone
    )


def names_of_the_world():
    names = (
        "شركة النور للتجارة 12",
        "北京轴承有限公司",
        "הזמנה 4412",
        "Łódź – ąęźż",
        "नमस्ते 7",
        "😀 ok",
    )
    cases = tuple(samples.case(n, subject=names[n % len(names)]) for n in range(40))
    return samples.counted(account=names[0], manager=names[2], cases=cases)


@pytest.mark.parametrize("language", ["en", "pt", "es", "it"])
def test_a_file_as_it_was_made_holds(words, press, found, language):
    data = press.print(sheet_of(words, samples.counted(), language))
    seen = found(data)
    assert seen.holds, verdict.conclusion(seen)
    assert [one.check for one in seen.findings] == [
        *("seal", "signature", "data", "figures", "files", "fingerprint", "words", "pages")
    ]


def with_participants():
    return samples.counted(participants=(*FEW, Attending("هند <b>", "北京", "us"), *MANY))


@pytest.mark.parametrize("material", [nothing_at_all, names_of_the_world, with_participants])
def test_an_account_without_cases_and_names_of_every_script_hold_too(words, press, found, material):
    seen = found(press.print(sheet_of(words, material(), "it")))
    assert seen.holds, verdict.conclusion(seen)


def test_letters_without_a_font_become_a_sign_and_not_an_empty_box(words, press, found):
    import pymupdf

    strange = "\U00012000\U00013000 \U00012001"
    cases = tuple(samples.case(n, subject=f"{strange} {n}") for n in range(3))
    data = press.print(sheet_of(words, samples.counted(cases=cases, case_total=3)))
    seen = found(data)
    assert seen.holds, verdict.conclusion(seen)
    text = "".join(page.get_text() for page in pymupdf.open(stream=data, filetype="pdf"))
    assert "◇◇ ◇ 2" in text
    assert "printed as ◇" in " ".join(text.split())
    hidden = forging.with_json(
        data, "printed.json", lambda read: read.update(unshown=read["unshown"] + "9")
    )
    assert "letters that every font has" in says(found(hidden))


def test_two_hundred_pages_are_read_as_they_were_written(words, press):
    paragraphs = "".join(f"<p>{n}: {'A matter of many words. ' * 40}</p>" for n in range(400))
    html = f'<html lang="en"><head><title>t</title></head><body>{paragraphs}</body></html>'
    limits = Limits(cpu_seconds=120, wall_seconds=150)
    data = press.print(
        replace(
            sheet_of(words, samples.counted()),
            html=html,
            css="p { font-size: 17pt }",
            limits=limits,
        )
    )
    seen = contents(data)
    assert seen.pages > 150
    assert list(mismatches(printed(html), seen)) == []
    other = html.replace("399: A", "398: A")
    (wrong,) = mismatches(printed(other), seen)
    assert wrong.page in (seen.pages - 1, seen.pages)
    assert wrong.says.startswith("399:")


def test_a_review_of_nearly_two_hundred_pages_is_a_good_document(words, press, found):
    body = "\n".join(["- x"] * 2500)
    written = tuple(Words(part, "en", body) for part in COMMENTED[:4])
    sheet = sheet_of(words, samples.counted(written=written, language="en"))
    data = press.print(replace(sheet, limits=Limits(cpu_seconds=120, wall_seconds=150)))
    assert contents(data).pages > 180
    seen = found(data)
    assert seen.holds, says(seen)


def test_any_single_byte_that_changes_is_found(made):
    rng = random.Random(6)
    places = {rng.randrange(len(made)) for _one in range(600)}
    places |= set(range(64)) | set(range(len(made) - 400, len(made)))
    for place in sorted(places):
        changed = bytearray(made)
        changed[place] ^= 1 << rng.randrange(8)
        opened = seal.opened(bytes(changed))
        assert opened is None or not opened.whole, place


def test_a_changed_byte_is_placed(made):
    for place in (5_000, len(made) // 2):
        changed = bytearray(made)
        changed[place] ^= 1
        opened = seal.opened(bytes(changed))
        assert opened.first <= place < opened.last <= opened.first + seal.BLOCK


def test_a_byte_anywhere_is_found_by_the_whole_check_and_said_without_a_trace(made, found):
    for place in (12, 3_000, len(made) // 3, len(made) - 3_000, len(made) - 30):
        changed = bytearray(made)
        changed[place] ^= 4
        assert says(found(bytes(changed)))


def test_what_is_cut_off_or_added_is_found(made, found):
    assert "damaged" in says(found(made[: len(made) // 2])) or "mark" in says(
        found(made[: len(made) // 2])
    )
    assert "Something was added to the file after byte" in says(found(made + b"\n% more\n"))


def test_a_digit_changed_on_a_page_is_named(made, found):
    changed = forging.with_digit(made, 2, "2", "3")
    assert "Page 2 prints “" in says(found(changed))


def test_the_number_of_a_page_is_part_of_it(made, found):
    changed = forging.with_digit(made, 1, "2", "3")
    assert says(found(changed))


def test_words_drawn_over_a_page_and_notes_are_named(made, found):
    assert "Page 3 prints “99 %”, which" in says(found(forging.with_words_over(made, 3, "99 %")))
    assert "laid over page 2" in says(found(forging.with_a_note(made, 2)))


def test_a_figure_changed_in_the_data_is_named(made, found):
    def more(review):
        review["review"]["figures"]["reopened"] = 3

    assert "2026-Q1, F3: the file says 3, but the rows inside give 0." in says(
        found(forging.with_json(made, "review.json", more))
    )


def test_a_row_taken_away_is_named_by_the_figure_that_it_made(made, found):
    def fewer(review):
        del review["review"]["evidence"]["cases"][10]

    assert "2026-Q1, F1: the file says 26, but the rows inside give 25." in says(
        found(forging.with_json(made, "review.json", fewer))
    )


def test_figures_and_rows_changed_alike_do_not_fit_the_files_and_the_pages(made, found):
    def subject(review):
        review["review"]["cases"][0]["subject"] = "Another matter"

    seen = found(forging.with_json(made, "review.json", subject))
    wrong = {one.check for one in seen.findings if not one.holds}
    assert wrong == {"fingerprint", "words"}
    assert "Another matter" in says(seen)


def test_a_figure_changed_in_the_table_is_named(made, found):
    changed = forging.with_file(
        made, "figures.csv", lambda text: text.replace(b"F1,all,,,", b"F1,all,,,9")
    )
    assert "figures.csv, line 6, says “F1,all,,,9" in says(found(changed))


def test_a_row_changed_in_the_tables_is_named(made, found):
    changed = forging.with_file(
        made, "events.csv", lambda text: text.replace(b"resolved", b"reopened", 1)
    )
    assert "events.csv, line" in says(found(changed))


def test_words_changed_on_the_page_and_in_the_file_of_words_are_named(made, found):
    def other(printed):
        printed["lines"] = [line.replace("30", "31") for line in printed["lines"]]

    assert "The file says “" in says(found(forging.with_json(made, "printed.json", other)))


def test_another_file_inside_is_named(made, found):
    with pikepdf.open(BytesIO(made)) as pdf:
        pdf.attachments["more.csv"] = b"a,b\r\n"
        assert "does not belong there: more.csv" in says(found(forging.repacked(pdf)))


def test_a_file_saved_by_another_program_has_lost_its_mark(made, found):
    with pikepdf.open(BytesIO(made)) as pdf:
        seen = found(forging.repacked(pdf, mark=False))
    assert [one.check for one in seen.findings if not one.holds] == ["seal"]
    assert "The mark over all bytes is missing" in says(seen)


def test_a_file_that_is_no_review_is_refused_in_one_sentence(speaking, made):
    other = BytesIO()
    pikepdf.new().save(other)
    locked = BytesIO()
    with pikepdf.open(BytesIO(made)) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    refusals = {
        b"": "The file is empty.",
        b"Hello": "This is not a PDF.",
        b"%PDF-1.7\n%%EOF": "The PDF is damaged",
        made[:2000]: "The PDF is damaged",
        other.getvalue(): "no service review of this portal",
        locked.getvalue(): "locked with a password",
        b"\0" * (65 * 1024 * 1024): "larger than any review",
    }
    for data, sentence in refusals.items():
        seen = examine(data)
        assert sentence in verdict.conclusion(seen)
        assert len(seen.findings) == 1


@pytest.mark.proves("T31")
def test_a_file_that_unpacks_without_end_is_stopped(speaking, made):
    def bomb(pdf: pikepdf.Pdf, packed: bytes) -> pikepdf.Object:
        stream = pdf.make_stream(packed)
        stream.Filter = pikepdf.Name.FlateDecode
        return stream

    zeros = zlib.compress(b"\0" * (300 * 1024 * 1024), 9)
    with pikepdf.open(BytesIO(made)) as pdf:
        pdf.attachments["review.json"].obj.EF.F = pdf.make_indirect(bomb(pdf, zeros))
        data = forging.repacked(pdf)
    assert len(data) < 2 * 1024 * 1024
    seen = examine(data)
    assert not seen.holds
    assert seen.telling.code in ("large", "broken")


def test_examining_stands_alone_in_its_process(speaking, made):
    seen = examine(made)
    assert seen.holds, verdict.conclusion(seen)
