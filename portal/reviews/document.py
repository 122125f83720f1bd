"""From content to the HTML of the document: what each template prints, formatted and in order."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import force_locale

from portal.reviews import agreed, ledger_pages, notes, rows
from portal.reviews.attached import attachments
from portal.reviews.content import Brand, Material, ReviewContent
from portal.reviews.models import Stage
from portal.reviews.phrasing import Say, plain
from portal.reviews.pictures import pictures
from portal.reviews.sections import Section, sections
from portal.reviews.sheets import Sheet
from portal.reviews.snapshot import fingerprint, freeze
from portal.reviews.words import gettext as _
from portal.reviews.words import ngettext

COVER, FOOT, LINE, LEAST_TOP = 260.0, 12.5, 4.5, 162.5
"""Of the cover, in millimetres: its height, the head of its foot, a line there, and what its top needs."""

CHARACTERS_A_LINE = 38
LEAST_REF = 14.0


@dataclass(frozen=True)
class Tile:
    """One large figure of the one page."""

    label: str
    big: tuple[str, ...]
    lines: tuple[str, ...]
    figure: str


def sheet(content: ReviewContent, frozen: bytes = b"") -> Sheet:
    """The document as HTML with its style sheet and the files to attach.

    `frozen` are the bytes that the material was thawed from, if it was.
    """
    frozen = frozen or freeze(content.material)
    with force_locale(content.language):
        page = filled(content, frozen)
        html = rendered("document", content, page)
        attached = attachments(content, frozen, html)
    return Sheet(html, stylesheet(), attached, _places(content, page["sections"]))


def filled(content: ReviewContent, frozen: bytes) -> dict[str, Any]:
    """What the templates print, in the language of the present context."""
    return {
        **_frame(content, frozen),
        **pictures(content),
        **_tables(content),
        **_annex(content, frozen),
        "ledger": ledger_pages.pages(content),
    }


def rendered(name: str, content: ReviewContent, page: dict[str, Any]) -> str:
    """One of the two templates that print a review, on paper or as a page."""
    template = current_app.jinja_env.get_template(f"reviews/document/{name}.html")
    return template.render(c=content, m=content.material, f=content.figures, page=page)


def _places(content: ReviewContent, found: list[Section]) -> dict[str, str]:
    """What each target of a link is called."""
    rules = {f"def-{rule.id}": f"{rule.id}, {rule.name}" for rule in content.definitions}
    return {section.key: section.name for section in found} | rules


def stylesheet() -> str:
    """The document's style sheet."""
    folder = Path(str(current_app.template_folder))
    return (folder / "reviews" / "document" / "review.css").read_text("utf-8")


def _frame(content: ReviewContent, frozen: bytes) -> dict[str, Any]:
    """Cover, running heads and the one page."""
    material, say, brand = content.material, content.say, content.brand
    found, identity = sections(content), _identity(content, say, frozen)
    return {
        "sections": found,
        "top": top_of(len(found), identity),
        "numbering": _("Page %(page)s of %(pages)s", page="|", pages="|").split("|"),
        "stamp": material.as_of.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "account": plain(material.account, 120),
        "short_account": plain(material.account, 50),
        "edition": _running_foot(material, brand, say),
        "identity": identity,
        "tiles": _tiles(content, say),
        "identity_sentence": notes.identity_sentence(content.figures, say),
        "category_sentence": content.sentences["reasons"] if content.reasons else "",
    }


def _running_foot(material: Material, brand: Brand, say: Say) -> str:
    """What stands at the foot of each page."""
    named = {"brand": plain(brand.name, 40), "code": material.period.code}
    day = say.day(say.local_day(material.as_of))
    if material.stage == Stage.ISSUED:
        return _("%(brand)s · Service review %(code)s · figures of %(day)s", day=day, **named)
    return _("%(brand)s · Service review %(code)s · draft of %(day)s", day=day, **named)


def top_of(entries: int, identity: list[tuple[str, str]]) -> float:
    """How much of the cover lies above its foot, in millimetres: the foot stands at the end of the page."""
    lines = max(entries, sum(-(-len(value) // CHARACTERS_A_LINE) for _name, value in identity))
    return max(LEAST_TOP, COVER - FOOT - LINE * lines)


def _identity(content: ReviewContent, say: Say, frozen: bytes) -> list[tuple[str, str]]:
    material = content.material
    limits = _(
        "%(first)s to %(last)s, %(zone)s",
        first=say.day(material.period.starts_on),
        last=say.day(material.period.last_day),
        zone=say.zone(),
    )
    lines = [(_("Account"), f"{plain(material.account, 120)} ({material.account_ref})")]
    if material.children:
        shown = ", ".join(plain(name, 40) for name in material.children[:4])
        more = len(material.children) - 4
        lines.append(
            (
                _("With"),
                shown + (" " + _("and %(count)s more", count=say.count(more)) if more > 0 else ""),
            )
        )
    lines += [
        (_("Period"), limits),
        (_("Compared with"), material.period.previous.name(say.locale)),
        (_("Figures as of"), say.instant(material.as_of)),
        (_("Edition"), _edition(material)),
    ]
    if material.manager:
        lines.append(
            (_("From"), _("%(name)s, your account manager", name=plain(material.manager, 60)))
        )
    language = {"en": "English", "pt": "Português", "es": "Español", "it": "Italiano"}.get(
        content.language, content.language
    )
    lines += [
        (_("Language"), language),
        (_("Fingerprint"), fingerprint(frozen)[:16] + " …"),
    ]
    return lines


def _edition(material: Material) -> str:
    """Which version it is, and whether it can still change."""
    if material.stage == Stage.ISSUED:
        return _("%(number)s, issued", number=material.edition)
    return _("%(number)s, draft, not signed", number=material.edition)


def _tiles(content: ReviewContent, say: Say) -> list[Tile]:
    now, before = content.figures, content.material.before
    again = now.again
    return [
        Tile(
            _("First answer: half within"),
            pieces(say.span(now.first.p50)),
            notes.spread_lines(now.first.n, now.first.p90, before.first.p50, say),
            "F6",
        ),
        Tile(
            _("Resolved, as you lived it: half within"),
            pieces(say.span(now.solved.lived_p50)),
            notes.lived_lines(now, before, say),
            "F10",
        ),
        Tile(
            _("Open at the end"),
            pieces(say.count(now.backlog)),
            notes.backlog_lines(now, say),
            "F4",
        ),
        Tile(
            _("Resolved, but back within 14 days"),
            pieces(say.percent(again.value)),
            (
                _(
                    "%(part)s of %(whole)s resolutions",
                    part=say.count(again.numerator),
                    whole=say.count(again.denominator),
                ),
                _("before: %(value)s", value=say.percent(before.again.value)),
            ),
            "F12",
        ),
    ]


def pieces(text: str) -> tuple[str, ...]:
    """Numbers and what stands between them, for large figures with small units."""
    return tuple(piece for piece in re.split(r"(\d[\d.,]*)", text) if piece)


def _tables(content: ReviewContent) -> dict[str, Any]:
    return {
        **_agreed_tables(content),
        **_backlog_tables(content),
        **_speed_tables(content),
        **_reason_tables(content),
        "hours_note": notes.hours_note(content.figures, content.say),
        "cases": rows.cases(content),
        "cases_note": notes.cases_note(content.material, content.say),
    }


def _agreed_tables(content: ReviewContent) -> dict[str, Any]:
    return {
        "agreed_heads": agreed.heads(),
        "agreed_rows": agreed.targets(content),
        "agreed_note": agreed.note(content.material, content.say),
        "misses": agreed.misses(content),
    }


def _backlog_tables(content: ReviewContent) -> dict[str, Any]:
    equation, oldest = rows.equation(content), rows.oldest(content)
    longest = max(len(number) for _sign, number, _name, _id in equation)
    listed = (*content.material.cases, *content.material.oldest)
    return {
        "equation": equation,
        "equation_size": "" if longest < 4 else "long" if longest < 6 else "longer",
        "ref": max([LEAST_REF, *(2 + 1.75 * len(line.ref) for line in listed)]),
        "identity_check": _("Both sides are equal: the account holds.")
        if content.figures.identity.holds
        else _("The two sides differ: please tell us, this is a fault of ours."),
        "month_heads": rows.month_heads(),
        "month_rows": rows.months(content),
        "age_heads": [_("Month"), *rows.age_names(), _("Oldest")],
        "age_rows": rows.age_rows(content),
        "oldest": oldest,
    }


def _speed_tables(content: ReviewContent) -> dict[str, Any]:
    return {
        "speed_heads": [_("n"), "P50", "P90", _("n"), "P50", "P90", "P50", "P90"],
        "speed_rows": rows.speed(content),
        "speed_alone": rows.speed_alone(content),
        "again_heads": [_("Period"), _("Reopened"), _("Of resolutions"), _("Share")],
        "again_rows": rows.again(content),
        "immature": notes.immature(content.figures, content.say),
        "clock_note": notes.clock_note(content.figures),
    }


def _reason_tables(content: ReviewContent) -> dict[str, Any]:
    figures, say = content.figures, content.say
    return {
        "reason_heads": [_("Category"), _("Now"), _("Share"), _("Before")],
        "reason_rows": rows.reasons(content),
        "reasons_note": ngettext(
            "%(count)s case opened; each has one category.",
            "%(count)s cases opened; each has one category.",
            figures.opened,
            count=say.count(figures.opened),
        ),
        "complaints": notes.complaints(figures, say),
    }


def _annex(content: ReviewContent, frozen: bytes) -> dict[str, Any]:
    return {
        "left_out": notes.left_out(content.material, content.say),
        "checks": notes.checks(content.material, content.brand.verify_at),
        "fingerprint": fingerprint(frozen),
        "rules": _(
            "A change is named when it is at least a tenth (for shares: one percentage point and two cases) against the period "
            "before, and both periods hold at least ten values. Cases open for more than 30 days and complaints are "
            "always named. The three largest on each side are shown, the largest first. The period before is "
            "computed in the same way and at the same instant as this one."
        ),
    }
