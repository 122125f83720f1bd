"""The provider as its documents show it: name, colour, logo; and where the fonts lie that they are set in."""

import base64
import mimetypes
from pathlib import Path

from flask import current_app

from portal.config import Settings
from portal.reviews.content import Brand
from portal.web.brand import on_paper

MB = 1024 * 1024


def brand() -> Brand:
    """The provider as its documents sign; the logo inside the page, since the renderer reads no other file."""
    settings = current_app.extensions["portal_settings"]
    assert isinstance(settings, Settings)
    logo, path = "", Path(settings.brand_logo)
    if settings.brand_logo and path.is_file() and path.stat().st_size <= MB:
        kind = mimetypes.guess_type(path.name)[0] or "image/png"
        logo = f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
    accent = on_paper(settings.brand_accent or Brand.accent)
    return Brand(settings.brand_name, accent, logo, f"{settings.base_url}/verify")


def static_folder() -> Path:
    """Where our fonts lie: beside the templates, in the checkout or inside the wheel."""
    return Path(str(current_app.template_folder)).parent / "static"
