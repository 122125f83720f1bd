"""The test client: signs people in without a password and checks the house rules on every page."""

from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.actor import NOBODY, act_as
from portal.db import db
from portal.identity import sessions
from portal.identity.models import User
from portal.identity.peer import Peer
from tests import house_rules

SHORT = {"stranger": "globex.contact"} | {
    part: f"acme.{part}" for part in ("manager", "agent", "sponsor", "contact")
}


def email_of(who: str) -> str:
    """The address of one of the cast: `agent`, `acme.agent`, `stranger`, `executive`; or an address itself."""
    if "@" in who:
        return who
    place, _, part = SHORT.get(who, who).rpartition(".")
    return f"{part}@{place or 'provider'}.test"


class HouseClient(FlaskClient):
    """A browser without a screen, on our own pages."""

    def as_(self, who: str | User) -> "HouseClient":
        """A client signed in as a person, or as `nobody`; this one stays as it is."""
        person = self.application.test_client()
        assert isinstance(person, HouseClient)
        if who != "nobody":
            person.sign_in(who)
        return person

    def sign_in(self, who: str | User) -> None:
        """Begin a session as the log-in would, without the cost of a password."""
        with self.application.app_context():
            if isinstance(who, str):
                found = db.session.scalar(select(User).where(User.email == email_of(who)))
                assert found is not None, f"{who} is not in the database: make the cast first"
                who = found
            token = sessions.begin(who, Peer(address="127.0.0.1", agent="tests"))
            db.session.commit()
        self.keep(token)

    def keep(self, token: str) -> None:
        """Hold a session's token the way a browser does."""
        with self.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request as one of our own pages would; check what comes back."""
        assert not has_app_context(), "leave the app context before using the client: g would leak"
        headers = dict(kwargs.pop("headers", None) or {})
        if not {"Origin", "Sec-Fetch-Site"} & headers.keys():
            headers["Sec-Fetch-Site"] = "same-origin"
        try:
            response = super().open(*args, headers=headers, **kwargs)
        finally:
            act_as(NOBODY)
        if response.mimetype == "text/html" and response.data and response.request.method != "HEAD":
            asked = response.request.headers
            house_rules.check(
                response.get_data(as_text=True),
                fragment=asked.get("HX-Request") == "true"
                and asked.get("HX-Request-Type", "partial") == "partial"
                and "<html" not in response.get_data(as_text=True)[:200],
                where=f"{response.request.method} {response.request.full_path} ({response.status_code})",
            )
        return response
