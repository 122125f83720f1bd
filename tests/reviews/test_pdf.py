import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader

from portal.reviews.pdf import Limits, NotPrinted, Sheet, written
from tests.reviews import samples
from tests.reviews.conftest import STATIC, sheet_of

pytestmark = [pytest.mark.timeout(300), pytest.mark.real_time]


@pytest.fixture(scope="session")
def english(words, press) -> bytes:
    return press.print(sheet_of(words, samples.material()))


@pytest.fixture(scope="session")
def portuguese(words, press) -> bytes:
    return press.print(sheet_of(words, samples.material(), "pt"))


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


def test_every_page_but_the_cover_says_which_it_is(english):
    pages = [page.extract_text() for page in PdfReader(BytesIO(english)).pages]
    assert 7 <= len(pages) <= 9
    assert "Page" not in pages[0]
    for number, page in enumerate(pages[1:], start=2):
        assert f"Page {number} of {len(pages)}" in page
        assert "Norte Peças · Service review 2026-Q1 · draft of 6 April 2026" in page


def test_the_contents_name_the_page_on_which_each_section_begins(english):
    with pikepdf.open(BytesIO(english)) as pdf, pdf.open_outline() as outline:
        order = {page.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        begins = {str(item.title): order[item.destination[0].objgen] for item in outline.root}
    cover = " ".join(PdfReader(BytesIO(english)).pages[0].extract_text().split())
    for number, name in enumerate(("One page", "Volume and backlog", "Speed", "Annex"), start=1):
        place = number if name != "Annex" else 9
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


def test_the_figures_are_attached(english):
    attached = PdfReader(BytesIO(english)).attachments
    assert list(attached) == ["figures.csv"]
    assert attached["figures.csv"][0].startswith(
        b"figure,part,numerator,denominator,value,unit,previous\r\n"
    )


def test_our_fonts_are_embedded(english):
    with pikepdf.open(BytesIO(english)) as pdf:
        fonts = {
            str(font.BaseFont).partition("+")[2]: font.DescendantFonts[0].FontDescriptor
            for page in pdf.pages
            for font in page.obj.Resources.get("/Font", {}).values()
        }
        assert {"Inter", "Inter-Semi-Bold", "Inter-Display-Medium"} <= set(fonts)
        assert all("/FontFile2" in found or "/FontFile3" in found for found in fonts.values())


@pytest.mark.parametrize("language", ["english", "portuguese"])
def test_checkers_find_neither_error_nor_warning(request, language, tmp_path):
    path = tmp_path / "review.pdf"
    path.write_bytes(request.getfixturevalue(language))
    programs = Path(sys.executable).parent
    for command in (
        [programs / "pdfua", "check", path],
        [programs / "outloud", "--fail-on", "warning", path],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
    with pikepdf.open(path) as pdf:
        assert (
            pdf.check_pdf_syntax() == [] if hasattr(pdf, "check_pdf_syntax") else pdf.check() == []
        )


def test_header_cells_have_a_scope_and_running_heads_are_not_read_aloud(english):
    with pikepdf.open(BytesIO(english)) as pdf:
        stack, heads = [pdf.Root.StructTreeRoot.K], 0
        while stack:
            found = stack.pop()
            if isinstance(found, pikepdf.Array):
                stack += list(found)
            elif isinstance(found, pikepdf.Dictionary) and "/S" in found:
                if found.S == pikepdf.Name.TH:
                    heads += 1
                    assert found.A.Scope in (pikepdf.Name.Row, pikepdf.Name.Column)
                stack += [found.K] if "/K" in found else []
        assert heads > 50
        for page in list(pdf.pages)[1:]:
            assert sum(_is_furniture(step) for step in pikepdf.parse_content_stream(page)) == 4


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


def test_letters_of_all_our_languages_are_drawn_not_only_kept_as_text(words, press):
    """A font file split by alphabets draws other letters than the text says; one complete file draws these."""
    import pymupdf

    sheet = replace(
        sheet_of(words, samples.material()),
        html='<html lang="pl"><body><p>Łódź ção ñ è</p></body></html>',
    )
    page = pymupdf.open(stream=press.print(sheet), filetype="pdf")[0]
    fonts = {
        span["font"]
        for block in page.get_text("dict")["blocks"]
        for line in block["lines"]
        for span in line["spans"]
    }
    assert len(fonts) == 1
    assert "Łódź" in page.get_text()


def test_the_same_content_gives_the_same_bytes(words, press, english):
    press.print(sheet_of(words, samples.material(account="Another"), "es"))
    assert press.print(sheet_of(words, samples.material())) == english


@pytest.mark.proves("T32")
@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:9/x.png",
        "https://example.com/x.png",
        "ftp://127.0.0.1/x",
        "static:/../pyproject.toml",
        "static:/%2e%2e/pyproject.toml",
        "static:/fonts",
        "static://host/fonts/pdf/OFL.txt",
    ],
)
def test_only_our_own_static_files_are_read(address):
    from portal.reviews.press import fetcher

    with pytest.raises(ValueError):
        fetcher(STATIC).fetch(address)


@pytest.mark.proves("T32")
def test_our_font_and_data_inside_the_page_are_read():
    from portal.reviews.press import fetcher

    ours = fetcher(STATIC)
    assert ours.fetch("static:/fonts/pdf/Inter-Regular.woff2").read()[:4] == b"wOF2"
    assert ours.fetch("data:text/plain,hello").read() == b"hello"


@pytest.mark.proves("T32")
@pytest.mark.parametrize(
    ("html", "limits", "code"),
    [
        ("<p>x</p>" * 200_000, Limits(cpu_seconds=1), "cpu"),
        ("<p>x</p>" * 200_000, Limits(wall_seconds=0.5), "time"),
        (
            "<table>" + "<tr><td>x</td></tr>" * 100_000 + "</table>",
            Limits(memory=120 * 1024**2),
            "memory",
        ),
        ('<p style="break-after: page">x</p>' * 12, Limits(pages=10), "pages"),
        ("<p>x</p>", Limits(bytes=100), "size"),
    ],
)
def test_what_asks_too_much_is_stopped_with_a_reason_and_the_next_is_printed(
    speaking, press, html, limits, code
):
    with pytest.raises(NotPrinted) as refused:
        press.print(
            Sheet(f"<html lang=en><title>t</title><body>{html}</body></html>", "", limits=limits)
        )
    assert refused.value.code == code
    assert str(refused.value).endswith(".")
    assert press.print(
        Sheet("<html lang=en><title>t</title><p>still here</p></html>", "")
    ).startswith(b"%PDF")


@pytest.mark.proves("T32")
def test_the_rendering_process_has_no_network():
    script = (
        "import socket; from portal.reviews.press import _close_the_doors; _close_the_doors()\n"
        "try: socket.create_connection(('127.0.0.1', 9))\n"
        "except PermissionError: print('refused')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "refused\n"


@pytest.mark.proves("T32")
def test_the_rendering_process_knows_no_setting_of_ours(monkeypatch):
    from portal.reviews.pdf import _environment

    monkeypatch.setenv("PORTAL_SECRET_KEY", "s" * 40)
    assert not any(name.startswith("PORTAL_") for name in _environment())


@pytest.mark.proves("T32")
def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "review.pdf"
    path.write_bytes(b"old")
    written(b"new", path)
    assert path.read_bytes() == b"new"
    with pytest.raises(OSError):
        written(b"x", tmp_path / "missing" / "review.pdf")
    assert [found.name for found in tmp_path.iterdir()] == ["review.pdf"]
