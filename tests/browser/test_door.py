"""The way in, in a real Chromium: by the form, and by a session's cookie."""

import pytest

from portal.db import db
from portal.identity import passwords
from portal.identity.models import User
from tests import factories


@pytest.fixture
def agent(app, cast) -> User:
    """Acme's agent with a password to type."""
    with app.app_context():
        user = db.session.get(User, cast.acme.agent.id)
        user.password_hash = passwords.hash_password(factories.PASSWORD)
        db.session.commit()
    return user


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_signing_in_by_the_form(browser, live_server, agent, scripts):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=scripts)
    page = context.new_page()
    page.goto("/cases")
    page.fill("[name=email]", agent.email)
    page.fill("[name=password]", factories.PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/cases")
    assert page.locator("h1").count() == 1


@pytest.mark.on("sqlite")
def test_a_sessions_cookie_is_enough_for_the_other_journeys(page, live_server, cast):
    live_server.sign_in(page.context, "agent")
    page.goto("/")
    assert "/login" not in page.url
