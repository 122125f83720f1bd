"""Every component once, in every state; for development only (`PORTAL_DEBUG=1`)."""

import re
from datetime import timedelta
from typing import Any

from flask import Flask, Response, request
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField

from portal import clock
from portal.web.assets import static_text
from portal.web.forms import PortalForm
from portal.web.gate import public
from portal.web.render import render
from portal.web.routes import Routes

bp = Routes("styleguide", __name__)

COLOURS = (
    *("ours", "theirs", "note", "ok", "warn", "bad", "info"),
    *("band", "ground", "sunken", "ink", "ink3"),
)
STATES = (
    *(("new", "New"), ("open", "Open"), ("waiting", "Waiting on client"), ("ok", "Resolved")),
    *(("calm", "No target"), ("soon", "Due today 16:12"), ("late", "2 h overdue")),
)
HOURS = [
    (7 * day + 3 * hour) % 19 if 7 < hour < 19 else 0 for day in range(7) for hour in range(24)
]


class SpecimenForm(PortalForm):
    """One field of each kind."""

    subject = StringField("Subject", default="Correias dentadas")
    due = StringField("Due", default="31/02/2026")
    category = SelectField("Category", choices=["Product fault", "Invoice"])
    body = TextAreaField("What happened")
    reach = RadioField("Sees", choices=["Own cases", "Whole account"], default="Own cases")
    told = BooleanField("Tell Joaquín by e-mail too", default=True)


def install(app: Flask) -> None:
    """Add the page to an app in development."""
    app.register_blueprint(bp)


@bp.get("/styleguide", gate=public)
def show() -> Response:
    """All components on one page, as staff or, with `?side=client`, as clients see them."""
    form = SpecimenForm()
    form.due.errors = ["February has 28 days. The rest is kept."]
    now = clock.now()
    page: dict[str, Any] = {
        "side": "client" if request.args.get("side") == "client" else "staff",
        "form": form,
        "colours": COLOURS,
        "states": STATES,
        "icons": re.findall(r'id="([\w-]+)"', static_text("icons/sprite.svg")),
        "hours": HOURS,
        "opened": now - timedelta(hours=21),
        "until": now + timedelta(hours=27),
        "spans": [(now - timedelta(hours=5), now + timedelta(hours=4))],
    }
    return render("web/styleguide.html", **page)
