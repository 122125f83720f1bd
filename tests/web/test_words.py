"""Words of one context: a forced locale changes all of them and goes back; templates and Python agree."""

from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import render_template_string
from flask_babel import force_locale, gettext, lazy_gettext, ngettext

from portal.actor import Actor, act_as
from portal.web import filters

pytestmark = pytest.mark.on("sqlite")

TRANSLATIONS = Path(__file__).resolve().parents[2] / "portal" / "translations"
ONE, MANY = "One case waits for your answer.", "%(num)s cases wait for your answer."
MONTH = {"en": "March", "pt": "março", "es": "marzo", "it": "marzo"}
TEMPLATE = "{{ _('Sign out') }}|{{ day|month_name }}|{{ ngettext(one, many, 1) }}|{{ ngettext(one, many, 2) }}"
LAZY = lazy_gettext("Sign out")


def _word(language):
    """What the catalogue of a language has for the word."""
    path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file).get("Sign out").string


WORD = {"en": "Sign out"} | {language: _word(language) for language in ("pt", "es", "it")}


@pytest.fixture
def context(app):
    """A request of a reader of Portuguese."""
    act_as(Actor(user_id=1, language="pt"))
    with app.test_request_context("/"):
        yield app


def in_python():
    month = filters.month_name(date(2026, 3, 1))
    return "|".join([gettext("Sign out"), month, ngettext(ONE, MANY, 1), ngettext(ONE, MANY, 2)])


def in_templates():
    return render_template_string(TEMPLATE, day=date(2026, 3, 1), one=ONE, many=MANY)


def said():
    """A word, a word made earlier and a month, in the present locale."""
    return gettext("Sign out"), str(LAZY), filters.month_name(date(2026, 3, 1))


def test_the_words_differ():
    assert len(set(WORD.values())) == 4


@pytest.mark.parametrize("language", ["en", "es", "it", "pt"])
def test_a_forced_locale_changes_words_and_filters_and_goes_back(context, language):
    assert said() == (WORD["pt"], WORD["pt"], MONTH["pt"])
    with force_locale(language):
        assert said() == (WORD[language], WORD[language], MONTH[language])
    assert said() == (WORD["pt"], WORD["pt"], MONTH["pt"])


def test_locales_within_locales(context):
    with force_locale("it"):
        with force_locale("es"):
            assert said()[0] == WORD["es"]
        assert said()[0] == WORD["it"]
        with pytest.raises(RuntimeError), force_locale("en"):
            assert said()[0] == WORD["en"]
            raise RuntimeError
        assert said()[0] == WORD["it"]
    assert said()[0] == WORD["pt"]


@pytest.mark.parametrize("language", ["en", "es", "it", "pt"])
def test_templates_and_python_say_the_same(context, language):
    assert in_templates() == in_python()
    with force_locale(language):
        assert in_templates() == in_python()
        assert in_templates().startswith(f"{WORD[language]}|{MONTH[language]}|")
    assert in_templates() == in_python()


def test_two_requests_one_after_another_keep_nothing_of_each_other(app):
    heard = []
    for language in ("it", "en", "es"):
        act_as(Actor(user_id=1, language=language))
        with app.test_request_context("/"):
            heard.append(said()[0])
    assert heard == [WORD[language] for language in ("it", "en", "es")]


def test_outside_a_request_a_forced_locale_holds_too(app):
    with app.app_context(), force_locale("es"):
        assert said() == (WORD["es"], WORD["es"], MONTH["es"])
