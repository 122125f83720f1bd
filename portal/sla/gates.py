"""The gate of calendars and plans: they belong to the provider, so no account decides who sees them."""

from typing import Any

from werkzeug.exceptions import Forbidden, NotFound, Unauthorized

from portal.actor import Actor
from portal.db import Base, db
from portal.web.gate import Gate, Policy


def kept(model: type[Base], name: str, policy: Policy) -> Gate:
    """The row whose number stands in the path, for those whom `policy(actor)` lets pass (else 403, then 404).

    The path's parameter and the view's argument carry `name`.
    """

    def check(actor: Actor, values: dict[str, Any]) -> dict[str, Any]:
        if not actor.signed_in:
            raise Unauthorized
        if not policy(actor):
            raise Forbidden
        row = db.session.get(model, values[name]) if values[name] < 2**31 else None
        if row is None:
            raise NotFound
        return {**values, name: row}

    return Gate(f"kept({model.__name__}, sla.{policy.__name__})", check)
