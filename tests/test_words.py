"""Every catalogue is complete, and the check that says so refuses what is missing, fuzzy or broken."""

import importlib.util
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("es", "it", "pt")


def _module():
    spec = importlib.util.spec_from_file_location("words", ROOT / "bin" / "_words.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


check = _module()


@pytest.fixture(scope="module")
def wanted():
    return check.extracted()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_is_complete(wanted, language):
    assert check.problems(language, wanted) == []


def test_each_language_of_the_reader_has_its_catalogue(wanted):
    from portal.web.ui import LANGUAGES as OFFERED

    found = {path.parent.parent.name for path in check.TRANSLATIONS.glob("*/LC_MESSAGES/*.po")}
    assert {code for code, _ in OFFERED} == found | {"en"}
    assert set(LANGUAGES) == found
    assert len(wanted) > 400


@pytest.fixture
def small():
    """The words of a code that says two things."""
    code = Catalog()
    code.add("Hello %(name)s", flags=("python-format",))
    code.add(("%(num)s case", "%(num)s cases"), flags=("python-format",))
    return code


@pytest.fixture
def found(small, tmp_path, monkeypatch):
    """What the check finds in an Italian catalogue with these words."""

    def ask(hello, one, many, **more):
        catalogue = Catalog(locale="it", fuzzy=False)
        for message in small:
            if message.id:
                string = (one, many) if isinstance(message.id, tuple) else hello
                catalogue.add(message.id, string, flags={"python-format", *more.get("flags", ())})
        for gone in more.get("without", ()):
            catalogue.delete(gone)
        folder = tmp_path / "it" / "LC_MESSAGES"
        folder.mkdir(parents=True)
        with (folder / "messages.po").open("wb") as file:
            write_po(file, catalogue)
        monkeypatch.setattr(check, "TRANSLATIONS", tmp_path)
        return check.problems("it", small)

    return ask


GOOD = ("Ciao %(name)s", "%(num)s caso", "%(num)s casi")


def test_a_whole_catalogue_is_let_pass(found):
    assert found(*GOOD) == []


def test_the_word_for_one_may_stand_for_its_number(found):
    assert found(GOOD[0], "un caso", GOOD[2]) == []


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("", *GOOD[1:]), "missing"),
        ((GOOD[0], "", ""), "missing"),
        ((GOOD[0], "%(num)s caso", ""), "missing"),
        (("Ciao", *GOOD[1:]), "placeholder"),
        (("Ciao %(nome)s", *GOOD[1:]), "placeholder"),
        (("Ciao %(name)d", *GOOD[1:]), "placeholder"),
        (("Ciao %(name)", *GOOD[1:]), "placeholder"),
        ((GOOD[0], "%(num)s caso", "tanti casi"), "placeholder"),
        ((GOOD[0], "%(num)s caso", "%(numero)s casi"), "placeholder"),
    ],
)
def test_what_is_missing_or_lost_a_placeholder_is_refused(found, words, text):
    lines = found(*words)
    assert lines, words
    if text == "missing":
        assert lines[0].startswith("it: missing: ")


def test_an_entry_that_is_not_there_or_fuzzy_is_refused(found):
    assert found(*GOOD, without=["Hello %(name)s"]) == ["it: missing: 'Hello %(name)s'"]


def test_a_fuzzy_entry_is_refused(found):
    lines = found(*GOOD, flags=("fuzzy",))
    assert len(lines) == 2
    assert all(line.startswith("it: fuzzy: ") for line in lines)
