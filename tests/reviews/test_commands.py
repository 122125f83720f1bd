"""`portal review build`: the file, or one line and no file."""

import pytest
from click.testing import CliRunner

from portal.db import db
from portal.reviews import operations, pdf
from portal.reviews.commands import review
from tests.factories import make_account


@pytest.fixture
def build(app, monkeypatch, tmp_path):
    with app.app_context():
        make_account(ref="ACME", name="Acme", language="pt")
        db.session.commit()
    languages = []

    def printed(content):
        languages.append(content.language)
        return b"%PDF-1.7 made"

    monkeypatch.setattr(operations, "printed", printed)

    def run(*words):
        answer = CliRunner().invoke(review, ["build", *words], obj=lambda: app)
        answer.languages = languages
        return answer

    return run


def test_the_file_is_written_in_the_accounts_language_unless_told(build, tmp_path):
    path = tmp_path / "review.pdf"
    answer = build("ACME", "2025-Q4", "-o", str(path))
    assert (answer.exit_code, path.read_bytes()) == (0, b"%PDF-1.7 made")
    assert str(path) in answer.stdout
    build("ACME", "2025-12", "--lang", "it", "-o", str(path))
    assert answer.languages == ["pt", "it"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("NONE", "2025-Q4"), 1, "NONE"),
        (("ACME", "2026-Q1"), 1, "not over yet"),
        (("ACME", "soon"), 2, "Write 2026-Q3 for a quarter"),
        (("ACME", "2025-Q4", "--lang", "xx"), 2, "choose one of en, pt, es, it"),
        (("ACME",), 2, "PERIOD"),
    ],
)
def test_what_cannot_be_made_is_one_line_and_no_file(build, tmp_path, words, code, told):
    path = tmp_path / "review.pdf"
    answer = build(*words, "-o", str(path))
    assert answer.exit_code == code
    assert told in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_said(build, tmp_path):
    answer = build("ACME", "2025-Q4", "-o", str(tmp_path / "none" / "review.pdf"))
    assert answer.exit_code == 1
    assert "cannot be written: No such file or directory" in answer.stderr


@pytest.mark.proves("T32", "X9")
def test_a_reason_of_the_renderer_is_told(build, monkeypatch, tmp_path):
    def refuse(content):
        raise pdf.NotPrinted("memory", "112 MiB")

    monkeypatch.setattr(operations, "printed", refuse)
    answer = build("ACME", "2025-Q4", "-o", str(tmp_path / "review.pdf"))
    assert answer.exit_code == 1
    assert "needed more memory" in answer.stderr
    assert "(112 MiB)" in answer.stderr
    assert not list(tmp_path.iterdir())
