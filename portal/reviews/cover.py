"""The cover: whose review it is, of when, which edition, what it is compared with; and the running foot."""

from portal.reviews.attendance import shortly
from portal.reviews.content import Brand, Material, ReviewContent
from portal.reviews.models import Stage
from portal.reviews.phrasing import Say, plain
from portal.reviews.snapshot import fingerprint
from portal.reviews.words import gettext as _

COVER, FOOT, LINE, LEAST_TOP = 253.0, 12.5, 4.5, 155.5
"""Of the cover, in millimetres: its height, the head of its foot, a line there, and what its top needs."""

CHARACTERS_A_LINE = 38


def running_foot(material: Material, brand: Brand, say: Say) -> str:
    """What stands at the foot of each page."""
    named = {"brand": plain(brand.name, 40), "code": material.period.code}
    day = say.day(say.local_day(material.as_of))
    if material.stage == Stage.ISSUED:
        return _("%(brand)s · Service review %(code)s · figures of %(day)s", day=day, **named)
    return _("%(brand)s · Service review %(code)s · draft of %(day)s", day=day, **named)


def top(entries: int, identity: list[tuple[str, str]]) -> float:
    """How much of the cover lies above its foot, in millimetres: the foot stands at the end of the page."""
    lines = max(entries, sum(-(-len(value) // CHARACTERS_A_LINE) for _name, value in identity))
    return max(LEAST_TOP, COVER - FOOT - LINE * lines)


def identity(content: ReviewContent, say: Say, frozen: bytes) -> list[tuple[str, str]]:
    """What this document is, as names and values."""
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
        (_("Compared with"), _compared_with(material, say)),
        (_("Figures as of"), say.instant(material.as_of)),
        (_("Edition"), _edition(material)),
    ]
    if material.manager:
        lines.append(
            (_("From"), _("%(name)s, your account manager", name=plain(material.manager, 60)))
        )
    if material.participants:
        lines.append((_("Participants"), shortly(material.participants, say)))
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


def _compared_with(material: Material, say: Say) -> str:
    """The issued review of the period before, if there is one (C10)."""
    if material.before is None:
        return _("nothing yet: none was issued before")
    name = material.period.previous.name(say.locale)
    return _("%(period)s as issued (%(ref)s)", period=name, ref=material.issued_before)
