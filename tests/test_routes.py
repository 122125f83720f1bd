"""The doors of the house: every route with method and gate is written down, public ones are few."""

from pathlib import Path

import pytest
from flask import Flask

from portal.web.routes import Routes, require_gates
from tests.access import walk

LIST = Path(__file__).parent / "routes.txt"
PUBLIC = {
    "/calendar/.ics",
    "/calendar/<token>.ics",
    "/healthz",
    "/login",
    "/password/",
    "/password/<token>",
    "/password/forgot",
    "/preferences",
    "/readyz",
    "/verify",
}


def _written(app: Flask) -> str:
    lines = [
        f"{method:5}{rule.rule}  {walk.gate_of(app, rule).name}" for rule, method in walk.rules(app)
    ]
    return "\n".join(lines) + "\n"


def test_the_list_of_routes_is_the_one_that_was_read(app):
    """A route that comes, goes or changes its gate shows in review; write the list anew and look at it."""
    assert _written(app) == LIST.read_text("utf-8")


@pytest.mark.proves("T11")
def test_public_routes_are_a_short_list(app):
    found = {rule.rule for rule, _ in walk.rules(app) if walk.gate_of(app, rule).is_public}
    assert found == PUBLIC


def test_a_route_without_a_gate_does_not_import():
    with pytest.raises(TypeError, match="gate"):
        Routes("x", __name__).get("/x")


def test_an_app_with_an_ungated_rule_does_not_start():
    app = Flask(__name__)
    app.add_url_rule("/x", view_func=lambda: "")
    with pytest.raises(RuntimeError, match="no gate"):
        require_gates(app)
