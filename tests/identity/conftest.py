"""No mail is left over from another test."""

import shutil

import pytest


@pytest.fixture(autouse=True)
def empty_mail_folder(request):
    if "app" in request.fixturenames:
        settings = request.getfixturevalue("app").extensions["portal_settings"]
        shutil.rmtree(settings.instance / "mail", ignore_errors=True)
