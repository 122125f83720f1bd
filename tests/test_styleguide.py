"""The page of all components: complete in development, absent elsewhere."""

from dataclasses import replace

import pytest
from flask import Flask

from portal.app import create_app
from tests.web import HouseClient

pytestmark = pytest.mark.on("sqlite")


@pytest.fixture
def workshop(app: Flask) -> HouseClient:
    """A client of the same app in development."""
    made = create_app(replace(app.extensions["portal_settings"], debug=True))
    made.test_client_class = HouseClient
    client = made.test_client()
    assert isinstance(client, HouseClient)
    return client


@pytest.mark.parametrize("side", ["staff", "client"])
def test_every_component_is_on_the_page_for_either_side(workshop, side):
    page = workshop.get(f"/styleguide?side={side}")
    assert page.status_code == 200
    assert f'data-side="{side}"' in page.text
    for part in ("composer", "entry note", "heat", "pair", "toast", "notice stop", "steps", "card"):
        assert f'class="{part}' in page.text
    assert page.text.count("<h2>") > 12


def test_elsewhere_there_is_no_such_page(client):
    assert client.get("/styleguide").status_code == 404
