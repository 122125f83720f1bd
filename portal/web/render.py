"""The only place that reads htmx's request headers and answers with a page or one block of it."""

from typing import Any

from flask import Response, current_app, make_response, request
from flask_htmx import HTMX
from jinja2 import Template

VARY = ("HX-Request", "HX-Request-Type", "Cookie", "Accept-Language")


class PortalHtmx(HTMX):  # type: ignore[misc]
    """htmx 4's own headers."""

    @property
    def source(self) -> str | None:
        """The element that sent the request, as `tag#id`."""
        return request.headers.get("HX-Source")

    @property
    def partial(self) -> bool:
        """Whether a part of the page was asked for, not the whole."""
        asked = request.headers.get("HX-Request") == "true"
        return asked and request.headers.get("HX-Request-Type", "partial") == "partial"


htmx = PortalHtmx()


def wants_fragment() -> bool:
    """Whether this answer replaces a part of a page; a history restore always gets the whole."""
    return htmx.partial and request.headers.get("HX-History-Restore-Request") != "true"


def render(
    template: str, *, fragment: str | None = None, status: int = 200, **context: Any
) -> Response:
    """The whole page, or only the named block to an htmx request."""
    current_app.update_template_context(context)
    page: Template = current_app.jinja_env.get_template(template)
    if fragment is not None and wants_fragment():
        block = page.new_context(context)
        body = "".join(page.blocks[fragment](block))
    else:
        body = page.render(context)
    response = make_response(body, status)
    response.vary.update(VARY)
    return response
