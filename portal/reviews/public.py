"""The public page that checks a review's file. It keeps nothing and says nothing that is not in the file."""

from datetime import timedelta
from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _l
from wtforms import FileField

from portal.db import transaction
from portal.db.transaction import abandon
from portal.identity import limits
from portal.identity.peer import peer
from portal.reviews import signing, verdict
from portal.reviews.verifying import Examined, examine
from portal.reviews.words import gettext as _
from portal.web.forms import PortalForm
from portal.web.gate import public
from portal.web.render import render
from portal.web.routes import Routes

PEER = limits.Limit("verify-peer", 30, timedelta(minutes=15))
bp = Routes("verify", __name__, url_prefix="/verify")


class VerifyForm(PortalForm):
    """The file to check."""

    file = FileField(_l("Service review (PDF)"))


@bp.get("", gate=public)
def index(form: VerifyForm | None = None, status: int = 200, **found: Any) -> Response:
    """Where a file is given in, and what was found in it."""
    return render("reviews/verify.html", status=status, form=form or VerifyForm(), **found)


@bp.post("", gate=public)
def check() -> Any:
    """Check the file; it is forgotten with the answer."""
    form, file = VerifyForm(), request.files.get("file")
    if file is None or not file.filename:
        form.file.errors = [_("Choose the PDF of a service review.")]
        return index(form, 422)
    try:
        _count()
    except limits.TooManyTries:
        form.file.errors = [_("Too many files were checked from here. Wait 15 minutes.")]
        return index(form, 429)
    found = examine(file.read(), signing.own_certificates())
    return index(form, name=file.filename[:200], found=found, **_told(found))


def _count() -> None:
    """Count the try in a transaction of its own, so that nobody waits for the examination.

    Raises: TooManyTries.
    """
    who = peer().network
    abandon()
    with transaction():
        limits.take((PEER, who))


def _told(found: Examined) -> dict[str, Any]:
    """The verdict and each check in words; whether it is a review at all."""
    checks = [(one.holds, verdict.name(one.check), verdict.sentence(one)) for one in found.findings]
    return {
        "conclusion": verdict.conclusion(found),
        "checks": checks if len(checks) > 1 else [],
    }
