"""`portal review build` and `verify`: the file and its proof, or one line and no file."""

import json

import pytest
from click.testing import CliRunner

from portal.db import db
from portal.reviews import operations, pdf
from portal.reviews.commands import review
from tests.factories import make_account
from tests.reviews import samples
from tests.reviews.conftest import sheet_of


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


def test_the_instant_of_the_figures_can_be_named_but_lies_in_no_future(
    build, tmp_path, monkeypatch
):
    instants = []
    real = operations.content_for

    def content_for(actor, account, period, language, as_of, **more):
        instants.append(as_of)
        return real(actor, account, period, language, as_of, **more)

    monkeypatch.setattr(operations, "content_for", content_for)
    path = str(tmp_path / "review.pdf")
    assert build("ACME", "2025-Q4", "--as-of", "2026-01-05T00:00:00Z", "-o", path).exit_code == 0
    assert [str(instant) for instant in instants] == ["2026-01-05 00:00:00+00:00"]
    answer = build("ACME", "2025-Q4", "--as-of", "2999-01-05T00:00:00Z", "-o", path)
    assert (answer.exit_code, "future" in answer.stderr) == (2, True)


def run(app, *words):
    return CliRunner().invoke(review, words, obj=lambda: app)


def test_a_file_is_verified_and_what_is_wrong_stands_in_one_line(tmp_path, words, press, app):
    made = tmp_path / "review.pdf"
    made.write_bytes(press.print(sheet_of(words, samples.counted())))
    done = run(app, "verify", str(made))
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == "All of it holds."
    assert all(line.startswith("ok ") for line in done.stdout.splitlines()[:-1])
    data = bytearray(made.read_bytes())
    data[7_000] ^= 1
    made.write_bytes(data)
    done = run(app, "verify", str(made))
    assert done.exit_code == 1
    assert "It does not hold. " in done.stderr
    assert len(done.stderr.splitlines()) == 1
    answer = run(app, "verify", str(made), "--json")
    found = json.loads(answer.stdout)
    assert (answer.exit_code, found["holds"]) == (1, False)
    assert "changed since it was made" in found["checks"][0]["says"]


@pytest.mark.parametrize("name", ["nowhere.pdf", "."])
def test_a_file_that_cannot_be_read_is_said(tmp_path, app, name):
    done = run(app, "verify", str(tmp_path / name))
    assert done.exit_code == 1
    assert "cannot be read" in done.stderr
