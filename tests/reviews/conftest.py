"""An app without a database for what only words and lays out, and one press for all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel

from portal.app import assets_folder
from portal.reviews import document
from portal.reviews.content import Brand, Material, compose
from portal.reviews.pdf import Press
from portal.reviews.sheets import Sheet

BRAND = Brand("Norte Peças", verify_at="https://portal.norte-pecas.example/verify")
STATIC = assets_folder() / "static"


@pytest.fixture(scope="session")
def words() -> Flask:
    """Templates and catalogues alone."""
    app = Flask("portal", template_folder=str(assets_folder() / "templates"))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    translations = Path(__file__).parents[2] / "portal" / "translations"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(translations)
    Babel(app)
    return app


@pytest.fixture
def speaking(words: Flask) -> Iterator[Flask]:
    with words.app_context():
        yield words


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    """The rendering process, warm for all tests."""
    made = Press(STATIC)
    yield made
    made.close()


def sheet_of(app: Flask, material: Material, language: str = "en") -> Sheet:
    """The document of some material."""
    with app.app_context():
        return document.sheet(compose(material, language, BRAND))
