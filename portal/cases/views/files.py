"""Files of cases."""

from typing import Any

from flask import abort, request, send_file

from portal.actor import current_actor
from portal.cases import operations
from portal.cases.gates import attached
from portal.cases.views.blueprint import bp
from portal.files import storing
from portal.files.kinds import INLINE
from portal.files.models import StoredFile


@bp.get("/files/<storedfile>", gate=attached)
def fetch(storedfile: StoredFile) -> Any:
    """The bytes as an attachment under the type we recorded; a recognised picture may show in the page."""
    path = storing.path_of(storedfile)
    if not path.is_file():
        abort(404)
    shown = "inline" in request.args and storedfile.content_type in INLINE
    response = send_file(
        path,
        mimetype=storedfile.content_type,
        as_attachment=not shown,
        download_name=storedfile.name,
        etag=False,
        conditional=False,
        max_age=0,
    )
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; sandbox; frame-ancestors 'none'"
    )
    response.headers["Cache-Control"] = "no-store"
    if not shown:
        operations.record_download(storedfile, by=current_actor())
    return response
