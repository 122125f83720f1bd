"""The portfolio review on paper and as a workbook: the same numbers, for no account, one, or four hundred."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pikepdf
import pytest
from flask_babel import force_locale
from pypdf import PdfReader

from portal.insights import sheets
from portal.reviews.phrasing import Say
from portal.reviews.portfolio.cells import columns, money
from portal.reviews.portfolio.document import sheet
from portal.reviews.portfolio.tables import tables
from portal.reviews.portfolio.workbook import workbook
from portal.reviews.sheets import Limits
from tests.conftest import lacking
from tests.reviews import portfolios
from tests.reviews.conftest import BRAND

pytestmark = [pytest.mark.timeout(300), pytest.mark.real_time]
SHOWN = ("health", "health_change", "start", "end", "kept", "missed", "F18", "escalated", "value")
PATIENT = Limits(wall_seconds=250)
"""Computing time stays limited as ever; how busy the machine is says nothing about the document."""
SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def printed(words, press):
    """The document of so many accounts in a language."""
    made = {}

    def of(n, language="en"):
        if (n, language) not in made:
            with words.app_context():
                found = sheet(portfolios.portfolio(n), language, BRAND)
            made[n, language] = press.print(replace(found, limits=PATIENT))
        return made[n, language]

    return of


def text_of(made):
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)


def squeezed(text):
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize(
    ("n", "language"),
    [(0, "it"), (1, "en"), (12, "pt"), (12, "es"), (79, "it"), (400, "en")],
)
def test_checkers_find_neither_error_nor_warning(printed, tmp_path, n, language):
    path = tmp_path / "portfolio.pdf"
    path.write_bytes(printed(n, language))
    programs = Path(sys.executable).parent
    outloud = [programs / "outloud", "--fail-on", "warning", path]
    for command in ([programs / "pdfua", "check", path], outloud):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
    with pikepdf.open(path) as pdf:
        assert pdf.check_pdf_syntax() == []
        with pdf.open_metadata() as about:
            assert (about["pdfaid:part"], about["pdfuaid:part"]) == ("3", "1")
        assert str(pdf.Root.Lang) == language
    if qpdf := shutil.which("qpdf"):
        done = subprocess.run([qpdf, "--check", path], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_a_long_table_repeats_its_head_on_every_page(printed):
    pages = [page.extract_text() for page in PdfReader(BytesIO(printed(400))).pages]
    lists = [page for page in pages if "Câmara & Peñarrocha" in page and "→" in page]
    assert len(lists) > 8
    assert all("Satisfied" in page and "Escalated" in page for page in lists)


def test_of_thousands_the_first_are_printed_and_all_are_inside(printed):
    made = printed(2000)
    text = " ".join(text_of(made).split())
    assert "The first 300 of 2,000; all stand in the files inside this document." in text
    assert "The first 120 of 667; all stand in the files inside this document." in text
    with pikepdf.open(BytesIO(made)) as pdf:
        inside = pdf.attachments["accounts.csv"].get_file().read_bytes().decode()
    assert len(list(csv.reader(io.StringIO(inside)))) == 2001


def test_who_needs_attention_comes_first_and_says_why(printed):
    with_why = portfolios.portfolio(12).attention
    text = text_of(printed(12))
    assert 0 < len(with_why) < 12
    assert "of 12 accounts need attention." in text
    places = [text.index(one.account.name) for one in with_why]
    assert max(places) < text.rindex("Every account") + len(text)
    assert "cases older than 30 days" in " ".join(text.split())


def test_the_numbers_on_paper_are_those_of_the_workbook_and_of_the_rows_inside(words, printed):
    if not sheets.spreadsheets_here():
        lacking("xlsx", "xlsxwriter is not installed (the extra xlsx)")
    portfolio = portfolios.portfolio(12)
    with words.app_context():
        book = read(workbook(portfolio, "en"))
        with force_locale("en"):
            found = tables(portfolio, Say("en", portfolio.timezone))
            places = [list(columns()).index(key) for key in SHOWN]
    assert {"summary", "accounts", "renewals", "misses"} <= set(book)
    paper = squeezed(text_of(printed(12)))
    for name, cells in found["accounts"].rows:
        row = next(row for row in book["accounts"] if row[0] == name)
        values = [cell.text if cell.value is None else cell.value for cell in cells]
        assert [same(value) for value in row[1:]] == [same(value) for value in values]
        shown = [cells[place].text for place in places]
        assert all(squeezed(text) in paper for text in shown)
    inside = PdfReader(BytesIO(printed(12))).attachments
    rows = list(csv.reader(io.StringIO(inside["accounts.csv"][0].decode())))
    assert [row[0] for row in rows[1:]] == [name for name, _ in found["accounts"].rows]
    assert len(rows[0]) == len(set(rows[0])) == len(book["accounts"][0])
    told = json.loads(inside["portfolio.json"][0])
    assert told["figures"]["F5"]["end"] == sum(
        row["figures"]["F4"]["value"] for row in told["accounts"]
    )


def same(value):
    """Numbers as numbers, whatever wrote them."""
    try:
        return round(float(value), 6)
    except ValueError:
        return value


@pytest.mark.proves("T33")
def test_no_cell_starts_a_formula(words, printed):
    if not sheets.spreadsheets_here():
        lacking("xlsx", "xlsxwriter is not installed (the extra xlsx)")
    with words.app_context():
        made = workbook(portfolios.portfolio(8), "en")
    everything = zipfile.ZipFile(BytesIO(made))
    assert b"<f>" not in b"".join(everything.read(name) for name in everything.namelist())
    assert any("=cmd|calc" in row for row in read(made)["misses"])
    inside = PdfReader(BytesIO(printed(12))).attachments["misses.csv"][0].decode()
    assert "'=cmd|calc" in inside
    assert ",=cmd" not in inside


def test_a_confidential_case_is_counted_and_not_named(printed):
    portfolio = portfolios.portfolio(12)
    hidden = [one for one in portfolio.misses if not one.case]
    assert hidden
    assert "confidential" in text_of(printed(12))
    assert f"{len(hidden)} missed promises are on confidential cases." in " ".join(
        text_of(printed(12)).split()
    )


def read(book):
    """The sheets of a workbook by name, as rows of texts."""
    parts = zipfile.ZipFile(BytesIO(book))
    strings = [
        "".join(t.text or "" for t in si.iter(f"{SPACE}t"))
        for si in ElementTree.fromstring(parts.read("xl/sharedStrings.xml"))
    ]
    names = [
        one.get("name")
        for one in ElementTree.fromstring(parts.read("xl/workbook.xml")).iter(f"{SPACE}sheet")
    ]
    found = {}
    for number, name in enumerate(names, 1):
        rows = ElementTree.fromstring(parts.read(f"xl/worksheets/sheet{number}.xml"))
        found[name] = [[cell_of(cell, strings) for cell in row] for row in rows.iter(f"{SPACE}row")]
    return found


def cell_of(cell, strings):
    value = cell.findtext(f"{SPACE}v") or ""
    return strings[int(value)] if cell.get("t") == "s" else value


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [(1_200_050, "EUR", 12_000.5), (1_200_000, "JPY", 1_200_000.0), (1_200_000, "KWD", 1200.0)],
)
def test_an_amount_is_worth_the_same_in_a_workbook_as_on_paper(app, minor, currency, amount):
    with app.test_request_context():
        found = money(minor, currency)
        assert found.value == amount
        assert f"{int(amount):,}" in found.text
