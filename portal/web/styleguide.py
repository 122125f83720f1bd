"""Every component once, in every state; for development only (`PORTAL_DEBUG=1`)."""

import re
from datetime import timedelta
from typing import Any

from flask import Flask, Response, current_app, request
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField

from portal import clock
from portal.web.assets import Assets
from portal.web.forms import PortalForm, options
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
KINDS = (("fault", "Product fault"), ("invoice", "Invoice"))
REACHES = (("own", "Own cases"), ("whole", "Whole account"))
ICON = re.compile(r'id="([\w-]+)"')
HOURS = [
    (7 * day + 3 * hour) % 19 if 7 < hour < 19 else 0 for day in range(7) for hour in range(24)
]


class SpecimenForm(PortalForm):
    """One field of each kind."""

    subject = StringField("Subject", default="Correias dentadas")
    due = StringField("Due", default="31/02/2026")
    category = SelectField("Category", choices=options(KINDS))
    body = TextAreaField("What happened")
    reach = RadioField("Sees", choices=options(REACHES), default="own")
    told = BooleanField("Tell Joaquín by email too", default=True)


def install(app: Flask) -> None:
    """Add the page to an app in development."""
    app.register_blueprint(bp)


@bp.get("/styleguide", gate=public)
def show() -> Response:
    """All components on one page, as staff or, with `?side=client`, as clients see them."""
    form = SpecimenForm()
    form.due.errors = ["February has 28 days. The rest is kept."]
    side = "client" if request.args.get("side") == "client" else "staff"
    return render("web/styleguide.html", side=side, form=form, **_samples())


def _samples() -> dict[str, Any]:
    now = clock.now()
    return {
        "colours": COLOURS,
        "states": STATES,
        "icons": ICON.findall(_sprite()),
        "hours": HOURS,
        "opened": now - timedelta(hours=21),
        "until": now + timedelta(hours=27),
        "spans": [(now - timedelta(hours=5), now + timedelta(hours=4))],
    }


def _sprite() -> str:
    published = current_app.extensions["portal_assets"]
    assert isinstance(published, Assets)
    return (published.static / "icons" / "sprite.svg").read_text("utf-8")
