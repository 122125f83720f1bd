"""Whether this process answers, and whether it is ready to serve people."""

import tempfile
from pathlib import Path

from flask import Response, current_app
from sqlalchemy.exc import SQLAlchemyError

from portal.db import db, revisions
from portal.web.gate import public
from portal.web.routes import Routes
from portal.web.security import settings

bp = Routes("health", __name__)


@bp.get("/healthz", gate=public)
def live() -> Response:
    """Say that the process answers; nothing else is asked."""
    return _said(["ok"])


@bp.get("/readyz", gate=public)
def ready() -> Response:
    """Database, migrations and file store work; 503 with the faults by name, without any secret."""
    faults = [fault for fault in (_database_fault(), _storage_fault()) if fault]
    return _said(faults or ["ok"], 503 if faults else 200)


def unusable() -> str:
    """Why nothing can be served from this database at all; "" when it was ever set up."""
    try:
        with db.engine.connect() as connection:
            known = revisions.reached(connection)
    except SQLAlchemyError:
        return "the database does not answer; is PORTAL_DATABASE_URL right?"
    return "" if known else "the database is empty; run portal init first"


def _said(lines: list[str], status: int = 200) -> Response:
    return Response("\n".join(lines) + "\n", status=status, mimetype="text/plain")


def _database_fault() -> str:
    try:
        with db.engine.connect() as connection:
            present = revisions.reached(connection)
    except SQLAlchemyError:
        return "database: does not answer"
    wanted = Path(current_app.root_path) / "migrations" / "versions"
    return "" if present == revisions.newest(wanted) else "migrations: not at head, run portal init"


def _storage_fault() -> str:
    folder = settings().storage_path
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"ready")
            probe.flush()
    except OSError:
        return "file store: cannot be written"
    return ""
