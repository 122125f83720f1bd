"""A provider's accent turned into readable colours: lightness moves until the contrast is enough."""

import math
from collections.abc import Iterable
from itertools import count

ENOUGH = 4.5
PLUM = 345.0
PETROL = 190.0
LIGHT_GROUNDS = ("#ffffff", "#f5f6f3", "#eceeeb")
PAPER = ("#ffffff", "#f3f5f2")
DARK_GROUNDS = ("#151b1c", "#1c2324", "#262d2e")

Rgb = tuple[float, float, float]


def stylesheet(accent: str) -> str:
    """The token rules that carry an accent like `#b4531f` through light and dark."""
    _, chroma, hue = _to_oklch(accent)
    rules = _side("ours", chroma, hue, accent) | _band(chroma, hue) | _heat(chroma, hue)
    if abs((hue - PLUM + 180) % 360 - 180) < 40:
        rules |= _side("theirs", 0.08, PETROL, _hex(0.43, 0.08, PETROL))
    body = "".join(
        f"  --{name}: light-dark({light}, {dark});\n" for name, (light, dark) in rules.items()
    )
    return f"@layer tokens {{ :root {{\n{body}}} }}\n"


def on_paper(accent: str) -> str:
    """The accent as it prints: darker where it could not be read on white or on our tint."""
    lightness, chroma, hue = _to_oklch(accent)
    if all(contrast(accent, ground) >= ENOUGH for ground in PAPER):
        return accent
    return readable(chroma, hue, lightness, -0.01, PAPER)


def contrast(one: str, other: str) -> float:
    """The WCAG contrast of two colours, 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def readable(chroma: float, hue: float, start: float, step: float, grounds: Iterable[str]) -> str:
    """The first colour from lightness `start` by `step` that is readable on all the grounds."""
    grounds = tuple(grounds)
    for turn in count():
        lightness = min(1.0, max(0.0, start + turn * step))
        colour = _hex(lightness, chroma, hue)
        if lightness in (0.0, 1.0) or all(contrast(colour, ground) >= ENOUGH for ground in grounds):
            return colour
    raise AssertionError("unreachable")


def _side(name: str, chroma: float, hue: float, accent: str) -> dict[str, tuple[str, str]]:
    soft = _hex(0.932, min(chroma, 0.032), hue), _hex(0.305, min(chroma, 0.035), hue)
    start = min(_to_oklch(accent)[0], 0.6)
    light = readable(chroma, hue, start, -0.01, (*LIGHT_GROUNDS, soft[0]))
    dark = readable(min(chroma, 0.12), hue, 0.78, 0.01, (*DARK_GROUNDS, soft[1]))
    return {name: (light, dark), f"{name}-soft": soft}


def _band(chroma: float, hue: float) -> dict[str, tuple[str, str]]:
    tint = _hex(0.86, min(chroma, 0.04), hue), _hex(0.83, min(chroma, 0.03), hue)
    light = readable(min(chroma, 0.11), hue, 0.345, -0.01, (tint[0],))
    return {"band": (light, _hex(0.265, min(chroma, 0.036), hue)), "band-2": tint}


def _heat(chroma: float, hue: float) -> dict[str, tuple[str, str]]:
    steps = {
        "h1": ((0.945, 0.022), (0.275, 0.025)),
        "h2": ((0.870, 0.050), (0.345, 0.040)),
        "h3": ((0.770, 0.075), (0.430, 0.055)),
        "h4": ((0.480, 0.080), (0.700, 0.080)),
        "h5": ((0.360, 0.070), (0.850, 0.080)),
    }
    return {
        name: (_hex(light[0], min(chroma, light[1]), hue), _hex(dark[0], min(chroma, dark[1]), hue))
        for name, (light, dark) in steps.items()
    }


def _hex(lightness: float, chroma: float, hue: float) -> str:
    """OKLCH as `#rrggbb`, chroma lowered until the screen can show it."""
    rgb = _to_rgb(lightness, chroma, hue)
    while chroma > 0 and not all(-1e-4 <= part <= 1 + 1e-4 for part in rgb):
        chroma = max(0.0, chroma - 0.002)
        rgb = _to_rgb(lightness, chroma, hue)
    return "#" + "".join(f"{round(255 * _encoded(part)):02x}" for part in rgb)


def _to_rgb(lightness: float, chroma: float, hue: float) -> Rgb:
    """Linear light, by Ottosson's matrices."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _to_oklch(colour: str) -> tuple[float, float, float]:
    red, green, blue = _linear(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def _linear(colour: str) -> Rgb:
    red, green, blue = (_decoded(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _decoded(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _encoded(part: float) -> float:
    part = min(1.0, max(0.0, part))
    return part * 12.92 if part <= 0.0031308 else float(1.055 * part ** (1 / 2.4) - 0.055)
