"""Values of figures by their numbers: kept without a language, written with one."""

from portal.reviews.content import Material
from portal.reviews.figures import Figures
from portal.reviews.phrasing import Say

SHARES = {"F7": "response", "F8": "resolution", "F9": "following", "F11": "waiting", "F12": "again"}
COUNTS = {"F1": "opened", "F2": "resolved", "F3": "reopened", "F4": "backlog"}
SPANS = {"F6": "first", "F10": "solved"}
LASTING = {"F13": "repeated", "F14": "settled"}


def value_in(material: Material, name: str) -> str:
    """A figure's main value in a review, as `value_of` says it, of the figures that are not among its `Figures` too."""
    if name not in LASTING:
        return value_of(material.figures, name)
    value = getattr(material.lasting, LASTING[name]).value if material.lasting else None
    return "" if value is None else str(value)


def value_of(figures: Figures, name: str) -> str:
    """A figure's main value as digits: a count, seconds or per cent; empty when the review has none."""
    if name in SHARES:
        value: float | None = getattr(figures, SHARES[name]).value
    elif name in SPANS:
        value = getattr(figures, SPANS[name]).p50
    else:
        value = getattr(figures, COUNTS[name]) if name in COUNTS else None
    return "" if value is None else str(value)


def worded(name: str, value: str, say: Say) -> str:
    """The same as the reader writes it; a dash for none."""
    if not value:
        return "–"
    if name in SHARES or name in LASTING:
        return say.percent(float(value))
    return say.span(int(value)) if name in SPANS else say.count(int(value))
