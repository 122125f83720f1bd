"""Pieces of pages are kept by their arguments and by who reads."""

import pytest
from flask_babel import force_locale
from jinja2 import DictLoader, Environment
from markupsafe import Markup

from portal.actor import Actor, act_as
from portal.web.pieces import LONGEST, LONGEST_OF_ALL, _made, _made_long, piece

MACROS = """{% macro told(words) %}<b>{{ words }}</b>{% endmacro %}
{% macro count(number) %}{{ number }}{% endmacro %}"""


@pytest.fixture
def macros(app):
    env = Environment(autoescape=True, loader=DictLoader({"pieces": MACROS}))
    with app.test_request_context():
        _made.cache_clear()
        _made_long.cache_clear()
        yield env.get_template("pieces").module


def test_the_same_arguments_are_made_once(macros):
    assert piece(macros.told, "Good day") == piece(macros.told, "Good day")
    assert _made.cache_info().hits == 1


def test_markup_and_the_same_characters_typed_by_a_person_never_share_a_place(macros):
    assert piece(macros.told, Markup("<i>x</i>")) == "<b><i>x</i></b>"
    assert piece(macros.told, "<i>x</i>") == "<b>&lt;i&gt;x&lt;/i&gt;</b>"
    assert piece(macros.told, words="<i>x</i>") == "<b>&lt;i&gt;x&lt;/i&gt;</b>"
    assert piece(macros.count, True) == "True"
    assert piece(macros.count, 1) == "1"


def test_another_language_or_side_is_another_reader(macros):
    piece(macros.told, "Good day")
    with force_locale("it"):
        piece(macros.told, "Good day")
    assert _made.cache_info().misses == 2


def test_staff_and_client_are_two_readers(app, macros):
    piece(macros.told, "Good day")
    act_as(Actor(user_id=1, is_staff=True))
    with app.test_request_context():
        piece(macros.told, "Good day")
    assert _made.cache_info().misses == 2


def test_what_is_long_stands_on_a_smaller_shelf(macros):
    for _time in range(3):
        assert len(piece(macros.told, "x" * LONGEST)) > LONGEST
    assert _made.cache_info().currsize == 0
    assert (_made_long.cache_info().currsize, _made_long.cache_info().hits) == (1, 1)
    assert piece(macros.told, "short") == "<b>short</b>"


def test_what_is_too_long_is_made_but_not_kept(macros):
    for _time in range(2):
        assert len(piece(macros.told, "x" * LONGEST_OF_ALL)) > LONGEST_OF_ALL
    assert _made.cache_info().currsize == _made_long.cache_info().currsize == 0


def test_what_can_change_is_no_argument(macros, cast):
    with pytest.raises(TypeError, match="Account can change"):
        piece(macros.told, cast.acme.account)
    with pytest.raises(TypeError):
        piece(macros.told, ["a list"])
