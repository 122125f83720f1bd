"""Section 6 besides F12: repeat issues, first contact, and what the quality sample found."""

from collections.abc import Iterator
from typing import Any

from portal.insights.attainment import written
from portal.reviews.content import Material, ReviewContent
from portal.reviews.evidence import hidden
from portal.reviews.lasting import Lasting
from portal.reviews.phrasing import Say, plain
from portal.reviews.sample import QUESTIONS, Gone, Sample, keyed, passed_over, resolved
from portal.reviews.words import gettext as _
from portal.reviews.words import ngettext


def page(content: ReviewContent) -> dict[str, Any]:
    """The tables and sentences; nothing of what a file made earlier did not hold."""
    material, found = content.material, dict[str, Any]()
    if material.lasting is not None:
        found["lasting_heads"] = [_("Figure"), _("Cases"), _("Of"), _("Share")]
        found["lasting_rows"] = list(_lasting(material.lasting, content.say))
        found["lasting_note"] = _repeats(material.lasting, content.say)
    if material.sample is not None:
        found["sample"] = _sample(material, material.sample, content.say)
    return found


def _lasting(found: Lasting, say: Say) -> Iterator[tuple[str, list[str]]]:
    for name, share in (
        (_("Repeat issues"), found.repeated),
        (_("Solved at first contact"), found.settled),
    ):
        numbers = say.count(share.numerator), say.count(share.denominator)
        yield name, [*numbers, say.percent(share.value)]


def _repeats(found: Lasting, say: Say) -> str:
    """Who asked again, and what nobody has confirmed."""
    lines = []
    if not found.repeated.numerator:
        lines.append(_("No case is confirmed to repeat an earlier one."))
    if found.repeated.numerator:
        lines.append(
            _(
                "Asked again by the same person: %(same)s; by another one: %(other)s.",
                same=say.count(found.same_person),
                other=say.count(found.other_person),
            )
        )
    if found.suggested:
        lines.append(
            ngettext(
                "%(count)s suggested repeat is not confirmed and not counted.",
                "%(count)s suggested repeats are not confirmed and not counted.",
                found.suggested,
                count=say.count(found.suggested),
            )
        )
    return " ".join(lines)


def questions() -> dict[str, str]:
    """What is asked of each case, as the review prints it."""
    return {
        "complete": _("Answered completely"),
        "clear": _("Written so that it can be followed"),
        "filed": _("Record and category right"),
    }


def _sample(material: Material, found: Sample, say: Say) -> dict[str, Any]:
    if not found.drawn_from:
        nothing = _("Nothing was resolved in this period, so there is no quality sample.")
        return {"said": nothing, "rows": (), "notes": ()}
    return {
        "said": _said(found, say),
        "heads": [_("Question"), _("Yes"), _("Cases read")],
        "rows": [
            (questions()[one], [say.count(found.yes(one)), say.count(len(found.read))])
            for one in (QUESTIONS if found.read else ())
        ],
        "notes": [
            " ".join([*_unread(found, say), *_gone(found, say), *_named(found, say)]),
            " ".join([_rule(material, found, say), *_since(material, found, say)]),
        ],
    }


def _said(found: Sample, say: Say) -> str:
    if not found.read:
        return _("No quality sample was read for this period.")
    return ngettext(
        "%(part)s of %(count)s resolved case was read by our people who had not worked on it.",
        "%(part)s of %(count)s resolved cases were read by our people who had not worked on them.",
        found.drawn_from,
        part=say.count(len(found.read)),
        count=say.count(found.drawn_from),
    )


def _unread(found: Sample, say: Say) -> Iterator[str]:
    if found.unread:
        yield ngettext(
            "%(count)s case that was drawn has not been read.",
            "%(count)s cases that were drawn have not been read.",
            found.unread,
            count=say.count(found.unread),
        )


def _gone(found: Sample, say: Say) -> Iterator[str]:
    """Drawn cases that count no more, by reason."""
    for reason, count in sorted(found.gone.items()):
        yield {
            Gone.MERGED: ngettext(
                "%(count)s case that was drawn became part of another one and counts no more.",
                "%(count)s cases that were drawn became part of other ones and count no more.",
                count,
                count=say.count(count),
            ),
            Gone.EXCLUDED: ngettext(
                "%(count)s case that was drawn is left out since: spam, a test or internal work.",
                "%(count)s cases that were drawn are left out since: spam, tests or internal work.",
                count,
                count=say.count(count),
            ),
            Gone.MOVED: ngettext(
                "%(count)s case that was drawn is no longer among those resolved in the period.",
                "%(count)s cases that were drawn are no longer among those resolved in the period.",
                count,
                count=say.count(count),
            ),
        }[reason]


def _named(found: Sample, say: Say) -> Iterator[str]:
    """Which cases were drawn, as far as a document for several people may name them."""
    names = [row[1] for row in found.drawn if row[1] and not row[2]]
    told = [name for name in names if not hidden(name)]
    if told:
        yield _("Drawn: %(cases)s.", cases=", ".join(plain(name, 24) for name in told))
    if len(told) < len(names):
        yield ngettext(
            "%(count)s confidential case is counted and not named.",
            "%(count)s confidential cases are counted and not named.",
            len(names) - len(told),
            count=say.count(len(names) - len(told)),
        )


def _rule(material: Material, found: Sample, say: Say) -> str:
    """How the cases were drawn, so that anyone can draw them again from the rows inside."""
    assert found.drawn_at is not None
    begin, _end = material.period.limits(material.timezone)
    return _(
        "Drawn once, on %(day)s, by a rule and not by a person: one in ten of the cases resolved in the period, at least "
        "three and at most ten, the first in the order of the SHA-256 of account, period and instant of opening, written like "
        "“%(example)s” with the instants of cases.csv inside this file.",
        day=say.day(say.local_day(found.drawn_at)),
        example=keyed(material, written(int(begin.timestamp()))),
    )


def _since(material: Material, found: Sample, say: Say) -> Iterator[str]:
    """What has changed about the cases of the period since the draw."""
    now = len(resolved(material))
    if now != found.drawn_from:
        yield _(
            "By the figures of this review %(now)s cases were resolved, %(then)s at the draw.",
            now=say.count(now),
            then=say.count(found.drawn_from),
        )
    passed = passed_over(material, found)
    if passed:
        yield ngettext(
            "%(count)s case that counts only since the draw would have come before one of these.",
            "%(count)s cases that count only since the draw would have come before one of these.",
            passed,
            count=say.count(passed),
        )
