"""What is published: named by its content, whole, and nothing that should stay at home."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from portal.app import create_app
from portal.config import SettingError
from portal.web import assets, ui

pytestmark = pytest.mark.on("sqlite")

STATIC = Path(__file__).resolve().parents[2] / "static"
HTMX = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"
"""Of `dist/htmx.min.js` in the package htmx.org 4.0.1."""
URL = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")
MARK = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9v9z"/></svg>'


@pytest.fixture
def published(app):
    return app.extensions["portal_assets"]


@pytest.fixture
def branded(app, tmp_path):
    """The same installation with a logo of its own."""

    def build(name, content):
        logo = tmp_path / name
        logo.write_text(content)
        settings = app.extensions["portal_settings"]
        return create_app(replace(settings, instance=tmp_path, brand_logo=str(logo)))

    return build


def fetched(client, address):
    """Status, headers and body of a static file; the file is closed."""
    with client.get(address) as answer:
        return answer.status_code, answer.headers, answer.data


def test_every_file_is_served_under_the_name_of_its_content(client, published):
    assert {"css/app.css", "js/app.js", "vendor/htmx.js", "icons/sprite.svg"} <= set(
        published.names
    )
    for plain, name in published.names.items():
        status, headers, body = fetched(client, f"/static/{name}")
        assert status == 200, plain
        stem, _, suffix = plain.rpartition(".")
        digest = hashlib.sha256(body).hexdigest()[:12]
        assert published.address(plain) == f"/static/{stem}.{digest}.{suffix}"
        assert "immutable" in headers["Cache-Control"]


def test_every_state_has_a_shape_of_its_own():
    """The style sheet cuts it out of one picture, by its place there."""
    css = (STATIC / "css" / "components" / "state.css").read_text("utf-8")
    places = {kind: int(n) for kind, n in re.findall(r"&\.(\w+) \{\s+--shape: (\d)", css)}
    picture = (STATIC / "icons" / "states.svg").read_text("utf-8")
    height = int(re.search(r'viewBox="0 0 24 (\d+)"', picture)[1])
    assert sorted(places.values()) == list(range(height // 24))
    named = {kind for kind, *_ in ui.STATUSES.values()}
    for kinds in (ui.ORDERS, ui.REVIEWS, ui.REVIEW_STAGES):
        named |= {kind for kind, _ in kinds.values()}
    assert named <= set(places)


def test_another_content_has_another_name():
    assert assets.fingerprinted("css/app.css", b"a") != assets.fingerprinted("css/app.css", b"b")
    assert re.fullmatch(r"css/app\.[0-9a-f]{12}\.css", assets.fingerprinted("css/app.css", b"a"))


def test_a_plain_name_is_not_served_and_an_unknown_one_is_a_mistake(client, published):
    assert client.get("/static/css/app.css").status_code == 404
    with pytest.raises(KeyError):
        published.address("css/missing.css")


def test_every_address_in_the_styles_is_published(client, published):
    style = fetched(client, published.address("css/app.css"))[2].decode()
    found = {found for found in URL.findall(style) if not found.startswith(("data:", "#"))}
    assert found
    assert found <= {published.address(plain) for plain in published.names}
    assert not re.search(r"@import|https?://(?!www\.w3\.org/)", style)


def test_the_layers_come_first_and_no_style_or_script_is_left_out(app):
    found = assets.collect(STATIC, app.extensions["portal_settings"])
    style, script = found["css/app.css"].decode(), found["js/app.js"].decode()
    layers = re.search(r"@layer [^{]*?;", (STATIC / "css" / "layers.css").read_text("utf-8"))[0]
    assert 0 < style.index(layers) < style.index("{")
    for path in (STATIC / "css").rglob("*.css"):
        pieces = URL.split(path.read_text("utf-8"))[::2]
        assert all(piece in style for piece in pieces), path.name
    for path in (STATIC / "js").glob("*.js"):
        assert f"// {path.name}\n{{\n{path.read_text('utf-8')}}}" in script


def test_licences_and_the_fonts_of_the_paper_stay_at_home(published):
    assert list(STATIC.rglob("*.txt"))
    for name in published.names:
        assert not name.endswith(".txt")
        assert not name.startswith("fonts/pdf/")


def test_what_is_vendored_is_what_was_released():
    assert hashlib.sha256((STATIC / "vendor" / "htmx.js").read_bytes()).hexdigest() == HTMX


def test_static_files_carry_the_headers(client, published):
    for plain in ("css/app.css", "vendor/htmx.js", "icons/sprite.svg"):
        _, headers, _ = fetched(client, published.address(plain))
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Set-Cookie" not in headers


def test_a_logo_is_published_and_shown(branded):
    app = branded("our mark.SVG", MARK)
    client = app.test_client()
    page = client.get("/login").get_data(as_text=True)
    address = app.extensions["portal_assets"].address("brand/logo.svg")
    assert f'src="{address}"' in page
    assert fetched(client, address)[2].decode() == MARK


@pytest.mark.parametrize(
    ("name", "content"),
    [("logo.html", "<script>"), ("logo.gif", "GIF89a"), ("logo.png", "x" * (512 * 1024 + 1))],
)
def test_what_cannot_be_a_logo_stops_the_start(branded, name, content):
    with pytest.raises(SettingError, match="PORTAL_BRAND_LOGO"):
        branded(name, content)


def test_a_logo_that_is_not_there_stops_the_start(app):
    settings = replace(app.extensions["portal_settings"], brand_logo="nowhere/logo.png")
    with pytest.raises(SettingError, match="PORTAL_BRAND_LOGO"):
        create_app(settings)


def test_an_accent_is_the_last_rule_of_the_styles(app):
    settings = replace(app.extensions["portal_settings"], brand_accent="#b4531f")
    style = assets.collect(STATIC, settings)["css/app.css"].decode()
    assert style.endswith(assets.brand.stylesheet("#b4531f"))
    plain = assets.collect(STATIC, replace(settings, brand_accent=""))["css/app.css"].decode()
    assert "--ours: light-dark(#" not in plain
