import shutil
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader

from portal.reviews.beside import Inside
from portal.reviews.content import Attending, Month
from portal.reviews.figures import Figures
from portal.reviews.periods import Period
from portal.reviews.snapshot import thaw
from tests.reviews import samples
from tests.reviews.conftest import STATIC, sheet_of
from tests.reviews.test_attendance import FEW, MANY
from tests.reviews.test_beside import full
from tests.reviews.test_credits import TERMS, agreed
from tests.reviews.test_sample_verify import material as with_a_sample

pytestmark = [pytest.mark.timeout(300), pytest.mark.real_time]


@pytest.fixture(scope="session")
def english(words, press) -> bytes:
    return press.print(sheet_of(words, samples.material()))


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_the_document_says_whose_and_what(english):
    text = text_of(english)
    for part in (
        "Peñarrocha & Câmara Logística",
        "January – March 2026",
        "Volume and backlog",
        "F17",
    ):
        assert part in text


def test_every_page_says_which_it_is(english):
    pages = [page.extract_text() for page in PdfReader(BytesIO(english)).pages]
    assert 6 <= len(pages) <= 8
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Norte Peças · Service review 2026-Q1 · draft of 6 April 2026" in page


def test_the_contents_name_the_page_on_which_each_section_begins(english):
    with pikepdf.open(BytesIO(english)) as pdf, pdf.open_outline() as outline:
        order = {page.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        begins = {str(item.title): order[item.destination[0].objgen] for item in outline.root}
    cover = " ".join(PdfReader(BytesIO(english)).pages[0].extract_text().split())
    for number, name in enumerate(
        ("One page", "Agreed and achieved", "Volume and backlog", "Annex"), start=1
    ):
        place = number if name != "Annex" else 10
        assert f"{place} {name} {begins[f'{place} {name}']}" in cover


def test_it_is_tagged_with_language_title_bookmarks_and_links(english):
    with pikepdf.open(BytesIO(english)) as pdf:
        assert str(pdf.Root.Lang) == "en"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.docinfo.Title).startswith("Service review, Peñarrocha")
        with pdf.open_metadata() as about:
            assert about["pdfuaid:part"] == "1"
        with pdf.open_outline() as outline:
            assert len(outline.root) >= 10
        links = [link for page in pdf.pages for link in page.obj.get("/Annots", [])]
        assert len(links) > 20
        assert all(int(link.F) & 4 for link in links)
        assert {"Volume and backlog", "F5, Identity"} <= {str(link.Contents) for link in links}


def test_the_figures_and_the_rows_behind_them_are_attached(english):
    attached = PdfReader(BytesIO(english)).attachments
    assert list(attached) == [
        *("accounts.csv", "cases.csv", "events.csv", "figures.csv", "meta.json", "printed.json"),
        *("promises.csv", "review.json", "surveys.csv"),
    ]
    assert attached["figures.csv"][0].startswith(
        b"figure,part,numerator,denominator,value,unit,previous\r\n"
    )
    assert thaw(attached["review.json"][0]) == samples.material()


def test_it_says_of_itself_that_it_is_for_archives_and_for_everyone(english):
    with pikepdf.open(BytesIO(english)) as pdf:
        with pdf.open_metadata() as about:
            assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("3", "A")
            assert about["pdfuaid:part"] == "1"
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        assert bytes(intent.DestOutputProfile.read_bytes())[36:40] == b"acsp"
        relations = {str(file.UF): str(file.AFRelationship) for file in pdf.Root.AF}
        assert relations.pop("review.json") == "/Source"
        assert set(relations.values()) == {"/Data"}
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert "/ID" in pdf.trailer


def test_our_fonts_are_embedded(english):
    with pikepdf.open(BytesIO(english)) as pdf:
        fonts = {
            str(font.BaseFont).partition("+")[2]: font.DescendantFonts[0].FontDescriptor
            for page in pdf.pages
            for font in page.obj.Resources.get("/Font", {}).values()
        }
        assert {"Inter", "Inter-Semi-Bold", "Inter-Display-Medium"} <= set(fonts)
        assert all("/FontFile2" in found or "/FontFile3" in found for found in fonts.values())


def nothing_at_all():
    empty = Figures.of(samples.nothing())
    return samples.material(
        figures=empty,
        previous=empty,
        issued=None,
        months=(),
        days=(),
        oldest=(),
        cases=(),
        case_total=0,
        confidential=0,
    )


def a_single_case():
    one = {**samples.plain(1, 0), "F12": {"numerator": 0, "denominator": 1, "value": 0.0}}
    now, before = Figures.of(one), Figures.of(samples.nothing())
    only = samples.case(1, resolved_on=None, status="open")
    return samples.material(
        "2026-03",
        figures=now,
        previous=before,
        issued=before,
        months=(Month(Period.parse("2026-03"), now),),
        oldest=(only,),
        cases=(only,),
        case_total=1,
    )


def a_year_of_foreign_names():
    names = ("شركة النور للتجارة", "Łódź – ąęźż", "הזמנה 4412", "A" * 200)
    cases = tuple(samples.case(n, subject=names[n % 4]) for n in range(120))
    return samples.material("2025", account=names[0], cases=cases, case_total=3000)


def a_year_with_all_sections():
    return full("2026", inside=Inside(("F27",), senders=(2, 9)))


def a_month_with_participants():
    return samples.material("2026-03", participants=MANY)


def a_quarter_with_participants():
    return full(participants=(*FEW, Attending("שלום <b>", "北京", "us"), Attending("A" * 200)))


def a_single_missed_level():
    return agreed(replace(TERMS, credit_stretch="quarter", value_minor=None))


@pytest.mark.parametrize(
    ("material", "language"),
    [
        (samples.material, "en"),
        (a_month_with_participants, "es"),
        (a_quarter_with_participants, "it"),
        (samples.material, "pt"),
        (samples.material, "es"),
        (samples.material, "it"),
        (nothing_at_all, "it"),
        (a_single_case, "en"),
        (a_year_of_foreign_names, "es"),
        (full, "en"),
        (a_year_with_all_sections, "it"),
        (agreed, "pt"),
        (a_single_missed_level, "es"),
        (with_a_sample, "pt"),
    ],
)
def test_checkers_find_neither_error_nor_warning(words, press, tmp_path, material, language):
    path = tmp_path / "review.pdf"
    path.write_bytes(press.print(sheet_of(words, material(), language)))
    programs = Path(sys.executable).parent
    outloud = [programs / "outloud", "--fail-on", "warning", path]
    for command in ([programs / "pdfua", "check", path], outloud):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
    with pikepdf.open(path) as pdf:
        assert pdf.check_pdf_syntax() == []
    if qpdf := shutil.which("qpdf"):
        done = subprocess.run([qpdf, "--check", path], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_a_table_over_three_pages_says_its_caption_once_to_who_listens(words, press):
    made = press.print(sheet_of(words, a_year_of_foreign_names()))
    shown = [
        page.extract_text().count("Cases opened or resolved in the period")
        for page in PdfReader(BytesIO(made)).pages
    ]
    assert sum(shown) >= 3
    with pikepdf.open(BytesIO(made)) as pdf:
        captions = [cell for cell in _elements(pdf, "/TH") if cell.A.get("/ColSpan") == 6]
    assert len(captions) == 1


def _elements(pdf, tag):
    stack = [pdf.Root.StructTreeRoot.K]
    while stack:
        found = stack.pop()
        if isinstance(found, pikepdf.Array):
            stack += list(found)
        elif isinstance(found, pikepdf.Dictionary) and "/S" in found:
            if tag == found.S:
                yield found
            stack += [found.K] if "/K" in found else []


def test_header_cells_have_a_scope_and_running_heads_are_not_read_aloud(english):
    with pikepdf.open(BytesIO(english)) as pdf:
        heads = list(_elements(pdf, "/TH"))
        assert {str(cell.A.Scope) for cell in heads} == {"/Row", "/Column"}
        assert len(heads) > 50
        for page in list(pdf.pages)[1:]:
            assert sum(_is_furniture(step) for step in pikepdf.parse_content_stream(page)) == 3


def _is_furniture(step):
    return (
        str(step.operator) == "BDC"
        and step.operands[0] == pikepdf.Name.Artifact
        and step.operands[1].get("/Type") == pikepdf.Name.Pagination
    )


def test_pages_are_not_blank_as_pictures(english):
    import pymupdf

    for page in pymupdf.open(stream=english, filetype="pdf"):
        picture = page.get_pixmap(dpi=40, colorspace=pymupdf.csGRAY)
        dark = sum(value < 128 for value in picture.samples)
        assert 0.002 < dark / len(picture.samples) < 0.4
    cover = pymupdf.open(stream=english, filetype="pdf")[0].get_pixmap(dpi=40)
    assert {cover.pixel(x, y) for x in range(0, cover.width, 2) for y in range(140, 200)} >= {
        (255, 255, 255)
    }


LETTERS = "Łódź ção ñ è"


@pytest.mark.parametrize("weight", ["Inter-Regular", "Inter-SemiBold", "InterDisplay-Medium"])
def test_letters_of_all_our_languages_are_drawn_not_only_kept_as_text(
    words, press, tmp_path, weight
):
    """A font file split by alphabets draws other letters than its text says; so the picture is compared with
    one drawn straight from the font.
    """
    import pymupdf

    family, _dash, named = weight.partition("-")
    style = f"font: {WEIGHTS[named]} 40pt '{family.replace('rD', 'r D')}'"
    html = f'<html lang="pl"><title>t</title><body><p style="{style}">{LETTERS}</p></body></html>'
    made = pymupdf.open(
        stream=press.print(replace(sheet_of(words, samples.material()), html=html)),
        filetype="pdf",
    )[0]
    drawn = [
        (char["c"], char["origin"], span["font"])
        for block in made.get_text("rawdict")["blocks"]
        for line in block["lines"]
        for span in line["spans"]
        for char in span["chars"]
        if span["size"] > 30
    ]
    assert "".join(char for char, _origin, _font in drawn) == LETTERS
    assert len({font for _char, _origin, font in drawn}) == 1
    places = [origin for _char, origin, _font in drawn]
    right, wrong = (
        _from_the_font(
            tmp_path / f"{weight}.ttf", weight, made.rect, zip(text, places, strict=True)
        )
        for text in (LETTERS, "Lodz cao n e")
    )
    ours = _picture(made)
    assert _difference(ours, right) < _difference(ours, wrong) / 3


WEIGHTS = {"Regular": 400, "SemiBold": 600, "Medium": 500}


def _from_the_font(path, weight, rect, letters):
    """Letters drawn one by one from the font file itself, each where ours stands."""
    import pymupdf
    from fontTools.ttLib import TTFont

    if not path.exists():
        font = TTFont(STATIC / "fonts" / "pdf" / f"{weight}.woff2")
        font.flavor = None
        font.save(path)
    page = pymupdf.open().new_page(width=rect.width, height=rect.height)
    font = pymupdf.Font(fontfile=str(path))
    writer = pymupdf.TextWriter(page.rect, color=(17 / 255, 33 / 255, 35 / 255))
    for letter, place in letters:
        writer.append(place, letter, font=font, fontsize=40)
    writer.write_text(page)
    return _picture(page)


def _picture(page):
    """The words' part of the page in grey."""
    import pymupdf

    words = pymupdf.Rect(50, 80, page.rect.width - 50, 180)
    return page.get_pixmap(dpi=300, colorspace=pymupdf.csGRAY, clip=words).samples


def _difference(one, other):
    """How many points are dark in one picture and light in the other."""
    return sum(abs(a - b) > 128 for a, b in zip(one, other, strict=True))


def test_the_same_content_gives_the_same_bytes(words, press, english):
    press.print(sheet_of(words, samples.material(account="Another"), "es"))
    assert press.print(sheet_of(words, samples.material())) == english
