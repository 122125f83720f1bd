"""Section 8: cases that were out of the ordinary, chosen from the rows of the review alone."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from portal.commitments.models import Entry
from portal.commitments.words import STATES
from portal.insights.attainment import written
from portal.reviews.content import Material, ReviewContent
from portal.reviews.evidence import Evidence, Row
from portal.reviews.phrasing import Say, plain
from portal.reviews.words import gettext as _
from portal.reviews.words import ngettext
from portal.web import ui

URGENT = "urgent"
MOST, MOST_STEPS = 12, 8


@dataclass(frozen=True)
class Exceptional:
    """A case by its name in the rows, why it is out of the ordinary, and its course as instants, kinds and values."""

    name: str
    opened_at: str
    why: tuple[str, ...]
    course: tuple[Row, ...] = ()
    causes: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class PrintedExceptional:
    """The same as the table prints it."""

    ref: str
    subject: str
    why: str
    course: tuple[str, ...]
    cause: str
    prevention: tuple[str, ...]
    state: str


def exceptional(evidence: Evidence, begin: int, end: int) -> list[Exceptional]:
    """Cases that were escalated in the period, were urgent when a promise was missed in it, or came in it as a complaint.

    Those with most reasons first, then in order of opening.
    """
    since, until = written(begin), written(end)
    events, misses = _by_case(evidence.events), defaultdict[str, list[Row]](list)
    for row in evidence.promises:
        if row[4] != "1" and since <= row[3] < until:
            misses[row[0]].append(row)
    found = []
    for name, _group, opened_at, _origin, _category, priority, complaint in evidence.cases:
        told, missed = events.get(name, ()), misses.get(name, ())
        why = (
            "escalated"
            if any(row[2] == "escalated" and since <= row[1] < until for row in told)
            else "",
            "urgent" if any(_was_urgent(priority, told, row[3]) for row in missed) else "",
            "complaint" if complaint and since <= opened_at < until else "",
        )
        if any(why):
            course = sorted([(opened_at, "opened", ""), *_course(told, missed)])
            causes = dict.fromkeys(row[5] for row in missed if row[5])
            kept = tuple(reason for reason in why if reason)
            found.append(Exceptional(name, opened_at, kept, tuple(course), tuple(causes)))
    return sorted(found, key=lambda one: (-len(one.why), one.opened_at, one.name))


def _by_case(events: Sequence[Row]) -> Mapping[str, list[Row]]:
    found = defaultdict[str, list[Row]](list)
    for row in events:
        if row[2] != "message":
            found[row[0]].append(row)
    return found


def _was_urgent(priority: str, told: Sequence[Row], at: str) -> bool:
    for row in told:
        if row[2] == "priority" and row[1] <= at:
            priority = row[3]
    return priority == URGENT


def _course(told: Sequence[Row], missed: Sequence[Row]) -> Iterator[Row]:
    for _name, at, kind, value in told:
        if kind in ("escalated", "resolved", "reopened", "cancelled"):
            yield at, kind, value
        elif kind == "priority" and value == URGENT:
            yield at, URGENT, ""
    yield from ((row[3], "missed", row[1]) for row in missed)


def found_in(material: Material) -> list[Exceptional]:
    """Those of a review."""
    begin, end = (int(at.timestamp()) for at in material.period.limits(material.timezone))
    return exceptional(material.evidence, begin, end)


def answer(content: ReviewContent) -> str:
    """How many there were, and why."""
    found, say = found_in(content.material), content.say
    if not found:
        return _("Nothing was out of the ordinary in this period.")
    escalated = sum("escalated" in one.why for one in found)
    return ngettext(
        "%(count)s case was out of the ordinary; %(escalated)s escalated.",
        "%(count)s cases were out of the ordinary; %(escalated)s escalated.",
        len(found),
        count=say.count(len(found)),
        escalated=say.count(escalated),
    )


def rule(content: ReviewContent) -> str:
    """By which rule cases stand here, and how many are not listed."""
    found = found_in(content.material)
    hidden = len(found) - len(printed(content))
    text = _(
        "Listed is what was escalated, what was urgent when a promise was missed, and what came as a complaint."
    )
    if not hidden:
        return text
    return f"{text} " + ngettext(
        "%(count)s more is counted and not listed: confidential, or beyond the length of this list.",
        "%(count)s more are counted and not listed: confidential, or beyond the length of this list.",
        hidden,
        count=content.say.count(hidden),
    )


def printed(content: ReviewContent) -> list[PrintedExceptional]:
    """The cases that may be named, each with course, cause, what prevents it, and its state."""
    known = {line.ref: line for line in content.material.notable}
    return [
        _printed(one, known[one.name].subject, content)
        for one in found_in(content.material)
        if one.name in known
    ]


def _printed(one: Exceptional, subject: str, content: ReviewContent) -> PrintedExceptional:
    say = content.say
    reasons = {
        "escalated": _("escalated"),
        "urgent": _("urgent, promise missed"),
        "complaint": _("complaint"),
    }
    missed = any(kind == "missed" for _at, kind, _value in one.course)
    none = _("no cause is recorded") if missed else "–"
    return PrintedExceptional(
        ref=plain(one.name, 24),
        subject=plain(subject, 90),
        why=", ".join(reasons[reason] for reason in one.why),
        course=tuple(_step(step, say) for step in one.course[:MOST_STEPS]),
        cause=plain("; ".join(one.causes), 200) or none,
        prevention=tuple(_measures(one.name, content)) or (_("nothing agreed yet"),),
        state=_state(one, say),
    )


def _measures(name: str, content: ReviewContent) -> Iterator[str]:
    """What is being made better that came from the case."""
    for item in content.material.ledger:
        if item.kind == Entry.IMPROVEMENT and item.case == name:
            yield f"{item.ref}: {plain(item.title, 120)} ({STATES[item.state][1]})"


def _step(step: Row, say: Say) -> str:
    at, kind, value = step
    instant = datetime.fromisoformat(at)
    words = {
        "opened": _("was opened"),
        "escalated": _("escalated by you") if value == "client" else _("escalated by us"),
        "resolved": _("was resolved"),
        "reopened": _("was reopened"),
        "cancelled": _("was withdrawn"),
        URGENT: _("made urgent"),
    }
    what = words.get(kind) or _("missed: %(promise)s", promise=ui.promise_name(value))
    return f"{say.short_day(say.local_day(instant))} {say.clock(instant)} {what}"


def _state(one: Exceptional, say: Say) -> str:
    for at, kind, _value in reversed(one.course):
        if kind == "reopened":
            break
        if kind in ("resolved", "cancelled"):
            day = say.short_day(say.local_day(datetime.fromisoformat(at)))
            return _("resolved %(day)s", day=day) if kind == "resolved" else _("was withdrawn")
    return _("still open")
