"""Names found by the beginnings of their words."""

import pytest
from sqlalchemy import literal

from portal.accounts.models import Account
from portal.accounts.names import ACCENTED, PLAIN, named_like, query_of, words_of
from portal.db import db
from tests import factories

NAMES = (
    "Laticínios Serra d’Ossa",
    "Officine Sant’Ambrogio",
    "Quesería Altozano",
    "ACME (North) 24/7",
    "Łódź Ważne",
)


def test_every_letter_has_one_plain_letter():
    assert len(ACCENTED) == len(PLAIN)
    assert words_of("Assunção  Figueiredo-Brandão") == ["assuncao", "figueiredo", "brandao"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("laticinios", NAMES[0]),
        ("SERRA lat", NAMES[0]),
        ("ossa", NAMES[0]),
        ("ambro", NAMES[1]),
        ("QUESERÍA", NAMES[2]),
        ("north", NAMES[3]),
        ("lodz waz", NAMES[4]),
        ("zano", None),
        ("serra ambrogio", None),
    ],
)
def test_words_are_found_by_their_beginnings(session, text, found):
    for name in NAMES:
        factories.make_account(name=name)
    like = named_like(Account.name, literal(query_of(text)))
    rows = db.session.scalars(Account.unscoped("a test").where(like)).all()
    assert [row.name for row in rows] == ([found] if found else [])


def test_signs_alone_look_for_nothing(app):
    with app.app_context():
        assert query_of(" !? ") == ""
