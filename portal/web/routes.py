"""`Routes`: a blueprint whose every route has a gate and whose every request is one transaction."""

import functools
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, make_response, request

from portal.actor import current_actor
from portal.db import db
from portal.db.transaction import abandon, begin_write, finish
from portal.web.gate import Gate

View = Callable[..., Any]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Routes(Blueprint):
    """A blueprint that does not take a route without a gate."""

    def get(self, rule: str, *, gate: Gate, **options: Any) -> Callable[[View], View]:  # type: ignore[override]
        """A page."""
        return self._gated(rule, ["GET"], gate, options)

    def post(self, rule: str, *, gate: Gate, **options: Any) -> Callable[[View], View]:  # type: ignore[override]
        """A change."""
        return self._gated(rule, ["POST"], gate, options)

    def _gated(
        self, rule: str, methods: list[str], gate: Gate, options: dict[str, Any]
    ) -> Callable[[View], View]:
        def decorate(view: View) -> View:
            guarded = _guarded(view, gate)
            self.add_url_rule(rule, view_func=guarded, methods=methods, **options)
            return view

        return decorate


def _guarded(view: View, gate: Gate) -> View:
    @functools.wraps(view)
    def run(**values: Any) -> Response:
        try:
            given = gate.check(current_actor(), values)
            response = make_response(current_app.ensure_sync(view)(**given))
        except BaseException:
            abandon()
            raise
        if response.status_code < 400 and (
            request.method not in SAFE or db.session.new or db.session.dirty
        ):
            db.session.commit()
            finish()
        else:
            abandon()
        return response

    run.gate = gate  # type: ignore[attr-defined]
    return run


def before_unsafe() -> None:
    """Take the writer's place before anything is read."""
    if request.method not in SAFE:
        begin_write()


def require_gates(app: Any) -> None:
    """Refuse an app that holds any rule without a gate."""
    for rule in app.url_map.iter_rules():
        if not hasattr(app.view_functions[rule.endpoint], "gate"):
            raise RuntimeError(f"route {rule.rule} has no gate")
