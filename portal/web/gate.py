"""Gates: who may pass a route, decided before the view runs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from werkzeug.exceptions import Forbidden, NotFound, Unauthorized

from portal.actor import Actor
from portal.db import db

Policy = Callable[..., bool]


@dataclass(frozen=True)
class Gate:
    """A named check; it returns what the view receives, or raises 401, 403 or 404."""

    name: str
    check: Callable[[Actor, dict[str, Any]], dict[str, Any]]
    is_public: bool = False


def _pass(actor: Actor, values: dict[str, Any]) -> dict[str, Any]:
    return values


def _signed_in(actor: Actor, values: dict[str, Any]) -> dict[str, Any]:
    if not actor.signed_in:
        raise Unauthorized
    return values


def _staff(actor: Actor, values: dict[str, Any]) -> dict[str, Any]:
    _signed_in(actor, values)
    if not actor.is_staff:
        raise Forbidden
    return values


public = Gate("public", _pass, is_public=True)
signed_in = Gate("signed_in", _signed_in)
staff = Gate("staff", _staff)


def allowed(policy: Policy, *, hidden: bool = False) -> Gate:
    """People whom `policy(actor)` lets pass; for others it is forbidden (403), or if `hidden` does not exist (404)."""

    def check(actor: Actor, values: dict[str, Any]) -> dict[str, Any]:
        _signed_in(actor, values)
        if not policy(actor):
            raise NotFound if hidden else Forbidden
        return values

    return Gate(f"allowed({_named(policy)}{', hidden' if hidden else ''})", check)


def one(
    model: type[Any],
    policy: Policy | None = None,
    *,
    by: str = "ref",
    name: str | None = None,
    hidden: bool = False,
) -> Gate:
    """The row whose public reference stands in the path, if visible (else 404) and permitted (else 403).

    The path's parameter and the view's argument carry the model's name in lower case, or `name`. What is `hidden`
    does not exist for whom the policy does not let pass (404).
    """
    argument = name or model.__name__.lower()

    def check(actor: Actor, values: dict[str, Any]) -> dict[str, Any]:
        _signed_in(actor, values)
        row = db.session.scalar(
            model.visible_to(actor).where(getattr(model, by) == values[argument])
        )
        if row is None:
            raise NotFound
        if policy is not None and not policy(actor, row):
            raise NotFound if hidden else Forbidden
        return {**values, argument: row}

    asked = f", {_named(policy)}{', hidden' if hidden else ''}" if policy else ""
    label = f"one({model.__name__}{asked})"
    return Gate(label, check)


def _named(policy: Policy) -> str:
    return f"{policy.__module__.removeprefix('portal.').removesuffix('.policy')}.{policy.__name__}"
