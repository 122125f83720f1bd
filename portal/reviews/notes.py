"""The sentences beneath figures and tables, and in the annex."""

from portal.reviews.content import ROWS, Material
from portal.reviews.figures import Figures
from portal.reviews.phrasing import Say
from portal.reviews.rows import share
from portal.reviews.words import gettext as _
from portal.reviews.words import ngettext

OTHER = "\u0590"
"""The first letter behind Latin, Greek and Cyrillic, of which our own fonts have all."""


def identity_sentence(figures: Figures, say: Say) -> str:
    """F5 as one line of words."""
    five = figures.identity
    return _(
        "%(start)s open at the start + %(opened)s opened + %(reopened)s reopened + %(moved_in)s moved in "
        "− %(resolved)s resolved − %(cancelled)s withdrawn − %(moved_out)s moved out = %(end)s open at the end.",
        start=say.count(five.start),
        opened=say.count(five.opened),
        reopened=say.count(five.reopened),
        moved_in=say.count(five.transferred_in),
        resolved=say.count(five.resolved),
        cancelled=say.count(five.cancelled),
        moved_out=say.count(five.transferred_out),
        end=say.count(five.end),
    )


def spread_lines(n: int, p90: int | None, before: int | None, say: Say) -> tuple[str, ...]:
    """Beneath a tile: nine of ten, how many, and what was issued before."""
    if not n:
        return (_("none in this period"),)
    lines = [
        _("nine of ten within %(span)s", span=say.span(p90)),
        ngettext("%(count)s value", "%(count)s values", n, count=say.count(n)),
    ]
    if before is not None:
        lines.append(_("before: %(value)s", value=say.span(before)))
    return tuple(lines)


def lived_lines(now: Figures, before: Figures | None, say: Say) -> tuple[str, ...]:
    """Beneath the tile of lived time: the contract clock, nine of ten, what was issued before."""
    if now.solved.p50 is None:
        return (_("none in this period"),)
    lines = [
        _("contract clock: %(span)s", span=say.span(now.solved.p50)),
        _("nine of ten within %(span)s", span=say.span(now.solved.lived_p90)),
    ]
    if before and before.solved.lived_p50 is not None:
        lines.append(_("before: %(value)s", value=say.span(before.solved.lived_p50)))
    return tuple(lines)


def again_lines(now: Figures, before: Figures | None, say: Say) -> tuple[str, ...]:
    """Beneath the tile of what came back: the counts, and the share issued before."""
    lines = [
        ngettext(
            "%(part)s of %(whole)s resolution",
            "%(part)s of %(whole)s resolutions",
            now.again.denominator,
            part=say.count(now.again.numerator),
            whole=say.count(now.again.denominator),
        )
    ]
    if before:
        lines.append(_("before: %(value)s", value=say.percent(before.again.value)))
    return tuple(lines)


def backlog_lines(now: Figures, say: Say) -> tuple[str, ...]:
    """Beneath the tile of the backlog: the change, and how many are old."""
    change = say.signed(now.backlog - now.identity.start)
    old = ngettext(
        "%(count)s for more than 30 days",
        "%(count)s for more than 30 days",
        now.old,
        count=say.count(now.old),
    )
    return _("%(change)s since the start", change=change), old


def immature(figures: Figures, say: Say) -> str:
    """How many resolutions F12 cannot judge yet."""
    if not figures.again.immature:
        return _("Every resolution is old enough to say whether it lasted.")
    return ngettext(
        "%(count)s resolution is too recent for the 14 days and will count next time.",
        "%(count)s resolutions are too recent for the 14 days and will count next time.",
        figures.again.immature,
        count=say.count(figures.again.immature),
    )


def clock_note(figures: Figures) -> str:
    """By which hours the contract clock counts."""
    hours = (
        _(
            "The contract clock runs in the agreed hours and stands still while a case waits for you."
        )
        if figures.decided
        else _(
            "The contract clock runs day and night where no hours are agreed, and stands still while a case waits for you."
        )
    )
    return hours + " " + _("Percentiles are always a real case; no mean is shown.")


def complaints(figures: Figures, say: Say) -> str:
    """How many there were."""
    if not figures.complaints:
        return _("None was recorded in this period.")
    return ngettext(
        "%(count)s case", "%(count)s cases", figures.complaints, count=say.count(figures.complaints)
    )


def hours_note(figures: Figures, say: Say) -> str:
    """How much comes in working hours."""
    inside = sum(sum(row[9:18]) for row in figures.hours[:5])
    value = say.percent(share(inside, figures.messages))
    return _("%(share)s arrived from Monday to Friday between 9 and 18.", share=value)


def cases_note(material: Material, say: Say) -> str:
    """What the list leaves out and what its dates mean."""
    hidden = material.case_total - len(material.cases)
    sentences = []
    if hidden > 0:
        sentences.append(
            ngettext(
                "The list is cut at %(most)s so that people read it: open cases first, then the most recently opened. "
                "The other %(hidden)s is counted in every figure and stands in the portal.",
                "The list is cut at %(most)s so that people read it: open cases first, then the most recently opened. "
                "The other %(hidden)s are counted in every figure and stand in the portal.",
                hidden,
                most=say.count(ROWS),
                hidden=say.count(hidden),
            )
        )
    if material.confidential:
        sentences.append(_confidential(material, say))
    if material.cases:
        sentences.append(_("States as of %(instant)s.", instant=say.instant(material.as_of)))
    return " ".join(sentences)


def _confidential(material: Material, say: Say) -> str:
    return ngettext(
        "%(count)s confidential case is counted and not named.",
        "%(count)s confidential cases are counted and not named.",
        material.confidential,
        count=say.count(material.confidential),
    )


def left_out(material: Material, say: Say) -> list[str]:
    """What no figure counts, and what is counted but not named."""
    lines = [
        ngettext(
            "%(count)s case opened in the period is in no figure: spam, a test or internal work.",
            "%(count)s cases opened in the period are in no figure: spam, tests or internal work.",
            material.excluded,
            count=say.count(material.excluded),
        )
        if material.excluded
        else _("No case of the period was left out as spam, a test or internal work.")
    ]
    lines.append(
        _confidential(material, say)
        if material.confidential
        else _("No case of the lists is confidential.")
    )
    if _has_other_letters(material):
        lines.append(
            _(
                "A letter that no font of the server could draw is printed as ◇; review.json inside holds it."
            )
        )
    lines.append(
        _("What was recorded after the instant of the figures shows, dated, in a later review.")
    )
    return lines


def _has_other_letters(material: Material) -> bool:
    """Whether a name or subject is written in a script that our own fonts do not have."""
    listed = (*material.cases, *material.oldest)
    texts = [material.account, material.manager, *material.children]
    texts += [text for line in listed for text in (line.subject, line.asked_by, line.category)]
    return any(letter >= OTHER for text in texts if not text.isascii() for letter in text)


def checks(material: Material, verify_at: str) -> list[str]:
    """How a reader can compute the figures again."""
    limits = f"--from {material.period.starts_on} --to {material.period.ends_on}"
    as_of = material.as_of.strftime("%Y-%m-%dT%H:%M:%SZ")
    children = " --children" if material.children else ""
    return [
        _(
            "This file holds what it is made of: review.json all that is printed, figures.csv every figure (times in "
            "seconds), and cases.csv, events.csv and promises.csv the rows behind them, which name no person."
        ),
        _("Anyone can have every figure counted again and compared with these pages:"),
        *([verify_at] if verify_at else []),
        "portal review verify FILE.pdf",
        _("The provider computes them from its own records with this command:"),
        f"portal figures --account {material.account_ref} {limits} --as-of {as_of}{children} --json",
        _("The fingerprint is the SHA-256 of review.json; it is the same in every language:"),
    ]
