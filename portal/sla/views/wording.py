"""Weeks, places and people told, as they are read."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from flask_babel import get_locale

from portal.sla.forms.plans import TELLABLE
from portal.sla.written import hours_text
from portal.web.filters import weekdays
from portal.web.words import gettext as _


def week_lines(weekly: Sequence[Iterable[Sequence[int]]]) -> list[tuple[str, str]]:
    """Neighbouring days with the same hours, and these; closed days at the end of the week are left out."""
    said = [hours_text(hours) for hours in weekly]
    lines = []
    for hours, days in groupby(zip(weekdays(), said, strict=True), key=lambda pair: pair[1]):
        names = [name for name, _hours in days]
        together = names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"
        lines.append((together, shown(hours)))
    return lines


def shown(hours: str) -> str:
    """Hours of a day as they are read: with a word for none and for all."""
    if hours == "00:00-24:00":
        return _("round the clock")
    return hours.replace("-", "–") or _("closed")


def country_name(country: str, region: str = "") -> str:
    """A country in the reader's language, with the code of its region."""
    locale = get_locale()
    name = str(locale.territories.get(country, country)) if locale else country
    return f"{name} ({region})" if region else name


def told(people: Iterable[str]) -> str:
    """Whom a warning reaches."""
    names = dict(TELLABLE)
    return ", ".join(str(names[who]) for who in people if who in names)
