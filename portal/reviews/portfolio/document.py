"""From a portfolio to the HTML of its document: what each template prints, formatted and in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import force_locale

from portal.insights.definitions import rules
from portal.insights.shapes import TONES, Chart
from portal.insights.showing import Table
from portal.reviews import cover
from portal.reviews.attached import words
from portal.reviews.content import Brand
from portal.reviews.document import stylesheet
from portal.reviews.phrasing import Say, plain
from portal.reviews.portfolio import annex, rows, wording
from portal.reviews.portfolio.attached import attachments
from portal.reviews.portfolio.attention import moved
from portal.reviews.portfolio.cells import Cells, balance, cells_of
from portal.reviews.portfolio.facts import Entry, Portfolio
from portal.reviews.portfolio.one_page import one_page
from portal.reviews.portfolio.skyline import skyline
from portal.reviews.portfolio.tables import tables
from portal.reviews.sections import Section
from portal.reviews.sheets import Sheet
from portal.reviews.snapshot import fingerprint
from portal.reviews.words import gettext as _
from portal.reviews.words import ngettext

MOST_MISSES, MOST_PEOPLE, A_FEW, ON_A_PAGE, EXPLAINED = 24, 40, 14, 20, 24
MOST_ACCOUNTS, MOST_RENEWALS = 300, 120


@dataclass(frozen=True)
class Row:
    """One line of the table of accounts."""

    name: str
    why: str
    health_moved: str
    cells: Cells


def sheet(portfolio: Portfolio, language: str, brand: Brand, frozen: bytes = b"") -> Sheet:
    """The document as HTML with its style sheet and the files to attach.

    `frozen` are the rows that the portfolio was thawed from, if it was.
    """
    frozen = frozen or rows.frozen(portfolio)
    say = Say(language, portfolio.timezone)
    with force_locale(language):
        found = tables(portfolio, say)
        page = _page(portfolio, say, brand, found, frozen) | annex.page(
            portfolio, say, brand, frozen
        )
        template = current_app.jinja_env.get_template("reviews/document/portfolio/document.html")
        html = template.render(p=portfolio, page=page, brand=brand, language=language)
        printed = words(html, language, brand, portfolio.as_of.isoformat(), "portfolio")
        files = attachments(portfolio, found, frozen, printed)
    places = {one.key: one.name for one in page["sections"]}
    places |= {f"def-{id}": f"{id}, {name}" for id, name, *_rest in page["definitions"]}
    return Sheet(html, stylesheet() + _own_style(), files, places)


def _own_style() -> str:
    folder = Path(str(current_app.template_folder))
    return (folder / "reviews" / "document" / "portfolio" / "portfolio.css").read_text("utf-8")


def title(portfolio: Portfolio, say: Say) -> str:
    """The document's title."""
    period = portfolio.period.name(say.locale)
    return _(
        "Portfolio review, %(scope)s, %(period)s", scope=wording.scope(portfolio), period=period
    )


def title_in(portfolio: Portfolio, language: str) -> str:
    """The same in a language."""
    with force_locale(language):
        return title(portfolio, Say(language, portfolio.timezone))


def _page(
    portfolio: Portfolio, say: Say, brand: Brand, found: dict[str, Table], frozen: bytes
) -> dict[str, Any]:
    sections, identity = _sections(portfolio, say), _identity(portfolio, say, frozen)
    return {
        "title": title(portfolio, say),
        "kind": wording.kind(portfolio.period.length),
        "scope": wording.scope(portfolio),
        "period": portfolio.period.name(say.locale),
        "instant": say.instant(portfolio.as_of),
        "stamp": portfolio.as_of.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "edition": _foot(portfolio, say, brand),
        "numbering": _("Page %(page)s of %(pages)s", page="|", pages="|").split("|"),
        "sections": sections,
        "identity": identity,
        "top": cover.top(len(sections), identity),
        "tones": {**TONES, "ours": brand.accent},
        "skyline": _skyline(portfolio, say) if portfolio.entries else None,
        **one_page(portfolio, say),
        **_lists(portfolio, say, found),
        "definitions": list(_definitions(portfolio, say)),
    }


def _foot(portfolio: Portfolio, say: Say, brand: Brand) -> str:
    day = say.day(say.local_day(portfolio.as_of))
    return _(
        "%(brand)s · Portfolio review %(code)s · internal, %(day)s",
        brand=plain(brand.name, 40),
        code=portfolio.period.code,
        day=day,
    )


def _sections(portfolio: Portfolio, say: Say) -> list[Section]:
    some = "listing" if len(portfolio.entries) > ON_A_PAGE else "" if portfolio.entries else "flow"
    keep = "flow keep" if len(portfolio.endings) <= A_FEW else "flow"
    return [
        Section("summary", _("One page"), ""),
        Section("accounts", _("Accounts"), wording.needing(portfolio, say), some),
        Section("renewals", _("Renewals"), wording.coming_up(portfolio, say), keep),
        Section("promises", _("Promises"), wording.missed(portfolio, say), "flow"),
        Section("desks", _("Managers and workload"), wording.load(portfolio, say), "flow"),
        Section("definitions", _("Definitions"), _("How each figure is made."), "flow keep"),
        Section("annex", _("Annex"), "", "flow keep"),
    ]


def _identity(portfolio: Portfolio, say: Say, frozen: bytes) -> list[tuple[str, str]]:
    language = {"en": "English", "pt": "Português", "es": "Español", "it": "Italiano"}
    limits = _(
        "%(first)s to %(last)s, each account by its own clock",
        first=say.day(portfolio.period.starts_on),
        last=say.day(portfolio.period.last_day),
    )
    accounts = ngettext(
        "%(count)s account",
        "%(count)s accounts",
        len(portfolio.entries),
        count=say.count(len(portfolio.entries)),
    )
    return [
        (_("Scope"), f"{wording.scope(portfolio)} ({accounts})"),
        (_("Period"), limits),
        (_("Compared with"), portfolio.period.previous.name(say.locale)),
        (_("Figures as of"), f"{say.instant(portfolio.as_of)}, {say.zone()}"),
        (_("For"), _("the provider’s own executives and account managers; never for a client")),
        (_("Language"), language.get(say.language, say.language)),
        (_("Fingerprint"), fingerprint(frozen)[:16] + " …"),
    ]


def _skyline(portfolio: Portfolio, say: Say) -> Chart:
    def height(one: Entry) -> tuple[int, bool]:
        day = one.standing.health
        return (-1 if day is None or day.tenths is None else day.tenths), not one.needs_attention

    bars = [
        (None if tenths < 0 else tenths, not calm)
        for tenths, calm in sorted(map(height, portfolio.entries))
    ]
    n = len(portfolio.attention)
    words = (
        _(
            "The health of %(whole)s accounts, from the lowest to the highest; %(n)s need attention.",
            whole=say.count(len(bars)),
            n=say.count(n),
        ),
        _("no need to act: %(count)s", count=say.count(len(bars) - n)),
        _("needs attention: %(count)s", count=say.count(n)),
        _("healthy from 80"),
        _("at risk below 60"),
    )
    return skyline(bars, words)


def _lists(portfolio: Portfolio, say: Say, found: dict[str, Table]) -> dict[str, Any]:
    misses, people = found["misses"].rows, found["people"].rows
    entries, renewals = portfolio.entries, found["renewals"].rows
    return {
        "rows": [_row(one, say, n < EXPLAINED) for n, one in enumerate(entries[:MOST_ACCOUNTS])],
        "rows_note": _cut(len(entries), MOST_ACCOUNTS, say),
        "renewals": renewals[:MOST_RENEWALS],
        "renewals_note": _cut(len(renewals), MOST_RENEWALS, say),
        "equation": _equation(portfolio, say),
        "tables": found,
        "misses": misses[:MOST_MISSES],
        "misses_note": _cut(len(misses), MOST_MISSES, say),
        "people": people[:MOST_PEOPLE],
        "people_note": _cut(len(people), MOST_PEOPLE, say),
    }


def _row(one: Entry, say: Say, explained: bool) -> Row:
    shown = one.needs_attention
    return Row(
        plain(one.account.name, 80),
        wording.reasons_of(one, say) if shown else "",
        moved(one.standing) if shown and explained else "",
        cells_of(one, say),
    )


def _cut(n: int, most: int, say: Say) -> str:
    """What a cut list says of itself."""
    if n <= most:
        return ""
    return _(
        "The first %(most)s of %(whole)s; all stand in the files inside this document.",
        most=say.count(most),
        whole=say.count(n),
    )


def _equation(portfolio: Portfolio, say: Say) -> list[tuple[str, str, str, str]]:
    """F5 as signs, numbers, names and the figures they are."""
    five = portfolio.figures["F5"]
    found = [
        ("", "start", _("Open at the start"), ""),
        ("+", "opened", _("Opened"), "F1"),
        ("+", "reopened", _("Reopened"), "F3"),
        ("−", "resolved", _("Resolved"), "F2"),
        ("−", "cancelled", _("Withdrawn"), ""),
        ("=", "end", _("Open at the end"), "F4"),
    ]
    return [(sign, say.count(five[key]), name, id) for sign, key, name, id in found]


def _definitions(portfolio: Portfolio, say: Say) -> Iterator[tuple[str, str, str, str]]:
    """Number, name, rule and value of each printed figure."""
    values = _values(portfolio, say)
    for id, name, rule in rules():
        if id in values:
            yield id, name, rule, values[id]


def _values(portfolio: Portfolio, say: Say) -> dict[str, str]:
    figures = portfolio.figures
    healthy, known = portfolio.healthy
    escalated = sum(one.standing.escalated for one in portfolio.entries)
    shares = ("F7", "F8", "F9", "F18", "F21", "F22", "F23")
    return {
        **{name: say.count(figures[name]["value"]) for name in ("F1", "F2", "F3", "F4")},
        "F5": _("holds"),
        "F6": say.span(figures["F6"]["p50"]),
        **{name: say.percent(figures[name]["value"]) for name in shares},
        "F20": balance(figures["F20"], say)["F20"].text,
        "F24": ngettext("%(count)s case", "%(count)s cases", escalated, count=say.count(escalated)),
        "F30": _("%(part)s of %(whole)s healthy", part=say.count(healthy), whole=say.count(known)),
    }
