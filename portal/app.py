"""`create_app()`: the one place where the floors meet."""

from pathlib import Path

from flask import Flask

from portal import wiring
from portal.actor import current_actor
from portal.config import Settings
from portal.db import db
from portal.web import assets, errors, filters, security, ui
from portal.web.render import htmx
from portal.web.routes import before_unsafe, require_gates
from portal.web.words import PortalBabel

PACKAGE = Path(__file__).parent
MB = 1024 * 1024


def assets_folder() -> Path:
    """Templates and static files: inside the wheel, else in the checkout."""
    packed = PACKAGE / "_assets"
    return packed if packed.exists() else PACKAGE.parent


def create_app(settings: Settings | None = None) -> Flask:
    """The web application.

    Raises: SettingError when a setting is unknown or malformed, RuntimeError when a route has no gate.
    """
    settings = settings or Settings.from_env()
    folder = assets_folder()
    app = Flask(
        "portal",
        template_folder=str(folder / "templates"),
        static_folder=None,
        root_path=str(PACKAGE),
    )
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url.replace(
            "postgresql://", "postgresql+psycopg://", 1
        ),
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        MAX_CONTENT_LENGTH=25 * MB,
        MAX_FORM_MEMORY_SIZE=MB,
        MAX_FORM_PARTS=500,
        BABEL_DEFAULT_LOCALE="en",
        BABEL_TRANSLATION_DIRECTORIES=str(PACKAGE / "translations"),
        TRAP_HTTP_EXCEPTIONS=False,
    )
    app.extensions["portal_settings"] = settings
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    db.init_app(app)
    htmx.init_app(app)
    PortalBabel(app, locale_selector=_language, timezone_selector=_timezone)
    app.before_request(before_unsafe)
    security.install(app)
    errors.install(app)
    filters.install(app)
    ui.install(app)
    wiring.install(app)
    assets.install(app, folder / "static", settings)
    require_gates(app)
    return app


def _engine_options(settings: Settings) -> dict[str, object]:
    if settings.database_url.startswith("sqlite"):
        settings.instance.mkdir(parents=True, exist_ok=True)
        return {}
    return {"pool_size": 5, "max_overflow": 5, "pool_pre_ping": False, "pool_recycle": 1800}


def _language() -> str:
    from portal.identity.preferences import language

    return language()


def _timezone() -> str:
    return current_actor().timezone or "UTC"
