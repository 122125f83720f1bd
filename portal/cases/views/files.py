"""Files of cases."""

from typing import Any

from flask import Response, abort, request, send_file

from portal.actor import current_actor
from portal.cases import operations
from portal.cases.gates import attached
from portal.cases.views.blueprint import bp
from portal.files import storing
from portal.files.kinds import INLINE
from portal.files.models import StoredFile

POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


@bp.get("/files/<storedfile>", gate=attached)
def fetch(storedfile: StoredFile) -> Any:
    """The bytes as an attachment under the type we recorded; a recognised picture may show in the page."""
    if not storing.path_of(storedfile).is_file():
        abort(404)
    shown = "inline" in request.args and storedfile.content_type in INLINE
    if not shown:
        operations.record_download(storedfile, by=current_actor())
    return _sent(storedfile, attached=not shown)


def _sent(file: StoredFile, *, attached: bool) -> Response:
    response = send_file(
        storing.path_of(file),
        mimetype=file.content_type,
        as_attachment=attached,
        download_name=file.name,
        etag=False,
        conditional=False,
        max_age=0,
    )
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    return response
