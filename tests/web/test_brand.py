"""A provider's accent, whatever it is, becomes colours that can be read."""

import re
from pathlib import Path

import pytest

from portal.web import brand

ACCENTS = (
    "#000000",
    "#ffffff",
    "#ffff00",
    "#5c2340",
    "#b4531f",
    "#ff0000",
    "#00ff00",
    "#0000ff",
    "#00ffff",
    "#ff00ff",
    "#808080",
    "#0f766e",
    "#1a1a2e",
    "#f5f6f3",
)
RULE = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
TOKENS = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"
TOKEN = re.compile(r"--([\w-]+): ([^;]*oklch[^;]*);")
OKLCH = re.compile(r"oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)")


def _fixed():
    """Each colour of the house as light and dark `#rrggbb`."""
    found = {}
    for name, value in TOKEN.findall(TOKENS.read_text("utf-8")):
        parts = [brand._hex(*map(float, numbers)) for numbers in OKLCH.findall(value)]
        if parts:
            found[name] = (parts[0], parts[-1])
    return found


FIXED = _fixed()
GROUNDS = [[FIXED[name][dark] for name in ("surface", "ground", "sunken")] for dark in (0, 1)]


def colours(accent):
    """Each token's light and dark colour."""
    return {name: (light, dark) for name, light, dark in RULE.findall(brand.stylesheet(accent))}


@pytest.mark.parametrize("accent", ACCENTS)
@pytest.mark.parametrize("dark", [0, 1], ids=["light", "dark"])
def test_every_derived_colour_can_be_read_on_its_grounds(accent, dark):
    found = {name: pair[dark] for name, pair in colours(accent).items()}
    pairs = [(found["ours"], ground) for ground in (*GROUNDS[dark], found["ours-soft"])]
    if "theirs" in found:
        pairs += [(found["theirs"], ground) for ground in (*GROUNDS[dark], found["theirs-soft"])]
    pairs += [(found["band"], found["band-2"]), (found["band"], FIXED["on-band"][dark])]
    pairs += [(found[name], FIXED["on-fill"][dark]) for name in ("ours", "h4", "h5")]
    pairs += [(found[name], FIXED["ink"][dark]) for name in ("h1", "h2", "h3")]
    low = [(one, other) for one, other in pairs if brand.contrast(one, other) < brand.ENOUGH]
    assert not low


@pytest.mark.parametrize("accent", ACCENTS)
def test_the_steps_of_the_heat_map_go_one_way(accent):
    found = colours(accent)
    for dark in (0, 1):
        against = GROUNDS[dark][0]
        steps = [brand.contrast(found[f"h{step}"][dark], against) for step in range(1, 6)]
        assert steps == sorted(steps)
        assert len(set(steps)) == 5


@pytest.mark.parametrize("accent", ["#5c2340", "#b0305f", "#ff0066"])
def test_an_accent_near_the_clients_plum_moves_theirs_to_petrol(accent):
    assert "theirs" in colours(accent)


@pytest.mark.parametrize("accent", ["#0f766e", "#0000ff", "#ffff00"])
def test_an_accent_far_from_it_leaves_theirs_alone(accent):
    assert "theirs" not in colours(accent)


def test_contrast_is_the_webs_own():
    assert brand.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert brand.contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert brand.contrast("#abcdef", "#abcdef") == pytest.approx(1)


def test_a_readable_accent_stays_near_itself():
    assert brand.contrast(colours("#0f766e")["ours"][0], "#0f766e") < 1.3
