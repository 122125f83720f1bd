"""From content to the HTML of the document: what each template prints, formatted and in order."""

from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import force_locale

from portal.reviews import (
    agreed,
    attendance,
    contract,
    cover,
    credits,
    exceptional,
    inside,
    ledger_pages,
    notes,
    people,
    quality,
    rows,
    tiles,
    trends,
    voice,
)
from portal.reviews.attached import attachments
from portal.reviews.content import ReviewContent
from portal.reviews.figures_beside import shown_beside
from portal.reviews.phrasing import plain
from portal.reviews.pictures import pictures
from portal.reviews.sections import Section, sections
from portal.reviews.sheets import Sheet
from portal.reviews.snapshot import fingerprint, freeze
from portal.reviews.words import gettext as _
from portal.reviews.words import ngettext

LEAST_REF = 14.0


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
        "attendance": attendance.table(content),
        "quality": quality.page(content),
        **_beside(content),
    }


def _beside(content: ReviewContent) -> dict[str, Any]:
    """Out of the ordinary, voice, people, contract, agreement, and what was added."""
    if content.material.beside is None:
        return {}
    found: dict[str, Any] = {"notable": exceptional.printed(content)}
    found |= {"notable_rule": exceptional.rule(content), "inside": inside.rows(content)}
    if shown_beside(content.material):
        found |= {"voice": voice.page(content), "people": people.page(content)}
        found |= {"facts": contract.facts(content), "agreed_times": contract.times(content)}
        found |= {"time_heads": contract.time_heads(), "quarters": contract.quarters(content)}
        found |= {"quarter_heads": contract.quarter_heads(), "credits": credits.page(content)}
    return found


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
    found, identity = sections(content), cover.identity(content, say, frozen)
    return {
        "sections": found,
        "top": cover.top(len(found), identity),
        "numbering": _("Page %(page)s of %(pages)s", page="|", pages="|").split("|"),
        "stamp": material.as_of.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "account": plain(material.account, 120),
        "short_account": plain(material.account, 50),
        "edition": cover.running_foot(material, brand, say),
        "identity": identity,
        "tiles": tiles.tiles(content, say),
        "compared": content.material.before is not None,
        "nothing_before": trends.nothing_before(content),
        "identity_sentence": notes.identity_sentence(content.figures, say),
        "category_sentence": content.sentences["reasons"] if content.reasons else "",
    }


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
        "agreed_heads": agreed.heads(content),
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
        "identity_check": _("Both sides are equal: the balance holds.")
        if content.figures.identity.holds
        else _("The two sides differ: please tell us, this is a fault of ours."),
        "month_heads": rows.month_heads(),
        "month_rows": rows.months(content),
        "age_heads": [_("Month"), *rows.age_names(), _("Oldest")],
        "age_rows": rows.age_rows(content),
        "oldest": oldest,
        "trends": trends.beneath(content),
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
        "reason_heads": rows.reason_heads(content),
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
            "A change is named when it is at least a tenth (for shares: one percentage point and two cases) against the review "
            "issued for the period before, and both hold at least ten values; where none was issued, no change is named. "
            "How the backlog moved, cases open for more than 30 days and complaints are always named. The three largest on "
            "each side are shown, the largest first."
        ),
    }
